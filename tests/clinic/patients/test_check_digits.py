"""Check digits: what is right, every slip of one digit is noticed, and the database reckons the same."""

import random

import pytest
from django.db import connection

from osler.clinic.patients.check_digits import CheckDigit, check_fits, check_of
from tests.environment import SEED

pytestmark = pytest.mark.django_db
KINDS = [kind for kind in CheckDigit if kind]


@pytest.mark.parametrize(
    ("kind", "number", "is_right"),
    [
        ("", "anything", True),
        ("luhn", "A-000123-0", True),
        ("luhn", "A-000123-1", False),
        ("luhn", "0", False),
        ("luhn", "", False),
        ("verhoeff", "2363", True),
        ("verhoeff", "2364", False),
        ("mod-11-2", "07940", True),
        ("mod-11-2", "X-0794-0", True),
        ("mod-11-2", "079-X", True),
        ("mod-11-2", "079-1", False),
        ("mod-11-2", "X", False),
        ("mod-97-10", "A-100-07", False),
        ("mod-97-10", "1", False),
    ],
)
def test_what_is_right(kind, number, is_right):
    assert check_fits(kind, number) is is_right
    assert in_database(kind, [number]) == [is_right]


@pytest.mark.parametrize("kind", KINDS)
def test_a_slip_of_one_digit_is_noticed_by_us_and_by_the_database(kind):
    chance = random.Random(SEED)
    print(f"seed {SEED}")
    for _case in range(40):
        begun = "A-" + "".join(chance.choices("0123456789", k=chance.randint(2, 9)))
        right = begun + "-" + check_of(kind, begun)
        at = chance.choice([place for place, sign in enumerate(right) if sign.isdigit()])
        slip = right[:at] + str((int(right[at]) + chance.randint(1, 9)) % 10) + right[at + 1 :]
        assert [check_fits(kind, right), check_fits(kind, slip)] == [True, False], (right, slip)
        assert in_database(kind, [right, slip]) == [True, False], (right, slip)


def test_what_is_no_number_at_all_is_told_the_same_by_both():
    chance = random.Random(SEED)
    texts = ["".join(chance.choices("0123456789XZ-é ", k=chance.randint(0, 6))) for _ in range(200)]
    for kind in KINDS:
        assert in_database(kind, texts) == [check_fits(kind, text) for text in texts]


def in_database(kind: str, numbers: list[str]) -> list[bool]:
    asked = (
        "SELECT array_agg(patients_check_fits(%s, t) ORDER BY i)"
        " FROM unnest(%s::text[]) WITH ORDINALITY AS u(t, i)"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked, [str(kind), numbers])
        return cursor.fetchone()[0]
