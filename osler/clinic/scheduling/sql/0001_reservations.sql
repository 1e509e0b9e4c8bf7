-- Reservations follow appointments: whoever writes an appointment, the resource is held or freed.
CREATE FUNCTION scheduling_reserve() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM scheduling_reservation WHERE appointment_id = OLD.id;
    END IF;
    IF NEW.status IN ('pending', 'booked', 'arrived', 'checked-in', 'fulfilled') AND NEW.period IS NOT NULL THEN
        INSERT INTO scheduling_reservation (id, organization_id, appointment_id, resource_id, lane, period)
        SELECT uuidv7(), NEW.organization_id, NEW.id, resource, NEW.lane, NEW.period
        FROM unnest(ARRAY[NEW.practitioner_id, NEW.room_id]) AS resource
        WHERE resource IS NOT NULL
        ORDER BY resource;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER reserve_insert AFTER INSERT ON scheduling_appointment
    FOR EACH ROW EXECUTE FUNCTION scheduling_reserve();
CREATE TRIGGER reserve_update AFTER UPDATE OF status, period, lane, practitioner_id, room_id ON scheduling_appointment
    FOR EACH ROW WHEN (ROW(OLD.status, OLD.period, OLD.lane, OLD.practitioner_id, OLD.room_id)
        IS DISTINCT FROM ROW(NEW.status, NEW.period, NEW.lane, NEW.practitioner_id, NEW.room_id))
    EXECUTE FUNCTION scheduling_reserve();
