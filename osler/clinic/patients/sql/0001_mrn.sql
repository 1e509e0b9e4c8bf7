-- MRNs: a running number with a Luhn check digit, so that a slip of the finger finds nobody.
CREATE SEQUENCE patients_mrn_seq START 100001;

CREATE FUNCTION patients_luhn(digits text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT ((10 - sum(CASE WHEN i % 2 = 1 THEN (d * 2) / 10 + (d * 2) % 10 ELSE d END) % 10) % 10)::text
    FROM (SELECT row_number() OVER (ORDER BY ordinal DESC) AS i, digit::int AS d
          FROM string_to_table(digits, NULL) WITH ORDINALITY AS t(digit, ordinal)) AS numbered
$$;

CREATE FUNCTION patients_next_mrn() RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT n || patients_luhn(n) FROM (SELECT nextval('patients_mrn_seq')::text AS n) AS s
$$;

DO $$ BEGIN EXECUTE format('GRANT USAGE ON SEQUENCE patients_mrn_seq TO %I', audit_web_role()); END $$;
