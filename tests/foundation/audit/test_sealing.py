"""Tampering shows, even by a database superuser (PROMISES A27)."""

import json
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, connections

from osler.foundation.audit import sealing
from osler.foundation.audit.access import record_access
from osler.foundation.audit.context import acting
from osler.foundation.audit.sealing import OVERDUE, merkle_root, overdue_since, seal_events, verify_seals
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel import clock
from osler.kernel.keys import uuid7
from osler.ops.supervisor.cluster import ADMIN
from tests.conftest import Clinic
from tests.databases import CLUSTER
from tests.environment import FULL, SEED

TRIES = 10_000 if FULL else 1000
KEY = Ed25519PrivateKey.from_private_bytes(b"t" * 32)
THIEF = Ed25519PrivateKey.from_private_bytes(b"u" * 32)
Xacts = list[int]
"""The transactions whose events or seals were touched."""
Tamper = Callable[[psycopg.Connection, random.Random], Xacts]


def _edit(admin: psycopg.Connection, chance: random.Random) -> Xacts:
    column = chance.choice(["actor_role", "entity", "reason", "detail"])
    event, touched = _some_event(admin, chance)
    admin.execute(f"UPDATE audit_event SET {column} = {column} || 'x' WHERE id = %s", [event])
    return touched


def _backdate(admin: psycopg.Connection, chance: random.Random) -> Xacts:
    event, touched = _some_event(admin, chance)
    ago = chance.choice(["1 microsecond", "1 second", "40 days", "-2 years"])
    admin.execute(
        "UPDATE audit_event SET recorded_at = recorded_at - %s::interval WHERE id = %s", [ago, event]
    )
    return touched


def _reassign(admin: psycopg.Connection, chance: random.Random) -> Xacts:
    column = chance.choice(["actor_id", "patient_id", "entity_id", "organization_id", "request_id"])
    event, touched = _some_event(admin, chance)
    admin.execute(f"UPDATE audit_event SET {column} = uuidv7() WHERE id = %s", [event])
    return touched


def _delete(admin: psycopg.Connection, chance: random.Random) -> Xacts:
    event, touched = _some_event(admin, chance)
    admin.execute("DELETE FROM audit_event WHERE id = %s", [event])
    return touched


def _insert(admin: psycopg.Connection, chance: random.Random) -> Xacts:
    event, touched = _some_event(admin, chance)
    admin.execute(
        "INSERT INTO audit_event (organization_id, action, entity, xact)"
        " SELECT organization_id, 'R', 'patients_patient', xact FROM audit_event WHERE id = %s",
        [event],
    )
    return touched


def _move(admin: psycopg.Connection, chance: random.Random) -> Xacts:
    """To another transaction, perhaps of another seal, perhaps after the last."""
    event, touched = _some_event(admin, chance)
    other = chance.choice(
        ["(SELECT min(xact::text::bigint) - 1 FROM audit_event)", "(xact::text::bigint + 1)"]
    )
    admin.execute(f"UPDATE audit_event SET xact = ({other})::text::xid8 WHERE id = %s", [event])
    return touched


def _swap(admin: psycopg.Connection, chance: random.Random) -> Xacts:
    one, other = chance.sample(_events(admin), 2)
    admin.execute(
        "UPDATE audit_event SET patient_id = CASE id WHEN %(a)s THEN"
        " (SELECT patient_id FROM audit_event WHERE id = %(b)s) ELSE"
        " (SELECT patient_id FROM audit_event WHERE id = %(a)s) END WHERE id IN (%(a)s, %(b)s)",
        {"a": one[0], "b": other[0]},
    )
    return [one[1], other[1]]


