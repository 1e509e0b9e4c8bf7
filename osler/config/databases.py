"""Two connections to one database: the web role that owns nothing, and the owner for migrations."""

import hashlib
import hmac
from typing import Any

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from osler.config.config import Config, Misconfigured
from osler.ops.supervisor.cluster import DATABASE, OWNER, WEB, Cluster

PREPARED = {"server_side_binding": True, "prepare_threshold": 5}
"""What is asked for the fifth time on a connection keeps its plan: with row-level security, planning is half
of the work of a small statement."""
PARTS = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}


def database_settings(config: Config) -> dict[str, dict[str, Any]]:
    """Django's DATABASES."""
    if config.is_embedded:
        cluster = Cluster(config.home)
        shared = {
            "NAME": DATABASE,
            "HOST": str(cluster.socket_folder),
            "PORT": str(cluster.port),
        }
        web = {**shared, "USER": WEB, "PASSWORD": cluster.password(WEB)}
        owner = {**shared, "USER": OWNER, "PASSWORD": cluster.password(OWNER)}
        return {"default": _connection(web, PREPARED), "owner": _connection(owner)}
    owner = _parsed(config.database_url)
    web = _parsed(config.web_database_url) if config.web_database_url else web_of(owner, config.secret_key)
    return {
        "default": _connection(web, PREPARED),
        "owner": _connection(owner, {"options": f"-c app.web_role={web['USER']}"}),
    }


def web_of(owner: dict[str, Any], secret_key: str) -> dict[str, Any]:
    """The web role of a database: named after it, its password derived from the secret key."""
    name = f"{owner['NAME']}_web"
    password = hmac.new(secret_key.encode(), f"web role {name}".encode(), hashlib.sha256).hexdigest()
    return {**owner, "USER": name, "PASSWORD": password}


def _parsed(url: str) -> dict[str, Any]:
    """The parts of postgresql://user:password@host1:port1,host2:port2/name?sslmode=verify-full."""
    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError as error:
        raise Misconfigured(f"DATABASE_URL: {error}") from error
    if not parts.get("dbname"):
        raise Misconfigured("DATABASE_URL: the name of the database is missing")
    named = {key: str(parts.pop(name, "")) for key, name in PARTS.items()}
    return {**named, "OPTIONS": parts}


def _connection(parts: dict[str, Any], more: dict[str, Any] | None = None) -> dict[str, Any]:
    options = {
        "connect_timeout": 10,
        "application_name": "osler",
        **parts.get("OPTIONS", {}),
        **(more or {}),
    }
    if "," in parts["HOST"]:
        options.setdefault("target_session_attrs", "read-write")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": False,
        "DISABLE_SERVER_SIDE_CURSORS": False,
        **parts,
        "OPTIONS": options,
    }
