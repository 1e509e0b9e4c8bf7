-- The planner's statistics of the tables that an import fills, renewed on request: in a clinic that has begun a
-- minute ago autovacuum has not been there yet, and a plan for one row is used for thousands. Nothing is told.
CREATE FUNCTION patients_renew_statistics() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    ANALYZE patients_patient, patients_patientidentifier, patients_searchtoken;
END $$;
REVOKE EXECUTE ON FUNCTION patients_renew_statistics() FROM public;
DO $$ BEGIN EXECUTE format('GRANT EXECUTE ON FUNCTION patients_renew_statistics() TO %I', audit_web_role()); END $$;
