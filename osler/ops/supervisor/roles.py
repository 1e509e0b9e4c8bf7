"""The web role on a PostgreSQL that is not ours."""

from typing import Any

from psycopg import sql

from osler.ops.supervisor.cluster import ClusterFailed


def prepare_web_role(owner: Any, web: dict[str, Any], *, is_given: bool = False) -> None:
    """Make the web role, a plain one, or renew its password unless the site has given that itself."""
    name, password = sql.Identifier(web["USER"]), sql.Literal(web["PASSWORD"])
    with owner.cursor() as cursor:
        cursor.execute("SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user")
        (may_create,) = cursor.fetchone()
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [web["USER"]])
        known = cursor.fetchone() is not None
        if not may_create and not known:
            raise ClusterFailed(
                f'the owner may not make roles; as an administrator run: CREATE ROLE "{web["USER"]}" LOGIN '
                "NOSUPERUSER NOBYPASSRLS PASSWORD '...' and set OSLER_WEB_DATABASE_URL"
            )
        if not known:
            cursor.cursor.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(name, password))
        elif may_create and not is_given:
            cursor.cursor.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, password))
