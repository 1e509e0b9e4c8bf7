"""Those close to a patient."""

import pytest

from osler.clinic.patients.errors import NotAmendable
from osler.clinic.patients.models import RelatedPerson
from osler.clinic.patients.relations import (
    RelatedNameMissing,
    add_related_person,
    amend_related_person,
    end_related_person,
    related_to,
)
from osler.kernel.errors import Denied, StaleVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def mother(act, bob, dana_patient):
    with act(bob):
        person = RelatedPerson(patient=dana_patient, name="Rosa Rivera", relationship="MTH")
        return add_related_person(person, actor=bob)


def test_emergency_contacts_stand_first(act, bob, dana_patient, mother):
    with act(bob):
        friend = RelatedPerson(patient=dana_patient, name="Zoe", is_emergency_contact=True)
        add_related_person(friend, actor=bob)

        assert [one.name for one in related_to(dana_patient)] == ["Zoe", "Rosa Rivera"]


def test_a_contact_is_amended_by_version(act, bob, mother):
    with act(bob):
        amend_related_person(mother, changes={"phone": "555-0100"}, version=1, actor=bob)
        with pytest.raises(StaleVersion):
            amend_related_person(mother, changes={"phone": "1"}, version=1, actor=bob)
        with pytest.raises(NotAmendable):
            amend_related_person(mother, changes={"patient_id": None}, version=2, actor=bob)

        mother.refresh_from_db()
        assert (mother.phone, mother.version) == ("555-0100", 2)


def test_a_contact_that_ends_is_kept(act, bob, dana_patient, mother):
    with act(bob):
        end_related_person(mother, version=1, actor=bob)

        assert related_to(dana_patient) == []
        assert RelatedPerson.objects.get().active is False


def test_a_contact_without_name_is_refused(act, bob, dana_patient):
    with act(bob):
        with pytest.raises(RelatedNameMissing):
            add_related_person(RelatedPerson(patient=dana_patient, name=" "), actor=bob)

        assert not RelatedPerson.objects.exists()


@pytest.mark.parametrize("who", ["lena", "bill", "adam", "petra"])
def test_who_notes_no_contacts(act, bob, dana_patient, request, who):
    actor = request.getfixturevalue(who)
    with act(actor), pytest.raises(Denied):
        add_related_person(RelatedPerson(patient=dana_patient, name="Zoe"), actor=actor)
    with act(bob):
        assert not RelatedPerson.objects.exists()
