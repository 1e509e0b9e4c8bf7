"""Osler does not start with a web role that the walls would not hold (A7)."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connections

from osler.ops.preparation import web_role_faults
from osler.ops.supervisor.cluster import ADMIN, OWNER
from tests import databases

ROLES = {
    "super": ("SUPERUSER", "", ["the web role is a superuser"]),
    "bypassing": ("BYPASSRLS", "", ["the web role may bypass row-level security"]),
    "owning": (
        "",
        "CREATE TABLE owned (id int); ALTER TABLE owned OWNER TO {}",
        ["the web role owns tables"],
    ),
    "of_owner": (
        f"IN ROLE {OWNER}",
        "",
        [
            f"the web role is a member of {OWNER}, which owns tables",
            f"the web role is a member of {OWNER}, which owns the database",
        ],
    ),
    "of_super": (
        f"IN ROLE {ADMIN}",
        "",
        [
            f"the web role is a member of {ADMIN}, which is a superuser",
            f"the web role is a member of {ADMIN}, which may bypass row-level security",
        ],
    ),
    "sound": ("", "", []),
}


@pytest.fixture(scope="module")
def database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A clone in which each of the roles may sign in; roles are the cluster's, so they are named after us."""
    with (
        django_db_blocker.unblock(),
        databases.clone("roles") as name,
        psycopg.connect(databases.CLUSTER.dsn(ADMIN, name), autocommit=True) as admin,
    ):
        for kind, (rights, more, _) in ROLES.items():
            admin.execute(f"CREATE ROLE {role(kind)} LOGIN PASSWORD 'x' {rights}")
            if more:
                admin.execute(more.format(role(kind)))
        yield name
        for kind in ROLES:
            admin.execute(f"DROP OWNED BY {role(kind)}; DROP ROLE {role(kind)}")


def role(kind: str) -> str:
    return f"test_{kind}_{os.getpid()}"


@pytest.mark.parametrize("kind", ROLES)
def test_what_is_wrong_with_a_web_role_is_said(database: str, django_db_blocker: Any, kind: str) -> None:
    default = connections["default"]
    kept = dict(default.settings_dict)
    with django_db_blocker.unblock():
        default.close()
        default.settings_dict |= {"NAME": database, "USER": role(kind), "PASSWORD": "x"}
        try:
            found = web_role_faults()
        finally:
            default.close()
            default.settings_dict.update(kept)

    assert found == ROLES[kind][2]


@pytest.mark.parametrize("command", [["-c", "import osler.config.wsgi"], ["-m", "osler", "web"]])
def test_the_pages_do_not_come_up_with_the_owner_as_web_role(database: str, command: list[str]) -> None:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("OSLER_")}
    environment = kept | {
        "OSLER_HOME": os.environ["OSLER_HOME"],
        "OSLER_DEMO": "1",
        "OSLER_DATABASE_URL": databases.CLUSTER.dsn(OWNER, database),
        "OSLER_WEB_DATABASE_URL": databases.CLUSTER.dsn(OWNER, database),
    }
    command = [sys.executable, *command]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "the web role owns tables" in done.stderr
