-- What is written in the books follows its patient when two charts are merged or parted; its words and amounts stay.
CREATE OR REPLACE FUNCTION billing_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND patients_only_moves(to_jsonb(OLD), to_jsonb(NEW)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_append_only';
END $$;

CREATE OR REPLACE FUNCTION billing_keep_issued_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving text[] := ARRAY['status', 'version', 'updated_at'];
BEGIN
    IF OLD.patient_id <> NEW.patient_id AND patients_only_moves(to_jsonb(OLD), to_jsonb(NEW)) THEN
        RETURN NEW;
    END IF;
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

CREATE OR REPLACE FUNCTION billing_keep_issued_lines() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    touched uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.invoice_id ELSE NEW.invoice_id END;
BEGIN
    IF TG_OP = 'UPDATE' AND patients_only_moves(to_jsonb(OLD), to_jsonb(NEW)) THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT FROM billing_invoice WHERE id = touched AND status <> 'draft')
       OR TG_OP = 'UPDATE' AND EXISTS (SELECT FROM billing_invoice WHERE id = OLD.invoice_id AND status <> 'draft') THEN
        RAISE EXCEPTION 'an issued invoice is frozen'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'invoice_issued_is_frozen';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

-- Postings that move leave no chart with more credit used than it has, and stand beside their invoice.
CREATE FUNCTION billing_keep_in_bounds_moved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM billing_posting
        WHERE patient_id IN (SELECT patient_id FROM old_rows UNION SELECT patient_id FROM new_rows)
          AND account = 'patient-credit'
        GROUP BY patient_id HAVING sum(amount) > 0
    ) THEN
        RAISE EXCEPTION 'more credit used than there is'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_credit_parts';
    END IF;
    IF EXISTS (
        SELECT FROM new_rows n LEFT JOIN billing_invoice i ON i.id = n.invoice_id
        WHERE n.invoice_id IS NOT NULL AND i.patient_id IS DISTINCT FROM n.patient_id
    ) THEN
        RAISE EXCEPTION 'a posting names an invoice of its own patient'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_invoice_of_patient';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_in_bounds_moved AFTER UPDATE ON billing_posting
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION billing_keep_in_bounds_moved();
