-- Free times of what a service needs before it, at a site or all, for visits that begin in a span: with one of the
-- people of the pools that it needs, if it needs any. The visit may begin from `ready` until `late`, on the same day;
-- buffers of both are kept apart.
CREATE FUNCTION scheduling_free_before(
    wanted uuid, site uuid, begins timestamptz, ends timestamptz, moment timestamptz)
RETURNS TABLE (practitioner_id uuid, location_id uuid, room_id uuid, zone text, location_name text,
               prefix text, given text, family text, suffix text, start timestamptz, "end" timestamptz,
               ready timestamptz, late timestamptz)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
    needed uuid;
    length integer;
    least_apart integer;
    most_apart integer;
    people uuid[];
BEGIN
    SELECT b.id, b.duration_minutes,
           greatest(h.before_at_least_minutes, b.buffer_after_minutes + h.buffer_before_minutes),
           h.before_at_most_minutes
    INTO needed, length, least_apart, most_apart
    FROM directory_healthcareservice h JOIN directory_healthcareservice b ON b.id = h.needs_before_id
    WHERE h.id = wanted;
    SELECT array_agg(DISTINCT m.practitioner_id) INTO people
    FROM scheduling_need n
    JOIN scheduling_pool o ON o.id = n.pool_id AND o.active
    JOIN scheduling_poolmember m ON m.pool_id = o.id AND m.active
    WHERE n.service_id = needed AND n.active AND m.practitioner_id IS NOT NULL;
    RETURN QUERY
    SELECT slot.*, slot."end" + make_interval(mins => least_apart), slot."end" + make_interval(mins => most_apart)
    FROM scheduling_free_slots(
        people, site, needed, length,
        greatest(moment, begins - make_interval(mins => most_apart + length)),
        ends - make_interval(mins => least_apart + length),
        NULL, NULL, NULL, moment, 100000) AS slot;
END $$;

-- Free slots of a service that needs another one before it: those alone before which that one is free too. As in
-- `scheduling_free_slots`, near days are looked at first.
CREATE FUNCTION scheduling_free_pairs(
    practitioners uuid[], site uuid, service uuid, minutes integer, begins timestamptz, ends timestamptz,
    weekdays integer[], clock_from time, clock_until time, moment timestamptz, most integer)
RETURNS TABLE (practitioner_id uuid, location_id uuid, room_id uuid, zone text, location_name text,
               prefix text, given text, family text, suffix text, start timestamptz, "end" timestamptz)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
    first timestamptz := begins;
    last timestamptz;
    width interval := '1 day';
    found_so_far integer := 0;
    found_now integer;
BEGIN
    WHILE first < ends AND found_so_far < most LOOP
        last := least(ends, first + width);
        RETURN QUERY
        WITH earlier AS MATERIALIZED (
            SELECT b.location_id, b.start, b.ready, b.late
            FROM scheduling_free_before(service, site, first, last, moment) AS b)
        SELECT v.practitioner_id, v.location_id, v.room_id, v.zone, v.location_name,
               v.prefix, v.given, v.family, v.suffix, v.start, v."end"
        FROM scheduling_free_slots(practitioners, site, service, minutes, first, last, weekdays, clock_from,
                                   clock_until, moment, 100000) WITH ORDINALITY
             AS v(practitioner_id, location_id, room_id, zone, location_name, prefix, given, family, suffix,
                  start, "end", place)
        WHERE EXISTS (SELECT FROM earlier
                      WHERE earlier.location_id = v.location_id AND v.start BETWEEN earlier.ready AND earlier.late
                        AND (earlier.start AT TIME ZONE v.zone)::date = (v.start AT TIME ZONE v.zone)::date)
        ORDER BY v.place
        LIMIT most - found_so_far;
        GET DIAGNOSTICS found_now = ROW_COUNT;
        found_so_far := found_so_far + found_now;
        first := last;
        width := least(width * 3, interval '30 days');
    END LOOP;
END $$;
