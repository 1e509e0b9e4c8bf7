-- What was submitted stays as it was said, until it is deleted.
CREATE FUNCTION intake_only_drafts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM intake_proposal p WHERE p.id = NEW.proposal_id AND p.status = 'draft') THEN
        RAISE EXCEPTION 'only a draft changes' USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_only_drafts';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_drafts BEFORE INSERT OR UPDATE ON intake_proposalcontent
    FOR EACH ROW EXECUTE FUNCTION intake_only_drafts();
CREATE TRIGGER only_drafts BEFORE INSERT OR UPDATE ON intake_proposalphoto
    FOR EACH ROW EXECUTE FUNCTION intake_only_drafts();

-- The words that people sign never change: a new text is a new edition.
CREATE FUNCTION intake_words_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.key, NEW.edition, NEW.title, NEW.title_es, NEW.body, NEW.body_es, NEW.published_at)
       IS DISTINCT FROM (OLD.key, OLD.edition, OLD.title, OLD.title_es, OLD.body, OLD.body_es, OLD.published_at) THEN
        RAISE EXCEPTION 'a published text never changes'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'consentform_words_stay';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER words_stay BEFORE UPDATE ON intake_consentform FOR EACH ROW EXECUTE FUNCTION intake_words_stay();

-- Nor does what somebody has signed, but for its being revoked.
CREATE FUNCTION intake_signature_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.form_id, NEW.signer_name, NEW.drawn_sealed, NEW.signed_at, NEW.session)
       IS DISTINCT FROM (OLD.form_id, OLD.signer_name, OLD.drawn_sealed, OLD.signed_at, OLD.session) THEN
        RAISE EXCEPTION 'a signature never changes'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'consent_signature_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signature_stays BEFORE UPDATE ON intake_consent FOR EACH ROW EXECUTE FUNCTION intake_signature_stays();

-- The clinic of a public address, before anybody acts: open ones only.
CREATE FUNCTION intake_doors() RETURNS TABLE (address varchar, organization_id uuid, name varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT q.address, q.organization_id, o.name FROM intake_questionnaire q
    JOIN directory_organization o ON o.id = q.organization_id
    WHERE q.status = 'active' ORDER BY o.name, q.address
$$;
DO $$ BEGIN
    EXECUTE format('CREATE POLICY open_doors ON intake_questionnaire FOR SELECT TO %I USING (status = ''active'')',
                   current_user);
END $$;
