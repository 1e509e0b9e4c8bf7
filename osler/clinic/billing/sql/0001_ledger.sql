-- Postings of an entry sum to zero at commit; entries and postings are never changed.
CREATE FUNCTION billing_entry_balances() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    entry uuid := CASE WHEN TG_TABLE_NAME = 'billing_posting' THEN (to_jsonb(NEW) ->> 'entry_id')::uuid ELSE NEW.id END;
    balance numeric;
    parts integer;
BEGIN
    SELECT coalesce(sum(amount), 0), count(*) INTO balance, parts FROM billing_posting WHERE entry_id = entry;
    IF balance <> 0 OR parts < 2 THEN
        RAISE EXCEPTION 'journal entry % does not balance: % in % postings', entry, balance, parts
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journalentry_balances';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entry_balances AFTER INSERT ON billing_journalentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing_entry_balances();
CREATE CONSTRAINT TRIGGER entry_balances AFTER INSERT ON billing_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing_entry_balances();

CREATE FUNCTION billing_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_append_only';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON billing_journalentry
    FOR EACH ROW EXECUTE FUNCTION billing_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON billing_posting
    FOR EACH ROW EXECUTE FUNCTION billing_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON billing_payment
    FOR EACH ROW EXECUTE FUNCTION billing_append_only();

-- An issued invoice is frozen, with its lines.
CREATE FUNCTION billing_keep_issued_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'draft' AND (
        ROW(OLD.patient_id, OLD.coverage_id, OLD.series, OLD.number, OLD.credits_id, OLD.issued_on, OLD.due_on,
            OLD.total_amount, OLD.entry_id)
        IS DISTINCT FROM
        ROW(NEW.patient_id, NEW.coverage_id, NEW.series, NEW.number, NEW.credits_id, NEW.issued_on, NEW.due_on,
            NEW.total_amount, NEW.entry_id)
        OR NEW.status = 'draft'
    ) THEN
        RAISE EXCEPTION 'an issued invoice is frozen'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'invoice_issued_is_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_issued BEFORE UPDATE ON billing_invoice
    FOR EACH ROW EXECUTE FUNCTION billing_keep_issued_invoice();

CREATE FUNCTION billing_keep_issued_lines() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    touched uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.invoice_id ELSE NEW.invoice_id END;
BEGIN
    IF EXISTS (SELECT FROM billing_invoice WHERE id = touched AND status <> 'draft')
       OR TG_OP = 'UPDATE' AND EXISTS (SELECT FROM billing_invoice WHERE id = OLD.invoice_id AND status <> 'draft') THEN
        RAISE EXCEPTION 'an issued invoice is frozen'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'invoice_issued_is_frozen';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER keep_issued BEFORE INSERT OR UPDATE OR DELETE ON billing_invoiceline
    FOR EACH ROW EXECUTE FUNCTION billing_keep_issued_lines();

-- Numbers without gaps: a counter row for each tenant and series, taken in the issuing transaction.
CREATE TABLE billing_counter (
    organization_id uuid NOT NULL,
    series text NOT NULL,
    last_number integer NOT NULL,
    PRIMARY KEY (organization_id, series)
);
SELECT audit_wall('billing_counter', NULL), audit_grant('billing_counter', 'SELECT, INSERT, UPDATE');
CREATE FUNCTION billing_next_number(series_wanted text) RETURNS integer LANGUAGE sql VOLATILE AS $$
    INSERT INTO billing_counter AS c (organization_id, series, last_number)
    VALUES (nullif(current_setting('app.org', true), '')::uuid, series_wanted, 1)
    ON CONFLICT (organization_id, series) DO UPDATE SET last_number = c.last_number + 1
    RETURNING last_number
$$;
