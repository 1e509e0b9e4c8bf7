"""Numbers by their types: what the deeds write, refuse and allot; what the database refuses whoever asks."""

import json

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from osler.clinic.patients.errors import (
    CheckDigitWrong,
    IdentifierTaken,
    NumbersExhausted,
    NumberUnfit,
    OneOfAKind,
)
from osler.clinic.patients.finding import patients_with_number
from osler.clinic.patients.identifiers import Identifier
from osler.clinic.patients.models import IdentifierType, NumberCounter, Patient, PatientIdentifier
from osler.clinic.patients.numbering import number_charts, unfit
from osler.clinic.patients.registration import add_identifier, allot_identifier, register_patient
from osler.clinic.patients.unidentified import register_unidentified
from osler.kernel.constraints import constraint_of
from tests.clinic.patients.conftest import unsaved

pytestmark = pytest.mark.django_db
CARD = "urn:clinic:card"


@pytest.fixture
def card(act, adam) -> IdentifierType:
    with act(adam):
        kind = IdentifierType(name="Card", system=CARD, shape="A-######-#", check_digit="luhn")
        kind.save(force_insert=True)
        return kind


@pytest.fixture
def allotted(act, adam, site) -> IdentifierType:
    with act(adam):
        kind = IdentifierType(
            name="Record", system="urn:clinic:record", shape="M-##-#", check_digit="luhn", is_allotted=True
        )
        kind.save(force_insert=True)
        return kind


def stored() -> list[tuple[str, str]]:
    return list(PatientIdentifier.objects.order_by("system", "value").values_list("system", "value"))


@pytest.mark.parametrize("typed", ["A-000123-0", " a-000123-0", "a0001230", "A 000123 0"])
def test_a_number_is_written_as_its_type_writes_it(act, bob, enrolled, card, typed):
    ada = enrolled()
    with act(bob):
        add_identifier(ada, identifier=Identifier(CARD, typed), actor=bob)

        assert stored() == [(CARD, "A-000123-0")]
        assert [one.id for one in patients_with_number("a-000123-0", actor=bob)] == [ada.id]


@pytest.mark.parametrize(
    ("typed", "refusal", "said"),
    [
        ("B-000123-0", NumberUnfit, "it must be “A-”, 6 digits, “-”, 1 digit"),
        ("12", NumberUnfit, "“Card”"),
        ("A-000123-1", CheckDigitWrong, "check digit"),
        ("A-000132-0", CheckDigitWrong, "“Card”"),
    ],
)
def test_a_number_that_does_not_fit_is_refused(act, bob, enrolled, card, typed, refusal, said):
    ada = enrolled()
    with act(bob):
        with pytest.raises(refusal) as refused:
            add_identifier(ada, identifier=Identifier(CARD, typed), actor=bob)
        with pytest.raises(refusal):
            register_patient(unsaved(given="Bea"), identifiers=[Identifier(CARD, typed)], actor=bob)

        assert said in str(refused.value)
        assert refused.value.system == CARD
        assert (stored(), Patient.objects.count(), Patient.objects.get().version) == ([], 1, 1)


def test_nobody_has_anothers_number_and_nobody_has_two(act, bob, enrolled, card):
    one, other = enrolled(), enrolled()
    with act(bob):
        add_identifier(one, identifier=Identifier(CARD, "A-000123-0"), actor=bob)
        with pytest.raises(IdentifierTaken) as taken:
            add_identifier(other, identifier=Identifier(CARD, "a0001230"), actor=bob)
        with pytest.raises(OneOfAKind):
            add_identifier(one, identifier=Identifier(CARD, "A-000124-8"), actor=bob)

        assert taken.value.system == CARD
        assert stored() == [(CARD, "A-000123-0")]


def test_numbers_of_other_systems_and_of_retired_types_are_as_they_are(act, adam, bob, enrolled, card):
    ada = enrolled()
    with act(bob):
        add_identifier(ada, identifier=Identifier("urn:elsewhere", "x y"), actor=bob)
    with act(adam):
        card.active = False
        card.save()
    with act(bob):
        add_identifier(ada, identifier=Identifier(CARD, "whatever"), actor=bob)

        assert stored() == [(CARD, "whatever"), ("urn:elsewhere", "x y")]


def test_what_was_there_before_its_type_stays_and_moves(act, adam, bob, enrolled):
    ada, bea = enrolled(), enrolled()
    with act(bob):
        add_identifier(ada, identifier=Identifier(CARD, "odd"), actor=bob)
    with act(adam):
        IdentifierType(name="Card", system=CARD, shape="####").save(force_insert=True)
    with act(bob):
        assert PatientIdentifier.objects.update(patient=bea) == 1
        assert stored() == [(CARD, "odd")]
        assert refused("UPDATE patients_patientidentifier SET value = 'ODD'") == FITS


