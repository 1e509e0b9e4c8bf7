"""/readyz names what is missing: database, migrations, worker (the public contract)."""

from datetime import timedelta

import psycopg
import pytest
from django.db import connection, connections
from django.test import Client

from osler.config import health
from osler.ops.supervisor.cluster import ADMIN
from tests.conftest import Clinic
from tests.databases import CLUSTER

LAST = "SELECT max(name) FROM django_migrations WHERE app = 'audit'"
WORKER = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s)"


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", False)


def heartbeat(age: timedelta) -> None:
    with connection.cursor() as cursor:
        cursor.execute(WORKER, [age])


def ask() -> tuple[int, dict[str, bool]]:
    answer = Client(raise_request_exception=True).get("/readyz")
    return answer.status_code, answer.json()


def parts(
    *, database: bool = True, migrations: bool = True, worker: bool = True
) -> tuple[int, dict[str, bool]]:
    good = database and migrations and worker
    told = {"ready": good, "database": database, "migrations": migrations, "worker": worker}
    return (200 if good else 503), told


def test_all_is_there(db: None) -> None:
    heartbeat(timedelta(seconds=5))
    assert ask() == parts()


@pytest.mark.parametrize("age", [None, timedelta(seconds=61), timedelta(days=1)])
def test_the_worker_is_dead(db: None, age: timedelta | None) -> None:
    if age is not None:
        heartbeat(age)
    assert ask() == parts(worker=False)


def test_one_living_worker_is_enough(db: None) -> None:
    heartbeat(timedelta(days=1))
    heartbeat(timedelta(seconds=5))
    assert ask() == parts()


def test_a_migration_is_missing_and_then_applied(live_clinic: Clinic) -> None:
    heartbeat(timedelta(seconds=5))
    with psycopg.connect(CLUSTER.dsn(ADMIN, live_clinic.name), autocommit=True) as superuser:
        superuser.execute("CREATE TABLE kept AS TABLE django_migrations")
        superuser.execute(f"DELETE FROM django_migrations WHERE app = 'audit' AND name = ({LAST})")
        assert ask() == parts(migrations=False)
        superuser.execute(
            "INSERT INTO django_migrations OVERRIDING SYSTEM VALUE TABLE kept EXCEPT TABLE django_migrations"
        )
    assert ask() == parts()


def test_the_database_is_away_and_comes_back(live_clinic: Clinic) -> None:
    heartbeat(timedelta(seconds=5))
    name = connections["default"].settings_dict["NAME"]
    connections.close_all()
    connections["default"].settings_dict["NAME"] = "there_is_no_such_database"
    try:
        away = ask()
        alive = Client().get("/healthz")
    finally:
        connections["default"].settings_dict["NAME"] = name
        connections["default"].close()

    assert away == parts(database=False, migrations=False, worker=False)
    assert (alive.status_code, alive.content) == (200, b"ok")
    assert ask() == parts()


def test_the_database_drops_the_connection(live_clinic: Clinic) -> None:
    heartbeat(timedelta(seconds=5))
    assert ask() == parts()
    with psycopg.connect(CLUSTER.dsn(ADMIN, live_clinic.name), autocommit=True) as superuser:
        superuser.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
    status, told = ask()

    assert (status, told["database"]) in {(503, False), (200, True)}  # told, or connected anew
    connections["default"].close()
    assert ask() == parts()
