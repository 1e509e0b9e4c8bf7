-- The whole text of a resource: id, version and instant are spliced in front of the stored body.
-- The body is a JSON object that begins with "meta" where the resource has any of its own.
CREATE FUNCTION fhir_text(resource_type text, id uuid, version integer, updated_at timestamptz, body text)
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT '{"resourceType":"' || resource_type || '","id":"' || id || '","meta":{"versionId":"' || version
        || '","lastUpdated":"' || to_char(updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"'
        || CASE WHEN body = '{}' THEN '}}'
                WHEN starts_with(body, '{"meta":{') THEN ',' || substr(body, 10)
                ELSE '},' || substr(body, 2) END
$$;
