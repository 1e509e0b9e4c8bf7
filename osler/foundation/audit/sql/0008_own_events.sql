-- The web role writes that something was read or done, and nothing else of an event: who, for whom, when and in
-- which transaction come from the database. What was created, changed or deleted is written by the triggers alone,
-- whose owner may name every column.
ALTER TABLE audit_event
    ALTER organization_id SET DEFAULT nullif(current_setting('app.org', true), '')::uuid,
    ALTER actor_id SET DEFAULT nullif(current_setting('app.actor', true), '')::uuid,
    ALTER actor_role SET DEFAULT coalesce(current_setting('app.role', true), ''),
    ALTER request_id SET DEFAULT nullif(current_setting('app.request', true), '')::uuid,
    ALTER reason SET DEFAULT coalesce(current_setting('app.reason', true), '');
DO $$ BEGIN
    EXECUTE format('REVOKE INSERT ON audit_event FROM %I', audit_web_role());
    EXECUTE format('GRANT INSERT (action, entity, entity_id, patient_id, patient_ids, detail) ON audit_event TO %I',
                   audit_web_role());
    EXECUTE format($p$CREATE POLICY own_events ON audit_event AS RESTRICTIVE FOR INSERT TO %I
        WITH CHECK (action IN ('R', 'E'))$p$, audit_web_role());
END $$;
