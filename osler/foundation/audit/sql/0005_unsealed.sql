-- When the oldest event was written that no seal holds yet: the alarm of a sealer that does not seal.
-- The owner sees all tenants through the policy "sealer"; the caller learns an instant and nothing else.
CREATE FUNCTION audit_unsealed_since() RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT recorded_at FROM audit_event
    WHERE xact >= coalesce((SELECT max(to_xact) FROM audit_seal), '0')
    ORDER BY xact LIMIT 1
$$;
REVOKE EXECUTE ON FUNCTION audit_unsealed_since() FROM public;
DO $$ BEGIN EXECUTE format('GRANT EXECUTE ON FUNCTION audit_unsealed_since() TO %I', audit_web_role()); END $$;

-- Months ahead get partitions of their own. A month that has begun in audit_event_rest, because nobody
-- made its partition in time, stays there.
CREATE OR REPLACE FUNCTION audit_ensure_partitions(months_ahead integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    month timestamptz;
    ending timestamptz;
    partition text;
    is_taken boolean;
BEGIN
    FOR i IN 0..least(months_ahead, 24) LOOP
        month := date_trunc('month', now()) + make_interval(months => i);
        ending := month + interval '1 month';
        partition := 'audit_event_' || to_char(month, 'YYYY_MM');
        CONTINUE WHEN to_regclass(partition) IS NOT NULL;
        SELECT EXISTS (SELECT FROM audit_event_rest WHERE recorded_at >= month AND recorded_at < ending) INTO is_taken;
        CONTINUE WHEN is_taken;
        EXECUTE format('CREATE TABLE %I PARTITION OF audit_event FOR VALUES FROM (%L) TO (%L)', partition, month, ending);
    END LOOP;
END $$;
