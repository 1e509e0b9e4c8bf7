"""Whoever may be mistaken by name is pointed out: on five hundred generated pairs (A96).

When charts are opened on a hundred of them, with OSLER_FULL=1 on all.
"""

import random
from datetime import date, timedelta
from uuid import UUID

import pytest

from osler.clinic.patients.models import Patient
from osler.clinic.patients.nicknames import other_names
from osler.clinic.patients.similar_names import Name, confusable_in, is_confusable, similar_names
from osler.kernel.keys import uuid7
from osler.kernel.names import fold
from osler.ops.demo.chance import table
from tests.environment import FULL, SEED

PAIRS = 500
LETTERS = "abcdefghijklmnopqrstuvwxyz"
ACCENTS = str.maketrans("aeioun", "áéíóúñ")


def slip(word: str, chance: random.Random) -> str:
    """A letter wrong, missing, too much or two turned, anywhere but at the beginning."""
    at, letter = chance.randrange(1, len(word)), chance.choice(LETTERS)
    turned = word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :] if at > 1 else word
    return chance.choice(
        [
            word[:at] + letter + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + word[at + 1 :],
            turned,
        ]
    )


def mistakable(given: str, family: str, chance: random.Random) -> tuple[str, str]:
    """The name of somebody else who may be taken for this one."""
    kinds = {
        "same": (given, family),
        "given mistyped": (slip(given, chance), family),
        "family mistyped": (given, slip(family, chance)),
        "turned round": (family, given),
        "accents": (given.translate(ACCENTS), family.translate(ACCENTS)),
        "second name": (f"{given} {chance.choice(LETTERS).upper()}.", family),
        "two families": (given, f"{family}-Baker"),
        "capitals": (given.upper(), family.upper()),
    }
    called = sorted(other_names(fold(given)))
    if called:
        kinds["nickname"] = (chance.choice(called).title(), family)
    return kinds[chance.choice(sorted(kinds))]


@pytest.fixture
def seed() -> int:
    return SEED or random.randrange(10**6)


def generated(seed: int) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    chance, names = random.Random(seed), [row["name"] for row in table("given_names") if len(row["name"]) > 2]
    families = [row["name"] for row in table("family_names") if len(row["name"]) > 2]
    firsts = [(chance.choice(names), chance.choice(families)) for _ in range(PAIRS)]
    return [(one, mistakable(*one, chance)) for one in firsts]


def test_every_generated_pair_is_pointed_out_in_a_list(seed):
    missed = []
    for one, other in generated(seed):
        keys = [uuid7(), uuid7()]
        shown = [(keys[0], *one), (uuid7(), "Zebulon", "Quackenbush"), (keys[1], *other)]
        if confusable_in(shown) != set(keys):
            missed.append((one, other))

    assert missed == [], f"seed {seed}"


@pytest.mark.django_db
@pytest.mark.slow
def test_every_generated_pair_is_pointed_out_when_a_chart_is_opened(act, bob, seed):
    pairs = generated(seed)[: PAIRS if FULL else 100]
    born = date(1950, 1, 1)
    people = [
        [
            Patient(
                organization_id=bob.organization_id, given=one, family=two, birth_date=born + timedelta(n)
            )
            for n, (one, two) in enumerate(pair)
        ]
        for pair in pairs
    ]
    with act(bob):
        Patient.objects.bulk_create([one for pair in people for one in pair])
        missed = [
            (str(one), str(other))
            for one, other in people
            for mine, theirs in ((one, other), (other, one))
            if theirs.id not in {each.id for each in similar_names(mine, actor=bob)}
        ]

    assert missed == [], f"seed {seed}"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Maria", "Garcia"), ("Maria", "Lopez")),
        (("Maria", "Garcia"), ("Jose", "Garcia")),
        (("Ada", "Okafor"), ("Ida", "Smith")),
        (("", "Okafor"), ("", "Okafor")),
        (("Li", "Wu"), ("Lu", "Wa")),
    ],
)
def test_names_that_nobody_mistakes(one, other):
    keys: list[UUID] = [uuid7(), uuid7()]

    assert not is_confusable(Name.of(*one), Name.of(*other))
    assert confusable_in([(keys[0], *one), (keys[1], *other)]) == frozenset()


@pytest.mark.django_db
def test_the_very_same_name_stands_first_and_who_has_left_is_not_shown(act, bob, enrolled):
    ada = enrolled()
    near, same = enrolled(given="Adda"), enrolled(birth_date=None)
    enrolled(active=False)
    enrolled(given="Bea")
    with act(bob):
        assert similar_names(ada, actor=bob) == [same, near]
        assert similar_names(enrolled(given="", family="Okafor"), actor=bob) == []
