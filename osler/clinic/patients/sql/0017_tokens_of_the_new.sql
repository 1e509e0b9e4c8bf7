-- Search tokens for many at once. What a chart says becomes tokens in one place, `patients_tokens_said`; it is
-- written so that the planner puts it into the statement that asks, and each expression is reckoned once.
-- Kinds: see SearchToken.
CREATE OR REPLACE FUNCTION patients_address_keys(line text, postal_code text) RETURNS SETOF text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT key FROM (
        SELECT substring(folded FROM '(?:^| )([0-9]+)(?: |$)') AS house,
               left(substring(folded FROM '(?:^| )([0-9]*[a-z][0-9a-z]{2,})'), 4) AS street,
               nullif(left(replace(patients_fold(postal_code), ' ', ''), 5), '') AS place
        FROM (SELECT patients_fold(line) AS folded OFFSET 0) AS written OFFSET 0
    ) AS parts, LATERAL (VALUES (house || ' ' || street), (place || ' ' || street)) AS keys(key)
    WHERE key IS NOT NULL
$$;

CREATE FUNCTION patients_tokens_said(
    said text, mrn text, phone text, birth_date date, line text, postal_code text, email text
) RETURNS TABLE (kind text, token text) LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH word AS MATERIALIZED (
        SELECT word, dmetaphone(word) AS sound FROM (
            SELECT string_to_table(patients_fold(said), ' ') AS word
            UNION
            SELECT string_to_table(patients_fold(translate(said, $q$'’ʼ$q$, '')), ' ')
            WHERE said ~ $q$['’ʼ]$q$
        ) AS words WHERE word <> ''
    )
    SELECT 'n', word FROM word
    UNION ALL
    SELECT 's', sound FROM word
    UNION ALL
    SELECT 'w', one.word || ' ' || two.word FROM word one, word two WHERE one.word <> two.word
    UNION ALL
    SELECT 't', least(one.sound, two.sound) || ' ' || greatest(one.sound, two.sound)
    FROM word one, word two WHERE one.word < two.word AND one.sound <> '' AND two.sound <> ''
    UNION ALL
    SELECT 'p', right(digits, ending)
    FROM (SELECT regexp_replace(phone, '\D', '', 'g') AS digits OFFSET 0) AS number, (VALUES (10), (7)) AS p(ending)
    UNION ALL
    SELECT 'a', key FROM patients_address_keys(line, postal_code) AS key
    UNION ALL
    VALUES ('i', lower(mrn)), ('b', to_char(birth_date::timestamp, 'YYYYMMDD')), ('e', lower(email))
$$;

-- Of charts that have changed: anew, together with what the charts merged into them say.
CREATE OR REPLACE FUNCTION patients_tokens_of(ids uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM patients_searchtoken WHERE patient_id = ANY (ids);
    INSERT INTO patients_searchtoken (organization_id, kind, token, patient_id)
    WITH RECURSIVE chart AS (
        SELECT p.id, p.id AS owner FROM patients_patient p WHERE p.id = ANY (ids) AND p.replaced_by_id IS NULL
        UNION ALL SELECT p.id, c.owner FROM patients_patient p JOIN chart c ON p.replaced_by_id = c.id
    )
    SELECT DISTINCT organization_id, kind, left(token, 200) COLLATE "C", id FROM (
        SELECT p.organization_id, c.owner AS id, t.kind, t.token
        FROM chart c JOIN patients_patient p ON p.id = c.id
        CROSS JOIN LATERAL unnest(concat_ws(' ', p.given, p.family, p.name_used) || p.former_names) AS said
        CROSS JOIN LATERAL patients_tokens_said(
            said, p.mrn, p.phone, p.birth_date, p.line, p.postal_code, p.email) AS t
        UNION ALL
        SELECT organization_id, patient_id, 'i', lower(value)
        FROM patients_patientidentifier WHERE patient_id = ANY (ids)
    ) AS tokens
    WHERE token <> '';
END $$;

-- Of charts that begin: there is nothing to take away, nobody was merged into them, and their numbers bring their own
-- tokens. In the order of the index, so that each of its pages is sought once for all.
CREATE FUNCTION patients_patient_added() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO patients_searchtoken (organization_id, kind, token, patient_id)
    SELECT DISTINCT p.organization_id, t.kind, left(t.token, 200) COLLATE "C" AS token, p.id
    FROM new_rows p
    CROSS JOIN LATERAL unnest(concat_ws(' ', p.given, p.family, p.name_used) || p.former_names) AS said
    CROSS JOIN LATERAL patients_tokens_said(
        said, p.mrn, p.phone, p.birth_date, p.line, p.postal_code, p.email) AS t
    WHERE t.token <> ''
    ORDER BY 1, 2, 3, 4;
    RETURN NULL;
END $$;
DROP TRIGGER tokens_insert ON patients_patient;
CREATE TRIGGER tokens_insert AFTER INSERT ON patients_patient REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION patients_patient_added();

-- The check digit of a number, as 0001_mrn.sql has it, without a sort for each: every new chart asks for one.
CREATE OR REPLACE FUNCTION patients_luhn(digits text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    total integer := 0;
    digit integer;
BEGIN
    FOR place IN 1 .. length(digits) LOOP
        digit := substr(digits, length(digits) + 1 - place, 1)::integer;
        total := total + CASE WHEN place % 2 = 0 THEN digit ELSE digit * 2 / 10 + digit * 2 % 10 END;
    END LOOP;
    RETURN ((10 - total % 10) % 10)::text;
END $$;
