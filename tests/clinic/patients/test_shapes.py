"""Shapes: what fits, what is said of them, what cannot be read; the database reads the same."""

import random

import pytest
from django.db import connection

from osler.clinic.patients.shapes import ShapeWrong, read_shape
from tests.environment import SEED

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("shape", "right", "wrong"),
    [
        (
            "A-######-#",
            ["A-000123-7"],
            ["A-00123-7", "a-000123-7", "A-000123-7\n", " A-000123-7", "B-000123-7"],
        ),
        ("#{2,4}", ["12", "1234"], ["1", "12345", "1a", ""]),
        ("@@|#", ["AB", "ab", "7"], ["A", "77", "A7", "Ñ1"]),
        ("*{3}", ["A1b"], ["A-1", "٣٣٣"]),
        ("[ACE]{2}.", ["AE."], ["AB.", "AEx"]),
        (r"\#\|\[\\", [r"#|[\ "[:-1]], ["1", "#|["]),
        ("(###) ###-####", ["(212) 555-0142"], ["212 555-0142"]),
        ("^.$+", ["^.$+"], ["", "x"]),
    ],
)
def test_what_fits(shape, right, wrong):
    read = read_shape(shape)

    assert [text for text in right + wrong if read.fits(text)] == right
    assert in_database(shape, right + wrong) == [True] * len(right) + [False] * len(wrong)


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ("A-######-#", "“A-”, 6 digits, “-”, 1 digit"),
        ("##{2}@", "3 digits, 1 letter"),
        ("@{2,3}|[XY]", "2 to 3 letters or 1 of “XY”"),
    ],
)
def test_how_it_is_said(shape, words):
    assert read_shape(shape).words == words


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ("#" * 101, "up to 100 signs"),
        ("#{99}#{99}", "up to 100 signs"),
        ("#{}", "Sign 2"),
        ("#{5,2}", "Sign 2"),
        ("#{0}", "Sign 2"),
        ("#{1,2}{3}", "Sign 7"),
        ("{3}", "Sign 1"),
        ("A]", "Sign 2"),
        ("[AB", "Sign 1"),
        ("[A-Z]", "Sign 1"),
        ("AB\\", "Sign 3"),
        ("A|", "each side"),
        ("|".join("ABCDEFGHIJK"), "up to 10 ways"),
        ("A\x00", "cannot be typed"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(shape, said):
    with pytest.raises(ShapeWrong) as refusal:
        read_shape(shape)

    assert said in str(refusal.value)
    assert refusal.value.field == "shape"


def in_database(shape: str, texts: list[str]) -> list[bool]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(patients_fits(%s, t) ORDER BY i)"
            " FROM unnest(%s::text[]) WITH ORDINALITY AS u(t, i)",
            [shape, texts],
        )
        return cursor.fetchone()[0]


def drawn_shape(chance: random.Random) -> str:
    ways = []
    for _way in range(chance.randint(1, 3)):
        pieces = chance.choices(
            ["#", "@", "*", "[A1x]", "-", "\\#", "É", "(", "X", " "], k=chance.randint(1, 6)
        )
        counts = ["", "", "", "{2}", "{1,3}", "{0,2}"]
        ways.append("".join(piece + chance.choice(counts) for piece in pieces))
    return "|".join(ways)


def test_the_database_reads_shapes_as_we_do():
    chance = random.Random(SEED)
    print(f"seed {SEED}")
    for _case in range(300):
        shape = drawn_shape(chance)
        texts = ["".join(chance.choices("A1xX-#É( 7b\n", k=chance.randint(0, 7))) for _ in range(20)]
        assert in_database(shape, texts) == [read_shape(shape).fits(text) for text in texts], shape


def test_no_shape_makes_anybody_wait():
    """As many free pieces as there may be, on a text that none of them ends: an engine that goes back and
    tries again would be at it for ever."""
    shape = "*{0,4}" * 16
    text = "a" * 64 + "!"

    assert not read_shape(shape).fits(text)
    assert in_database(shape, [text]) == [False]
