-- What is owed never falls below nothing, and nobody uses more credit than there is (A49, C4).

-- All deeds in money of one patient wait for each other; several patients are locked in the order of their ids.
CREATE FUNCTION billing_lock_patient(patient uuid) RETURNS void LANGUAGE sql VOLATILE AS $$
    SELECT pg_advisory_xact_lock(hashtextextended('billing:' || patient::text, 0))
$$;

CREATE FUNCTION billing_keep_in_bounds() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    touched uuid;
BEGIN
    FOR touched IN SELECT DISTINCT patient_id FROM new_rows ORDER BY patient_id LOOP
        PERFORM billing_lock_patient(touched);
    END LOOP;
    IF EXISTS (
        SELECT FROM new_rows n LEFT JOIN billing_invoice i ON i.id = n.invoice_id
        WHERE n.invoice_id IS NOT NULL AND i.patient_id IS DISTINCT FROM n.patient_id
    ) THEN
        RAISE EXCEPTION 'a posting names an invoice of its own patient'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_invoice_of_patient';
    END IF;
    IF EXISTS (
        SELECT FROM billing_posting
        WHERE invoice_id IN (SELECT invoice_id FROM new_rows WHERE invoice_id IS NOT NULL)
          AND account IN ('patient-receivable', 'payer-receivable')
        GROUP BY invoice_id, account HAVING sum(amount) < 0
    ) THEN
        RAISE EXCEPTION 'more than is owed on an invoice'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'invoice_paid_at_most_in_full';
    END IF;
    IF EXISTS (
        SELECT FROM billing_posting
        WHERE patient_id IN (SELECT patient_id FROM new_rows WHERE account = 'patient-credit')
          AND account = 'patient-credit'
        GROUP BY patient_id HAVING sum(amount) > 0
    ) THEN
        RAISE EXCEPTION 'more credit used than there is'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_credit_covers';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_in_bounds AFTER INSERT ON billing_posting REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION billing_keep_in_bounds();

-- An issued invoice says what its lines and its journal entry say.
CREATE FUNCTION billing_invoice_adds_up() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF (SELECT coalesce(sum(amount), 0) FROM billing_invoiceline WHERE invoice_id = NEW.id) <> NEW.total_amount
       OR (SELECT coalesce(sum(amount), 0) FROM billing_posting
           WHERE entry_id = NEW.entry_id AND account = 'revenue') <> -NEW.total_amount THEN
        RAISE EXCEPTION 'invoice % does not add up', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'invoice_adds_up';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER adds_up AFTER INSERT OR UPDATE OF status ON billing_invoice
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.status IN ('issued', 'balanced', 'cancelled')) EXECUTE FUNCTION billing_invoice_adds_up();

-- A charge stands on one invoice that counts; a credited invoice sets it free.
CREATE FUNCTION billing_charge_once() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM billing_lock_patient(NEW.patient_id);
    IF EXISTS (
        SELECT FROM billing_invoiceline l JOIN billing_invoice i ON i.id = l.invoice_id
        WHERE l.charge_id = NEW.charge_id AND l.invoice_id <> NEW.invoice_id
          AND i.status IN ('draft', 'issued', 'balanced')
    ) THEN
        RAISE EXCEPTION 'charge % is on another invoice', NEW.charge_id
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'invoiceline_charge_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER charge_once BEFORE INSERT ON billing_invoiceline
    FOR EACH ROW WHEN (NEW.charge_id IS NOT NULL) EXECUTE FUNCTION billing_charge_once();

-- A payment is of the patient whose invoice it pays; a refund gives back at most what came in, the same way.
CREATE FUNCTION billing_payment_fits() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.invoice_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM billing_invoice WHERE id = NEW.invoice_id AND patient_id = NEW.patient_id
    ) THEN
        RAISE EXCEPTION 'a payment pays an invoice of its own patient'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_invoice_of_patient';
    END IF;
    IF NEW.refunds_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM billing_payment p
        WHERE p.id = NEW.refunds_id AND p.patient_id = NEW.patient_id AND p.refunds_id IS NULL
          AND p.method = NEW.method AND p.amount >= -NEW.amount
    ) THEN
        RAISE EXCEPTION 'a refund gives back at most what came in'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_refund_within';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fits BEFORE INSERT ON billing_payment
    FOR EACH ROW EXECUTE FUNCTION billing_payment_fits();
