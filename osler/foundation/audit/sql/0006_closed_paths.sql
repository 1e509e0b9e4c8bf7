-- The sealer gets digests of all tenants' events, never the events: the web role sees no other tenant's by it.
-- Every column is in a digest, in a form that has one spelling only.
CREATE FUNCTION audit_leaves(from_xact xid8, to_xact xid8) RETURNS SETOF bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT sha256(convert_to(jsonb_build_array(id, extract(epoch FROM recorded_at)::text, xact::text,
        organization_id, actor_id, actor_role, action, entity, entity_id, patient_id, patient_ids,
        version, request_id, reason, detail)::text, 'UTF8'))
    FROM audit_event WHERE xact >= from_xact AND xact < to_xact ORDER BY xact, id
$$;
REVOKE EXECUTE ON FUNCTION audit_leaves(xid8, xid8) FROM public;
DO $$ BEGIN EXECUTE format('GRANT EXECUTE ON FUNCTION audit_leaves(xid8, xid8) TO %I', audit_web_role()); END $$;
DROP FUNCTION audit_sealable(xid8, xid8);

-- A function that runs as the owner finds a temporary table of its caller last: nobody can slip the trail
-- another "audit_event" to write to.
DO $$
DECLARE
    found regprocedure;
BEGIN
    FOR found IN SELECT oid::regprocedure FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND prosecdef AND proowner = current_user::regrole
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = public, pg_temp', found);
    END LOOP;
END $$;
