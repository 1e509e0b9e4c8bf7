-- audit_protect(table, patient column or NULL, erasable): everything that stands round a tenant's table.
-- The capture functions are made for each table, so that their plans are kept.
CREATE OR REPLACE FUNCTION audit_protect(target text, patient text, erasable boolean) RETURNS void
LANGUAGE plpgsql AS $outer$
DECLARE
    patient_of_new text := CASE WHEN patient IS NULL THEN 'NULL::uuid' ELSE format('n.%I', patient) END;
    patient_of_old text := CASE WHEN patient IS NULL THEN 'NULL::uuid' ELSE format('o.%I', patient) END;
    capture text := $fn$
        CREATE FUNCTION %1$I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
        BEGIN %2$s RETURN NULL; END $body$ $fn$;
    event text := $ev$INSERT INTO audit_event (organization_id, actor_id, actor_role, action, entity, entity_id,
            patient_id, version, request_id, reason)
        SELECT %1$s.organization_id, c.actor_id, c.actor_role, %2$L, %3$L, %1$s.id, %4$s, %1$s.version,
               c.request_id, c.reason
        FROM %5$s %1$s, audit_context() c;$ev$;
    history text := $hi$INSERT INTO audit_rowhistory (table_name, row_id, version, organization_id, patient_id, content)
        SELECT %1$L, o.id, o.version, o.organization_id, %2$s, to_jsonb(o) FROM old_rows o;$hi$;
BEGIN
    PERFORM audit_wall(target, patient);
    PERFORM audit_grant(target, 'SELECT, INSERT, UPDATE' || CASE WHEN erasable THEN ', DELETE' ELSE '' END);

    EXECUTE format('CREATE TRIGGER stamp_version BEFORE UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION audit_stamp_version()', target);

    EXECUTE format(capture, target || '_inserted', format(event, 'n', 'C', target, patient_of_new, 'new_rows'));
    EXECUTE format('CREATE TRIGGER capture_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION %I()', target, target || '_inserted');

    EXECUTE format(capture, target || '_updated',
        format(history, target, patient_of_old) || format(event, 'n', 'U', target, patient_of_new, 'new_rows'));
    EXECUTE format('CREATE TRIGGER capture_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION %I()', target, target || '_updated');

    EXECUTE format(capture, target || '_deleted',
        format(history, target, patient_of_old) || format(event, 'o', 'D', target, patient_of_old, 'old_rows'));
    EXECUTE format('CREATE TRIGGER capture_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows
        FOR EACH STATEMENT EXECUTE FUNCTION %I()', target, target || '_deleted');
END $outer$;
