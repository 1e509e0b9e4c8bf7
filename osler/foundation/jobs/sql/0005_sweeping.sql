-- jobs_sweep(): forgets answered keys after seven days (D15) and news that was told a month ago, of all tenants.
-- The owner of the function sees such rows through the policies "sweeper", and no others; what could not be told stays.
DO $$ BEGIN
    EXECUTE format($p$CREATE POLICY sweeper ON jobs_idempotencykey TO %I
        USING (created_at < now() - interval '7 days')$p$, current_user);
    EXECUTE format($p$CREATE POLICY sweeper ON jobs_outboxevent TO %I
        USING (delivered_at < now() - interval '30 days')$p$, current_user);
END $$;

CREATE FUNCTION jobs_sweep(OUT keys bigint, OUT news bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM jobs_idempotencykey WHERE created_at < now() - interval '7 days';
    GET DIAGNOSTICS keys = ROW_COUNT;
    DELETE FROM jobs_outboxevent WHERE delivered_at < now() - interval '30 days';
    GET DIAGNOSTICS news = ROW_COUNT;
END $$;
REVOKE EXECUTE ON FUNCTION jobs_sweep() FROM public;
DO $$ BEGIN EXECUTE format('GRANT EXECUTE ON FUNCTION jobs_sweep() TO %I', audit_web_role()); END $$;
