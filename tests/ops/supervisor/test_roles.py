"""On a PostgreSQL of the site's own, the owner makes the web role, or says what it may not do."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connections

from osler.ops.supervisor.cluster import ADMIN, DATABASE, ClusterFailed
from osler.ops.supervisor.roles import prepare_web_role
from tests.databases import CLUSTER, start_cluster

WEB = {"USER": "clinic of a site_web", "PASSWORD": "first"}


@pytest.fixture
def site() -> Iterator[psycopg.Connection]:
    """An owner that may make roles, and the administrator's connection."""
    start_cluster()
    with psycopg.connect(CLUSTER.dsn(ADMIN, "postgres"), autocommit=True) as admin:
        clear = f'DROP ROLE IF EXISTS "{WEB["USER"]}"; DROP ROLE IF EXISTS site_owner'
        admin.execute(clear)
        admin.execute("CREATE ROLE site_owner LOGIN CREATEROLE PASSWORD 'owner'")
        yield admin
        admin.execute(clear)


def as_owner(user: str, password: str) -> Any:
    connection = connections["owner"].copy()
    connection.settings_dict = {
        **connection.settings_dict,
        "USER": user,
        "PASSWORD": password,
        "NAME": "postgres",
    }
    return connection


def can_sign_in(password: str) -> bool:
    try:
        psycopg.connect(CLUSTER.dsn(ADMIN, DATABASE), user=WEB["USER"], password=password).close()
    except psycopg.OperationalError:
        return False
    return True


def test_web_role_is_plain_and_its_password_renewed(site: psycopg.Connection, django_db_blocker: Any) -> None:
    owner = as_owner("site_owner", "owner")
    with django_db_blocker.unblock():
        prepare_web_role(owner, WEB)
        assert can_sign_in("first")
        prepare_web_role(owner, {**WEB, "PASSWORD": "second"})
        prepare_web_role(owner, {**WEB, "PASSWORD": "third"}, is_given=True)
        owner.close()

    assert (can_sign_in("first"), can_sign_in("second"), can_sign_in("third")) == (False, True, False)
    rights = "rolsuper, rolbypassrls, rolcreatedb, rolcreaterole"
    found = site.execute(f"SELECT {rights} FROM pg_roles WHERE rolname = %s", [WEB["USER"]])
    assert found.fetchone() == (False, False, False, False)


def test_owner_without_that_right_is_told_what_to_run(
    site: psycopg.Connection, django_db_blocker: Any
) -> None:
    site.execute("ALTER ROLE site_owner NOCREATEROLE")
    owner = as_owner("site_owner", "owner")

    with django_db_blocker.unblock(), pytest.raises(ClusterFailed, match="CREATE ROLE"):
        prepare_web_role(owner, WEB)
    owner.close()

    assert site.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [WEB["USER"]]).fetchone() is None
