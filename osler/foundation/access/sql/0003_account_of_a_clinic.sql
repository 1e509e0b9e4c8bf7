-- An account belongs to one clinic: that of its first right. It never moves to another.
ALTER TABLE access_roleassignment NO FORCE ROW LEVEL SECURITY;
ALTER TABLE access_patientgrant NO FORCE ROW LEVEL SECURITY;
UPDATE accounts_user u SET organization_id = (
    SELECT held.organization_id FROM (
        SELECT r.organization_id, r.id, r.ended_at FROM access_roleassignment r WHERE r.user_id = u.id
        UNION ALL
        SELECT g.organization_id, g.id, g.ended_at FROM access_patientgrant g WHERE g.user_id = u.id) held
    ORDER BY held.ended_at IS NOT NULL, held.id LIMIT 1);
ALTER TABLE access_roleassignment FORCE ROW LEVEL SECURITY;
ALTER TABLE access_patientgrant FORCE ROW LEVEL SECURITY;

CREATE FUNCTION access_stays_in_its_clinic() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.organization_id := coalesce(OLD.organization_id, NEW.organization_id);
    RETURN NEW;
END $$;
CREATE TRIGGER stays_in_its_clinic BEFORE UPDATE ON accounts_user
    FOR EACH ROW EXECUTE FUNCTION access_stays_in_its_clinic();

CREATE FUNCTION access_adopt_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE accounts_user SET organization_id = NEW.organization_id
    WHERE id = NEW.user_id AND organization_id IS NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER adopt_account BEFORE INSERT ON access_roleassignment
    FOR EACH ROW EXECUTE FUNCTION access_adopt_account();
-- A portal user may act for patients of several clinics; the account is the first one's.
CREATE TRIGGER adopt_account BEFORE INSERT ON access_patientgrant
    FOR EACH ROW EXECUTE FUNCTION access_adopt_account();

CREATE FUNCTION access_account_of_this_clinic() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM accounts_user WHERE id = NEW.user_id AND organization_id = NEW.organization_id)
    THEN
        RAISE EXCEPTION 'the account belongs to another clinic'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'roleassignment_account_of_this_clinic';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER belongs_to_this_clinic BEFORE INSERT OR UPDATE OF user_id ON access_roleassignment
    FOR EACH ROW EXECUTE FUNCTION access_account_of_this_clinic();

-- One's own rights are shown before the clinic is known, and not once it is.
DROP POLICY own_rights ON access_roleassignment;
CREATE POLICY own_rights ON access_roleassignment FOR SELECT
    USING (user_id = (SELECT nullif(current_setting('app.actor', true), '')::uuid)
           AND (SELECT nullif(current_setting('app.org', true), '')) IS NULL);
DROP POLICY own_rights ON access_patientgrant;
CREATE POLICY own_rights ON access_patientgrant FOR SELECT
    USING (user_id = (SELECT nullif(current_setting('app.actor', true), '')::uuid)
           AND (SELECT nullif(current_setting('app.org', true), '')) IS NULL);

-- access_actor(user): first the clinic of the account, then the roles and the facility there, no others.
-- Whoever was acting goes on acting afterwards.
DROP FUNCTION access_actor(uuid);
CREATE FUNCTION access_actor(who uuid, OUT name text, OUT email text, OUT password text, OUT language text,
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
    SELECT u.name, u.email, u.password, u.language, u.theme, u.organization_id
    INTO name, email, password, language, theme, home
    FROM accounts_user u WHERE u.id = who AND u.is_active;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    PERFORM set_config('app.actor', who::text, true), set_config('app.org', '', true);
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
