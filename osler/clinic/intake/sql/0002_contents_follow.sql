-- What a proposal says is seen by whom the proposal is taken for, also when its chart is merged or parted.
CREATE OR REPLACE FUNCTION intake_only_drafts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - 'subject_id' = to_jsonb(NEW) - 'subject_id' THEN
        SELECT subject_id INTO NEW.subject_id FROM intake_proposal WHERE id = NEW.proposal_id;
        RETURN NEW;
    END IF;
    IF NOT EXISTS (SELECT FROM intake_proposal p WHERE p.id = NEW.proposal_id AND p.status = 'draft') THEN
        RAISE EXCEPTION 'only a draft changes' USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_only_drafts';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION intake_contents_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE intake_proposalcontent SET subject_id = NEW.subject_id WHERE proposal_id = NEW.id;
    UPDATE intake_proposalphoto SET subject_id = NEW.subject_id WHERE proposal_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER contents_follow AFTER UPDATE OF patient_id ON intake_proposal
    FOR EACH ROW WHEN (OLD.patient_id IS NOT NULL AND NEW.patient_id IS NOT NULL
                       AND OLD.patient_id <> NEW.patient_id)
    EXECUTE FUNCTION intake_contents_follow();
