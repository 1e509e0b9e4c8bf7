-- An issued invoice is frozen as a whole: nothing of its row changes but the steps of its status, and what counts
-- the versions. Columns are not named here, so that one to come is frozen too.
CREATE OR REPLACE FUNCTION billing_keep_issued_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving text[] := ARRAY['status', 'version', 'updated_at'];
BEGIN
    IF OLD.status <> 'draft' AND (
        to_jsonb(OLD) - moving IS DISTINCT FROM to_jsonb(NEW) - moving
        OR (OLD.status, NEW.status) NOT IN (
            ('issued', 'issued'), ('issued', 'balanced'), ('issued', 'cancelled'),
            ('balanced', 'balanced'), ('balanced', 'issued'), ('balanced', 'cancelled'),
            ('cancelled', 'cancelled'), ('entered-in-error', 'entered-in-error')
        )
    ) THEN
        RAISE EXCEPTION 'an issued invoice is frozen'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'invoice_issued_is_frozen';
    END IF;
    RETURN NEW;
END $$;

-- Invoices of before: their parties by the names of today, for nobody kept those of then.
ALTER TABLE billing_invoice NO FORCE ROW LEVEL SECURITY;
ALTER TABLE patients_patient NO FORCE ROW LEVEL SECURITY;
ALTER TABLE directory_organization NO FORCE ROW LEVEL SECURITY;
ALTER TABLE insurance_coverage NO FORCE ROW LEVEL SECURITY;
ALTER TABLE insurance_payer NO FORCE ROW LEVEL SECURITY;
ALTER TABLE billing_invoice DISABLE TRIGGER USER;

CREATE OR REPLACE FUNCTION pg_temp.address(line text, city text, state text, postal_code text) RETURNS text[] LANGUAGE sql AS $$
    SELECT array_remove(ARRAY[
        line,
        concat_ws(', ', nullif(city, ''), nullif(concat_ws(' ', nullif(state, ''), nullif(postal_code, '')), ''))
    ], '')
$$;
UPDATE billing_invoice i SET printed = jsonb_build_object(
    'language', CASE WHEN p.language ~ '^es(-|$)' THEN 'es' ELSE 'en' END,
    'paper', CASE WHEN o.postal_code ~ '^\d{5}(-\d{4})?$' THEN 'us-letter' ELSE 'a4' END,
    'clinic', jsonb_build_object(
        'name', o.name,
        'lines', to_jsonb(pg_temp.address(o.line, o.city, o.state, o.postal_code) || array_remove(ARRAY[
            concat_ws(' · ', nullif(o.phone, ''), nullif(o.email, '')),
            concat_ws(' · ',
                CASE WHEN o.tax_id <> '' THEN
                    CASE WHEN p.language ~ '^es(-|$)' THEN 'Número fiscal ' ELSE 'Tax number ' END || o.tax_id END,
                CASE WHEN o.npi <> '' THEN 'NPI ' || o.npi END)
        ], '')),
        'reach', coalesce(nullif(o.phone, ''), nullif(o.email, ''), o.name)),
    'patient', jsonb_build_object(
        'name', coalesce(nullif(concat_ws(' ', nullif(p.given, ''), nullif(p.family, ''), nullif(p.suffix, '')), ''), 'Unnamed'),
        'lines', to_jsonb(pg_temp.address(p.line, p.city, p.state, p.postal_code)),
        'birth_date', coalesce(p.birth_date::text, ''),
        'mrn', p.mrn),
    'payer', coalesce((SELECT y.name FROM insurance_coverage c JOIN insurance_payer y ON y.id = c.payer_id
                       WHERE c.id = i.coverage_id), ''))
FROM patients_patient p, directory_organization o
WHERE p.id = i.patient_id AND o.id = i.organization_id AND i.status NOT IN ('draft', 'entered-in-error');

ALTER TABLE billing_invoice ENABLE TRIGGER USER;
ALTER TABLE billing_invoice FORCE ROW LEVEL SECURITY;
ALTER TABLE patients_patient FORCE ROW LEVEL SECURITY;
ALTER TABLE directory_organization FORCE ROW LEVEL SECURITY;
ALTER TABLE insurance_coverage FORCE ROW LEVEL SECURITY;
ALTER TABLE insurance_payer FORCE ROW LEVEL SECURITY;
