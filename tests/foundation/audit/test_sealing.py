"""Tampering shows, even by a database superuser (PROMISES A27)."""

import random
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connections

from osler.foundation.audit.access import record_access
from osler.foundation.audit.context import acting
from osler.foundation.audit.sealing import merkle_root, seal_events, verify_seals
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel.keys import uuid7
from osler.ops.supervisor.cluster import ADMIN
from tests.conftest import Clinic
from tests.databases import CLUSTER
from tests.environment import CASES

TRIES = CASES or 1000
KEY = Ed25519PrivateKey.from_private_bytes(b"t" * 32)
Tamper = Callable[[psycopg.Connection, random.Random], None]


def _edit(admin: psycopg.Connection, chance: random.Random) -> None:
    column = chance.choice(["actor_role", "entity", "reason", "detail"])
    admin.execute(
        f"UPDATE audit_event SET {column} = {column} || 'x' WHERE id = %s", [_some_event(admin, chance)]
    )


def _backdate(admin: psycopg.Connection, chance: random.Random) -> None:
    event = _some_event(admin, chance)
    admin.execute(
        "UPDATE audit_event SET recorded_at = recorded_at - interval '1 second' WHERE id = %s", [event]
    )


def _reassign(admin: psycopg.Connection, chance: random.Random) -> None:
    column = chance.choice(["actor_id", "patient_id", "entity_id", "organization_id", "request_id"])
    admin.execute(f"UPDATE audit_event SET {column} = uuidv7() WHERE id = %s", [_some_event(admin, chance)])


def _delete(admin: psycopg.Connection, chance: random.Random) -> None:
    admin.execute("DELETE FROM audit_event WHERE id = %s", [_some_event(admin, chance)])


def _insert(admin: psycopg.Connection, chance: random.Random) -> None:
    admin.execute(
        "INSERT INTO audit_event (organization_id, action, entity, xact)"
        " SELECT organization_id, 'R', 'patients_patient', xact FROM audit_event WHERE id = %s",
        [_some_event(admin, chance)],
    )


def _swap(admin: psycopg.Connection, chance: random.Random) -> None:
    one, other = chance.sample(_events(admin), 2)
    admin.execute(
        "UPDATE audit_event SET patient_id = CASE id WHEN %(a)s THEN"
        " (SELECT patient_id FROM audit_event WHERE id = %(b)s) ELSE"
        " (SELECT patient_id FROM audit_event WHERE id = %(a)s) END WHERE id IN (%(a)s, %(b)s)",
        {"a": one, "b": other},
    )


def _cut_tail(admin: psycopg.Connection, chance: random.Random) -> None:
    admin.execute("DELETE FROM audit_event WHERE xact >= (SELECT max(from_xact) FROM audit_seal)")
    admin.execute("DELETE FROM audit_seal WHERE id = (SELECT max(id) FROM audit_seal)")


def _forge_seal(admin: psycopg.Connection, chance: random.Random) -> None:
    column = chance.choice(["root", "previous", "signature"])
    statement = (
        f"UPDATE audit_seal SET {column} = sha256({column}) WHERE id = (SELECT min(id) FROM audit_seal)"
    )
    admin.execute(statement)


TAMPERINGS: list[Tamper] = [
    _edit,
    _backdate,
    _reassign,
    _delete,
    _insert,
    _swap,
    _cut_tail,
    _forge_seal,
]


def _events(admin: psycopg.Connection) -> list[int]:
    return [row[0] for row in admin.execute("SELECT id FROM audit_event ORDER BY id")]


def _some_event(admin: psycopg.Connection, chance: random.Random) -> int:
    return chance.choice(_events(admin))


def _make_events(clinic: Clinic, anchor: Path) -> None:
    for _ in range(3):
        for number in range(8):
            with acting(SystemActor(clinic.organization.id)):
                record_access("patients_patient", patient=uuid7(), detail=f"view {number}")
        _seal(anchor)


def _seal(anchor: Path) -> None:
    """Seal; transactions of other tests in the cluster may hold the horizon back for a while."""
    deadline = time.monotonic() + 60
    while not seal_events(KEY, anchor=anchor):
        assert time.monotonic() < deadline, "a transaction has been open for a minute"
        time.sleep(0.1)


def _superuser(clinic: Clinic) -> psycopg.Connection:
    admin = psycopg.connect(CLUSTER.dsn(ADMIN, clinic.name), autocommit=True)
    admin.execute("SET session_replication_role = replica")  # no trigger stands in the way
    admin.execute("CREATE TABLE kept_event AS TABLE audit_event; CREATE TABLE kept_seal AS TABLE audit_seal")
    return admin


def _restore(admin: psycopg.Connection) -> None:
    admin.execute("DELETE FROM audit_event; DELETE FROM audit_seal")
    admin.execute("INSERT INTO audit_event OVERRIDING SYSTEM VALUE TABLE kept_event")
    admin.execute("INSERT INTO audit_seal OVERRIDING SYSTEM VALUE TABLE kept_seal")


def test_an_untouched_trail_verifies(live_clinic: Clinic, tmp_path: Path) -> None:
    anchor = tmp_path / "anchor.jsonl"
    _make_events(live_clinic, anchor)

    assert verify_seals(KEY.public_key(), anchor=anchor) == []
    assert seal_events(KEY, anchor=anchor) == 0


def test_every_tampering_is_found(live_clinic: Clinic, tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    chance, anchor = random.Random(seed), tmp_path / "anchor.jsonl"
    _make_events(live_clinic, anchor)
    missed = []
    with _superuser(live_clinic) as admin:
        for _ in range(TRIES):
            tamper = chance.choice(TAMPERINGS)
            tamper(admin, chance)
            if not verify_seals(KEY.public_key(), anchor=anchor):
                missed.append(tamper.__name__)
            _restore(admin)
        assert verify_seals(KEY.public_key(), anchor=anchor) == []
    connections.close_all()

    assert missed == []


def test_the_range_of_a_change_is_named(live_clinic: Clinic, tmp_path: Path) -> None:
    anchor = tmp_path / "anchor.jsonl"
    _make_events(live_clinic, anchor)
    with _superuser(live_clinic) as admin:
        (start, end) = admin.execute(
            "SELECT from_xact::text::bigint, to_xact::text::bigint FROM audit_seal"
            " ORDER BY id OFFSET 1 LIMIT 1"
        ).fetchone()  # type: ignore[misc]
        admin.execute(
            "UPDATE audit_event SET detail = 'other' WHERE id = (SELECT min(id) FROM audit_event"
            " WHERE xact >= %s::text::xid8)",
            [start],
        )
    findings = verify_seals(KEY.public_key(), anchor=anchor)

    assert [(found.from_xact, found.to_xact) for found in findings] == [(start, end)]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 8, 9])
def test_a_root_depends_on_every_leaf_and_its_place(count: int) -> None:
    leaves = [bytes([number]) for number in range(count)]
    root = merkle_root(leaves)

    assert all(merkle_root([*leaves[:i], b"x", *leaves[i + 1 :]]) != root for i in range(count))
    assert count < 2 or merkle_root(leaves[::-1]) != root
