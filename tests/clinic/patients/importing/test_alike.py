"""Whom a batch resembles is whom the scorer of the desk finds: nobody likely is left behind (decision 26)."""

import random
from datetime import date, timedelta
from itertools import combinations

import pytest

from osler.clinic.patients.candidates import Person, probes
from osler.clinic.patients.identifiers import Identifier, numbers_of
from osler.clinic.patients.importing.alike import COMPARED, Index, Sounds, alike_in_clinic, can_be_alike
from osler.clinic.patients.likeness import Traits, compare
from osler.clinic.patients.matching import LEAST_WEIGHT, Strength, likenesses
from osler.clinic.patients.models import Patient
from osler.clinic.patients.registration import register_patient
from osler.clinic.patients.weights import shipped_weights
from tests.environment import CASES, FULL, SEED

pytestmark = pytest.mark.django_db
STEP, ASKED = (1, 120) if FULL else (9, 60)  # days, people
SSN = "http://hl7.org/fhir/sid/us-ssn"
GIVEN = ["Ada", "Ana", "Anna", "Ben", "Benjamin", "Eva", "José", "Jose"]
FAMILY = ["Okafor", "Okafo", "Sato", "Lindqvist", "Rivera", "Rivera Sato"]
LINES = ["12 Elm Street", "12 Elm St", "4 Oak Avenue", "77 Pine Road", ""]
BORN = [date(1945, 7, 14), date(1945, 4, 17), date(1954, 7, 14), date(1971, 3, 22), date(1988, 11, 30)]


def anybody(chance: random.Random) -> tuple[Patient, list[Identifier]]:
    """Somebody out of few names, days, streets and numbers, so that many resemble each other."""
    born = chance.choice([*BORN, None, chance.choice(BORN) + timedelta(days=chance.choice([1, 10, 365]))])
    patient = Patient(
        given=chance.choice(GIVEN),
        family=chance.choice(FAMILY),
        birth_date=born,
        birth_date_estimated=bool(born) and chance.random() < 0.1,
        gender=chance.choice(["female", "male", "unknown"]),
        phone=chance.choice(["(212) 555-0142", "(617) 555-0111", ""]),
        email=chance.choice(["ada@example.test", "", ""]),
        line=chance.choice(LINES),
        postal_code=chance.choice(["02139", "01970", ""]),
    )
    numbers = (
        [Identifier(SSN, f"540-12-{chance.randrange(1000, 1400)}", "SS")] if chance.random() < 0.4 else []
    )
    return patient, numbers


def likely(weights: list[float]) -> float | None:
    return max((weight for weight in weights if weight >= LEAST_WEIGHT[Strength.LIKELY]), default=None)


def test_what_is_compared_stands_in_the_order_of_the_fields():
    fields = [field.attname for field in Patient._meta.concrete_fields]

    assert sorted(COMPARED, key=fields.index) == list(COMPARED)


def test_nobody_likely_is_left_behind(act, bob):
    seed = SEED or random.randrange(10**6)
    print("seed", seed)
    chance, weights = random.Random(seed), shipped_weights()
    with act(bob):
        taken: set[str] = set()
        for patient, numbers in (anybody(chance) for _ in range(60)):
            free = [one for one in numbers if one.value not in taken]
            taken.update(one.value for one in free)
            register_patient(patient, identifiers=free, actor=bob)
        asked = [anybody(chance) for _ in range(CASES or ASKED)]
        people = [
            Person(patient, numbers_of(numbers, organization=bob.organization_id))
            for patient, numbers in asked
        ]
        probed = Sounds().probed([(number, one, list(probes(one))) for number, one in enumerate(people)])

        of_desk = likenesses(people, weights=weights, actor=bob)
        wanted = [likely([one.weight for one in alike]) for alike in of_desk]
        found = alike_in_clinic(probed, weights=weights, actor=bob)

        assert [one and one.weight for one in found] == wanted
        assert sum(one is not None for one in wanted) > ASKED // 6


def test_nobody_likely_is_left_behind_among_earlier_rows(act, bob):
    seed = SEED or random.randrange(10**6)
    print("seed", seed)
    chance, weights = random.Random(seed), shipped_weights()
    asked = [anybody(chance) for _ in range(120)]
    with act(bob):
        organization = bob.organization_id
        people = [
            Person(patient, numbers_of(numbers, organization=organization)) for patient, numbers in asked
        ]
        probed = Sounds().probed([(number, one, list(probes(one))) for number, one in enumerate(people)])
    quick, thorough = Index(weights), Index(weights)
    thorough.can_differ = True
    for one in probed:
        assert [quick.likeliest(one), one.number] == [thorough.likeliest(one), one.number]
        quick.add(one)
        thorough.add(one)


def test_births_that_are_alike_at_all_are_never_left_behind():
    """Dates of a few years, each against the others: whoever is left behind is "different" to the scorer."""
    days = [
        date(year, 1, 1) + timedelta(days=step)
        for year in (1960, 1961, 1970, 1971)
        for step in range(0, 365, STEP)
    ]
    traits = [(day, Traits.of(Patient(birth_date=day))) for day in days]

    for (one, mine), (other, theirs) in combinations(traits, 2):
        if not can_be_alike(one, other):
            assert compare(mine, theirs) == ["birth_date.different"], (one, other)
