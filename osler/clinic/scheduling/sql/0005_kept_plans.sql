-- A calendar is quicker read than planned: these functions keep their plans for the session.
CREATE OR REPLACE FUNCTION scheduling_hours(schedule uuid, span tstzrange) RETURNS SETOF tstzrange
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY
    SELECT tstzrange(opens, closes)
    FROM scheduling_schedule s
    JOIN directory_location l ON l.id = s.location_id
    JOIN scheduling_weeklyhours h ON h.schedule_id = s.id AND h.active
    CROSS JOIN LATERAL generate_series(
        greatest((lower(span) AT TIME ZONE l.zone)::date - 1, lower(h.valid_period))::timestamp,
        least((upper(span) AT TIME ZONE l.zone)::date, upper(h.valid_period) - 1)::timestamp,
        interval '1 day') AS day
    CROSS JOIN LATERAL (SELECT (day::date + h.starts) AT TIME ZONE l.zone AS opens,
                               (day::date + h.ends) AT TIME ZONE l.zone AS closes) AS wall
    WHERE s.id = schedule AND s.active AND extract(isodow FROM day) = h.weekday + 1 AND opens < closes;
END $$;

CREATE OR REPLACE FUNCTION scheduling_open_time(schedule uuid, span tstzrange) RETURNS tstzmultirange
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN coalesce((SELECT range_agg(hours) FROM scheduling_hours(schedule, span) AS hours), '{}')
         - coalesce((SELECT range_agg(a.period) FROM scheduling_absence a
                     JOIN scheduling_schedule s
                       ON s.practitioner_id = a.practitioner_id
                       OR (a.practitioner_id IS NULL AND coalesce(a.location_id, s.location_id) = s.location_id)
                     WHERE s.id = schedule AND a.active AND a.period && span), '{}');
END $$;

CREATE OR REPLACE FUNCTION scheduling_free_time(schedule uuid, span tstzrange) RETURNS tstzmultirange
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN scheduling_open_time(schedule, span)
         - coalesce((SELECT range_agg(r.period) FROM scheduling_reservation r
                     JOIN scheduling_schedule s ON r.resource_id IN (s.practitioner_id, s.room_id)
                     WHERE s.id = schedule
                       AND r.period_end > lower(span) AND r.period && span), '{}');
END $$;

-- Free slots of some practitioners (or all) between two instants, cut from their free time.
CREATE FUNCTION scheduling_free_slots(
    practitioners uuid[], place uuid, minutes integer, begins timestamptz, ends timestamptz, most integer)
RETURNS TABLE (practitioner_id uuid, location_id uuid, room_id uuid, zone text, location_name text,
               prefix text, given text, family text, suffix text, start timestamptz, "end" timestamptz)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT DISTINCT ON (slot, p.family, p.given, s.id)
           s.practitioner_id, s.location_id, s.room_id, l.zone::text, l.name::text,
           p.prefix::text, p.given::text, p.family::text, p.suffix::text,
           slot, slot + visit.length
    FROM scheduling_schedule s
    JOIN directory_location l ON l.id = s.location_id
    JOIN directory_practitioner p ON p.id = s.practitioner_id
    CROSS JOIN LATERAL (SELECT scheduling_free_time(s.id, tstzrange(begins, ends)) AS free OFFSET 0) AS time
    CROSS JOIN LATERAL scheduling_hours(s.id, tstzrange(begins, ends)) AS hours
    CROSS JOIN LATERAL (SELECT make_interval(mins => coalesce(minutes, s.slot_minutes)) AS length) AS visit
    CROSS JOIN LATERAL generate_series(lower(hours), upper(hours) - visit.length,
                                       make_interval(mins => s.slot_minutes)) AS slot
    WHERE s.active AND p.active
      AND (practitioners IS NULL OR s.practitioner_id = ANY (practitioners))
      AND (place IS NULL OR s.location_id = place)
      AND slot >= begins AND slot < ends
      AND time.free @> tstzrange(slot, slot + visit.length)
    ORDER BY slot, p.family, p.given, s.id
    LIMIT most;
END $$;

-- Wait for our turn with all of these, in one order for everybody; the locks stay until the transaction, or
-- the savepoint around it, ends. Whoever books and whoever plans hours and absences wait here.
CREATE FUNCTION scheduling_wait(resources uuid[], patience text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('lock_timeout', patience, true);
    PERFORM pg_advisory_xact_lock(key) FROM (
        SELECT hashtextextended('scheduling ' || id, 0) AS key
        FROM unnest(resources) AS id WHERE id IS NOT NULL ORDER BY 1) AS keys;
END $$;

-- Wait for our turn with a practitioner, a room and what else is `before` us, and look whether the
-- span can be had: `claimed` (the locks stay until the transaction ends), or `closed`, `held`, `busy`
-- (they are given back at once, so that nobody waits for a loser). What is plainly gone is said
-- without waiting. With `anyway` neither hours nor other lanes are in the way.
CREATE FUNCTION scheduling_claim(
    practitioner uuid, place uuid, room uuid, before uuid[], span tstzrange, besides uuid,
    anyway boolean, patience text,
    OUT answer text, OUT lanes integer[], OUT own_lanes integer[])
LANGUAGE plpgsql AS $$
BEGIN
    IF NOT anyway THEN
        SELECT * INTO answer, lanes, own_lanes FROM scheduling_look(practitioner, place, room, span, besides);
        IF answer <> 'claimed' THEN
            RETURN;
        END IF;
    END IF;
    PERFORM scheduling_wait(before || practitioner || room, patience);
    SELECT * INTO answer, lanes, own_lanes FROM scheduling_look(practitioner, place, room, span, besides);
    IF anyway THEN
        answer := 'claimed';
    ELSIF answer <> 'claimed' THEN
        RAISE SQLSTATE 'OS001';
    END IF;
EXCEPTION
    WHEN SQLSTATE 'OS001' THEN
        NULL;  -- the answer stands, the locks are given back
    WHEN lock_not_available THEN
        answer := 'busy';
END $$;

-- How a span looks at this moment, and in which lanes it is held (by the practitioner: `own_lanes`).
CREATE FUNCTION scheduling_look(
    practitioner uuid, place uuid, room uuid, span tstzrange, besides uuid,
    OUT answer text, OUT lanes integer[], OUT own_lanes integer[])
LANGUAGE plpgsql AS $$
BEGIN
    SELECT coalesce(array_agg(DISTINCT lane::integer), '{}'),
           coalesce(array_agg(DISTINCT lane::integer) FILTER (WHERE resource_id = practitioner), '{}')
    INTO lanes, own_lanes
    FROM scheduling_reservation
    WHERE resource_id IN (practitioner, room) AND appointment_id IS DISTINCT FROM besides
      AND period_end > lower(span) AND period && span;
    answer := CASE
        WHEN NOT EXISTS (SELECT FROM scheduling_schedule s
                         WHERE s.practitioner_id = practitioner AND s.location_id = place
                           AND scheduling_open_time(s.id, span) @> span) THEN 'closed'
        WHEN lanes <> '{}' THEN 'held'
        ELSE 'claimed'
    END;
END $$;
