-- Who acts in a clinic sees the accounts of that clinic, and of nobody else: names and addresses of the people of all
-- tenants stood open to any forgotten filter. Before sign-in no clinic is known yet: then, and only then, an account
-- is found by its address or its id.
ALTER TABLE accounts_user ENABLE ROW LEVEL SECURITY;
ALTER TABLE accounts_user FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON accounts_user USING
    (organization_id = (SELECT nullif(current_setting('app.org', true), '')::uuid));
CREATE POLICY before_sign_in ON accounts_user FOR SELECT USING
    ((SELECT nullif(current_setting('app.org', true), '')) IS NULL);
CREATE POLICY at_sign_in ON accounts_user FOR UPDATE USING  -- the last time, a password set by link
    ((SELECT nullif(current_setting('app.org', true), '')) IS NULL);
-- Invited, and without a right yet: the first one brings it to its clinic.
CREATE POLICY not_adopted ON accounts_user USING (organization_id IS NULL);
CREATE POLICY own_account ON accounts_user USING
    (id = (SELECT nullif(current_setting('app.actor', true), '')::uuid));
-- Somebody who acts for a patient here and is at home in another clinic.
CREATE POLICY family ON accounts_user FOR SELECT USING
    (EXISTS (SELECT FROM access_patientgrant g WHERE g.user_id = accounts_user.id
             AND g.organization_id = (SELECT nullif(current_setting('app.org', true), '')::uuid)));

-- access_actor(user), as it was, but for the order: no clinic is known when it looks for the account.
CREATE OR REPLACE FUNCTION access_actor(who uuid, OUT name text, OUT email text, OUT password text, OUT language text,
    OUT theme text, OUT has_second_factor boolean, OUT organization_id uuid, OUT roles text[],
    OUT facility_id uuid, OUT practitioner_id uuid, OUT grants jsonb, OUT zone text)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    was_acting text := coalesce(current_setting('app.actor', true), '');
    was_in text := coalesce(current_setting('app.org', true), '');
    home uuid;
    tenant uuid;
    clinic uuid;
BEGIN
    PERFORM set_config('app.actor', who::text, true), set_config('app.org', '', true);
    SELECT u.name, u.email, u.password, u.language, u.theme, u.organization_id
    INTO name, email, password, language, theme, home
    FROM accounts_user u WHERE u.id = who AND u.is_active;
    IF NOT FOUND THEN
        PERFORM set_config('app.actor', was_acting, true), set_config('app.org', was_in, true);
        RETURN;
    END IF;
    SELECT r.organization_id INTO tenant FROM access_roleassignment r
    WHERE r.user_id = who AND r.ended_at IS NULL AND (home IS NULL OR r.organization_id = home)
    ORDER BY r.id LIMIT 1;
    SELECT array_agg(r.role ORDER BY r.role),
           (array_agg(r.facility_id ORDER BY r.id) FILTER (WHERE r.facility_id IS NOT NULL))[1]
    INTO roles, facility_id
    FROM access_roleassignment r
    WHERE r.user_id = who AND r.ended_at IS NULL AND r.organization_id = tenant;
    SELECT jsonb_agg(jsonb_build_object('patient_id', g.patient_id, 'name', g.patient_name,
               'relationship', g.relationship, 'organization_id', g.organization_id)
               ORDER BY g.relationship <> 'self', g.patient_name),
           (array_agg(g.organization_id ORDER BY g.relationship <> 'self', g.patient_name))[1]
    INTO grants, clinic
    FROM access_patientgrant g WHERE g.user_id = who AND g.ended_at IS NULL;
    SELECT EXISTS (SELECT FROM mfa_authenticator m WHERE m.user_id = who AND m.type <> 'recovery_codes')
    INTO has_second_factor;
    organization_id := tenant;
    clinic := coalesce(tenant, clinic);
    IF clinic IS NOT NULL THEN
        PERFORM set_config('app.org', clinic::text, true);
        SELECT l.zone INTO zone FROM directory_location l
        WHERE l.form = 'si' AND l.status = 'active'
        ORDER BY l.id = facility_id DESC NULLS LAST, l.created_at, l.name LIMIT 1;
    END IF;
    IF tenant IS NOT NULL THEN
        SELECT p.id INTO practitioner_id FROM directory_practitioner p WHERE p.user_id = who;
    END IF;
    PERFORM set_config('app.actor', was_acting, true), set_config('app.org', was_in, true);
END $$;
