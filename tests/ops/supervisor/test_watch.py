"""The owner of the tables cannot loosen a wall unseen (PROMISES A28)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, connections

from osler.foundation.audit.context import acting
from osler.foundation.audit.models import AuditEvent
from osler.foundation.jobs.outbox import SystemActor
from osler.ops.supervisor.cluster import OWNER
from osler.ops.supervisor.watch import is_watched, watch_changes
from tests import databases
from tests.conftest import Clinic, new_organization

LOOSENED = dict(
    line.split(" | ")
    for line in Path(__file__).with_name("loosened.txt").read_text().splitlines()
    if not line.startswith("#")
)
REFUSED = [
    "DROP EVENT TRIGGER osler_watch_drop",
    "ALTER EVENT TRIGGER osler_watch_change DISABLE",
    "DROP SCHEMA osler_watch CASCADE",
    "DROP FUNCTION osler_watch.note_change() CASCADE",
    "SET event_triggers = off",
    "SET session_replication_role = replica",
    "CREATE RULE hush AS ON INSERT TO audit_event DO INSTEAD NOTHING",
    "ALTER TABLE audit_event ADD CONSTRAINT never CHECK (entity <> 'database')",
    "DROP TABLE audit_event CASCADE",
    "DROP TABLE directory_organization CASCADE",
]


@pytest.fixture(scope="module")
def clinic(django_db_setup: None, django_db_blocker: Any) -> Iterator[Clinic]:
    """A database with one tenant; whoever changes its schema does so in a transaction that is undone."""
    before = connections["default"].settings_dict["NAME"]
    with django_db_blocker.unblock(), databases.clone("watched") as name:
        databases.point_to(name)
        try:
            yield Clinic(name, new_organization())
        finally:
            connections.close_all()
            databases.point_to(before)


@pytest.fixture
def owner(clinic: Clinic) -> Iterator[psycopg.Connection]:
    with psycopg.connect(databases.CLUSTER.dsn(OWNER, clinic.name)) as connected:
        yield connected
        connected.rollback()


def notes(owner: psycopg.Connection) -> list[str]:
    found = owner.execute("SELECT detail FROM audit_event WHERE entity = 'database' AND actor_role = 'osler'")
    return [detail for (detail,) in found]


@pytest.mark.parametrize("statement", LOOSENED)
def test_what_the_owner_loosens_is_noted(owner: psycopg.Connection, statement: str) -> None:
    assert notes(owner) == []
    owner.execute(statement)

    assert any(LOOSENED[statement] in note for note in notes(owner)), notes(owner)


@pytest.mark.parametrize("statement", REFUSED)
def test_the_watch_itself_and_what_it_writes_to_are_out_of_the_owners_hands(
    owner: psycopg.Connection, statement: str
) -> None:
    with pytest.raises(psycopg.Error):
        owner.execute(statement)
    owner.rollback()

    assert notes(owner) == []


def test_a_note_can_be_taken_away_only_by_leaving_another(owner: psycopg.Connection) -> None:
    owner.execute("DROP POLICY tenant ON patients_patient")
    owner.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
    owner.execute(
        "SELECT set_config('app.org', (SELECT organization_id::text FROM audit_event LIMIT 1), true)"
    )
    owner.execute("DELETE FROM audit_event WHERE entity = 'database'")
    owner.execute("ALTER TABLE audit_event ENABLE TRIGGER USER")

    assert notes(owner) == ["ALTER TABLE: table public.audit_event"]


def test_without_a_superuser_nothing_is_set_up_and_that_is_said(owner: psycopg.Connection) -> None:
    assert watch_changes(owner) is False
    assert is_watched(owner) is True


def test_each_tenant_has_the_note_and_ordinary_work_leaves_none(
    owner: psycopg.Connection, clinic: Clinic
) -> None:
    tenant = SystemActor(clinic.organization.id)
    with acting(tenant), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE arrived (id uuid)")
        cursor.execute("DROP TABLE arrived")
        cursor.execute("SELECT audit_ensure_partitions(8)")
        assert not AuditEvent.objects.filter(entity="database").exists()

    owner.execute("ALTER TABLE patients_patient DISABLE TRIGGER capture_insert")
    owner.execute("ALTER TABLE patients_patient ENABLE TRIGGER capture_insert")
    owner.commit()
    with acting(tenant):
        note, _ = AuditEvent.objects.filter(entity="database").order_by("id")
    assert (note.action, note.actor_role, note.detail) == (
        "E",
        "osler",
        "ALTER TABLE: table public.patients_patient",
    )
