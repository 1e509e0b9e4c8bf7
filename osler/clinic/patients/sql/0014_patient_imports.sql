-- What a file says, and what became of its rows: no events and no history of their own (the import's row has both,
-- and each patient that was made). No portal sees them.
SELECT audit_wall('patients_importcontent', NULL), audit_grant('patients_importcontent', 'SELECT, INSERT, DELETE'),
       audit_wall('patients_importrow', NULL), audit_grant('patients_importrow', 'SELECT, INSERT, UPDATE, DELETE');
DO $$
DECLARE
    target text;
BEGIN
    FOREACH target IN ARRAY ARRAY['patients_patientimport', 'patients_importcontent', 'patients_importrow'] LOOP
        EXECUTE format($p$CREATE POLICY staff_alone ON %I AS RESTRICTIVE USING
            (organization_id = (SELECT CASE WHEN nullif(current_setting('app.patient', true), '') IS NULL
                                            THEN nullif(current_setting('app.org', true), '')::uuid END))$p$, target);
    END LOOP;
END $$;

-- Whoever writes many at once has compared each with everybody before, and says so for the statement: they are
-- not due once more. Who is registered beside it by somebody else is due, and finds them.
CREATE OR REPLACE FUNCTION patients_patient_is_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO patients_matchdue (id, organization_id, patient_id)
    SELECT uuidv7(), organization_id, id FROM new_rows
    WHERE coalesce(current_setting('app.compared', true), '') = '';
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION patients_numbered_is_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO patients_matchdue (id, organization_id, patient_id)
    SELECT uuidv7(), organization_id, patient_id FROM new_rows
    WHERE coalesce(current_setting('app.compared', true), '') = ''
    GROUP BY organization_id, patient_id;
    RETURN NULL;
END $$;

-- A number that is new adds a token of its own; the patient's other tokens are as they were.
CREATE FUNCTION patients_identifier_added() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO patients_searchtoken (organization_id, kind, token, patient_id)
    SELECT organization_id, 'i', left(lower(value), 200), patient_id FROM new_rows
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
DROP TRIGGER tokens_insert ON patients_patientidentifier;
CREATE TRIGGER tokens_insert AFTER INSERT ON patients_patientidentifier REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION patients_identifier_added();

-- The tokens of new patients, who have no numbers and no merged charts yet: what patients_tokens_of makes of them,
-- person by person. patients_fold and patients_address_keys stand here in full: as functions they would be called a
-- dozen times for each person.
CREATE FUNCTION patients_patient_added() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO patients_searchtoken (organization_id, kind, token, patient_id)
    SELECT DISTINCT p.organization_id, made.kind, left(made.token, 200), p.id
    FROM new_rows p
    CROSS JOIN LATERAL (
        SELECT trim(regexp_replace(lower(unaccent('unaccent', p.line)), '[^a-z0-9]+', ' ', 'g')) AS line,
               nullif(left(regexp_replace(lower(unaccent('unaccent', p.postal_code)), '[^a-z0-9]+', '', 'g'), 5), '')
                   AS postal_code
        OFFSET 0
    ) AS folded
    LEFT JOIN LATERAL (
        SELECT substring(folded.line FROM '(?:^| )([0-9]+)(?: |$)') AS house,
               left(substring(folded.line FROM '(?:^| )([0-9]*[a-z][0-9a-z]{2,})'), 4) AS street
        WHERE folded.line <> '' OFFSET 0
    ) AS place ON true
    CROSS JOIN LATERAL (
        WITH word AS MATERIALIZED (
            SELECT said, w.word, dmetaphone(w.word) AS sound
            FROM unnest(concat_ws(' ', p.given, p.family, p.name_used) || p.former_names) AS said
            CROSS JOIN LATERAL (
                SELECT string_to_table(
                    trim(regexp_replace(lower(unaccent('unaccent', said)), '[^a-z0-9]+', ' ', 'g')), ' ') AS word
                UNION
                SELECT string_to_table(patients_fold(translate(said, $q$'’ʼ$q$, '')), ' ')
                WHERE said ~ $q$['’ʼ]$q$
            ) AS w
            WHERE w.word <> ''
        )
        SELECT 'n' AS kind, word AS token FROM word
        UNION ALL
        SELECT 's', sound FROM word
        UNION ALL
        SELECT 'w', one.word || ' ' || two.word FROM word one JOIN word two USING (said) WHERE one.word <> two.word
        UNION ALL
        SELECT 't', least(one.sound, two.sound) || ' ' || greatest(one.sound, two.sound)
        FROM word one JOIN word two USING (said)
        WHERE one.word < two.word AND one.sound <> '' AND two.sound <> ''
        UNION ALL
        SELECT 'i', lower(p.mrn)
        UNION ALL
        SELECT 'p', right(regexp_replace(p.phone, '\D', '', 'g'), 10)
        UNION ALL
        SELECT 'p', right(regexp_replace(p.phone, '\D', '', 'g'), 7)
        UNION ALL
        SELECT 'b', to_char(p.birth_date, 'YYYYMMDD')
        UNION ALL
        SELECT 'a', place.house || ' ' || place.street
        UNION ALL
        SELECT 'a', folded.postal_code || ' ' || place.street
        UNION ALL
        SELECT 'e', lower(p.email)
    ) AS made
    WHERE made.token <> '';
    RETURN NULL;
END $$;
DROP TRIGGER tokens_insert ON patients_patient;
CREATE TRIGGER tokens_insert AFTER INSERT ON patients_patient REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION patients_patient_added();
