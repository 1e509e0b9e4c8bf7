-- The search values of a resource stand in the chart in which the resource stands: there, and back again.
CREATE FUNCTION fhir_values_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE fhir_searchvalue v
    SET patient_id = CASE WHEN m.returned AND m.kind = 'moved' THEN m.from_patient_id ELSE m.to_patient_id END
    FROM new_rows m WHERE v.resource_id = m.row_id;
    RETURN NULL;
END $$;
CREATE TRIGGER values_follow_insert AFTER INSERT ON patients_movedrow REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION fhir_values_follow();
CREATE TRIGGER values_follow_update AFTER UPDATE ON patients_movedrow REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION fhir_values_follow();
