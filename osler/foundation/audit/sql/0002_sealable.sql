-- The sealer reads events of all tenants, in one order; it returns them to the sealing job only as rows to hash.
-- The owner of this function sees all tenants through the policy "sealer", which no other role has.
CREATE FUNCTION audit_sealable(from_xact xid8, to_xact xid8) RETURNS SETOF audit_event
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT * FROM audit_event WHERE xact >= from_xact AND xact < to_xact ORDER BY xact, id
$$;
DO $$ BEGIN EXECUTE format('CREATE POLICY sealer ON audit_event FOR SELECT TO %I USING (true)', current_user); END $$;
REVOKE EXECUTE ON FUNCTION audit_sealable(xid8, xid8) FROM public;
DO $$ BEGIN EXECUTE format('GRANT EXECUTE ON FUNCTION audit_sealable(xid8, xid8) TO %I', audit_web_role()); END $$;
