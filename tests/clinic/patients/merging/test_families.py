"""Families, guarantors and questions to insurers go with a merge, and come back with its undoing."""

import pytest

from osler.clinic.insurance.answering import take_question
from osler.clinic.insurance.asking import ask_when_noted
from osler.clinic.insurance.covering import days
from osler.clinic.insurance.models import Coverage, EligibilityCheck, Payer
from osler.clinic.patients.families import family_of, join_family
from osler.clinic.patients.following import Joining, clashes
from osler.clinic.patients.merging import merge_patients, propose_merge, unmerge_patients
from osler.clinic.patients.models import FamilyMember, RelatedPerson
from osler.clinic.patients.relations import guarantor_of
from tests.conftest import new_patient


@pytest.fixture
def two(organization):
    return new_patient(organization, given="Rosa"), new_patient(organization, given="Rosita")


@pytest.fixture
def child(organization):
    return new_patient(organization, given="Lia")


@pytest.fixture
def merged(act, adam, two):
    """Joins both charts; returns what parts them again."""

    def merge():
        with act(adam):
            link = propose_merge(two[1], into=two[0], taken=(), reason="Same", actor=adam)
            merge_patients(link, version=link.version, actor=adam)

        def part():
            with act(adam):
                link.refresh_from_db()
                unmerge_patients(link, reason="Two", version=link.version, actor=adam)

        return part

    return merge


def members():
    rows = FamilyMember.objects.filter(ended_at=None).order_by("patient__given")
    return list(rows.values_list("patient__given", "is_protected"))


def test_a_family_follows_and_comes_back(act, bob, two, child, merged):
    survivor, duplicate = two
    with act(bob):
        join_family(child, relative=duplicate, part="child", relative_part="parent", actor=bob)
    part = merged()
    with act(bob):
        assert [str(one.patient) for one in family_of(survivor, actor=bob)] == ["Lia Rivera"]
        assert [str(one.patient) for one in family_of(child, actor=bob)] == ["Rosa Rivera"]
    part()
    with act(bob):
        assert family_of(survivor, actor=bob) == []
        assert [str(one.patient) for one in family_of(child, actor=bob)] == ["Rosita Rivera"]


def test_two_places_in_one_family_become_one_and_the_protected_stay_so(act, bob, two, child, merged):
    with act(bob):
        for one in two:
            join_family(one, relative=child, part="parent", relative_part="child", actor=bob)
        FamilyMember.objects.filter(patient=two[1]).update(is_protected=True)
        words = [str(clash.words) for clash in clashes(Joining(*two))]
    assert words == ["Both charts belong to one family: the duplicate's place in it ends."]
    part = merged()
    with act(bob):
        assert members() == [("Lia", False), ("Rosa", True)]
    part()
    with act(bob):
        assert members() == [("Lia", False), ("Rosa", False), ("Rosita", True)]


def test_one_of_two_guarantors_goes_on(act, bob, two, merged):
    with act(bob):
        for one, name in zip(two, ("Ana", "Ivo"), strict=True):
            RelatedPerson.objects.create(patient=one, name=name, is_guarantor=True)
    part = merged()
    with act(bob):
        assert guarantor_of(two[0]).name == "Ana"
        people = RelatedPerson.objects.order_by("name").values_list("name", "is_guarantor", "patient_id")
        assert list(people) == [("Ana", True, two[0].id), ("Ivo", False, two[0].id)]
    part()
    with act(bob):
        assert (guarantor_of(two[0]).name, guarantor_of(two[1]).name) == ("Ana", "Ivo")


def test_an_open_question_follows_its_card(act, bob, two, merged):
    with act(bob):
        payer = Payer.objects.create(name="Harbor")
        card = Coverage(patient=two[1], payer=payer, period=days(None), organization_id=bob.organization_id)
        card.member_id = "H1"
        card.save()
        ask_when_noted(card)
    part = merged()
    with act(bob):
        assert [one.patient_id for one in EligibilityCheck.objects.all()] == [two[0].id]
    part()
    with act(bob):
        assert [one.patient_id for one in EligibilityCheck.objects.all()] == [two[1].id]


def test_a_childs_contract_is_asked_about_by_the_chart_that_the_parent_has_now(act, bob, two, child, merged):
    with act(bob):
        payer = Payer.objects.create(name="Harbor")
        card = Coverage(
            patient=child,
            payer=payer,
            period=days(None),
            organization_id=bob.organization_id,
            relationship="child",
            subscriber_patient=two[1],
        )
        card.member_id = "H1"
        card.save()
        ask_when_noted(card)
    merged()
    with act(bob):
        _check, question = take_question(tried=())
    assert (question.subscriber.given, question.dependent.given) == ("Rosa", "Lia")
