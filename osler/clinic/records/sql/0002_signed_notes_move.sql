-- Signed is closed, and a signed note follows its patient when two charts are merged or parted.
CREATE OR REPLACE FUNCTION records_keep_signed_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.patient_id <> NEW.patient_id AND patients_only_moves(to_jsonb(OLD), to_jsonb(NEW)) THEN
        RETURN NEW;
    END IF;
    IF OLD.status <> 'preliminary' AND (
        ROW(OLD.patient_id, OLD.encounter_id, OLD.author_id, OLD.amends_id, OLD.type_code, OLD.title, OLD.subjective,
            OLD.objective, OLD.assessment, OLD.plan, OLD.signed_at, OLD.digest)
        IS DISTINCT FROM
        ROW(NEW.patient_id, NEW.encounter_id, NEW.author_id, NEW.amends_id, NEW.type_code, NEW.title, NEW.subjective,
            NEW.objective, NEW.assessment, NEW.plan, NEW.signed_at, NEW.digest)
        OR NEW.status = 'preliminary'
    ) THEN
        RAISE EXCEPTION 'a signed note is closed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'clinicalnote_signed_is_closed';
    END IF;
    RETURN NEW;
END $$;
