"""`prove` finds what a superuser of the database has loosened, and names it (PROMISES A28, E11)."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections, transaction

from osler.foundation.audit.access import record_access
from osler.foundation.audit.context import acting
from osler.foundation.audit.sealing import seal_events
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel.keys import uuid7
from osler.ops.proving import prove
from osler.ops.supervisor.cluster import ADMIN
from osler.ops.walls import EXPECTED, PARTITION, Key, Walls, differences, expected_walls, found_walls, written
from tests import databases
from tests.conftest import Clinic, new_patient
from tests.environment import FULL, SEED

FAULTS = dict(
    line.split(" | ")
    for line in Path(__file__).with_name("faults.txt").read_text().splitlines()
    if not line.startswith("#")
)
FALL = {
    "policy": "DROP POLICY {name} ON {table}",
    "trigger": "DROP TRIGGER {name} ON {table}",
    "constraint": "ALTER TABLE {table} DROP CONSTRAINT {name} CASCADE",
    "unique index": "DROP INDEX {name}",
}
"""How a wall of each kind is taken down."""
SAMPLE = 30


@pytest.fixture
def sound(live_clinic: Clinic, settings: Any, tmp_path: Path) -> Clinic:
    """A clinic with a sealed trail, and nothing wrong with it."""
    settings.AUDIT_ANCHOR = tmp_path / "anchor.jsonl"
    new_patient(live_clinic.organization)
    with acting(SystemActor(live_clinic.organization.id)):
        record_access("patients_patient", patient=uuid7())
    while not seal_events(settings.AUDIT_KEY, anchor=settings.AUDIT_ANCHOR):
        pass
    return live_clinic


@pytest.fixture
def a_copy(sound: Clinic) -> Iterator[Callable[[str], Any]]:
    """Run SQL as superuser in a copy of the sound clinic, which is what Django looks at then."""
    connections.close_all()
    made = []

    def spoil(statement: str) -> None:
        connections.close_all()
        with databases._admin() as admin:
            for name in made:
                databases.drop(name, admin)
            made[:] = [f"{sound.name}_copy"]
            databases.create(made[0], sound.name, admin)
        databases.point_to(made[0])
        with psycopg.connect(databases.CLUSTER.dsn(ADMIN, made[0]), autocommit=True) as superuser:
            superuser.execute(statement)

    yield spoil
    connections.close_all()
    with databases._admin() as admin:
        for name in made:
            databases.drop(name, admin)


def findings() -> list[str]:
    return [finding for proof in prove() for finding in proof.findings]


def test_a_sound_installation_has_nothing_against_it(sound: Clinic) -> None:
    assert findings() == []


def test_each_fault_of_a_superuser_is_found_and_named(a_copy: Callable[[str], None]) -> None:
    missed = {}
    for statement, words in FAULTS.items():
        a_copy(statement)
        found = findings()
        if not any(words in finding for finding in found):
            missed[statement] = found

    assert missed == {}


def test_an_anchor_that_is_lost_or_cut_is_a_finding(sound: Clinic, settings: Any) -> None:
    anchor: Path = settings.AUDIT_ANCHOR
    whole = anchor.read_text()
    for spoiled, words in (
        (None, "the anchor is missing"),
        ("", "the anchor is missing"),
        ("{}\n", "the anchor is missing"),
        (whole.replace('"link": "', '"link": "00'), "the seal differs from the anchor"),
    ):
        anchor.unlink() if spoiled is None else anchor.write_text(spoiled)
        assert any(words in finding for finding in findings()), spoiled
        anchor.write_text(whole)
    assert findings() == []


def test_the_expected_walls_are_those_of_the_migrations(
    django_db_setup: None, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock():
        walls, parts = found_walls()
    connections["owner"].close()

    assert written(walls, parts["audit_event_rest"]) == EXPECTED.read_text(), "python3 tools/dev.py walls"
    assert {name: part for name, part in parts.items() if part != parts["audit_event_rest"]} == {}
    assert any(key[1] == PARTITION for key in parts["audit_event_rest"])


def fallen(key: Key) -> list[str]:
    """What differs from the migrations while one wall is down."""
    kind, table, name = key
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute(FALL[kind].format(table=table, name=f'"{name}"'))
        found = list(differences())
        transaction.set_rollback(True, "owner")
    return found


def falls_with_another(key: Key, walls: Walls) -> bool:
    """Whether it is the index of a constraint, or the constraint of a trigger."""
    other = {"unique index": "constraint", "constraint": "trigger"}.get(key[0], "")
    return (other, key[1], key[2]) in walls


def test_each_policy_trigger_and_constraint_that_falls_is_missed(
    django_db_setup: None, django_db_blocker: Any
) -> None:
    """Each in turn is dropped (PROMISES A57): a sample, or with OSLER_FULL=1 all of them."""
    walls, _partition = expected_walls()
    keys = sorted(key for key in walls if key[0] in FALL and not falls_with_another(key, walls))
    seed = SEED or random.SystemRandom().randrange(1, 2**31)
    print(f"OSLER_SEED={seed}")
    chosen = keys if FULL else random.Random(seed).sample(keys, SAMPLE)

    with django_db_blocker.unblock():
        missed = [key for key in chosen if f"{key[0]} {key[2]} of {key[1]} is gone" not in fallen(key)]
        assert list(differences()) == []
    connections["owner"].close()

    assert len(keys) > 1_000
    assert missed == []