def _cut_tail(admin: psycopg.Connection, chance: random.Random) -> Xacts:
    cut = chance.choice(_seals(admin))[0]
    touched = [
        row[0]
        for row in admin.execute("SELECT from_xact::text::bigint FROM audit_seal WHERE id >= %s", [cut])
    ]
    admin.execute(
        "DELETE FROM audit_event WHERE xact >= (SELECT from_xact FROM audit_seal WHERE id = %s)", [cut]
    )
    admin.execute("DELETE FROM audit_seal WHERE id >= %s", [cut])
    return touched


def _forge_seal(admin: psycopg.Connection, chance: random.Random) -> Xacts:
    column = chance.choice(["root", "previous", "signature"])
    seal, start = chance.choice(_seals(admin))
    admin.execute(f"UPDATE audit_seal SET {column} = sha256({column}) WHERE id = %s", [seal])
    return [start]


def _rewrite_all(admin: psycopg.Connection, chance: random.Random) -> Xacts:
    """Everything from the start, sealed again by a key of one's own: each signature is sound in itself."""
    starts = [start for _, start in _seals(admin)]
    _delete(admin, chance)
    seals = admin.execute(
        "SELECT id, from_xact::text::bigint, to_xact::text::bigint FROM audit_seal ORDER BY id"
    )
    link = sealing.GENESIS
    for seal, start, end in seals.fetchall():
        found = admin.execute("SELECT * FROM audit_leaves(%s::xid8, %s::xid8)", [str(start), str(end)])
        leaves = [bytes(leaf) for (leaf,) in found]
        made = sealing.Seal(seal, start, end, len(leaves), merkle_root(leaves), link, b"")
        signature = THIEF.sign(made.message)
        admin.execute(
            "UPDATE audit_seal SET event_count = %s, root = %s, previous = %s, signature = %s WHERE id = %s",
            [made.event_count, made.root, link, signature, seal],
        )
        link = replace(made, signature=signature).link
    return starts


TAMPERINGS: list[Tamper] = [
    _edit,
    _backdate,
    _reassign,
    _delete,
    _insert,
    _move,
    _swap,
    _cut_tail,
    _forge_seal,
    _rewrite_all,
]


def _events(admin: psycopg.Connection) -> list[tuple[int, int]]:
    return list(admin.execute("SELECT id, xact::text::bigint FROM audit_event ORDER BY id"))


def _seals(admin: psycopg.Connection) -> list[tuple[int, int]]:
    return list(admin.execute("SELECT id, from_xact::text::bigint FROM audit_seal ORDER BY id"))


def _some_event(admin: psycopg.Connection, chance: random.Random) -> tuple[int, Xacts]:
    event, xact = chance.choice(_events(admin))
    return event, [xact]


def _make_events(clinic: Clinic, anchor: Path) -> None:
    for _ in range(3):
        for number in range(8):
            with acting(SystemActor(clinic.organization.id)):
                record_access("patients_patient", patient=uuid7(), detail=f"view {number}")
        _seal(anchor)


def _seal(anchor: Path) -> None:
    """Seal all there is; transactions of other tests in the cluster may hold the horizon back for a while."""
    deadline = time.monotonic() + 60
    while seal_events(KEY, anchor=anchor) == 0 or _has_unsealed():
        assert time.monotonic() < deadline, "a transaction has been open for a minute"
        time.sleep(0.1)
        if not _has_unsealed():
            return


def _has_unsealed() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_unsealed_since() IS NOT NULL")
        return bool(cursor.fetchone()[0])


def _superuser(clinic: Clinic) -> psycopg.Connection:
    admin = psycopg.connect(CLUSTER.dsn(ADMIN, clinic.name), autocommit=True)
    admin.execute("SET session_replication_role = replica")  # no trigger stands in the way
    admin.execute("CREATE TABLE kept_event AS TABLE audit_event; CREATE TABLE kept_seal AS TABLE audit_seal")
    _restore(admin)  # the making of these tables is an event itself, and no seal holds it yet
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


