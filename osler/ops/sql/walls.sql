-- Everything that the migrations put round the tables, one row each: kind, table, name, definition.
-- Roles are told by what they are here (owner, web), not by name; what extensions brought is theirs.
WITH place AS (
    SELECT oid, nspname, nspacl, nspowner FROM pg_namespace
    WHERE nspname NOT LIKE 'pg\_%%' AND nspname NOT IN ('information_schema', 'osler_watch')
), role AS (
    SELECT oid, CASE rolname WHEN %(owner)s THEN 'owner' WHEN %(web)s THEN 'web' ELSE rolname END AS label FROM pg_roles
    UNION ALL SELECT 0, 'everybody'
), foreign_made AS (
    SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
), relation AS (
    SELECT c.*, coalesce(nullif(nspname, 'public') || '.', '') || c.relname AS place
    FROM pg_class c JOIN place ON place.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
      AND ('pg_class'::regclass::oid, c.oid) NOT IN (SELECT classid, objid FROM foreign_made)
), granted AS (
    SELECT r.place AS place, g.grantee, string_agg(g.privilege_type || CASE WHEN is_grantable THEN '*' ELSE '' END,
           ', ' ORDER BY g.privilege_type) AS rights, r.relowner AS holder
    FROM relation r, aclexplode(r.relacl) g GROUP BY 1, 2, 4
    UNION ALL
    SELECT r.place || '.' || a.attname, g.grantee, string_agg(g.privilege_type, ', ' ORDER BY g.privilege_type), r.relowner
    FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid, aclexplode(a.attacl) g GROUP BY 1, 2, 4
    UNION ALL
    SELECT 'schema ' || nspname, g.grantee, string_agg(g.privilege_type, ', ' ORDER BY g.privilege_type), nspowner
    FROM place, aclexplode(nspacl) g GROUP BY 1, 2, 4
)
SELECT 'schema', nspname, '', '' FROM place
UNION ALL
SELECT 'table', place, '', concat_ws(' ', CASE relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'view' WHEN 'S' THEN 'sequence'
       ELSE 'table' END, 'of', owner.label,
       CASE WHEN relrowsecurity THEN 'row security' END, CASE WHEN relforcerowsecurity THEN 'forced' END,
       CASE WHEN relpersistence <> 'p' THEN 'not kept' END,
       CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(r.oid) END)
FROM relation r JOIN role owner ON owner.oid = relowner
UNION ALL
SELECT 'columns', place, '', md5(string_agg(concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull, attidentity,
       attgenerated, pg_get_expr(d.adbin, d.adrelid)), E'\n' ORDER BY attname))
FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid AND attnum > 0 AND NOT attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE relkind IN ('r', 'p') GROUP BY place
UNION ALL
SELECT 'policy', place, polname, concat_ws(' ', CASE WHEN polpermissive THEN 'permissive' ELSE 'restrictive' END,
       CASE polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete' ELSE 'all' END,
       'to', (SELECT string_agg(label, ', ' ORDER BY label) FROM role WHERE role.oid = ANY(polroles)),
       'using', pg_get_expr(polqual, polrelid), 'check', pg_get_expr(polwithcheck, polrelid))
FROM relation r JOIN pg_policy ON polrelid = r.oid
UNION ALL
SELECT 'trigger', place, tgname, concat_ws(' ', CASE tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica only' END,
       pg_get_triggerdef(t.oid))
FROM relation r JOIN pg_trigger t ON tgrelid = r.oid WHERE NOT tgisinternal
UNION ALL
SELECT 'constraint', place, conname, concat_ws(' ', CASE WHEN NOT convalidated THEN 'not valid' END,
       CASE WHEN EXISTS (SELECT FROM pg_trigger t WHERE t.tgconstraint = n.oid AND tgenabled IN ('D', 'R'))
            THEN 'switched off' END, pg_get_constraintdef(n.oid))
FROM relation r JOIN pg_constraint n ON conrelid = r.oid WHERE contype <> 'n'
UNION ALL
SELECT 'unique index', place, i.relname, concat_ws(' ', CASE WHEN NOT indisvalid THEN 'not valid' END, pg_get_indexdef(i.oid))
FROM relation r JOIN pg_index x ON indrelid = r.oid JOIN pg_class i ON i.oid = indexrelid WHERE indisunique
UNION ALL
SELECT 'rule', place, rulename, pg_get_ruledef(w.oid)
FROM relation r JOIN pg_rewrite w ON ev_class = r.oid WHERE rulename <> '_RETURN'
UNION ALL
SELECT 'function', coalesce(nullif(nspname, 'public') || '.', '') || proname,
       pg_get_function_identity_arguments(p.oid), concat_ws(' ', 'of', owner.label, CASE WHEN prosecdef THEN 'definer' END,
       CASE WHEN proleakproof THEN 'leakproof' END, array_to_string(proconfig, ' '),
       coalesce((SELECT 'for ' || string_agg(label, ', ' ORDER BY label) FROM aclexplode(proacl) g
                 JOIN role ON role.oid = g.grantee WHERE g.grantee <> proowner), CASE WHEN proacl IS NULL THEN 'for everybody' END),
       md5(concat(prosrc, pg_get_function_sqlbody(p.oid), provolatile, (SELECT lanname FROM pg_language l WHERE l.oid = prolang))))
FROM pg_proc p JOIN place ON place.oid = pronamespace JOIN role owner ON owner.oid = proowner
WHERE ('pg_proc'::regclass::oid, p.oid) NOT IN (SELECT classid, objid FROM foreign_made)
UNION ALL
SELECT 'grant', place, label, rights FROM granted JOIN role ON role.oid = grantee WHERE grantee <> holder
UNION ALL
SELECT 'default grant', coalesce(place.nspname, 'every schema'), defaclobjtype::text, defaclacl::text
FROM pg_default_acl LEFT JOIN place ON place.oid = defaclnamespace
UNION ALL
SELECT 'setting', coalesce(datname, 'every database'), coalesce(rolname, 'every role'), unnest(setconfig)
FROM pg_db_role_setting s LEFT JOIN pg_database d ON d.oid = setdatabase LEFT JOIN pg_roles r ON r.oid = setrole
WHERE setdatabase = 0 OR datname = current_database()
