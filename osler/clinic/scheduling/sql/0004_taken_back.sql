-- Hours and absences that were taken back count no more; an absence without a practitioner is
-- everybody's, at its place or in the whole clinic.
CREATE OR REPLACE FUNCTION scheduling_hours(schedule uuid, span tstzrange) RETURNS SETOF tstzrange
LANGUAGE sql STABLE AS $$
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
    WHERE s.id = schedule AND s.active AND extract(isodow FROM day) = h.weekday + 1 AND opens < closes
$$;

CREATE OR REPLACE FUNCTION scheduling_open_time(schedule uuid, span tstzrange) RETURNS tstzmultirange
LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT range_agg(hours) FROM scheduling_hours(schedule, span) AS hours), '{}')
         - coalesce((SELECT range_agg(a.period) FROM scheduling_absence a
                     JOIN scheduling_schedule s
                       ON s.practitioner_id = a.practitioner_id
                       OR (a.practitioner_id IS NULL AND coalesce(a.location_id, s.location_id) = s.location_id)
                     WHERE s.id = schedule AND a.active AND a.period && span), '{}')
$$;
