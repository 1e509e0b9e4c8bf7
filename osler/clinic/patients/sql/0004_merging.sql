-- Merging two charts and parting them again (docs/decisions/0024). Rows are moved; the plan of what moved is kept.

-- The transaction in which the rows of a link move just now.
ALTER TABLE patients_patientlink ADD moving xid8;
CREATE INDEX patientlink_moving ON patients_patientlink (organization_id) WHERE moving IS NOT NULL;

CREATE FUNCTION patients_refuse(rule text, words text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', words USING ERRCODE = 'check_violation', CONSTRAINT = rule;
END $$;

-- Every id that a person has had here, that of the chart in which the rows are first. It is told a patient and tells
-- ids alone; the portal's wall, which hides all charts but one, does not count in it.
CREATE FUNCTION patients_ids_of(patient uuid) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    patient_before text := coalesce(current_setting('app.patient', true), '');
    found_ids uuid[];
BEGIN
    PERFORM set_config('app.patient', '', true);
    WITH RECURSIVE way AS (
        SELECT id, replaced_by_id FROM patients_patient WHERE id = patient
        UNION SELECT p.id, p.replaced_by_id FROM patients_patient p JOIN way w ON p.id = w.replaced_by_id
    ), one AS (
        SELECT id FROM way WHERE replaced_by_id IS NULL
        UNION SELECT p.id FROM patients_patient p JOIN one o ON p.replaced_by_id = o.id
    ) SELECT array_agg(id ORDER BY id <> (SELECT id FROM way WHERE replaced_by_id IS NULL)) INTO found_ids FROM one;
    PERFORM set_config('app.patient', patient_before, true);
    RETURN coalesce(found_ids, ARRAY[patient]);
END $$;
CREATE FUNCTION patients_survivor(patient uuid) RETURNS uuid LANGUAGE plpgsql STABLE AS $$
DECLARE
    further uuid;
BEGIN
    SELECT replaced_by_id INTO further FROM patients_patient WHERE id = patient;
    IF FOUND AND further IS NULL THEN
        RETURN patient;
    END IF;
    RETURN (patients_ids_of(patient))[1];
END $$;

-- What speaks against one person: both know it, and they differ. Estimates and unknown speak of nothing.
CREATE FUNCTION patients_identity_conflicts(one_id uuid, other_id uuid) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT array_remove(ARRAY[
        CASE WHEN one.birth_date <> other.birth_date
                  AND NOT one.birth_date_estimated AND NOT other.birth_date_estimated THEN 'birth_date' END,
        CASE WHEN one.gender <> other.gender AND 'unknown' NOT IN (one.gender, other.gender) THEN 'gender' END,
        CASE WHEN EXISTS (
            SELECT FROM patients_patientidentifier a JOIN patients_patientidentifier b USING (system)
            WHERE a.patient_id = one.id AND b.patient_id = other.id AND a.value_sealed <> '' AND b.value_sealed <> ''
              AND NOT a.type_code = ANY (members) AND NOT b.type_code = ANY (members)
        ) THEN 'number' END
    ], NULL)
    FROM patients_patient one, patients_patient other, (SELECT ARRAY['MB', 'MC', 'MA', 'SB'] AS members) AS m
    WHERE one.id = one_id AND other.id = other_id
$$;

-- A link begins as a proposal of whoever acts, about two charts that are there.
CREATE FUNCTION patients_propose_link() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    NEW.proposed_by_id := (audit_context()).actor_id;
    NEW.conflicts := patients_identity_conflicts(NEW.survivor_id, NEW.duplicate_id);
    IF NEW.status <> 'proposed' OR NEW.moving IS NOT NULL OR NEW.decided_by_id IS NOT NULL THEN
        PERFORM patients_refuse('patientlink_begins_proposed', 'a link begins as a proposal');
    END IF;
    IF (SELECT count(*) FROM patients_patient
        WHERE id IN (NEW.survivor_id, NEW.duplicate_id) AND replaced_by_id IS NULL) < 2
       AND NEW.survivor_id <> NEW.duplicate_id THEN
        PERFORM patients_refuse('patientlink_of_live_charts', 'one of the charts is merged already');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER propose BEFORE INSERT ON patients_patientlink
    FOR EACH ROW EXECUTE FUNCTION patients_propose_link();

-- Whether rows may move between these two charts now: only inside a merge or its undoing.
CREATE FUNCTION patients_is_moving(source uuid, target uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM patients_patientlink WHERE moving = pg_current_xact_id_if_assigned()
        AND ((duplicate_id = source AND survivor_id = target) OR (duplicate_id = target AND survivor_id = source))
    )
$$;

-- For triggers that keep a row closed: whether nothing changes but the chart it is in, and that in a merge.
CREATE FUNCTION patients_only_moves(was jsonb, becomes jsonb) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT was - moved = becomes - moved
       AND was ->> 'patient_id' <> becomes ->> 'patient_id'
       AND patients_is_moving((was ->> 'patient_id')::uuid, (becomes ->> 'patient_id')::uuid)
    FROM (SELECT ARRAY['patient_id', 'resource', 'version', 'updated_at'] AS moved) AS m
$$;

-- A merged chart is closed: nothing of it changes but by the undoing, and no other hand says that it is merged.
CREATE FUNCTION patients_keep_merged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NOT patients_is_moving(NEW.id, coalesce(NEW.replaced_by_id, OLD.replaced_by_id)) THEN
        PERFORM patients_refuse('patient_merged_is_closed', 'the chart was merged into another');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_merged_insert BEFORE INSERT ON patients_patient
    FOR EACH ROW WHEN (NEW.replaced_by_id IS NOT NULL) EXECUTE FUNCTION patients_keep_merged();
CREATE TRIGGER keep_merged BEFORE UPDATE ON patients_patient
    FOR EACH ROW WHEN (OLD.replaced_by_id IS NOT NULL OR NEW.replaced_by_id IS NOT NULL)
    EXECUTE FUNCTION patients_keep_merged();

-- What is written to a merged chart lands with the survivor. The lock waits for a merge that is going on, and a
-- merge waits for whoever holds it: no row is left behind. A portal session goes along.
CREATE FUNCTION patients_at_survivor() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    named uuid := NEW.patient_id;
    further uuid;
    content jsonb;
BEGIN
    IF TG_OP = 'UPDATE' AND patients_is_moving(OLD.patient_id, NEW.patient_id) THEN
        RETURN NEW;
    END IF;
    LOOP
        SELECT replaced_by_id INTO further FROM patients_patient WHERE id = NEW.patient_id FOR KEY SHARE;
        EXIT WHEN further IS NULL;
        IF nullif(current_setting('app.patient', true), '')::uuid = NEW.patient_id THEN
            PERFORM set_config('app.patient', further::text, true);
        END IF;
        content := to_jsonb(NEW);
        IF content ? 'version' THEN
            INSERT INTO patients_movedrow (organization_id, link_id, table_name, row_id, kind,
                from_patient_id, to_patient_id, version_after, returned)
            SELECT organization_id, id, TG_TABLE_NAME, (content ->> 'id')::uuid, 'arrived',
                   duplicate_id, survivor_id, (content ->> 'version')::integer, false
            FROM patients_patientlink WHERE duplicate_id = NEW.patient_id AND status = 'merged'
            ON CONFLICT DO NOTHING;
        END IF;
        NEW.patient_id := further;
    END LOOP;
    IF NEW.patient_id <> named AND content ->> 'resource' IS NOT NULL THEN
        NEW := jsonb_populate_record(NEW, jsonb_build_object('resource',
            replace(content ->> 'resource', 'Patient/' || named, 'Patient/' || NEW.patient_id)));
    END IF;
    RETURN NEW;
END $$;

-- patients_let_follow(table): from now on its rows move with a merge, and late ones land with the survivor.
CREATE FUNCTION patients_let_follow(target text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER at_survivor_insert BEFORE INSERT ON %I FOR EACH ROW
        WHEN (NEW.patient_id IS NOT NULL) EXECUTE FUNCTION patients_at_survivor()', target);
    EXECUTE format('CREATE TRIGGER at_survivor_update BEFORE UPDATE OF patient_id ON %I FOR EACH ROW
        WHEN (OLD.patient_id IS DISTINCT FROM NEW.patient_id AND NEW.patient_id IS NOT NULL)
        EXECUTE FUNCTION patients_at_survivor()', target);
END $$;

-- The tables whose rows move, and whether they keep their FHIR text; the ledger's postings after its invoices.
CREATE FUNCTION patients_following() RETURNS TABLE (name text, has_text boolean) LANGUAGE sql STABLE AS $$
    SELECT c.relname::text, bool_or(a.attname = 'resource')
    FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE t.tgname = 'at_survivor_insert'
    GROUP BY c.relname HAVING bool_or(a.attname = 'version')
    ORDER BY c.relname
$$;

-- Begin a merge or its undoing: the link takes its next step, and both charts are locked, always in one order.
-- Returns the last event of the trail before anything moves.
CREATE FUNCTION patients_begin_move(link uuid, becomes text, words text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found_link patients_patientlink;
    actor uuid := (audit_context()).actor_id;
BEGIN
    SELECT * INTO found_link FROM patients_patientlink WHERE id = link FOR UPDATE;
    IF (found_link.status, becomes) NOT IN (('proposed', 'merged'), ('merged', 'unmerged')) OR found_link IS NULL THEN
        PERFORM patients_refuse('patientlink_step_known', 'a link is merged once and undone once');
    END IF;
    PERFORM FROM patients_patient WHERE id IN (found_link.survivor_id, found_link.duplicate_id)
    ORDER BY id FOR UPDATE;
    IF EXISTS (SELECT FROM patients_patient WHERE id = found_link.survivor_id AND replaced_by_id IS NOT NULL) THEN
        PERFORM patients_refuse('patientlink_survivor_is_live', 'the survivor was merged into another chart');
    END IF;
    IF becomes = 'merged' THEN
        IF EXISTS (SELECT FROM patients_patient WHERE id = found_link.duplicate_id AND replaced_by_id IS NOT NULL) THEN
            PERFORM patients_refuse('patientlink_of_live_charts', 'one of the charts is merged already');
        END IF;
        UPDATE patients_patientlink
        SET status = becomes, moving = pg_current_xact_id(), decided_by_id = actor, decided_at = clock_timestamp(),
            conflicts = patients_identity_conflicts(survivor_id, duplicate_id)
        WHERE id = link;
    ELSE
        UPDATE patients_patientlink
        SET status = becomes, moving = pg_current_xact_id(), undone_by_id = actor, undone_at = clock_timestamp(),
            undo_reason = words
        WHERE id = link;
    END IF;
    RETURN (SELECT max(id) FROM audit_event WHERE xact = pg_current_xact_id());
END $$;

CREATE FUNCTION patients_moving_link(link uuid) RETURNS patients_patientlink LANGUAGE plpgsql AS $$
DECLARE
    found_link patients_patientlink;
BEGIN
    SELECT * INTO found_link FROM patients_patientlink WHERE id = link AND moving = pg_current_xact_id_if_assigned();
    IF found_link IS NULL THEN
        PERFORM patients_refuse('patientlink_moves_in_its_deed', 'rows move only in a merge or its undoing');
    END IF;
    RETURN found_link;
END $$;

-- Every row of the duplicate goes to the survivor; so do the references in its text.
CREATE FUNCTION patients_move(link uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    m patients_patientlink := patients_moving_link(link);
    followed record;
BEGIN
    IF m.status <> 'merged' THEN
        PERFORM patients_refuse('patientlink_step_known', 'a link is merged once and undone once');
    END IF;
    FOR followed IN SELECT * FROM patients_following() LOOP
        EXECUTE format('UPDATE %I SET patient_id = $2 %s WHERE patient_id = $1', followed.name,
            CASE WHEN followed.has_text THEN ', resource = replace(resource, $3, $4)' ELSE '' END)
        USING m.duplicate_id, m.survivor_id, 'Patient/' || m.duplicate_id, 'Patient/' || m.survivor_id;
    END LOOP;
END $$;

-- A list on its way back: without what the merge put into it, and again with what it took out.
CREATE FUNCTION patients_list_back(before jsonb, after jsonb, now jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(jsonb_agg(item ORDER BY part, place), '[]') FROM (
        SELECT 1 AS part, place, item FROM jsonb_array_elements(before) WITH ORDINALITY AS b(item, place)
        WHERE NOT after @> jsonb_build_array(item) AND NOT now @> jsonb_build_array(item)
        UNION ALL
        SELECT 2, place, item FROM jsonb_array_elements(now) WITH ORDINALITY AS n(item, place)
        WHERE before @> jsonb_build_array(item) OR NOT after @> jsonb_build_array(item)
    ) AS items
$$;

-- The way back of one row: what the merge changed and nobody has changed since, as it was before.
CREATE FUNCTION patients_way_back(before jsonb, after jsonb, now jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(jsonb_object_agg(key, CASE WHEN after -> key IS NOT DISTINCT FROM now -> key THEN value
                                               ELSE patients_list_back(value, after -> key, now -> key) END), '{}')
    FROM jsonb_each(before)
    WHERE key NOT IN ('id', 'organization_id', 'version', 'created_at', 'updated_at')
      AND value IS DISTINCT FROM after -> key
      AND (after -> key IS NOT DISTINCT FROM now -> key
           OR 'array' = ALL (ARRAY[jsonb_typeof(value), jsonb_typeof(after -> key), jsonb_typeof(now -> key)]))
$$;

CREATE FUNCTION patients_columns(target text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = target::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
      AND attname NOT IN ('id', 'organization_id', 'version', 'created_at', 'updated_at')
$$;

-- Rows of one table go back; `leaving`: those that leave the survivor, or those that stay with whom they were.
-- Returns those that somebody has changed since.
CREATE FUNCTION patients_put_back(m patients_patientlink, target text, has_text boolean, leaving boolean)
RETURNS SETOF uuid LANGUAGE plpgsql AS $$
DECLARE
    columns text := patients_columns(target);
    relinked text := CASE WHEN has_text AND leaving THEN $q$
        || CASE WHEN coalesce(a.content, to_jsonb(t)) -> 'resource' IS DISTINCT FROM to_jsonb(t) -> 'resource'
                THEN jsonb_build_object('resource', replace(t.resource, 'Patient/' || $2, 'Patient/' || $3))
                ELSE '{}' END $q$ ELSE '' END;
BEGIN
    RETURN QUERY EXECUTE format($q$
        WITH back AS (
            SELECT t.id, a.content - $5 IS DISTINCT FROM to_jsonb(t) - $5 AND a.content IS NOT NULL AS is_changed,
                to_jsonb(t) || patients_way_back(b.content, coalesce(a.content, to_jsonb(t)), to_jsonb(t)) %3$s AS content
            FROM patients_movedrow r
            JOIN %1$I t ON t.id = r.row_id
            JOIN audit_rowhistory b ON b.table_name = %1$L AND b.row_id = r.row_id AND b.version = r.version_before
            LEFT JOIN audit_rowhistory a ON a.table_name = %1$L AND a.row_id = r.row_id AND a.version = r.version_after
            WHERE r.link_id = $1 AND r.table_name = %1$L AND r.kind = 'moved'
              AND (r.from_patient_id <> r.to_patient_id) = $4
        ), done AS (
            UPDATE %1$I t SET (%2$s) = (SELECT %2$s FROM jsonb_populate_record(NULL::%1$I, back.content))
            FROM back WHERE t.id = back.id RETURNING back.id, back.is_changed
        ) SELECT id FROM done WHERE is_changed$q$, target, columns, relinked)
    USING m.id, m.survivor_id::text, m.duplicate_id::text, leaving,
          ARRAY['version', 'created_at', 'updated_at'];
END $$;

-- Undo: every moved row goes back as it was, with what was changed in it since; of what came later, the rows named.
-- Both patients themselves come last, when the charts are parted. Returns the rows that were changed since.
CREATE FUNCTION patients_move_back(link uuid, sent_tables text[], sent_rows uuid[])
RETURNS TABLE (table_name text, row_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    m patients_patientlink := patients_moving_link(link);
    followed record;
BEGIN
    IF m.status <> 'unmerged' THEN
        PERFORM patients_refuse('patientlink_step_known', 'a link is merged once and undone once');
    END IF;
    FOR followed IN SELECT * FROM patients_following() UNION ALL SELECT 'patients_patient', true LOOP
        RETURN QUERY SELECT followed.name, patients_put_back(m, followed.name, followed.has_text, true);
        IF followed.name <> 'patients_patient' AND followed.name = ANY (sent_tables) THEN
            EXECUTE format($q$
                WITH chosen AS (SELECT s.key FROM unnest($1::text[], $2::uuid[]) AS s(name, key) WHERE s.name = %1$L),
                gone AS (UPDATE %1$I SET patient_id = $4 %2$s WHERE id IN (SELECT key FROM chosen) AND patient_id = $3
                         RETURNING id, version)
                INSERT INTO patients_movedrow (organization_id, link_id, table_name, row_id, kind, from_patient_id,
                    to_patient_id, version_after, returned)
                SELECT $6, $5, %1$L, id, 'sent', $3, $4, version, true FROM gone
                ON CONFLICT ON CONSTRAINT patients_movedrow_pkey DO UPDATE SET kind = 'sent',
                    from_patient_id = $3, to_patient_id = $4, version_after = excluded.version_after, returned = true$q$,
                followed.name,
                CASE WHEN followed.has_text THEN ', resource = replace(resource, ''Patient/'' || $3, ''Patient/'' || $4)' ELSE '' END)
            USING sent_tables, sent_rows, m.survivor_id, m.duplicate_id, link, m.organization_id;
        END IF;
        RETURN QUERY SELECT followed.name, patients_put_back(m, followed.name, followed.has_text, false);
    END LOOP;
    UPDATE patients_movedrow r SET returned = true WHERE r.link_id = link AND r.kind = 'moved';
END $$;

-- The end of a move. After a merge the trail tells what it has touched: that is the plan of its undoing.
CREATE FUNCTION patients_finish_move(link uuid, mark bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    m patients_patientlink := patients_moving_link(link);
BEGIN
    IF m.status = 'merged' THEN
        INSERT INTO patients_movedrow (organization_id, link_id, table_name, row_id, kind, from_patient_id,
            to_patient_id, version_before, version_after, returned)
        SELECT m.organization_id, link, e.entity, e.entity_id, 'moved', h.patient_id, e.patient_id, h.version, e.after, false
        FROM (
            SELECT entity, entity_id, min(version) - 1 AS before, max(version) AS after,
                   (array_agg(patient_id ORDER BY version DESC))[1] AS patient_id
            FROM audit_event
            WHERE xact = pg_current_xact_id() AND id > mark AND action = 'U' AND entity <> 'patients_patientlink'
              AND patient_id IN (m.survivor_id, m.duplicate_id)
            GROUP BY entity, entity_id
        ) AS e
        JOIN audit_rowhistory h ON h.table_name = e.entity AND h.row_id = e.entity_id AND h.version = e.before
        ON CONFLICT DO NOTHING;
    END IF;
    PERFORM patients_tokens_of(ARRAY[m.survivor_id, m.duplicate_id]);
    UPDATE patients_patientlink
    SET moving = NULL, last_event = (SELECT max(id) FROM audit_event WHERE xact = pg_current_xact_id())
    WHERE id = link;
END $$;

-- Nobody commits half a merge.
CREATE FUNCTION patients_link_finished() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    organization_before text := current_setting('app.org', true);
    patient_before text := current_setting('app.patient', true);
    is_moving boolean;
BEGIN
    PERFORM set_config('app.org', NEW.organization_id::text, true), set_config('app.patient', '', true);
    SELECT moving IS NOT NULL INTO is_moving FROM patients_patientlink WHERE id = NEW.id;
    PERFORM set_config('app.org', organization_before, true), set_config('app.patient', patient_before, true);
    IF is_moving THEN
        PERFORM patients_refuse('patientlink_finished', 'a merge is done whole or not at all');
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER finished AFTER UPDATE ON patients_patientlink
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.moving IS NOT NULL) EXECUTE FUNCTION patients_link_finished();

-- A proposal that is not taken up, and allergies that a clinician has looked at.
CREATE FUNCTION patients_decline_link(link uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE patients_patientlink
    SET status = 'declined', decided_by_id = (audit_context()).actor_id, decided_at = clock_timestamp()
    WHERE id = link AND status = 'proposed'
$$;
CREATE FUNCTION patients_mark_allergies(link uuid, is_open boolean) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE patients_patientlink SET allergies_open = is_open WHERE id = link AND status = 'merged'
$$;

-- A patient is found by all that the merged charts said of name, phone, birth date and MRN; they themselves are not.
CREATE OR REPLACE FUNCTION patients_tokens_of(ids uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM patients_searchtoken WHERE patient_id = ANY (ids);
    INSERT INTO patients_searchtoken (organization_id, kind, token, patient_id)
    WITH RECURSIVE chart AS (
        SELECT p.id, p.id AS owner FROM patients_patient p WHERE p.id = ANY (ids) AND p.replaced_by_id IS NULL
        UNION ALL SELECT p.id, c.owner FROM patients_patient p JOIN chart c ON p.replaced_by_id = c.id
    ), person AS (
        SELECT p.organization_id, c.owner AS id, p.mrn, p.phone, p.birth_date, p.line, p.postal_code, p.email, said
        FROM chart c JOIN patients_patient p ON p.id = c.id
        CROSS JOIN LATERAL unnest(concat_ws(' ', p.given, p.family, p.name_used) || p.former_names) AS said
    ), word AS (
        SELECT DISTINCT p.organization_id, p.id, p.said, w.word, dmetaphone(w.word) AS sound
        FROM person p
        CROSS JOIN LATERAL (
            SELECT string_to_table(patients_fold(p.said), ' ') AS word
            UNION
            SELECT string_to_table(patients_fold(translate(p.said, $q$'’ʼ$q$, '')), ' ')
            WHERE p.said ~ $q$['’ʼ]$q$
        ) AS w
        WHERE w.word <> ''
    ), pair AS (
        SELECT one.organization_id, one.id, one.word AS first, two.word AS second,
               one.sound AS first_sound, two.sound AS second_sound
        FROM word one JOIN word two USING (id, said) WHERE one.word <> two.word
    )
    SELECT DISTINCT organization_id, kind, left(token, 200), id FROM (
        SELECT organization_id, id, 'n' AS kind, word AS token FROM word
        UNION ALL
        SELECT organization_id, id, 's', sound FROM word
        UNION ALL
        SELECT organization_id, id, 'w', first || ' ' || second FROM pair
        UNION ALL
        SELECT organization_id, id, 't', least(first_sound, second_sound) || ' ' || greatest(first_sound, second_sound)
        FROM pair WHERE first < second AND first_sound <> '' AND second_sound <> ''
        UNION ALL
        SELECT organization_id, id, 'i', lower(mrn) FROM person
        UNION ALL
        SELECT organization_id, id, 'p', right(regexp_replace(phone, '\D', '', 'g'), 10) FROM person
        UNION ALL
        SELECT organization_id, id, 'p', right(regexp_replace(phone, '\D', '', 'g'), 7) FROM person
        UNION ALL
        SELECT organization_id, id, 'b', to_char(birth_date, 'YYYYMMDD') FROM person
        UNION ALL
        SELECT organization_id, id, 'a', patients_address_keys(line, postal_code) FROM person
        UNION ALL
        SELECT organization_id, id, 'e', lower(email) FROM person
        UNION ALL
        SELECT organization_id, patient_id, 'i', lower(value)
        FROM patients_patientidentifier WHERE patient_id = ANY (ids)
    ) AS tokens
    WHERE token IS NOT NULL AND token <> '';
END $$;

-- A patient reads in the trail and in the history what concerned a chart that was merged into the own one.
ALTER POLICY own_chart ON audit_rowhistory USING
    ((SELECT nullif(current_setting('app.patient', true), '')) IS NULL
     OR patient_id = ANY ((SELECT patients_ids_of(nullif(current_setting('app.patient', true), '')::uuid))::uuid[]));
ALTER POLICY own_chart ON audit_event USING
    ((SELECT nullif(current_setting('app.patient', true), '')) IS NULL
     OR patient_id = ANY ((SELECT patients_ids_of(nullif(current_setting('app.patient', true), '')::uuid))::uuid[])
     OR patient_ids && (SELECT patients_ids_of(nullif(current_setting('app.patient', true), '')::uuid)));

DO $$
DECLARE
    signature text;
BEGIN
    EXECUTE format('REVOKE UPDATE ON patients_patientlink FROM %I', audit_web_role());
    FOREACH signature IN ARRAY ARRAY[
        'patients_begin_move(uuid, text, text)', 'patients_move(uuid)', 'patients_finish_move(uuid, bigint)',
        'patients_move_back(uuid, text[], uuid[])', 'patients_decline_link(uuid)',
        'patients_mark_allergies(uuid, boolean)', 'patients_survivor(uuid)', 'patients_ids_of(uuid)'
    ] LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM public', signature);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', signature, audit_web_role());
    END LOOP;
END $$;
