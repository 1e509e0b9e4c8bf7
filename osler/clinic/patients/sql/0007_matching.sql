-- Whoever is new, or has changed in something that is compared, is due to be matched. One row for
-- each change, without a unique key, so that a registration never waits for the sweep.
-- (UPDATE is granted for the row locks of the sweep.)
CREATE FUNCTION patients_patient_is_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO patients_matchdue (id, organization_id, patient_id)
    SELECT uuidv7(), organization_id, id FROM new_rows;
    RETURN NULL;
END $$;

CREATE FUNCTION patients_changed_is_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO patients_matchdue (id, organization_id, patient_id)
    SELECT uuidv7(), n.organization_id, n.id FROM new_rows n JOIN old_rows o USING (id)
    WHERE (n.active, n.given, n.family, n.suffix, n.name_used, n.birth_date, n.birth_date_estimated, n.gender,
           n.phone, n.email, n.line, n.city, n.postal_code)
        IS DISTINCT FROM
          (o.active, o.given, o.family, o.suffix, o.name_used, o.birth_date, o.birth_date_estimated, o.gender,
           o.phone, o.email, o.line, o.city, o.postal_code);
    RETURN NULL;
END $$;

CREATE FUNCTION patients_numbered_is_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO patients_matchdue (id, organization_id, patient_id)
    SELECT uuidv7(), organization_id, patient_id FROM new_rows GROUP BY organization_id, patient_id;
    RETURN NULL;
END $$;

CREATE TRIGGER due_insert AFTER INSERT ON patients_patient REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION patients_patient_is_due();
CREATE TRIGGER due_update AFTER UPDATE ON patients_patient REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION patients_changed_is_due();
CREATE TRIGGER due_insert AFTER INSERT ON patients_patientidentifier REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION patients_numbered_is_due();
CREATE TRIGGER due_update AFTER UPDATE ON patients_patientidentifier REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION patients_numbered_is_due();

SELECT audit_wall('patients_matchdue', 'patient_id'), audit_grant('patients_matchdue', 'SELECT, INSERT, UPDATE, DELETE');

-- A pair names two patients and is in the own chart of neither: no portal sees one. Said as an equality, whose
-- share of rows the planner knows; a bare IS NULL would be taken for one row in two hundred.
CREATE POLICY staff_alone ON patients_matchpair AS RESTRICTIVE USING
    (organization_id = (SELECT CASE WHEN nullif(current_setting('app.patient', true), '') IS NULL
                                    THEN nullif(current_setting('app.org', true), '')::uuid END));
