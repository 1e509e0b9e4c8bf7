-- What was in force once stays as it was, sections and fields; a draft alone is changed or discarded.
CREATE FUNCTION patients_keep_page() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.status = 'draft' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.edition <> NEW.edition
       OR (OLD.status, NEW.status) NOT IN (('draft', 'draft'), ('draft', 'current'), ('current', 'former')) THEN
        PERFORM patients_refuse('deskpage_in_force_is_frozen', 'what was in force stays as it was');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_page BEFORE UPDATE OR DELETE ON patients_deskpage
    FOR EACH ROW EXECUTE FUNCTION patients_keep_page();

CREATE FUNCTION patients_keep_page_parts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM patients_deskpage WHERE status <> 'draft'
        AND (id = CASE WHEN TG_OP = 'DELETE' THEN OLD.page_id ELSE NEW.page_id END
             OR id = CASE WHEN TG_OP = 'INSERT' THEN NEW.page_id ELSE OLD.page_id END)
    ) THEN
        PERFORM patients_refuse('deskpage_in_force_is_frozen', 'what was in force stays as it was');
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER keep_parts BEFORE INSERT OR UPDATE OR DELETE ON patients_desksection
    FOR EACH ROW EXECUTE FUNCTION patients_keep_page_parts();
CREATE TRIGGER keep_parts BEFORE INSERT OR UPDATE OR DELETE ON patients_deskfield
    FOR EACH ROW EXECUTE FUNCTION patients_keep_page_parts();

-- The kind of a field never changes: values of the old kind would say nothing under the new one.
CREATE FUNCTION patients_keep_own_field() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM patients_refuse('ownfield_kind_stays', 'key and kind of a field do not change');
    RETURN NEW;
END $$;
CREATE TRIGGER keep_kind BEFORE UPDATE ON patients_ownfield
    FOR EACH ROW WHEN ((OLD.key, OLD.kind) IS DISTINCT FROM (NEW.key, NEW.kind))
    EXECUTE FUNCTION patients_keep_own_field();

CREATE FUNCTION patients_keep_own_value() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM patients_ownfield WHERE id = NEW.field_id AND kind = ANY (CASE
            WHEN NEW.text IS NOT NULL THEN ARRAY['text', 'choice'] WHEN NEW.number IS NOT NULL THEN ARRAY['number']
            WHEN NEW.day IS NOT NULL THEN ARRAY['date'] ELSE ARRAY['boolean'] END)
    ) THEN
        PERFORM patients_refuse('ownvalue_of_its_kind', 'a value is of the kind of its field');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_value BEFORE INSERT OR UPDATE ON patients_ownvalue
    FOR EACH ROW EXECUTE FUNCTION patients_keep_own_value();
