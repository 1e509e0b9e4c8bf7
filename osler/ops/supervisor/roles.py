"""The web role on a PostgreSQL that is not ours."""

from typing import Any

from psycopg import sql

from osler.ops.supervisor.cluster import ClusterFailed


def prepare_web_role(owner: Any, web: dict[str, Any]) -> None:
    """Make the web role, or set its password; it owns nothing and cannot pass row-level security."""
    name, password = sql.Identifier(web["USER"]), sql.Literal(web["PASSWORD"])
    rights = sql.SQL("LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD {}").format(password)
    with owner.cursor() as cursor:
        cursor.execute("SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user")
        (may_create,) = cursor.fetchone()
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [web["USER"]])
        known = cursor.fetchone() is not None
        if not may_create:
            if known:
                return
            raise ClusterFailed(
                f'the owner may not make roles; as an administrator run: CREATE ROLE "{web["USER"]}" LOGIN '
                "NOSUPERUSER NOBYPASSRLS PASSWORD '...' and set OSLER_WEB_DATABASE_URL"
            )
        verb = sql.SQL("ALTER ROLE" if known else "CREATE ROLE")
        cursor.cursor.execute(sql.SQL("{} {} {}").format(verb, name, rights))
