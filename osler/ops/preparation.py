"""What must be true before serving: schema current, static files gathered, web role harmless."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import ProgrammingError

import osler

DEMO_ADDRESSES = "@demo.test"
WANTED_VERSION = 18


class TooOld(Exception):
    """The server lacks what the schema stands on: `uuidv7()`, WITHOUT OVERLAPS, PERIOD keys."""


def require_version() -> None:
    """Refuse a PostgreSQL older than the schema needs, before anything is changed in it."""
    connection = connections["owner"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version_num')::int / 10000, current_setting('server_version')"
        )
        major, version = cursor.fetchone()
    if major < WANTED_VERSION:
        where = connection.settings_dict["HOST"] or "this machine"
        message = (
            f"The PostgreSQL at {where} is {version}; Osler needs {WANTED_VERSION} or later."
            " Nothing was changed. Without DATABASE_URL, Osler brings its own."
        )
        raise TooOld(message)


def is_current() -> bool:
    """Whether every migration has been applied."""
    executor = MigrationExecutor(connections["owner"])
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def has_accounts() -> bool:
    """Whether anybody has an account: an empty demo installation gets the demo clinic."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM accounts_user)")
            (found,) = cursor.fetchone()
    except ProgrammingError:
        return False
    return bool(found)


def prepare_static() -> None:
    """Gather static files with hashed names, when any of ours has changed."""
    digest = _static_digest()
    stamp = Path(settings.STATIC_ROOT) / "stamp"
    if stamp.exists() and stamp.read_text() == digest:
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(digest)


def _static_digest() -> str:
    package = Path(osler.__file__).parent
    files = sorted(path for path in package.rglob("static/**/*") if path.is_file())
    seen = "".join(f"{path}:{path.stat().st_mtime_ns}:{path.stat().st_size}\n" for path in files)
    return hashlib.sha256(f"{osler.__version__}\n{seen}".encode()).hexdigest()


_FAULTS = """
SELECT reached.rolname, reached.rolname = current_user, reached.rolsuper, reached.rolbypassrls,
       EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE c.relowner = reached.oid AND n.nspname = 'public'),
       EXISTS (SELECT FROM pg_database WHERE datname = current_database() AND datdba = reached.oid)
FROM pg_roles AS reached
WHERE reached.rolname = current_user
   OR (pg_has_role(current_user, reached.oid, 'MEMBER')
       AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user))
ORDER BY 2 DESC, 1
"""
_WORDS = ("is a superuser", "may bypass row-level security", "owns tables", "owns the database")


def demo_faults() -> list[str]:
    """Why this must not serve: accounts of the demo, whose password everybody knows, outside demo mode."""
    if settings.DEMO:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_user WHERE email LIKE %s", [f"%{DEMO_ADDRESSES}"])
        (found,) = cursor.fetchone()
    if not found:
        return []
    return [
        f"{found} accounts end in {DEMO_ADDRESSES}: this is the database of a demo clinic, and its password"
        " is known to everybody. Set OSLER_DEMO=1 to look at the demo, or point OSLER_HOME or DATABASE_URL to"
        " an installation of your own"
    ]


def web_role_faults() -> list[str]:
    """Why the web role must not serve: superuser, BYPASSRLS or owner, by itself or by membership (A7)."""
    with connection.cursor() as cursor:
        cursor.execute(_FAULTS)
        roles = cursor.fetchall()
    return [
        f"the web role {words}" if is_itself else f"the web role is a member of {name}, which {words}"
        for name, is_itself, *found in roles
        for words, is_true in zip(_WORDS, found, strict=True)
        if is_true
    ]
