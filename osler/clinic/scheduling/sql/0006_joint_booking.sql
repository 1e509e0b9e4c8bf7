-- A visit holds its clinician and room, and any one of each pool that its service needs; with minutes before and
-- after it; with places for several patients at once if it is a group; for a while only, if it is a mere hold.

CREATE FUNCTION scheduling_wide(span tstzrange, before integer, after integer) RETURNS tstzrange
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT tstzrange(lower(span) - make_interval(mins => before), upper(span) + make_interval(mins => after))
$$;

-- What holds a resource in a span at a moment; a mere hold does so for its time. Ranges are no use to an index under
-- row-level security: whatever is not longer than a day is found by its end.
CREATE FUNCTION scheduling_held(resource uuid, span tstzrange, moment timestamptz) RETURNS SETOF scheduling_reservation
LANGUAGE sql STABLE AS $$
    SELECT r.* FROM scheduling_reservation r
    WHERE r.resource_id = resource AND NOT r.is_long
      AND r.period_end > lower(span) AND r.period_end <= upper(span) + interval '1 day'
      AND r.period && span AND (r.held_until IS NULL OR r.held_until > moment)
    UNION ALL
    SELECT r.* FROM scheduling_reservation r
    WHERE r.resource_id = resource AND r.is_long
      AND r.period && span AND (r.held_until IS NULL OR r.held_until > moment)
$$;

-- Reservations follow appointments: whoever writes an appointment, all that it takes is held or freed.
CREATE OR REPLACE FUNCTION scheduling_reserve() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    wide tstzrange;
    resources uuid[];
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM scheduling_reservation WHERE appointment_id = OLD.id;
    END IF;
    IF NEW.status IN ('pending', 'booked', 'arrived', 'checked-in', 'fulfilled') AND NEW.period IS NOT NULL THEN
        wide := scheduling_wide(NEW.period, NEW.buffer_before, NEW.buffer_after);
        resources := array_remove(ARRAY[NEW.practitioner_id], NULL);
        IF NEW.status <> 'fulfilled' THEN  -- a finished visit gives all back but its clinician's time
            resources := array_remove(resources || NEW.also_people || NEW.also_places || NEW.room_id, NULL);
        END IF;
        IF EXISTS (SELECT FROM unnest(NEW.also_people) AS one WHERE NOT EXISTS (
                       SELECT FROM directory_practitioner p
                       WHERE p.id = one AND p.organization_id = NEW.organization_id))
           OR EXISTS (SELECT FROM unnest(NEW.also_places) AS one WHERE NOT EXISTS (
                       SELECT FROM directory_location l
                       WHERE l.id = one AND l.organization_id = NEW.organization_id)) THEN
            RAISE foreign_key_violation USING MESSAGE = 'an appointment holds what is not in the directory',
                CONSTRAINT = 'appointment_holds_known';
        END IF;
        PERFORM scheduling_end_holds(resources, wide, now());
        INSERT INTO scheduling_reservation
            (id, organization_id, appointment_id, resource_id, lane, period, practitioner_id, service_id,
             is_overbooked, held_until)
        SELECT uuidv7(), NEW.organization_id, NEW.id, resource, NEW.lane, wide, NEW.practitioner_id, NEW.service_id,
               NEW.overbook_reason <> '', CASE WHEN NEW.status = 'pending' THEN NEW.held_until END
        FROM (SELECT DISTINCT unnest(resources) AS resource ORDER BY 1) AS each;
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER reserve_update ON scheduling_appointment;
CREATE TRIGGER reserve_update
    AFTER UPDATE OF status, period, lane, practitioner_id, room_id, also_people, also_places, buffer_before,
        buffer_after, service_id, overbook_reason, held_until ON scheduling_appointment
    FOR EACH ROW WHEN (
        ROW(OLD.status, OLD.period, OLD.lane, OLD.practitioner_id, OLD.room_id, OLD.also_people, OLD.also_places,
            OLD.buffer_before, OLD.buffer_after, OLD.service_id, OLD.overbook_reason, OLD.held_until)
        IS DISTINCT FROM
        ROW(NEW.status, NEW.period, NEW.lane, NEW.practitioner_id, NEW.room_id, NEW.also_people, NEW.also_places,
            NEW.buffer_before, NEW.buffer_after, NEW.service_id, NEW.overbook_reason, NEW.held_until))
    EXECUTE FUNCTION scheduling_reserve();