def test_a_sealed_number_is_checked_before_it_is_sealed(act, adam, bob, enrolled):
    ada, bea = enrolled(), enrolled()
    with act(adam):
        IdentifierType(name="License", system="urn:dl", type_code="DL", shape="@#######").save(
            force_insert=True
        )
    with act(bob):
        with pytest.raises(NumberUnfit):
            add_identifier(ada, identifier=Identifier("urn:dl", "1234567"), actor=bob)
        add_identifier(ada, identifier=Identifier("urn:dl", "d1234567"), actor=bob)

        row = PatientIdentifier.objects.get()
        assert (row.number, row.masked, row.is_sealed, row.type_code) == ("D1234567", "•••• 4567", True, "DL")
        assert "1234567" not in row.value + Patient.objects.get(id=ada.id).resource
        open_one = f"{INSERT} VALUES (uuidv7(), 1, %s, 'urn:dl', 'D7654321', '', '')"
        assert refused(open_one, bea.id) == "patientidentifier_sealed"


# What the clinic allots


def test_everybody_gets_the_next_number(act, bob, allotted):
    with act(bob):
        first = register_patient(unsaved(), actor=bob)
        register_unidentified(actor=bob)

        assert stored() == [("urn:clinic:record", "M-01-8"), ("urn:clinic:record", "M-02-6")]
        said = json.loads(Patient.objects.get(id=first.id).resource)["identifier"]
        assert [one["system"] for one in said] == ["urn:osler:mrn", "urn:clinic:record"]
        assert said[1] == {
            "use": "usual",
            "type": {"text": "Record"},
            "system": "urn:clinic:record",
            "value": "M-01-8",
        }


def test_a_number_that_failed_is_given_to_the_next(act, bob, allotted):
    with act(bob):
        with pytest.raises(IdentifierTaken), transaction.atomic():
            register_patient(unsaved(), identifiers=[Identifier("urn:a", "1")] * 2, actor=bob)
        assert not NumberCounter.objects.exists()
        register_patient(unsaved(), actor=bob)

        assert stored() == [("urn:clinic:record", "M-01-8")]


def test_a_number_that_somebody_has_already_is_passed_over(act, bob, enrolled, allotted):
    with act(bob):
        add_identifier(enrolled(), identifier=Identifier(allotted.system, "M-01-8"), actor=bob)
        register_patient(unsaved(given="Bea"), actor=bob)

        assert stored()[1] == ("urn:clinic:record", "M-02-6")


def test_nobody_counts_for_another_clinic(act, bob, charlie, allotted):
    with act(charlie):
        assert refused("SELECT patients_next_number(%s)", allotted.id) == "identifiertype_is_allotted"
    with act(bob):
        assert NumberCounter.objects.count() == 0


def test_when_all_are_taken_nobody_is_registered_without(act, bob, allotted):
    with act(bob):
        for number in range(99):
            register_patient(unsaved(given=f"Ada {number}"), actor=bob)
        with pytest.raises(NumbersExhausted), transaction.atomic():
            register_patient(unsaved(given="Last"), actor=bob)

        assert (Patient.objects.count(), len(stored()), stored()[-1][1]) == (99, 99, "M-99-2")


def test_a_sites_number_is_allotted_at_the_site(act, adam, bob, site, allotted):
    with act(adam):
        kind = IdentifierType(
            name="Main Street", system="urn:main", shape="S-###", is_allotted=True, location=site
        )
        kind.save(force_insert=True)
    with act(bob):
        elsewhere = register_patient(unsaved(), actor=bob)
        register_patient(unsaved(given="Bea"), site=site, actor=bob)
        assert [pair for pair in stored() if pair[0] == "urn:main"] == [("urn:main", "S-001")]

        allot_identifier(elsewhere, kind=kind, actor=bob)
        with pytest.raises(OneOfAKind), transaction.atomic():
            allot_identifier(elsewhere, kind=kind, actor=bob)
        assert [pair for pair in stored() if pair[0] == "urn:main"] == [
            ("urn:main", "S-001"),
            ("urn:main", "S-002"),
        ]


# What machines bring


def test_of_what_machines_bring_the_unfit_are_named(act, bob, enrolled, card):
    ada, bea = enrolled(), enrolled()
    with act(bob):
        add_identifier(bea, identifier=Identifier(CARD, "A-000123-0"), actor=bob)
        rows = [
            {"patient_id": ada.id, "system": CARD, "value": "A-000124-8"},
            {"patient_id": ada.id, "system": CARD, "value": "A-000125-5"},
            {"patient_id": bea.id, "system": CARD, "value": "A-000126-3"},
            {"patient_id": ada.id, "system": "urn:elsewhere", "value": "?"},
            {"patient_id": enrolled().id, "system": CARD, "value": "?"},
        ]
        assert unfit(rows) == {
            1: "the patient has a number of this type already",
            2: "the patient has a number of this type already",
            4: "the number does not fit its type",
        }


