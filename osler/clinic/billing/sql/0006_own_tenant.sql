-- Checks that wait for the commit look with the eyes of the row's own tenant, whoever acts by then.
CREATE FUNCTION billing_look_as(organization uuid, patient text) RETURNS void LANGUAGE sql VOLATILE AS $$
    SELECT set_config('app.org', coalesce(organization::text, ''), true), set_config('app.patient', coalesce(patient, ''), true)
$$;

CREATE OR REPLACE FUNCTION billing_entry_balances() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    entry uuid := CASE WHEN TG_TABLE_NAME = 'billing_posting' THEN (to_jsonb(NEW) ->> 'entry_id')::uuid ELSE NEW.id END;
    organization_before uuid := nullif(current_setting('app.org', true), '')::uuid;
    patient_before text := current_setting('app.patient', true);
    balance numeric;
    parts integer;
BEGIN
    PERFORM billing_look_as(NEW.organization_id, NULL);
    SELECT coalesce(sum(amount), 0), count(*) INTO balance, parts FROM billing_posting WHERE entry_id = entry;
    PERFORM billing_look_as(organization_before, patient_before);
    IF balance <> 0 OR parts < 2 THEN
        RAISE EXCEPTION 'journal entry % does not balance: % in % postings', entry, balance, parts
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journalentry_balances';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION billing_invoice_adds_up() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    organization_before uuid := nullif(current_setting('app.org', true), '')::uuid;
    patient_before text := current_setting('app.patient', true);
    lines numeric;
    revenue numeric;
BEGIN
    PERFORM billing_look_as(NEW.organization_id, NULL);
    SELECT coalesce(sum(amount), 0) INTO lines FROM billing_invoiceline WHERE invoice_id = NEW.id;
    SELECT coalesce(sum(amount), 0) INTO revenue FROM billing_posting
    WHERE entry_id = NEW.entry_id AND account = 'revenue';
    PERFORM billing_look_as(organization_before, patient_before);
    IF lines <> NEW.total_amount OR revenue <> -NEW.total_amount THEN
        RAISE EXCEPTION 'invoice % does not add up', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'invoice_adds_up';
    END IF;
    RETURN NULL;
END $$;
