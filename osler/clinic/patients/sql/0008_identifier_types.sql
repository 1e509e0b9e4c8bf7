-- The shape of a number as a regular expression (the signs: osler/clinic/patients/shapes.py). What stands for
-- itself is written by its code point: no sign of it means anything to the engine.
CREATE FUNCTION patients_shape_regex(shape text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    made text := '';
    sign text;
    place integer := 1;
    ending integer;
BEGIN
    WHILE place <= length(shape) LOOP
        sign := substr(shape, place, 1);
        IF sign IN ('[', '{') THEN
            ending := strpos(substr(shape, place), CASE sign WHEN '[' THEN ']' ELSE '}' END);
            made := made || substr(shape, place, ending);
            place := place + greatest(ending, 1);
            CONTINUE;
        END IF;
        IF sign = '\' THEN
            place := place + 1;
            made := made || '\U' || lpad(to_hex(ascii(substr(shape, place, 1))), 8, '0');
        ELSE
            made := made || CASE sign WHEN '#' THEN '[0-9]' WHEN '@' THEN '[A-Za-z]' WHEN '*' THEN '[0-9A-Za-z]'
                WHEN '|' THEN '|' ELSE '\U' || lpad(to_hex(ascii(sign)), 8, '0') END;
        END IF;
        place := place + 1;
    END LOOP;
    RETURN '^(?:' || made || ')$';
END $$;

CREATE FUNCTION patients_fits(shape text, number text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT number ~ patients_shape_regex(shape)
$$;

-- Verhoeff: the dihedral group of ten elements, and the powers of its permutation.
CREATE FUNCTION patients_verhoeff_fits(digits text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    times text := '0123456789123406789523401789563401289567401239567859876043216598710432765982104387659321049876543210';
    powers text := '01234567891576283094580379614289160435279453126870428657390127938064157046913258';
    reckoned integer := 0;
    digit integer;
BEGIN
    FOR place IN 0 .. length(digits) - 1 LOOP
        digit := substr(digits, length(digits) - place, 1)::integer;
        reckoned := substr(times, reckoned * 10 + substr(powers, (place % 8) * 10 + digit + 1, 1)::integer + 1, 1)::integer;
    END LOOP;
    RETURN reckoned = 0;
END $$;

-- ISO 7064: MOD 11-2 (digits, X at the end is ten), MOD 97-10 (letters are ten to thirty-five).
CREATE FUNCTION patients_mod_11_2_fits(digits text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    reckoned integer := 0;
BEGIN
    FOR place IN 1 .. length(digits) - 1 LOOP
        reckoned := (reckoned + substr(digits, place, 1)::integer) * 2 % 11;
    END LOOP;
    RETURN (reckoned + replace(right(digits, 1), 'X', '10')::integer) % 11 = 1;
END $$;
CREATE FUNCTION patients_mod_97_10_fits(signs text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT string_agg(CASE WHEN sign ~ '[0-9]' THEN sign ELSE (ascii(sign) - 55)::text END, '' ORDER BY place)::numeric
        % 97 = 1
    FROM string_to_table(signs, NULL) WITH ORDINALITY AS t(sign, place)
$$;

-- Whether the end of a number agrees with the rest of it (osler/clinic/patients/check_digits.py).
CREATE FUNCTION patients_check_fits(kind text, number text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    signs text := regexp_replace(upper(number), '[^0-9A-Z]', '', 'g');
    digits text := regexp_replace(signs, '[^0-9]', '', 'g');
    ended text := digits || coalesce(substring(signs FROM 'X$'), '');
BEGIN
    RETURN CASE kind
        WHEN '' THEN true
        WHEN 'luhn' THEN length(digits) > 1 AND right(digits, 1) = patients_luhn(left(digits, -1))
        WHEN 'verhoeff' THEN length(digits) > 1 AND patients_verhoeff_fits(digits)
        WHEN 'mod-11-2' THEN length(ended) > 1 AND patients_mod_11_2_fits(ended)
        WHEN 'mod-97-10' THEN length(signs) > 2 AND patients_mod_97_10_fits(signs)
        ELSE false
    END;
END $$;

-- A number whose system is that of a type looks as the type says, agrees with its check digit, and is alone if a
-- patient has only one. What is there when a type is made or changed stays: it is asked again when it is rewritten.
CREATE FUNCTION patients_keep_number() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kind patients_identifiertype;
BEGIN
    SELECT * INTO kind FROM patients_identifiertype
    WHERE organization_id = NEW.organization_id AND system = NEW.system AND active;
    IF kind.id IS NULL THEN
        NEW.is_sole := false;
        RETURN NEW;
    END IF;
    IF kind.type_code <> '' THEN
        NEW.type_code := kind.type_code;
    END IF;
    IF NEW.value_sealed = '' THEN
        IF NEW.value <> upper(NEW.value) OR (kind.shape <> '' AND NOT patients_fits(kind.shape, NEW.value)) THEN
            PERFORM patients_refuse('patientidentifier_fits_its_type', 'the number does not look as its type says');
        END IF;
        IF NOT patients_check_fits(kind.check_digit, NEW.value) THEN
            PERFORM patients_refuse('patientidentifier_check_digit', 'the check digit of the number is wrong');
        END IF;
    END IF;
    NEW.is_sole := kind.is_single;
    IF kind.is_single AND EXISTS (
        SELECT FROM patients_patientidentifier
        WHERE patient_id = NEW.patient_id AND system = NEW.system AND id <> NEW.id
    ) THEN
        PERFORM patients_refuse('patientidentifier_one_of_a_kind', 'the patient has a number of this type');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_number BEFORE INSERT ON patients_patientidentifier
    FOR EACH ROW EXECUTE FUNCTION patients_keep_number();
CREATE TRIGGER keep_number_again BEFORE UPDATE ON patients_patientidentifier
    FOR EACH ROW WHEN ((OLD.system, OLD.value, OLD.value_sealed, OLD.type_code)
                   IS DISTINCT FROM (NEW.system, NEW.value, NEW.value_sealed, NEW.type_code))
    EXECUTE FUNCTION patients_keep_number();

-- The system of a type is what its numbers are known by: it never changes, nor whose site it is.
CREATE FUNCTION patients_keep_type() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM patients_refuse('identifiertype_system_stays', 'the system of a type does not change');
    RETURN NEW;
END $$;
CREATE TRIGGER keep_type BEFORE UPDATE ON patients_identifiertype
    FOR EACH ROW WHEN ((OLD.system, OLD.location_id) IS DISTINCT FROM (NEW.system, NEW.location_id))
    EXECUTE FUNCTION patients_keep_type();

-- The next number of a type that the clinic allots: the counter is nobody's to write otherwise.
CREATE FUNCTION patients_next_number(kind uuid) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    taken bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM patients_identifiertype WHERE id = kind AND is_allotted AND active
                   AND organization_id = nullif(current_setting('app.org', true), '')::uuid) THEN
        PERFORM patients_refuse('identifiertype_is_allotted', 'no number of this type is allotted');
    END IF;
    INSERT INTO patients_numbercounter AS c (type_id, last_number) VALUES (kind, 1)
    ON CONFLICT (type_id) DO UPDATE SET last_number = c.last_number + 1
    RETURNING last_number INTO taken;
    RETURN taken;
END $$;
