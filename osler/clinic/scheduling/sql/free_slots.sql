-- Free slots of some practitioners between two instants, cut from their free time in one statement.
SELECT DISTINCT ON (slot, p.family, p.given, s.id)
       s.practitioner_id, s.location_id, s.room_id, l.zone, l.name AS location_name,
       p.prefix, p.given, p.family, p.suffix,
       slot AS start, slot + visit.length AS "end"
FROM scheduling_schedule s
JOIN directory_location l ON l.id = s.location_id
JOIN directory_practitioner p ON p.id = s.practitioner_id
CROSS JOIN LATERAL (SELECT scheduling_free_time(s.id, tstzrange(%(start)s, %(end)s)) AS free OFFSET 0) AS time
CROSS JOIN LATERAL scheduling_hours(s.id, tstzrange(%(start)s, %(end)s)) AS hours
CROSS JOIN LATERAL (SELECT make_interval(mins => coalesce(%(minutes)s::int, s.slot_minutes)) AS length) AS visit
CROSS JOIN LATERAL generate_series(lower(hours), upper(hours) - visit.length,
                                   make_interval(mins => s.slot_minutes)) AS slot
WHERE s.active AND p.active
  AND (%(practitioners)s::uuid[] IS NULL OR s.practitioner_id = ANY (%(practitioners)s))
  AND (%(location)s::uuid IS NULL OR s.location_id = %(location)s)
  AND slot >= %(start)s AND slot < %(end)s
  AND time.free @> tstzrange(slot, slot + visit.length)
ORDER BY slot, p.family, p.given, s.id
LIMIT %(most)s
