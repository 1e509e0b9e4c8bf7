-- access_actor(user): everything a request must know of its user, in one call.
-- Runs with the caller's rights: the policies "own_rights" show a user's own rights before the
-- tenant is known, and nothing else.
CREATE POLICY own_rights ON access_roleassignment FOR SELECT
    USING (user_id = (SELECT nullif(current_setting('app.actor', true), '')::uuid));
CREATE POLICY own_rights ON access_patientgrant FOR SELECT
    USING (user_id = (SELECT nullif(current_setting('app.actor', true), '')::uuid));

CREATE FUNCTION access_actor(who uuid, OUT name text, OUT email text, OUT password text, OUT language text,
    OUT theme text, OUT has_second_factor boolean, OUT organization_id uuid, OUT roles text[],
    OUT facility_id uuid, OUT practitioner_id uuid, OUT grants jsonb)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
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
               ORDER BY g.relationship <> 'self', g.patient_name)
    INTO grants
    FROM access_patientgrant g WHERE g.user_id = who AND g.ended_at IS NULL;
    SELECT EXISTS (SELECT FROM mfa_authenticator m WHERE m.user_id = who AND m.type <> 'recovery_codes')
    INTO has_second_factor;
    IF organization_id IS NOT NULL THEN
        PERFORM set_config('app.org', organization_id::text, true);
        SELECT p.id INTO practitioner_id FROM directory_practitioner p WHERE p.user_id = who;
    END IF;
END $$;