# What the database refuses, as the web role

INSERT = (
    "INSERT INTO patients_patientidentifier (id, version, patient_id, system, value, value_sealed, type_code)"
)
TYPE = (
    "INSERT INTO patients_identifiertype (id, version, name, name_es, system, type_code, shape, check_digit,"
    " asked, is_single, is_allotted, active) VALUES (uuidv7(), 1, %s, '', %s, '', %s, '', %s, true, %s, true)"
)
FITS = "patientidentifier_fits_its_type"


def refused(statement: str, *parameters: object) -> str:
    errors = (IntegrityError, ProgrammingError)
    with pytest.raises(errors) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
    return constraint_of(caught.value) or str(caught.value).partition("\n")[0]


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("A-000123-1", "patientidentifier_check_digit"),
        ("B-000123-0", FITS),
        ("a-000123-0", FITS),
        ("A0001230", FITS),
        ("A-000123-0\n", FITS),
    ],
)
def test_raw_sql_stores_no_number_that_does_not_fit(act, bob, enrolled, card, value, rule):
    ada = enrolled()
    with act(bob):
        assert refused(f"{INSERT} VALUES (uuidv7(), 1, %s, %s, %s, '', '')", ada.id, CARD, value) == rule
        with connection.cursor() as cursor:
            cursor.execute(f"{INSERT} VALUES (uuidv7(), 1, %s, %s, 'A-000123-0', '', '')", [ada.id, CARD])
        assert refused("UPDATE patients_patientidentifier SET value = %s", value) == rule
        assert stored() == [(CARD, "A-000123-0")]


def test_raw_sql_gives_nobody_a_second_number_or_anothers(act, bob, enrolled, card):
    one, other = enrolled(), enrolled()
    insert = f"{INSERT} VALUES (uuidv7(), 1, %s, %s, %s, '', '')"
    with act(bob):
        add_identifier(one, identifier=Identifier(CARD, "A-000123-0"), actor=bob)
        second = refused(insert, one.id, CARD, "A-000124-8")
        assert second == "patientidentifier_one_of_a_kind"
        assert refused(insert, other.id, CARD, "A-000123-0") == "patientidentifier_one_patient"
        with connection.cursor() as cursor:
            cursor.execute(insert, [other.id, CARD, "A-000124-8"])
        moved = refused("UPDATE patients_patientidentifier SET patient_id = %s", one.id)
        assert moved == "patientidentifier_one_of_a_kind"


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        (("", "urn:a", "", "no", False), "identifiertype_has_words"),
        (("A", "", "", "no", False), "identifiertype_has_words"),
        (("A", "urn:osler:mrn", "", "no", False), "identifiertype_not_our_mrn"),
        (("A", CARD, "", "no", False), "identifiertype_system_unique"),
        (("A", "urn:a", "a#", "no", False), "identifiertype_shape_in_capitals"),
        (("A", "urn:a", "", "no", True), "identifiertype_allotted_by_shape"),
        (("A", "urn:a", "###", "required", True), "identifiertype_allotted_by_shape"),
    ],
)
def test_what_no_type_may_be(act, adam, card, values, rule):
    with act(adam):
        assert refused(TYPE, *values) == rule
        assert IdentifierType.objects.count() == 1


def test_the_system_of_a_type_and_the_counter_are_out_of_reach(act, adam, bob, card, allotted):
    with act(bob):
        register_patient(unsaved(), actor=bob)
    with act(adam):
        assert refused("UPDATE patients_identifiertype SET system = 'urn:b'") == "identifiertype_system_stays"
        assert refused("UPDATE patients_numbercounter SET last_number = 0").startswith("permission denied")
        assert refused("DELETE FROM patients_numbercounter").startswith("permission denied")
        assert refused("SELECT patients_next_number(%s)", card.id) == "identifiertype_is_allotted"
        assert NumberCounter.objects.get().last_number == 1


def test_charts_without_a_number_get_theirs_in_one_statement(act, bob, django_assert_num_queries):
    known, *others = (unsaved(mrn="M-1"), unsaved(), unsaved())
    with act(bob), django_assert_num_queries(1):
        number_charts([known, *others])

    assert known.mrn == "M-1"
    assert len({"M-1", *(one.mrn for one in others)}) == 3
    assert all(type(one.mrn) is str and one.mrn for one in others)
