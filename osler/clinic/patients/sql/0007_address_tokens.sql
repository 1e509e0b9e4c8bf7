-- Search tokens of addresses, of both kinds: who moved names, birth date and number at once still lives there.
-- Kinds: n name word, w two words of the name in either order, s sound of a word, t two sounds in
-- alphabetical order, i identifier, p phone digits, b birth date, a house number or postal code with
-- the beginning of the street, e e-mail address.
CREATE FUNCTION patients_address_keys(line text, postal_code text) RETURNS SETOF text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT key FROM (
        SELECT substring(patients_fold(line) FROM '(?:^| )([0-9]+)(?: |$)') AS house,
               substring(substring(patients_fold(line) FROM '(?:^| )([0-9]*[a-z][0-9a-z]{2,})') FROM 1 FOR 4) AS street,
               left(replace(patients_fold(postal_code), ' ', ''), 5) AS place
    ) AS parts, LATERAL (VALUES (house || ' ' || street), (nullif(place, '') || ' ' || street)) AS keys(key)
    WHERE key IS NOT NULL
$$;

CREATE OR REPLACE FUNCTION patients_tokens_of(ids uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM patients_searchtoken WHERE patient_id = ANY (ids);
    INSERT INTO patients_searchtoken (organization_id, kind, token, patient_id)
    WITH person AS (
        SELECT p.*, concat_ws(' ', p.given, p.family, p.name_used) AS said
        FROM patients_patient p WHERE p.id = ANY (ids)
    ), word AS (
        SELECT DISTINCT p.organization_id, p.id, w.word, dmetaphone(w.word) AS sound
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
        FROM word one JOIN word two USING (id) WHERE one.word <> two.word
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
