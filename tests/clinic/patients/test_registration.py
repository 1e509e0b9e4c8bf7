"""register_patient, amend_patient, amend_contact."""

from datetime import date, timedelta

import pytest

from osler.clinic.patients.errors import (
    BirthDateImpossible,
    IdentifierTaken,
    LikelyDuplicate,
    NameMissing,
    NotAmendable,
)
from osler.clinic.patients.models import Patient, PatientIdentifier
from osler.clinic.patients.registration import (
    Identifier,
    amend_contact,
    amend_patient,
    register_patient,
)
from osler.foundation.jobs.models import OutboxEvent
from osler.foundation.ui.dates import Around
from osler.kernel import clock
from osler.kernel.errors import Denied, Missing, StaleVersion
from tests.clinic.patients.conftest import unsaved
from tests.conftest import new_patient

pytestmark = pytest.mark.django_db

LICENSE = Identifier("urn:oid:2.16.840.1.113883.4.3.36", "D1234567", "DL")


def nothing_happened() -> bool:
    return not Patient.objects.exists() and not OutboxEvent.objects.exists()


def test_a_registered_patient_has_an_mrn_and_is_announced(act, bob, organization):
    with act(bob):
        patient = register_patient(unsaved(family="  Okafor  "), identifiers=[LICENSE], actor=bob)

        patient.refresh_from_db()
        assert (patient.family, patient.version, len(patient.mrn)) == ("Okafor", 1, 7)
        assert [one.number for one in patient.identifiers.all()] == ["D1234567"]
        assert [(e.name, e.payload) for e in OutboxEvent.objects.all()] == [
            ("PatientRegistered", {"patient_id": str(patient.id)})
        ]


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        pytest.param({"given": " ", "family": ""}, NameMissing, id="no name"),
        pytest.param({"birth_date": clock.today() + timedelta(days=1)}, BirthDateImpossible, id="tomorrow"),
        pytest.param({"birth_date": date(1849, 12, 31)}, BirthDateImpossible, id="before 1850"),
    ],
)
def test_a_registration_without_sense_is_refused(act, bob, organization, fields, refusal):
    with act(bob):
        with pytest.raises(refusal):
            register_patient(unsaved(**fields), actor=bob)

        assert nothing_happened()


def test_no_two_patients_share_a_number(act, bob, enrolled):
    with act(bob):
        first = register_patient(unsaved(), identifiers=[LICENSE], actor=bob)

        with pytest.raises(IdentifierTaken):
            register_patient(unsaved(given="Bea"), identifiers=[LICENSE], actor=bob)

        assert [one.id for one in Patient.objects.all()] == [first.id]
        assert PatientIdentifier.objects.count() == 1
        assert OutboxEvent.objects.count() == 1


def test_a_likely_duplicate_is_refused_until_it_was_seen(act, bob, enrolled):
    known = enrolled()
    with act(bob):
        with pytest.raises(LikelyDuplicate) as refusal:
            register_patient(unsaved(), seen=[], actor=bob)

        assert [one.patient.id for one in refusal.value.likenesses] == [known.id]
        assert Patient.objects.count() == 1

        register_patient(unsaved(), seen=[known.id], actor=bob)
        assert Patient.objects.count() == 2


@pytest.mark.parametrize("who", ["lena", "bill", "adam", "petra", "alice"])
def test_who_does_not_register_patients(act, organization, request, who):
    actor = request.getfixturevalue(who)
    with act(actor):
        with pytest.raises(Denied):
            register_patient(unsaved(), actor=actor)

        assert nothing_happened()


def test_an_amendment_makes_a_version_and_is_announced(act, bob, enrolled):
    patient = enrolled()
    with act(bob):
        amend_patient(patient, changes={"family": "Nwosu"}, version=1, actor=bob)

        patient.refresh_from_db()
        assert (patient.family, patient.version) == ("Nwosu", 2)
        assert [event.name for event in OutboxEvent.objects.all()] == ["PatientAmended"]


def test_an_amendment_that_changes_nothing_writes_nothing(act, bob, enrolled):
    patient = enrolled()
    with act(bob):
        amend_patient(patient, changes={"family": "Okafor "}, version=1, actor=bob)

        patient.refresh_from_db()
        assert patient.version == 1
        assert not OutboxEvent.objects.exists()


def test_an_amendment_of_an_old_version_is_refused(act, bob, enrolled):
    patient = enrolled()
    with act(bob):
        amend_patient(patient, changes={"family": "Nwosu"}, version=1, actor=bob)

        with pytest.raises(StaleVersion):
            amend_patient(patient, changes={"family": "Obi"}, version=1, actor=bob)

        patient.refresh_from_db()
        assert (patient.family, patient.version) == ("Nwosu", 2)


def test_the_mrn_is_not_amendable(act, bob, enrolled):
    patient = enrolled()
    with act(bob):
        with pytest.raises(NotAmendable):
            amend_patient(patient, changes={"mrn": "1"}, version=1, actor=bob)

        assert Patient.objects.get().mrn == patient.mrn


def test_a_stranger_amends_nobody(act, charlie, bob, enrolled):
    patient = enrolled()
    with act(charlie), pytest.raises((Denied, Missing)):
        amend_contact(patient, changes={"phone": "1"}, version=1, actor=charlie)
    with act(bob):
        assert Patient.objects.get().phone == "(212) 555-0142"


def test_patients_change_how_they_are_reached_and_nothing_else(act, dana, dana_patient):
    with act(dana):
        patient = Patient.objects.get()
        amend_contact(patient, changes={"phone": "212 555 0199"}, version=1, actor=dana)

        with pytest.raises(NotAmendable):
            amend_contact(patient, changes={"family": "Other"}, version=2, actor=dana)

        patient.refresh_from_db()
        assert (patient.phone, patient.family) == ("212 555 0199", "Rivera")


def test_a_birth_date_is_as_exact_as_what_was_said_last(act, bob, organization):
    patient = new_patient(organization, birth_date=date(1981, 1, 1), birth_date_estimated=True)
    said = []
    for day in (date(1981, 6, 5), Around(1981, 1, 1)):
        with act(bob):
            amend_patient(patient, changes={"birth_date": day}, version=patient.version, actor=bob)
        with act(bob):
            said.append(Patient.objects.get(id=patient.id).birth_date_estimated)

    assert said == [False, True]
