-- Notes each change of the schema in the audit trail of every tenant: also the owner of the tables cannot
-- loosen a wall unseen (PROMISES A28). Run by a superuser, whose schema, function and event triggers they are;
-- running it again does no harm.
SET event_triggers = off;
CREATE SCHEMA IF NOT EXISTS osler_watch;

CREATE OR REPLACE FUNCTION osler_watch.note_change() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    what text;
    tenants bigint;
    noted bigint;
BEGIN
    IF TG_EVENT = 'sql_drop' THEN
        SELECT string_agg(object_type || ' ' || object_identity, ', ' ORDER BY original DESC, object_identity) INTO what
        FROM pg_event_trigger_dropped_objects()
        WHERE NOT is_temporary AND (original OR object_type IN ('trigger', 'policy', 'rule'))
          AND object_identity NOT LIKE '"RI_ConstraintTrigger%';
        IF EXISTS (
            SELECT FROM pg_event_trigger_dropped_objects()
            WHERE object_identity IN ('public.audit_event', 'public.directory_organization') AND object_type = 'table'
        ) AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = session_user) THEN
            RAISE EXCEPTION 'the audit trail is not dropped' USING ERRCODE = 'insufficient_privilege';
        END IF;
    ELSE
        SELECT string_agg(object_type || coalesce(' ' || object_identity, ''), ', ' ORDER BY object_identity) INTO what
        FROM pg_event_trigger_ddl_commands()
        WHERE schema_name IS DISTINCT FROM 'pg_temp'
          AND command_tag NOT IN ('CREATE TABLE', 'CREATE INDEX', 'CREATE SEQUENCE', 'COMMENT', 'CREATE STATISTICS');
    END IF;
    IF what IS NULL OR to_regclass('public.audit_event') IS NULL OR to_regclass('public.directory_organization') IS NULL THEN
        RETURN;
    END IF;
    SELECT count(*) INTO tenants FROM public.directory_organization;
    INSERT INTO public.audit_event (organization_id, actor_role, action, entity, detail)
    SELECT id, session_user, 'E', 'database', left(TG_TAG || ': ' || what, 500) FROM public.directory_organization;
    GET DIAGNOSTICS noted = ROW_COUNT;
    IF noted <> tenants THEN
        RAISE EXCEPTION 'the audit trail does not take the note of %', TG_TAG USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_event_trigger WHERE evtname = 'osler_watch_change') THEN
        CREATE EVENT TRIGGER osler_watch_change ON ddl_command_end EXECUTE FUNCTION osler_watch.note_change();
    END IF;
    IF NOT EXISTS (SELECT FROM pg_event_trigger WHERE evtname = 'osler_watch_drop') THEN
        CREATE EVENT TRIGGER osler_watch_drop ON sql_drop EXECUTE FUNCTION osler_watch.note_change();
    END IF;
END $$;
ALTER EVENT TRIGGER osler_watch_change ENABLE ALWAYS;
ALTER EVENT TRIGGER osler_watch_drop ENABLE ALWAYS;
RESET event_triggers;