def test_every_tampering_is_found_and_its_range_named(live_clinic: Clinic, tmp_path: Path) -> None:
    seed = SEED or random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    chance, anchor = random.Random(seed), tmp_path / "anchor.jsonl"
    _make_events(live_clinic, anchor)
    missed: list[str] = []
    found: Counter[str] = Counter()
    with _superuser(live_clinic) as admin:
        for _ in range(TRIES):
            tamper = chance.choice(TAMPERINGS)
            touched = tamper(admin, chance)
            findings = verify_seals(KEY.public_key(), anchor=anchor)
            ranges = [(each.from_xact, each.to_xact) for each in findings]
            found[tamper.__name__] += 1
            if not all(any(start <= xact < end for start, end in ranges) for xact in touched):
                missed.append(f"{tamper.__name__} of {touched}: {findings}")
            _restore(admin)
        assert verify_seals(KEY.public_key(), anchor=anchor) == []
    connections.close_all()
    print(dict(found))

    assert missed == []
    assert set(found) == {tamper.__name__ for tamper in TAMPERINGS}


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_a_shortened_anchor_is_found_also_with_the_tail_that_it_named(
    live_clinic: Clinic, tmp_path: Path, kept: int
) -> None:
    anchor = tmp_path / "anchor.jsonl"
    _make_events(live_clinic, anchor)
    lines = anchor.read_text().splitlines(keepends=True)
    anchor.write_text("".join(lines[:kept]))
    findings = verify_seals(KEY.public_key(), anchor=anchor)

    with _superuser(live_clinic) as admin:
        _cut_tail_after(admin, seals=max(kept, 1))
    connections.close_all()
    after = verify_seals(KEY.public_key(), anchor=anchor)

    unnamed = [json.loads(line) for line in lines[kept:]]
    if kept:
        assert [(each.from_xact, each.to_xact) for each in findings] == [
            (one["from"], one["to"]) for one in unnamed
        ]
        assert {each.problem for each in findings} == {"the anchor does not name this seal"}
        assert after == []  # who cuts both at one place is found by a third copy of the anchor alone
    else:
        assert [each.problem for each in [*findings, *after]] == ["the anchor is missing"] * 2


def _cut_tail_after(admin: psycopg.Connection, *, seals: int) -> None:
    (cut,) = admin.execute(
        "SELECT to_xact FROM audit_seal ORDER BY id OFFSET %s LIMIT 1", [seals - 1]
    ).fetchone() or [0]
    admin.execute("DELETE FROM audit_event WHERE xact >= %s::text::xid8", [str(cut)])
    admin.execute("DELETE FROM audit_seal WHERE from_xact >= %s::text::xid8", [str(cut)])


def test_a_seal_that_a_crash_left_out_of_the_anchor_is_caught_up_and_no_more(
    live_clinic: Clinic, tmp_path: Path
) -> None:
    anchor = tmp_path / "anchor.jsonl"
    _make_events(live_clinic, anchor)
    lines = anchor.read_text().splitlines(keepends=True)
    torn = "".join(lines[:-1]) + lines[-1][:20]
    anchor.write_text(torn)
    assert seal_events(KEY, anchor=anchor) == 0
    assert verify_seals(KEY.public_key(), anchor=anchor) == []

    anchor.write_text(lines[0])
    assert seal_events(KEY, anchor=anchor) == 0
    assert anchor.read_text() == lines[0]
    assert len(verify_seals(KEY.public_key(), anchor=anchor)) == 2


def test_events_that_wait_in_vain_for_their_seal_are_an_alarm(live_clinic: Clinic, tmp_path: Path) -> None:
    anchor = tmp_path / "anchor.jsonl"
    assert overdue_since() is None
    with time_machine.travel(clock.now() + OVERDUE + timedelta(minutes=1), tick=False):
        since = overdue_since()
    _make_events(live_clinic, anchor)
    with time_machine.travel(clock.now() + timedelta(days=30), tick=False):
        afterwards = overdue_since()

    assert since is not None
    assert since < clock.now()
    assert afterwards is None


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
