-- Up to which transaction the trail is final: before the oldest one that runs in this database.
-- A running transaction is left out only if it is shown to belong to another database of the cluster.
CREATE FUNCTION audit_horizon() RETURNS xid8 LANGUAGE sql VOLATILE AS $$
    SELECT coalesce(min(running), pg_snapshot_xmax(pg_current_snapshot()))
    FROM pg_snapshot_xip(pg_current_snapshot()) AS running
    WHERE NOT EXISTS (
        SELECT FROM pg_locks AS held JOIN pg_stat_activity AS holder ON holder.pid = held.pid
        WHERE held.locktype = 'transactionid' AND held.mode = 'ExclusiveLock' AND held.granted
          AND held.transactionid = running::xid AND holder.datname <> current_database()
    )
$$;
