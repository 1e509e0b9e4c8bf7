-- A token, role, grant or account has changed: processes that keep callers forget them at commit.
CREATE FUNCTION fhir_rights_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('osler_rights', '');
    RETURN NULL;
END $$;
CREATE TRIGGER rights_changed AFTER UPDATE OR DELETE ON accounts_apitoken
    FOR EACH STATEMENT EXECUTE FUNCTION fhir_rights_changed();
CREATE TRIGGER rights_changed AFTER UPDATE OF is_active OR DELETE ON accounts_user
    FOR EACH STATEMENT EXECUTE FUNCTION fhir_rights_changed();
CREATE TRIGGER rights_changed AFTER INSERT OR UPDATE OR DELETE ON access_roleassignment
    FOR EACH STATEMENT EXECUTE FUNCTION fhir_rights_changed();
CREATE TRIGGER rights_changed AFTER INSERT OR UPDATE OR DELETE ON access_patientgrant
    FOR EACH STATEMENT EXECUTE FUNCTION fhir_rights_changed();
