-- Working hours as instants: the wall times of each day at the site, read in its zone. A start in
-- the gap of a clock change moves forward by the gap; of two equal readings the later one counts.
CREATE FUNCTION scheduling_hours(schedule uuid, span tstzrange) RETURNS SETOF tstzrange
LANGUAGE sql STABLE AS $$
    SELECT tstzrange(opens, closes)
    FROM scheduling_schedule s
    JOIN directory_location l ON l.id = s.location_id
    JOIN scheduling_weeklyhours h ON h.schedule_id = s.id
    CROSS JOIN LATERAL generate_series(
        greatest((lower(span) AT TIME ZONE l.zone)::date - 1, lower(h.valid_period))::timestamp,
        least((upper(span) AT TIME ZONE l.zone)::date, upper(h.valid_period) - 1)::timestamp,
        interval '1 day') AS day
    CROSS JOIN LATERAL (SELECT (day::date + h.starts) AT TIME ZONE l.zone AS opens,
                               (day::date + h.ends) AT TIME ZONE l.zone AS closes) AS wall
    WHERE s.id = schedule AND s.active AND extract(isodow FROM day) = h.weekday + 1 AND opens < closes
$$;

-- When a schedule is open in a span: its hours without the practitioner's absences.
CREATE FUNCTION scheduling_open_time(schedule uuid, span tstzrange) RETURNS tstzmultirange
LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT range_agg(hours) FROM scheduling_hours(schedule, span) AS hours), '{}')
         - coalesce((SELECT range_agg(a.period) FROM scheduling_absence a
                     JOIN scheduling_schedule s ON s.practitioner_id = a.practitioner_id
                     WHERE s.id = schedule AND a.period && span), '{}')
$$;

-- What is still free of it: without what is reserved of the practitioner or the schedule's room.
CREATE FUNCTION scheduling_free_time(schedule uuid, span tstzrange) RETURNS tstzmultirange
LANGUAGE sql STABLE AS $$
    SELECT scheduling_open_time(schedule, span)
         - coalesce((SELECT range_agg(r.period) FROM scheduling_reservation r
                     JOIN scheduling_schedule s ON r.resource_id IN (s.practitioner_id, s.room_id)
                     WHERE s.id = schedule
                       AND r.period_end > lower(span) AND r.period && span), '{}')
$$;
