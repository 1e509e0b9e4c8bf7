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
