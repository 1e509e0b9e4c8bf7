-- Commands must find the tenant before they can act for it; only its id and name are told.
CREATE FUNCTION fhir_tenants() RETURNS TABLE (id uuid, name varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT o.id, o.name FROM directory_organization o WHERE o.id = o.organization_id ORDER BY o.id
$$;
DO $$ BEGIN
    EXECUTE format('CREATE POLICY tenants_of_commands ON directory_organization FOR SELECT TO %I USING (id = organization_id)',
                   current_user);
END $$;
