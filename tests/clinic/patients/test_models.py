"""Patient, PatientIdentifier, SearchToken: what the database refuses and does by itself."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from osler.clinic.patients.models import Patient, PatientIdentifier, SearchToken
from osler.kernel.constraints import constraint_of
from osler.kernel.names import fold
from tests.clinic.patients.conftest import unsaved

pytestmark = pytest.mark.django_db


def refused(write) -> str:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        write()
    return constraint_of(error.value)


# What the database refuses


def test_no_two_patients_have_one_mrn(act, bob, enrolled):
    one, other = enrolled(), enrolled()
    with act(bob):

        def write():
            Patient.objects.filter(id=other.id).update(mrn=one.mrn)

        assert refused(write) == "patient_mrn_unique"


def test_nobody_was_born_before_1850(act, bob, enrolled):
    ada = enrolled()
    rows = Patient.objects.filter(id=ada.id)
    with act(bob):
        assert refused(lambda: rows.update(birth_date=date(1849, 12, 31))) == "patient_birth_date_sane"
        assert rows.update(birth_date=date(1850, 1, 1)) == 1


def test_one_number_belongs_to_one_patient(act, bob, enrolled):
    one, other = enrolled(), enrolled()
    with act(bob):
        PatientIdentifier.objects.create(patient=one, system="urn:a", value="1")

        def write():
            PatientIdentifier.objects.bulk_create(
                [PatientIdentifier(patient=other, system="urn:a", value="1")]
            )

        assert refused(write) == "patientidentifier_one_patient"
        PatientIdentifier.objects.create(patient=other, system="urn:b", value="1")


def test_a_number_is_not_empty(act, bob, enrolled):
    ada = enrolled()
    with act(bob):

        def write():
            PatientIdentifier.objects.bulk_create([PatientIdentifier(patient=ada, system="urn:a", value="")])

        assert refused(write) == "patientidentifier_not_empty"


# What a row knows


@pytest.mark.parametrize(
    ("fields", "name", "list_name"),
    [
        ({}, "Ada Okafor", "Okafor, Ada"),
        ({"suffix": "Jr."}, "Ada Okafor Jr.", "Okafor, Ada"),
        ({"given": ""}, "Okafor", "Okafor"),
        ({"given": "", "family": ""}, "Unnamed", "Unnamed"),
    ],
)
def test_how_a_patient_is_called(fields, name, list_name):
    patient = unsaved(**fields)

    assert (str(patient), patient.list_name) == (name, list_name)


# What the database does by itself


def test_mrns_end_in_a_check_digit(enrolled):
    digits = [int(digit) for digit in reversed(enrolled().mrn)]
    doubled = [d if place % 2 == 0 else d * 2 - 9 * (d > 4) for place, d in enumerate(digits)]

    assert sum(doubled) % 10 == 0


def test_tokens_follow_the_patient(act, bob, enrolled):
    ada = enrolled(given="Ada", family="O'Neil", phone="+1 (212) 555-0142")
    with act(bob):
        tokens = set(SearchToken.objects.values_list("kind", "token"))
        assert tokens >= {
            ("n", "ada"),
            ("n", "neil"),
            ("n", "oneil"),
            ("w", "ada oneil"),
            ("w", "oneil ada"),
            ("p", "2125550142"),
            ("p", "5550142"),
            ("b", "19450714"),
            ("i", ada.mrn),
        }

        ada.family, ada.phone = "Nwosu", ""
        ada.save()
        kinds = set(SearchToken.objects.values_list("kind", "token"))
        assert ("n", "nwosu") in kinds
        assert not kinds & {("n", "neil"), ("p", "5550142")}


@pytest.mark.parametrize("name", ["José Ñandú", "Łukasz Æther", "Ødegård", "Straße", "Þórður", "Đặng"])
def test_the_database_folds_names_as_we_do(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT patients_fold(%s)", [name])
        assert cursor.fetchone()[0] == fold(name)
