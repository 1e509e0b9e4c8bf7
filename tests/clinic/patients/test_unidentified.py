"""Patients whom nobody can name: a chart at once, never two of one name, the name later."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from osler.clinic.patients.errors import AlreadyIdentified, LikelyDuplicate
from osler.clinic.patients.finding import find_patients
from osler.clinic.patients.matching import likely_duplicates
from osler.clinic.patients.models import Patient
from osler.clinic.patients.unidentified import WORDS, identify_patient, register_unidentified
from osler.foundation.access.roles import Role
from osler.foundation.audit.context import acting
from osler.kernel.errors import Denied, StaleVersion
from tests.conftest import new_actor, new_patient

ADA = {"given": "Ada", "family": "Okafor", "birth_date": date(1945, 7, 14), "gender": "female"}


@pytest.mark.django_db
def test_each_has_a_name_of_its_own(act, bob):
    with act(bob):
        names = [str(register_unidentified(actor=bob)) for _ in range(len(WORDS) + 2)]

    assert names[:2] == ["Alfa Unidentified", "Bravo Unidentified"]
    assert names[-2:] == ["Alfa 2 Unidentified", "Bravo 2 Unidentified"]
    assert len(set(names)) == len(names)


@pytest.mark.django_db
def test_only_the_desk_does_so(act, bill):
    with act(bill), pytest.raises(Denied):
        register_unidentified(actor=bill)


def test_many_at_once_are_all_called_differently(live_clinic):
    bob = new_actor(live_clinic.organization, Role.RECEPTION, "Bob Diaz")

    def one(_: int) -> str:
        try:
            with acting(bob):
                return register_unidentified(actor=bob).given
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as clerks:
        names = list(clerks.map(one, range(24)))

    assert sorted(names) == sorted(WORDS[:24])


@pytest.mark.django_db
def test_the_database_holds_it_too(act, bob):
    with act(bob):
        first = register_unidentified(actor=bob)
        with pytest.raises(IntegrityError, match="patient_unidentified_name"), transaction.atomic():
            Patient(given=first.given, family="Unidentified", is_unidentified=True).save()
        Patient(given=first.given, family="Smith").save()


@pytest.mark.django_db
def test_they_are_found_and_are_nobodys_duplicate(act, bob, organization):
    new_patient(organization, given="Alfa", family="Romano")
    with act(bob):
        one, other = register_unidentified(actor=bob), register_unidentified(actor=bob)

        assert [found.id for found in find_patients("unidentified", actor=bob)] == [one.id, other.id]
        assert [likely_duplicates(each, actor=bob) for each in (one, other)] == [[], []]


@pytest.mark.django_db
def test_the_name_is_told_later_and_its_word_is_free_again(act, bob):
    with act(bob):
        patient = register_unidentified(actor=bob)
        identify_patient(patient, changes=ADA, seen=(), version=1, actor=bob)
    with act(bob):
        stored = Patient.objects.get()
        again = register_unidentified(actor=bob)

    assert (str(stored), stored.is_unidentified, stored.mrn, stored.version) == (
        "Ada Okafor",
        False,
        stored.mrn,
        2,
    )
    assert again.given == "Alfa"


@pytest.mark.django_db
def test_one_who_is_registered_already_must_be_seen_first(act, bob, organization):
    known = new_patient(organization, **ADA)
    with act(bob):
        patient = register_unidentified(actor=bob)
    with act(bob), pytest.raises(LikelyDuplicate) as refusal:
        identify_patient(patient, changes=ADA, seen=(), version=1, actor=bob)
    assert [one.patient.id for one in refusal.value.likenesses] == [known.id]
    with act(bob):
        assert Patient.objects.get(id=patient.id).is_unidentified
        identify_patient(patient, changes=ADA, seen={known.id}, version=1, actor=bob)
        assert not Patient.objects.get(id=patient.id).is_unidentified


@pytest.mark.django_db
@pytest.mark.parametrize(("version", "error"), [(1, AlreadyIdentified), (7, StaleVersion)])
def test_a_name_is_told_once_and_not_over_another_change(act, bob, version, error):
    with act(bob):
        patient = register_unidentified(actor=bob)
        if error is AlreadyIdentified:
            identify_patient(patient, changes=ADA, seen=(), version=1, actor=bob)
        before = str(Patient.objects.get())
    with act(bob), pytest.raises(error):
        identify_patient(patient, changes=ADA | {"given": "Eva"}, seen=(), version=version, actor=bob)
    with act(bob):
        assert str(Patient.objects.get()) == before
