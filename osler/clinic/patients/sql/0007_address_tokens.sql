-- What the search tokens of an address are made of: who moved names, birth date and number at once still
-- lives there. Written as kinds a (a house number or postal code with the beginning of the street) and e (the
-- e-mail address) by patients_tokens_of, in 0004_merging.sql.
CREATE FUNCTION patients_address_keys(line text, postal_code text) RETURNS SETOF text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT key FROM (
        SELECT substring(patients_fold(line) FROM '(?:^| )([0-9]+)(?: |$)') AS house,
               substring(substring(patients_fold(line) FROM '(?:^| )([0-9]*[a-z][0-9a-z]{2,})') FROM 1 FOR 4) AS street,
               left(replace(patients_fold(postal_code), ' ', ''), 5) AS place
    ) AS parts, LATERAL (VALUES (house || ' ' || street), (nullif(place, '') || ' ' || street)) AS keys(key)
    WHERE key IS NOT NULL
$$;
