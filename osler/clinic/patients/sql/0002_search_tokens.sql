-- Search tokens: how patients are found (see SearchToken).
CREATE FUNCTION patients_fold(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT trim(regexp_replace(lower(public.unaccent('public.unaccent', words)), '[^a-z0-9]+', ' ', 'g'))
$$;

-- The tokens of patients, made anew for each changed row.
CREATE FUNCTION patients_tokens_of(ids uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM patients_searchtoken WHERE patient_id = ANY (ids);
    INSERT INTO patients_searchtoken (organization_id, kind, token, patient_id)
    SELECT DISTINCT organization_id, kind, left(token, 200), id FROM (
        SELECT p.organization_id, p.id, kind_token.kind, kind_token.token
        FROM patients_patient p
        CROSS JOIN LATERAL (
            SELECT 'n' AS kind, word AS token
            FROM string_to_table(patients_fold(concat_ws(' ', p.given, p.family, p.name_used)), ' ') AS word
            UNION ALL
            SELECT 's', dmetaphone(word)
            FROM string_to_table(patients_fold(concat_ws(' ', p.given, p.family, p.name_used)), ' ') AS word
            UNION ALL
            SELECT 'i', lower(p.mrn)
            UNION ALL
            SELECT 'p', right(regexp_replace(p.phone, '\D', '', 'g'), 10)
            UNION ALL
            SELECT 'p', right(regexp_replace(p.phone, '\D', '', 'g'), 7)
            UNION ALL
            SELECT 'b', to_char(p.birth_date, 'YYYYMMDD')
        ) AS kind_token
        WHERE p.id = ANY (ids)
        UNION ALL
        SELECT organization_id, patient_id, 'i', lower(value)
        FROM patients_patientidentifier WHERE patient_id = ANY (ids)
    ) AS tokens
    WHERE token IS NOT NULL AND token <> '';
END $$;

CREATE FUNCTION patients_patient_tokens() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM patients_tokens_of(ARRAY(SELECT id FROM new_rows));
    RETURN NULL;
END $$;
CREATE FUNCTION patients_identifier_tokens() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM patients_tokens_of(ARRAY(SELECT DISTINCT patient_id FROM new_rows));
    RETURN NULL;
END $$;

CREATE TRIGGER tokens_insert AFTER INSERT ON patients_patient REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION patients_patient_tokens();
CREATE TRIGGER tokens_update AFTER UPDATE ON patients_patient REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION patients_patient_tokens();
CREATE TRIGGER tokens_insert AFTER INSERT ON patients_patientidentifier REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION patients_identifier_tokens();
CREATE TRIGGER tokens_update AFTER UPDATE ON patients_patientidentifier REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION patients_identifier_tokens();
