-- The audit tables and the functions that every protected table uses.

CREATE TABLE audit_event (
    id bigint GENERATED ALWAYS AS IDENTITY,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
    organization_id uuid NOT NULL,
    actor_id uuid,
    actor_role text NOT NULL DEFAULT '',
    action text NOT NULL CONSTRAINT audit_event_action_known CHECK (action IN ('C', 'R', 'U', 'D', 'E')),
    entity text NOT NULL,
    entity_id uuid,
    patient_id uuid,
    patient_ids uuid[] NOT NULL DEFAULT '{}',
    version integer,
    request_id uuid,
    reason text NOT NULL DEFAULT '',
    detail text NOT NULL DEFAULT '',
    PRIMARY KEY (recorded_at, id)
) PARTITION BY RANGE (recorded_at);

CREATE INDEX audit_event_patient ON audit_event (organization_id, patient_id, recorded_at DESC);
CREATE INDEX audit_event_actor ON audit_event (organization_id, actor_id, recorded_at DESC);
CREATE INDEX audit_event_xact ON audit_event (xact);
CREATE TABLE audit_event_rest PARTITION OF audit_event DEFAULT;

CREATE TABLE audit_rowhistory (
    table_name text NOT NULL,
    row_id uuid NOT NULL,
    version integer NOT NULL,
    organization_id uuid NOT NULL,
    patient_id uuid,
    replaced_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    content jsonb NOT NULL,
    PRIMARY KEY (table_name, row_id, version)
);

CREATE TABLE audit_seal (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sealed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    from_xact xid8 NOT NULL,
    to_xact xid8 NOT NULL,
    event_count bigint NOT NULL,
    root bytea NOT NULL,
    previous bytea NOT NULL,
    signature bytea NOT NULL,
    CONSTRAINT audit_seal_range_not_empty CHECK (from_xact < to_xact),
    CONSTRAINT audit_seal_from_unique UNIQUE (from_xact)
);

CREATE FUNCTION audit_web_role() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('app.web_role', true), ''), 'osler_web')
$$;

CREATE FUNCTION audit_context(
    OUT organization_id uuid, OUT actor_id uuid, OUT actor_role text, OUT request_id uuid, OUT reason text
) LANGUAGE sql STABLE AS $$
    SELECT nullif(current_setting('app.org', true), '')::uuid,
           nullif(current_setting('app.actor', true), '')::uuid,
           coalesce(current_setting('app.role', true), ''),
           nullif(current_setting('app.request', true), '')::uuid,
           coalesce(current_setting('app.reason', true), '')
$$;

CREATE FUNCTION audit_grant(target text, rights text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT %s ON %I TO %I', rights, target, audit_web_role());
END $$;

-- Months ahead get partitions of their own; anything else falls into audit_event_rest.
CREATE FUNCTION audit_ensure_partitions(months_ahead integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    month date;
    partition text;
BEGIN
    FOR i IN 0..months_ahead LOOP
        month := (date_trunc('month', now()) + make_interval(months => i))::date;
        partition := 'audit_event_' || to_char(month, 'YYYY_MM');
        IF to_regclass(partition) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF audit_event FOR VALUES FROM (%L) TO (%L)',
                           partition, month, (month + interval '1 month')::date);
        END IF;
    END LOOP;
END $$;
SELECT audit_ensure_partitions(2);

CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_event_not_truncated BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_seal_append_only BEFORE UPDATE OR DELETE ON audit_seal
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_rowhistory_append_only BEFORE UPDATE OR DELETE ON audit_rowhistory
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();

-- Each update makes a new version; key, tenant and creation never change.
CREATE FUNCTION audit_stamp_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id <> OLD.id OR NEW.organization_id <> OLD.organization_id THEN
        RAISE EXCEPTION 'id and organization of a row never change' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.version := OLD.version + 1;
    NEW.created_at := OLD.created_at;
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END $$;

-- Row-level security: by organization always, by patient on portal connections.
CREATE FUNCTION audit_wall(target text, patient text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', target);
    EXECUTE format($p$CREATE POLICY tenant ON %I USING
        (organization_id = (SELECT nullif(current_setting('app.org', true), '')::uuid))$p$, target);
    IF patient IS NOT NULL THEN
        EXECUTE format($p$CREATE POLICY own_chart ON %1$I AS RESTRICTIVE USING
            ((SELECT nullif(current_setting('app.patient', true), '')) IS NULL
             OR %2$I = (SELECT nullif(current_setting('app.patient', true), '')::uuid))$p$, target, patient);
    END IF;
END $$;

SELECT audit_wall('audit_rowhistory', 'patient_id');
SELECT audit_wall('audit_event', NULL);
CREATE POLICY own_chart ON audit_event AS RESTRICTIVE FOR SELECT USING
    ((SELECT nullif(current_setting('app.patient', true), '')) IS NULL
     OR patient_id = (SELECT nullif(current_setting('app.patient', true), '')::uuid));
SELECT audit_grant('audit_event', 'SELECT, INSERT');
SELECT audit_grant('audit_rowhistory', 'SELECT');
SELECT audit_grant('audit_seal', 'SELECT, INSERT');
