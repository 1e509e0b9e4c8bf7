-- "Something on this board has changed", told to open pages at commit: no data, only topic and tenant.
CREATE FUNCTION jobs_live() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('osler_live', TG_ARGV[0] || ':' || coalesce(current_setting('app.org', true), ''));
    RETURN NULL;
END $$;

CREATE FUNCTION jobs_live_on(target text, topic text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER %I AFTER INSERT OR UPDATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION jobs_live(%L)',
                   'live_' || topic, target, topic);
END $$;
