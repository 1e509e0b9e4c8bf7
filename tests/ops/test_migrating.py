"""Migrations refuse an old PostgreSQL, make nobody wait, and leave nothing half done."""

from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from osler.ops import preparation
from osler.ops.management.commands import migrate, serve
from osler.ops.preparation import is_current
from osler.ops.supervisor.cluster import ADMIN
from tests.databases import CLUSTER

INDEX = "audit_event_of_house"


@pytest.fixture
def behind(live_clinic, monkeypatch):
    """A database that lacks the last migrations of the trail, and an administrator's connection to it."""
    monkeypatch.setattr(migrate, "LOCK_TIMEOUT", "50ms")
    monkeypatch.setattr(migrate, "PAUSE", 0.01)
    with psycopg.connect(CLUSTER.dsn(ADMIN, live_clinic.name)) as admin:
        admin.execute(f"DROP INDEX {INDEX}")
        admin.execute("DROP POLICY own_events ON audit_event")
        admin.execute("DELETE FROM django_migrations WHERE app = 'audit' AND name >= '0007'")
        admin.commit()
        yield admin
        admin.rollback()


def has_index(admin):
    admin.rollback()
    return admin.execute("SELECT to_regclass(%s)", [INDEX]).fetchone()[0] is not None


def run(**options):
    out = StringIO()
    call_command("migrate", verbosity=0, skip_checks=True, stdout=out, **options)
    return out.getvalue()


def limits():
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
        return cursor.fetchone()


def test_an_old_server_is_refused_before_anything_is_done(behind, monkeypatch):
    monkeypatch.setattr(preparation, "WANTED_VERSION", 99)
    for refused in (run, serve.Command()._prepare):
        with pytest.raises(CommandError, match=r"Osler needs 99 or later\. Nothing was changed"):
            refused()

    assert not has_index(behind)
    monkeypatch.undo()
    assert not is_current()


def test_what_is_missing_is_applied_and_no_limit_stays(behind):
    run(patience=5)

    assert has_index(behind)
    assert is_current()
    assert limits() == ("0", "0")


def test_a_table_in_use_is_waited_for(behind, monkeypatch):
    behind.execute("LOCK TABLE audit_event IN ACCESS EXCLUSIVE MODE")
    tries = []

    def pause(seconds):
        tries.append(seconds)
        if len(tries) == 3:
            behind.rollback()

    monkeypatch.setattr(migrate.time, "sleep", pause)
    said = run()

    assert said.count("a table is in use; waiting for it") == len(tries) == 3
    assert has_index(behind)


def test_a_table_that_stays_in_use_is_named_and_nothing_is_done(behind, monkeypatch):
    monkeypatch.setattr(migrate, "ATTEMPTS", 2)
    behind.execute("LOCK TABLE audit_event IN ACCESS EXCLUSIVE MODE")
    with pytest.raises(CommandError, match="A table stayed in use: canceling statement due to lock timeout"):
        run()

    assert not has_index(behind)
    assert limits() == ("0", "0")


def test_a_statement_that_takes_too_long_is_taken_back(behind, monkeypatch):
    monkeypatch.setattr(migrate, "LOCK_TIMEOUT", "0")
    behind.execute("LOCK TABLE audit_event IN ACCESS EXCLUSIVE MODE")
    with pytest.raises(CommandError, match="A statement took too long and was taken back"):
        run(patience=1)

    assert not has_index(behind)
    assert limits() == ("0", "0")
