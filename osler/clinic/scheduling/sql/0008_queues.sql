-- Where a patient is stands in the appointment. When it leaves the waiting room, the call that is open was answered;
-- when it comes back there, no call is open.
CREATE FUNCTION scheduling_end_call() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.status = 'arrived' THEN
        UPDATE scheduling_queueentry SET answered_at = coalesce(NEW.roomed_at, now())
        WHERE appointment_id = NEW.id AND called_at IS NOT NULL AND answered_at IS NULL;
    ELSE
        UPDATE scheduling_queueentry SET called_at = NULL, answered_at = NULL, room_id = NULL, caller_id = NULL
        WHERE appointment_id = NEW.id AND called_at IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER end_call
    AFTER UPDATE OF status ON scheduling_appointment
    FOR EACH ROW WHEN ((OLD.status = 'arrived') <> (NEW.status = 'arrived'))
    EXECUTE FUNCTION scheduling_end_call();

-- The next number of a letter at a site on a day. Whoever asks first is served first; those who ask at once wait for
-- each other until the transaction ends, so that no number comes twice.
CREATE FUNCTION scheduling_next_number(place uuid, on_day date, of_letter text) RETURNS integer
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('queue ' || place || on_day || of_letter, 0));
    RETURN (SELECT coalesce(max(number), 0) + 1 FROM scheduling_queueentry
            WHERE site_id = place AND day = on_day AND letter = of_letter);
END $$;
