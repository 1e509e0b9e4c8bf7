-- Holds of visitors of the public page reserve as appointments do; what is deleted gives all back at once.
CREATE FUNCTION scheduling_reserve_hold() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    wide tstzrange;
    resources uuid[];
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM scheduling_reservation WHERE appointment_id = OLD.id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        wide := scheduling_wide(NEW.period, NEW.buffer_before, NEW.buffer_after);
        resources := array_remove(ARRAY[NEW.practitioner_id, NEW.room_id] || NEW.also_people || NEW.also_places, NULL);
        PERFORM scheduling_end_holds(resources, wide, now());
        INSERT INTO scheduling_reservation
            (id, organization_id, appointment_id, resource_id, lane, period, practitioner_id, service_id, held_until)
        SELECT uuidv7(), NEW.organization_id, NEW.id, resource, NEW.lane, wide, NEW.practitioner_id, NEW.service_id,
               NEW.held_until
        FROM (SELECT DISTINCT unnest(resources) AS resource ORDER BY 1) AS each;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER reserve_hold AFTER INSERT OR DELETE OR UPDATE OF period, lane, practitioner_id, room_id, also_people,
    also_places, buffer_before, buffer_after, service_id, held_until ON scheduling_slothold
    FOR EACH ROW EXECUTE FUNCTION scheduling_reserve_hold();
