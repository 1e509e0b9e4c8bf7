-- access_actor(user), with the time zone in which this user's day passes: that of the facility where
-- the user works, else that of the clinic's first site.
DROP FUNCTION access_actor(uuid);
CREATE FUNCTION access_actor(who uuid, OUT name text, OUT email text, OUT password text, OUT language text,
    OUT theme text, OUT has_second_factor boolean, OUT organization_id uuid, OUT roles text[],
    OUT facility_id uuid, OUT practitioner_id uuid, OUT grants jsonb, OUT zone text)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    clinic uuid;
BEGIN
    SELECT u.name, u.email, u.password, u.language, u.theme INTO name, email, password, language, theme
    FROM accounts_user u WHERE u.id = who AND u.is_active;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    PERFORM set_config('app.actor', who::text, true);
    SELECT (array_agg(r.organization_id ORDER BY r.id))[1], array_agg(r.role ORDER BY r.role),
           (array_agg(r.facility_id ORDER BY r.id) FILTER (WHERE r.facility_id IS NOT NULL))[1]
    INTO organization_id, roles, facility_id
    FROM access_roleassignment r WHERE r.user_id = who AND r.ended_at IS NULL;
    SELECT jsonb_agg(jsonb_build_object('patient_id', g.patient_id, 'name', g.patient_name,
               'relationship', g.relationship, 'organization_id', g.organization_id)
               ORDER BY g.relationship <> 'self', g.patient_name),
           (array_agg(g.organization_id ORDER BY g.relationship <> 'self', g.patient_name))[1]
    INTO grants, clinic
    FROM access_patientgrant g WHERE g.user_id = who AND g.ended_at IS NULL;
    SELECT EXISTS (SELECT FROM mfa_authenticator m WHERE m.user_id = who AND m.type <> 'recovery_codes')
    INTO has_second_factor;
    clinic := coalesce(organization_id, clinic);
    IF clinic IS NOT NULL THEN
        PERFORM set_config('app.org', clinic::text, true);
        SELECT l.zone INTO zone FROM directory_location l
        WHERE l.form = 'si' AND l.status = 'active'
        ORDER BY l.id = facility_id DESC NULLS LAST, l.created_at, l.name LIMIT 1;
    END IF;
    IF organization_id IS NOT NULL THEN
        SELECT p.id INTO practitioner_id FROM directory_practitioner p WHERE p.user_id = who;
    END IF;
END $$;