-- Holds whose time is over give back what they held in a span; nobody else's reservation is touched.
CREATE FUNCTION scheduling_end_holds(resources uuid[], span tstzrange, moment timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM scheduling_reservation
    WHERE resource_id = ANY (resources) AND period && span AND held_until <= moment
$$;

-- The hours of many schedules in a span of days, and when they are open: without the absences of the practitioner,
-- of the place and of everybody.
CREATE FUNCTION scheduling_hours_of(schedules uuid[], span tstzrange) RETURNS TABLE (schedule uuid, hours tstzrange)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY
    SELECT s.id, tstzrange(opens, closes)
    FROM generate_series((lower(span) AT TIME ZONE 'UTC')::date - 1, (upper(span) AT TIME ZONE 'UTC')::date + 1,
                         interval '1 day') AS midnight
    CROSS JOIN LATERAL (SELECT midnight::date AS day) AS one
    JOIN scheduling_weeklyhours h ON h.weekday = extract(isodow FROM day)::integer - 1
    JOIN scheduling_schedule s ON s.id = h.schedule_id
    JOIN directory_location l ON l.id = s.location_id
    CROSS JOIN LATERAL (SELECT (day + h.starts) AT TIME ZONE l.zone AS opens,
                               (day + h.ends) AT TIME ZONE l.zone AS closes) AS wall
    WHERE h.schedule_id = ANY (schedules) AND h.active AND s.active
      AND coalesce(day >= lower(h.valid_period), true) AND coalesce(day < upper(h.valid_period), true)
      AND opens < closes AND opens < upper(span) AND closes > lower(span);
END $$;

CREATE FUNCTION scheduling_away_of(schedules uuid[], span tstzrange)
RETURNS TABLE (schedule uuid, away tstzmultirange)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY
    SELECT s.id, range_agg(a.period)
    FROM scheduling_schedule s
    JOIN scheduling_absence a
      ON s.practitioner_id = a.practitioner_id
      OR (a.practitioner_id IS NULL AND coalesce(a.location_id, s.location_id) = s.location_id)
    WHERE s.id = ANY (schedules) AND a.active AND a.period && span GROUP BY 1;
END $$;

CREATE FUNCTION scheduling_open_of(schedules uuid[], span tstzrange)
RETURNS TABLE (schedule uuid, open tstzmultirange)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY
    SELECT h.schedule, range_agg(h.hours) - coalesce(a.away, '{}')
    FROM scheduling_hours_of(schedules, span) AS h
    LEFT JOIN scheduling_away_of(schedules, span) AS a ON a.schedule = h.schedule
    GROUP BY h.schedule, a.away;
END $$;

CREATE OR REPLACE FUNCTION scheduling_open_time(schedule uuid, span tstzrange) RETURNS tstzmultirange
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN coalesce((SELECT o.open FROM scheduling_open_of(ARRAY[schedule], span) AS o), '{}');
END $$;
DROP FUNCTION scheduling_free_time, scheduling_hours;

-- Whether one of a pool can be had at a site: nobody else holds it (a group's own session does not count), a person
-- works there then, a place stands there and is not closed.
CREATE FUNCTION scheduling_can_have(
    practitioner uuid, location uuid, clinician uuid, site uuid, span tstzrange, wide tstzrange, besides uuid,
    service uuid, capacity integer, moment timestamptz)
RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF EXISTS (SELECT FROM scheduling_held(coalesce(practitioner, location), wide, moment) AS r
               WHERE r.appointment_id IS DISTINCT FROM besides
                 AND NOT (capacity > 1 AND r.service_id = service AND r.practitioner_id = clinician AND r.period = wide)) THEN
        RETURN false;
    END IF;
    IF practitioner IS NOT NULL THEN
        RETURN EXISTS (SELECT FROM scheduling_schedule s JOIN directory_practitioner p ON p.id = s.practitioner_id
                       WHERE s.practitioner_id = practitioner AND s.location_id = site AND p.active
                         AND scheduling_open_time(s.id, span) @> span);
    END IF;
    RETURN NOT EXISTS (SELECT FROM scheduling_absence a
                       WHERE a.active AND a.location_id = location AND a.period && wide)
       AND EXISTS (WITH RECURSIVE up AS (
                       SELECT l.id, l.part_of_id FROM directory_location l
                       WHERE l.id = location AND l.status = 'active'
                       UNION SELECT l.id, l.part_of_id FROM directory_location l JOIN up ON l.id = up.part_of_id)
                   SELECT FROM up WHERE site IS NULL OR up.id = site);
END $$;

-- One of each pool that a service needs, those that are kept already first; `lacking` is a pool of which there is
-- none to be had. The clinician or the room may be what is needed.
CREATE FUNCTION scheduling_pick(
    service uuid, practitioner uuid, site uuid, room uuid, span tstzrange, wide tstzrange, besides uuid,
    keep uuid[], capacity integer, moment timestamptz,
    OUT people uuid[], OUT places uuid[], OUT lacking uuid)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    need uuid;
    chosen record;
BEGIN
    people := '{}';
    places := '{}';
    FOR need IN
        SELECT n.pool_id
        FROM scheduling_need n
        JOIN scheduling_pool o ON o.id = n.pool_id AND o.active
        LEFT JOIN scheduling_poolmember m ON m.pool_id = o.id AND m.active
        WHERE n.service_id = service AND n.active
        GROUP BY n.id, n.pool_id
        HAVING NOT coalesce(bool_or(coalesce(m.practitioner_id, m.location_id) IN (practitioner, room)), false)
        ORDER BY count(m.id), n.id
    LOOP
        SELECT one.practitioner_id, one.location_id INTO chosen
        FROM (SELECT m.practitioner_id, m.location_id
              FROM scheduling_poolmember m
              LEFT JOIN directory_location l ON l.id = m.location_id
              LEFT JOIN directory_practitioner p ON p.id = m.practitioner_id
              WHERE m.pool_id = need AND m.active
                AND coalesce(m.practitioner_id, m.location_id) <> ALL (people || places)
              ORDER BY coalesce(m.practitioner_id, m.location_id) = ANY (keep) DESC,
                       capacity > 1 AND EXISTS (
                           SELECT FROM scheduling_held(coalesce(m.practitioner_id, m.location_id), wide, moment) AS r
                           WHERE r.service_id = service AND r.practitioner_id = practitioner AND r.period = wide) DESC,
                       l.name, p.family || ' ' || p.given, m.id
              OFFSET 0) AS one
        WHERE scheduling_can_have(one.practitioner_id, one.location_id, practitioner, site, span, wide, besides,
                                  service, capacity, moment)
        LIMIT 1;
        IF NOT FOUND THEN
            lacking := coalesce(lacking, need);
        ELSIF chosen.practitioner_id IS NOT NULL THEN
            people := people || chosen.practitioner_id;
        ELSE
            places := places || chosen.location_id;
        END IF;
    END LOOP;
END $$;

-- How a span looks at this moment: `claimed`, `closed`, `held` (in which lanes; by the practitioner: `own_lanes`),
-- or `lacking` one of a pool; and what the appointment is to take with it. It `fits` if
-- nobody is there but who overbooked, or a session of the very group that has a place left.
DROP FUNCTION scheduling_claim, scheduling_look;
CREATE FUNCTION scheduling_look(
    practitioner uuid, site uuid, room uuid, span tstzrange, besides uuid, service uuid, keep uuid[],
    moment timestamptz,
    OUT answer text, OUT lanes integer[], OUT own_lanes integer[], OUT people uuid[], OUT places uuid[],
    OUT lacking uuid, OUT before integer, OUT after integer, OUT capacity integer, OUT fits boolean)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    wide tstzrange;
    is_session boolean;
BEGIN
    SELECT coalesce(max(buffer_before_minutes), 0), coalesce(max(buffer_after_minutes), 0), coalesce(max(h.places), 1)
    INTO before, after, capacity FROM directory_healthcareservice h WHERE h.id = service;
    wide := scheduling_wide(span, before, after);
    SELECT coalesce(array_agg(DISTINCT r.lane::integer), '{}'),
           coalesce(array_agg(DISTINCT r.lane::integer) FILTER (WHERE r.resource_id = practitioner), '{}'),
           coalesce(bool_and(r.service_id = service AND r.practitioner_id = practitioner AND r.period = wide), false),
           count(DISTINCT r.lane) FILTER (WHERE NOT r.is_overbooked) < capacity
               AND coalesce(bool_and(r.service_id = service AND r.practitioner_id = practitioner AND r.period = wide)
                            FILTER (WHERE NOT r.is_overbooked), true)
    INTO lanes, own_lanes, is_session, fits
    FROM unnest(ARRAY[practitioner, room]) AS one
    CROSS JOIN LATERAL scheduling_held(one, wide, moment) AS r
    WHERE r.appointment_id IS DISTINCT FROM besides;
    IF NOT EXISTS (SELECT FROM scheduling_schedule s
                   WHERE s.practitioner_id = practitioner AND s.location_id = site
                     AND scheduling_open_time(s.id, span) @> span) THEN
        answer := 'closed';
    ELSIF lanes <> '{}' AND NOT (is_session AND cardinality(lanes) < capacity) THEN
        answer := 'held';
    END IF;
    SELECT * INTO people, places, lacking
    FROM scheduling_pick(service, practitioner, site, room, span, wide, besides, keep, capacity, moment);
    answer := coalesce(answer, CASE WHEN lacking IS NULL THEN 'claimed' ELSE 'lacking' END);
END $$;

-- Wait for our turn with a practitioner, a room, what is `before` us and every member of the pools, and look whether
-- the span can be had: `claimed` (the locks stay until the transaction ends), or `closed`, `held`, `lacking`, `busy`
-- (they are given back at once, so that nobody waits for a loser). What is plainly gone is said without waiting.
-- With `anyway` neither hours nor other lanes nor a lack are in the way.
CREATE FUNCTION scheduling_claim(
    practitioner uuid, site uuid, room uuid, held uuid[], span tstzrange, besides uuid, service uuid,
    anyway boolean, patience text, moment timestamptz,
    OUT answer text, OUT lanes integer[], OUT own_lanes integer[], OUT people uuid[], OUT places uuid[],
    OUT lacking uuid, OUT before integer, OUT after integer, OUT capacity integer, OUT fits boolean)
LANGUAGE plpgsql AS $$
DECLARE
    seen record;
    resources uuid[];
BEGIN
    IF NOT anyway THEN
        SELECT * INTO seen FROM scheduling_look(practitioner, site, room, span, besides, service, held, moment);
        IF seen.answer <> 'claimed' THEN
            answer := seen.answer; lanes := seen.lanes; own_lanes := seen.own_lanes; lacking := seen.lacking;
            RETURN;
        END IF;
    END IF;
    resources := held || practitioner || room || ARRAY(
        SELECT coalesce(m.practitioner_id, m.location_id) FROM scheduling_need n
        JOIN scheduling_poolmember m ON m.pool_id = n.pool_id AND m.active
        WHERE n.service_id = service AND n.active);
    PERFORM scheduling_wait(resources, patience);
    SELECT * INTO answer, lanes, own_lanes, people, places, lacking, before, after, capacity, fits
    FROM scheduling_look(practitioner, site, room, span, besides, service, held, moment);
    IF anyway THEN
        answer := 'claimed';
    ELSIF answer <> 'claimed' THEN
        RAISE SQLSTATE 'OS001';
    END IF;
    PERFORM scheduling_end_holds(resources, scheduling_wide(span, before, after), moment);
EXCEPTION
    WHEN SQLSTATE 'OS001' THEN
        NULL;  -- the answer stands, the locks are given back
    WHEN lock_not_available THEN
        answer := 'busy';
END $$;

-- Free slots of some practitioners (or all) between two instants, the earliest first: on these days of the week
-- (0 is Monday) and between these readings of the clock, if any are given. Near days are looked at first, and no
-- more of them than it takes to find `most`.
DROP FUNCTION scheduling_free_slots;
CREATE FUNCTION scheduling_free_slots(
    practitioners uuid[], site uuid, service uuid, minutes integer, begins timestamptz, ends timestamptz,
    weekdays integer[], clock_from time, clock_until time, moment timestamptz, most integer)
RETURNS TABLE (practitioner_id uuid, location_id uuid, room_id uuid, zone text, location_name text,
               prefix text, given text, family text, suffix text, start timestamptz, "end" timestamptz)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
    schedules uuid[];
    before integer;
    after integer;
    capacity integer;
    is_joint boolean;
    longest interval;
    first timestamptz := begins;
    last timestamptz;
    width interval := '1 day';
    around tstzrange;
    found_so_far integer := 0;
    slot record;
BEGIN
    SELECT coalesce(max(buffer_before_minutes), 0), coalesce(max(buffer_after_minutes), 0), coalesce(max(h.places), 1)
    INTO before, after, capacity FROM directory_healthcareservice h WHERE h.id = service;
    SELECT array_agg(s.id), make_interval(mins => coalesce(minutes, max(s.slot_minutes)::integer, 0))
    INTO schedules, longest
    FROM scheduling_schedule s JOIN directory_practitioner p ON p.id = s.practitioner_id
    WHERE s.active AND p.active AND (practitioners IS NULL OR s.practitioner_id = ANY (practitioners))
      AND (site IS NULL OR s.location_id = site);
    is_joint := EXISTS (SELECT FROM scheduling_need n WHERE n.service_id = service AND n.active);
    WHILE first < ends AND found_so_far < most AND schedules IS NOT NULL LOOP
        last := least(ends, first + width);
        around := scheduling_wide(tstzrange(first, last + longest), before, after);
        FOR slot IN
            WITH needed AS (
                SELECT n.pool_id, coalesce(m.practitioner_id, m.location_id) AS member
                FROM scheduling_need n
                JOIN scheduling_pool o ON o.id = n.pool_id AND o.active
                LEFT JOIN scheduling_poolmember m ON m.pool_id = o.id AND m.active
                WHERE capacity = 1 AND n.service_id = service AND n.active),
            held AS MATERIALIZED (
                SELECT r.resource_id, range_agg(r.period) AS held
                FROM (SELECT s.practitioner_id AS id FROM scheduling_schedule s WHERE s.id = ANY (schedules)
                      UNION SELECT s.room_id FROM scheduling_schedule s WHERE s.id = ANY (schedules)
                      UNION SELECT member FROM needed) AS each
                CROSS JOIN LATERAL scheduling_held(each.id, around, moment) AS r
                GROUP BY 1),
            pools AS MATERIALIZED (
                SELECT n.pool_id, n.member, coalesce(h.held, '{}') AS held
                FROM needed n LEFT JOIN held h ON h.resource_id = n.member),
            sessions AS (
                SELECT r.resource_id AS leader, r.period AS session
                FROM scheduling_schedule s
                CROSS JOIN LATERAL scheduling_held(s.practitioner_id, around, moment) AS r
                WHERE capacity > 1 AND s.id = ANY (schedules) AND r.service_id = service),
            hours AS MATERIALIZED (
                SELECT * FROM scheduling_hours_of(schedules, tstzrange(first, last + longest))),
            open AS (
                SELECT h.schedule, range_agg(h.hours) AS hours FROM hours h GROUP BY 1),
            calendars AS MATERIALIZED (
                SELECT s.id, s.practitioner_id, s.location_id, s.room_id, l.zone::text, l.name::text AS location_name,
                       p.prefix::text, p.given::text, p.family::text, p.suffix::text,
                       row_number() OVER (ORDER BY p.family, p.given, s.id) AS rank,
                       o.hours - coalesce(a.away, '{}') AS open,
                       coalesce(own.held, '{}') + coalesce(rooms.held, '{}') AS held,
                       make_interval(mins => coalesce(minutes, s.slot_minutes)) AS length,
                       make_interval(mins => s.slot_minutes) AS step
                FROM open o
                JOIN scheduling_schedule s ON s.id = o.schedule
                JOIN directory_location l ON l.id = s.location_id
                JOIN directory_practitioner p ON p.id = s.practitioner_id
                LEFT JOIN scheduling_away_of(schedules, tstzrange(first, last + longest)) AS a ON a.schedule = s.id
                LEFT JOIN held AS own ON own.resource_id = s.practitioner_id
                LEFT JOIN held AS rooms ON rooms.resource_id = s.room_id)
            SELECT DISTINCT ON (instant, rank)
                   c.practitioner_id, c.location_id, c.room_id, c.zone, c.location_name,
                   c.prefix, c.given, c.family, c.suffix, span, wide
            FROM hours AS grid
            JOIN calendars c ON c.id = grid.schedule
            -- between what is held there is nothing to look for but the session of a group
            CROSS JOIN LATERAL unnest(tstzmultirange(around) - CASE WHEN capacity > 1 THEN '{}' ELSE c.held END) AS gap
            CROSS JOIN LATERAL generate_series(
                lower(grid.hours) + c.step * ceil(greatest(0, extract(epoch FROM
                    lower(gap) + make_interval(mins => before) - lower(grid.hours))) / extract(epoch FROM c.step)),
                least(upper(grid.hours), upper(gap) - make_interval(mins => after)) - c.length, c.step) AS instant
            CROSS JOIN LATERAL (SELECT instant AT TIME ZONE c.zone AS wall,
                                       tstzrange(instant, instant + c.length) AS span) AS one
            CROSS JOIN LATERAL (SELECT scheduling_wide(span, before, after) AS wide) AS all_of_it
            WHERE gap && grid.hours AND instant >= first AND instant < last
              AND (weekdays IS NULL OR extract(isodow FROM wall)::integer - 1 = ANY (weekdays))
              AND (clock_from IS NULL OR wall::time >= clock_from)
              AND (clock_until IS NULL OR wall::time < clock_until)
              AND c.open @> span
              AND (NOT c.held && wide
                   OR (capacity > 1 AND (c.practitioner_id, wide) IN (SELECT leader, session FROM sessions)
                       AND scheduling_has_place(
                           c.practitioner_id, c.room_id, wide, service, capacity, moment)))
              AND NOT EXISTS (
                  SELECT FROM pools n GROUP BY n.pool_id
                  HAVING NOT bool_or(coalesce(n.member IN (c.practitioner_id, c.room_id), false) OR NOT n.held && wide))
            ORDER BY instant, rank
        LOOP
            IF is_joint AND (SELECT lacking FROM scheduling_pick(
                    service, slot.practitioner_id, slot.location_id, slot.room_id, slot.span, slot.wide, NULL, '{}',
                    capacity, moment)) IS NOT NULL THEN
                CONTINUE;
            END IF;
            RETURN QUERY SELECT slot.practitioner_id, slot.location_id, slot.room_id, slot.zone, slot.location_name,
                slot.prefix, slot.given, slot.family, slot.suffix, lower(slot.span), upper(slot.span);
            found_so_far := found_so_far + 1;
            EXIT WHEN found_so_far = most;
        END LOOP;
        first := last;
        width := least(width * 3, interval '30 days');
    END LOOP;
END $$;

-- Whether a group meets in this span, nobody else holds it, and there is a place left.
CREATE FUNCTION scheduling_has_place(
    practitioner uuid, room uuid, wide tstzrange, service uuid, capacity integer, moment timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT bool_and(r.service_id = service AND r.practitioner_id = practitioner AND r.period = wide) AND count(DISTINCT r.lane) < capacity
            FROM unnest(ARRAY[practitioner, room]) AS one CROSS JOIN LATERAL scheduling_held(one, wide, moment) AS r);
END $$;
