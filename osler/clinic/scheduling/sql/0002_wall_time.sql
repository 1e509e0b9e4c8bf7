-- Whoever writes only a period has promised the wall clock of the place at that instant (D18).
CREATE FUNCTION scheduling_wall_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    begins timestamptz := lower(NEW.period);
    went_back interval;
BEGIN
    IF begins IS NULL OR (TG_OP = 'UPDATE' AND NEW.local_start IS DISTINCT FROM OLD.local_start)
        OR (TG_OP = 'INSERT' AND NEW.local_start IS NOT NULL) THEN
        RETURN NEW;
    END IF;
    IF NEW.zone = '' THEN
        NEW.zone := coalesce((SELECT l.zone FROM directory_location l WHERE l.id = NEW.location_id), '');
    END IF;
    IF NEW.zone <> '' THEN
        NEW.local_start := (begins AT TIME ZONE NEW.zone) AT TIME ZONE 'UTC';
        -- The second of two equal readings: the clock has just gone back by so much.
        went_back := ((begins - interval '3 hours') AT TIME ZONE NEW.zone) + interval '3 hours'
                   - (begins AT TIME ZONE NEW.zone);
        NEW.local_fold := (went_back > interval '0'
            AND ((begins - went_back) AT TIME ZONE NEW.zone) = (begins AT TIME ZONE NEW.zone))::int;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER wall_time_insert BEFORE INSERT ON scheduling_appointment
    FOR EACH ROW EXECUTE FUNCTION scheduling_wall_time();
CREATE TRIGGER wall_time_update BEFORE UPDATE OF period ON scheduling_appointment
    FOR EACH ROW WHEN (OLD.period IS DISTINCT FROM NEW.period) EXECUTE FUNCTION scheduling_wall_time();

-- A finished visit keeps its practitioner's time and gives its room back.
CREATE OR REPLACE FUNCTION scheduling_reserve() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM scheduling_reservation WHERE appointment_id = OLD.id;
    END IF;
    IF NEW.status IN ('pending', 'booked', 'arrived', 'checked-in', 'fulfilled') AND NEW.period IS NOT NULL THEN
        INSERT INTO scheduling_reservation (id, organization_id, appointment_id, resource_id, lane, period)
        SELECT uuidv7(), NEW.organization_id, NEW.id, resource, NEW.lane, NEW.period
        FROM unnest(ARRAY[NEW.practitioner_id, CASE WHEN NEW.status <> 'fulfilled' THEN NEW.room_id END]) AS resource
        WHERE resource IS NOT NULL
        ORDER BY resource;
    END IF;
    RETURN NULL;
END $$;
