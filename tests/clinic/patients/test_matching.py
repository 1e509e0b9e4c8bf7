"""Likely duplicates: who is found, how sure, and why."""

from datetime import date

import pytest

from osler.clinic.patients.candidates import Person
from osler.clinic.patients.identifiers import Identifier, Numbers
from osler.clinic.patients.matching import Likeness, Strength, likely_duplicates, likeness_of
from osler.clinic.patients.registration import add_identifier
from osler.clinic.patients.weights import shipped_weights
from tests.clinic.patients.conftest import unsaved

LICENSE, SOCIAL = "urn:license", "http://hl7.org/fhir/sid/us-ssn"
CERTAIN, LIKELY, POSSIBLE = Strength.ALMOST_CERTAIN, Strength.LIKELY, Strength.POSSIBLE


def weighed(one, other, mine: str = "", theirs: str = "") -> Likeness:
    """Two people, perhaps with numbers for life, by the shipped weights."""
    numbers = [Numbers(frozenset({n}), {"SS": frozenset({n})}) if n else Numbers() for n in (mine, theirs)]
    people = map(Person, (one, other), numbers)
    return likeness_of(*people, weights=shipped_weights())


@pytest.mark.parametrize(
    ("other", "strength", "reason"),
    [
        pytest.param({}, CERTAIN, "Same birth date", id="the same in all"),
        pytest.param({"given": "Ade", "phone": ""}, LIKELY, "Given name is similar", id="a slip"),
        pytest.param(
            {"given": "Okafor", "family": "Ada", "phone": ""},
            CERTAIN,
            "Given and family name are swapped",
            id="names swapped",
        ),
        pytest.param(
            {"birth_date": date(1945, 7, 4), "phone": ""},
            LIKELY,
            "Birth date differs in one digit",
            id="a digit missing",
        ),
        pytest.param({"family": "Okafour"}, CERTAIN, "Same phone number", id="family misspelled"),
        pytest.param({"birth_date": None, "phone": ""}, POSSIBLE, "Same family name", id="name only"),
        pytest.param({"given": "Bea"}, LIKELY, "Same phone number", id="a twin is likely enough to look at"),
    ],
)
def test_how_like_another_is_to_ada(other, strength, reason):
    likeness = weighed(unsaved(), unsaved(**other))

    assert likeness.strength == strength
    assert reason in [str(one.text) for one in likeness.reasons]


def test_day_and_month_may_be_swapped():
    likeness = weighed(unsaved(birth_date=date(1945, 7, 4), phone=""), unsaved(birth_date=date(1945, 4, 7)))

    assert "Birth date with day and month swapped" in [str(one.text) for one in likeness.reasons]
    assert likeness.is_likely


def test_a_nickname_is_the_same_name():
    likeness = weighed(unsaved(given="William", phone=""), unsaved(given="Bill", phone=""))

    assert [str(one.text) for one in likeness.reasons] == [
        "Given name is a nickname",
        "Same family name",
        "Same birth date",
    ]


@pytest.mark.parametrize(
    ("other", "numbers"),
    [
        pytest.param({"given": "Bea", "line": "1 Elm Street"}, (), id="twins of one household"),
        pytest.param(
            {"suffix": "Sr"}, ("987654320", "987654320"), id="mother and daughter, one number noted"
        ),
        pytest.param({}, ("987654320", "987654329"), id="a number mistyped"),
        pytest.param({}, ("987654320", "123450987"), id="another number for life"),
        pytest.param({"gender": "male"}, ("987654320", "987654320"), id="another sex"),
        pytest.param({"birth_date": None}, ("987654320", "987654320"), id="without birth date"),
        pytest.param({"birth_date": date(1972, 1, 1)}, ("987654320",) * 2, id="another birth date"),
    ],
)
def test_what_leaves_a_doubt_is_likely_and_never_almost_certain(other, numbers):
    ada = unsaved(line="1 Elm Street", postal_code="10001", email="ada@home.test", suffix="Jr")

    likeness = weighed(ada, unsaved(**{"line": "1 Elm Street", "postal_code": "10001", **other}), *numbers)

    assert likeness.strength == LIKELY


def test_what_a_household_shares_counts_once():
    shared = {"line": "1 Elm Street", "postal_code": "10001", "email": "okafor@home.test"}
    alone = weighed(unsaved(), unsaved(given="Bea"))
    together = weighed(unsaved(**shared), unsaved(given="Bea", **shared))

    assert set(together.levels) >= {"phone.same", "email.same", "address.same"}
    assert together.weight - alone.weight == pytest.approx(
        0.5
    )  # the address weighs a little more than the phone


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed",
    [
        pytest.param({}, id="the same"),
        pytest.param({"given": "Adah"}, id="sounds the same"),
        pytest.param({"given": "Okafor", "family": "Ada"}, id="swapped"),
        pytest.param({"birth_date": None}, id="without birth date"),
        pytest.param({"family": "Nwosu", "given": "A."}, id="by phone and birth date"),
        pytest.param({"birth_date": date(1945, 8, 14), "phone": "", "family": "Xavier"}, id="by address"),
    ],
)
def test_a_registered_patient_is_found_again(act, bob, enrolled, typed):
    home = {"line": "12 Elm Street", "city": "Springfield", "postal_code": "10001"}
    known = enrolled(**home)
    enrolled(given="Zed", family="Young", birth_date=date(1990, 1, 2), phone="9175550000")
    with act(bob):
        found = likely_duplicates(unsaved(**home, **typed), actor=bob)

    assert [one.patient.id for one in found] == [known.id]


@pytest.mark.django_db
def test_a_shared_number_finds_and_weighs_most(act, bob, enrolled):
    known = enrolled()
    with act(bob):
        add_identifier(known, identifier=Identifier("urn:ssn", "987-65-4320"), actor=bob)
        stranger = unsaved(given="Zed", family="Young", birth_date=None, phone="")
        found = likely_duplicates(stranger, numbers=[Identifier("urn:elsewhere", "987-65-4320")], actor=bob)

    assert [(one.patient.id, str(one.reasons[0].text)) for one in found] == [
        (known.id, "Same number of another system")
    ]


@pytest.mark.django_db
def test_placeholders_never_match(act, bob, enrolled):
    nobody = {
        "given": "Baby Boy",
        "family": "Unknown",
        "birth_date": date(1900, 1, 1),
        "phone": "999-999-9999",
    }
    enrolled(**nobody)
    with act(bob):
        found = likely_duplicates(
            unsaved(**nobody), numbers=[Identifier(SOCIAL, "000-00-0000", "SS")], actor=bob
        )

    assert found == []


@pytest.mark.django_db
def test_patients_of_other_clinics_are_never_shown(act, charlie, enrolled):
    enrolled()
    with act(charlie):
        assert likely_duplicates(unsaved(), actor=charlie) == []
