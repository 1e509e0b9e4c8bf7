"""A sealed value opens only where it was written, whole and unchanged (PROMISES A34)."""

import random
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection
from psycopg.types.range import DateRange

from osler.clinic.communication.models import Message
from osler.clinic.communication.threads import open_thread
from osler.clinic.insurance.models import Coverage, Payer
from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import Actor
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import Organization
from osler.foundation.vault.sealing import CannotOpen, SealedText, open_sealed, seal
from osler.kernel import clock
from osler.kernel.keys import uuid7
from tests.conftest import new_patient
from tests.environment import FULL, SEED

SWAPS, VALUES = (10_000, 1000) if FULL else (500, 20)


@pytest.fixture
def chance() -> random.Random:
    seed = SEED or random.SystemRandom().randrange(2**32)
    print(f"OSLER_SEED={seed}")
    return random.Random(seed)


def text_of(chance: random.Random) -> str:
    return "".join(chance.choices("abc ñ€𝄞\n0129-", k=chance.choice([1, 2, 9, 16, 40])))


def opens(sealed: bytes, organization: UUID, place: str) -> bool:
    try:
        open_sealed(sealed, organization=organization, place=place)
    except CannotOpen:
        return False
    return True


def test_what_was_sealed_opens_in_its_place_and_no_two_seals_are_alike(chance: random.Random) -> None:
    organization, place = uuid7(), f"t.c:{uuid7()}"
    for text in ["", "x", *(text_of(chance) for _ in range(VALUES))]:
        one, other = (seal(text, organization=organization, place=place) for _ in range(2))
        assert open_sealed(one, organization=organization, place=place) == text
        assert (one == other) is (text == "")
        assert text == "" or text.encode() not in one or len(text) < 3


def test_every_single_bit_flip_is_refused(chance: random.Random) -> None:
    accepted, tried = [], 0
    for _ in range(VALUES):
        organization, place = uuid7(), f"t.c:{uuid7()}"
        sealed = seal(text_of(chance), organization=organization, place=place)
        for bit in range(len(sealed) * 8):
            spoiled = bytearray(sealed)
            spoiled[bit // 8] ^= 1 << bit % 8
            tried += 1
            if opens(bytes(spoiled), organization, place):
                accepted.append((sealed.hex(), bit))

    assert accepted == []
    assert tried > VALUES * 200


def test_every_cut_and_every_addition_is_refused(chance: random.Random) -> None:
    organization, place = uuid7(), f"t.c:{uuid7()}"
    sealed = seal(text_of(chance), organization=organization, place=place)
    pieces = [sealed[:end] for end in range(1, len(sealed))] + [
        sealed[start:] for start in range(1, len(sealed))
    ]

    assert [
        piece for piece in [*pieces, sealed + b"\0", b"\0" + sealed] if opens(piece, organization, place)
    ] == []


def test_a_value_moved_to_another_row_column_table_or_organization_is_refused(chance: random.Random) -> None:
    tables, columns = ["a_message", "a_note"], ["body", "secret"]
    rows, organizations = [uuid7() for _ in range(9)], [uuid7() for _ in range(3)]
    homes = [
        (organization, f"{table}.{column}:{row}")
        for organization in organizations
        for table in tables
        for column in columns
        for row in rows
    ]
    sealed = {home: seal(text_of(chance), organization=home[0], place=home[1]) for home in homes}
    moves = list(permutations(homes, 2))
    taken = [
        (home, target)
        for home, target in chance.sample(moves, min(SWAPS, len(moves)))
        if opens(sealed[home], *target)
    ]

    assert taken == []
    assert all(opens(sealed[home], *home) for home in homes)


def test_with_another_root_key_nothing_opens(settings: Any) -> None:
    organization = uuid7()
    sealed = seal("secret", organization=organization, place="t.c:1")
    settings.SEALING_KEY = bytes(32)

    assert not opens(sealed, organization, "t.c:1")


def sealed_columns() -> list[tuple[str, str]]:
    """Table and column of every sealed attribute of a model."""
    return sorted(
        (model._meta.db_table, value.column)
        for model in apps.get_models()
        for value in vars(model).values()
        if isinstance(value, SealedText)
    )


def test_the_sealed_columns_hold_bytes_and_are_known(db: None) -> None:
    found = sealed_columns()
    with connection.cursor() as cursor:
        for table, column in found:
            cursor.execute(
                "SELECT data_type FROM information_schema.columns WHERE table_name = %s AND column_name = %s",
                [table, column],
            )
            assert cursor.fetchone() == ("bytea",)

    assert ("communication_message", "body_sealed") in found


def test_a_message_swapped_in_the_database_opens_nowhere_else(alice: Actor, dana_patient: Patient) -> None:
    with acting(alice):
        other = new_patient_of(alice)
        for patient, words in ((dana_patient, "for Dana"), (other, "for Dora")):
            open_thread(patient, subject="s", body=words, actor=alice)
        one, two = Message.objects.order_by("id")
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE communication_message SET body_sealed = %s WHERE id = %s", [two.body_sealed, one.id]
            )
        moved = Message.objects.get(id=one.id)

        with pytest.raises(CannotOpen):
            assert moved.body
        assert Message.objects.get(id=two.id).body == "for Dora"


def test_sealed_words_lie_nowhere_in_clear(alice: Actor, dana_patient: Patient) -> None:
    """Neither beside their column nor in history, trail or queue."""
    words, member = "Zqsealedwords", "Zqsealedmember"
    with acting(alice):
        thread = open_thread(dana_patient, subject="s", body=words, actor=alice)
        message = thread.messages.get()
        message.read_at = clock.now()
        message.save()
        payer = Payer(name="Aetna")
        payer.save()
        coverage = Coverage(patient=dana_patient, payer=payer, organization_id=alice.organization_id)
        coverage.period = DateRange(clock.now().date(), None)
        coverage.member_id = member
        coverage.save()
        coverage.save()
        held = []
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                " AND relkind IN ('r', 'p') AND NOT relispartition AND has_table_privilege(oid, 'SELECT')"
            )
            for (table,) in cursor.fetchall():
                cursor.execute(
                    f"SELECT count(*) FROM {table} t WHERE to_jsonb(t)::text LIKE ANY (%s)",
                    [[f"%{text}%" for value in (words, member) for text in (value, value.encode().hex())]],
                )
                if cursor.fetchone() != (0,):
                    held.append(table)

    assert held == []


def new_patient_of(actor: Actor) -> Patient:
    return new_patient(Organization.objects.get(id=actor.organization_id), given="Dora")
