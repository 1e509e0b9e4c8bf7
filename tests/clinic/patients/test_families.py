"""Families: joined once, left and come back to, protected, moved together; one guarantor at a time."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from osler.clinic.patients.errors import AlreadyFamily, BirthDateImpossible, NotOneFamily
from osler.clinic.patients.families import (
    family_of,
    join_family,
    leave_family,
    living_elsewhere,
    move_household,
    protect_member,
    rejoin_family,
    unprotect_member,
)
from osler.clinic.patients.models import FamilyMember, Patient, RelatedPerson
from osler.clinic.patients.relations import (
    add_related_person,
    amend_related_person,
    end_related_person,
    guarantor_of,
    is_minor,
)
from osler.kernel import clock
from osler.kernel.constraints import constraint_of
from osler.kernel.errors import Denied, Missing, StaleVersion
from tests.conftest import new_patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(act, bob, organization):
    """A mother with two children, joined one after the other."""
    rosa = new_patient(organization, given="Rosa", birth_date=date(1985, 2, 1), line="1 Elm", city="Troy")
    lia = new_patient(organization, given="Lia", birth_date=date(2018, 5, 1))
    leo = new_patient(organization, given="Leo", birth_date=date(2020, 6, 1))
    with act(bob):
        for child in (lia, leo):
            join_family(child, relative=rosa, part="child", relative_part="parent", actor=bob)
    return rosa, lia, leo


def seen(patient, actor):
    return [(one.patient.given, str(one.word)) for one in family_of(patient, actor=actor)]


def test_each_sees_the_others_by_what_they_are_to_him(act, bob, home):
    rosa, lia, _leo = home
    with act(bob):
        assert seen(rosa, bob) == [("Lia", "Child"), ("Leo", "Child")]
        assert seen(lia, bob) == [("Rosa", "Parent"), ("Leo", "Brother or sister")]
        assert FamilyMember.objects.values("family").distinct().count() == 1


def test_nobody_belongs_twice_or_to_himself(act, bob, home):
    rosa, lia, _leo = home
    with act(bob):
        with pytest.raises(AlreadyFamily):
            join_family(lia, relative=rosa, part="child", relative_part="parent", actor=bob)
        for relative, part in ((lia, "child"), (rosa, "cousin")):
            with pytest.raises(NotOneFamily):
                join_family(lia, relative=relative, part=part, relative_part="parent", actor=bob)
        assert FamilyMember.objects.count() == 3


def test_a_member_leaves_and_comes_back(act, bob, home):
    rosa, lia, leo = home
    with act(bob):
        member = FamilyMember.objects.get(patient=leo)
        leave_family(member, version=1, actor=bob)
        assert seen(rosa, bob) == [("Lia", "Child")]
        assert seen(leo, bob) == []
        with pytest.raises(StaleVersion):
            rejoin_family(member, version=1, actor=bob)
        rejoin_family(member, version=2, actor=bob)
        assert seen(lia, bob) == [("Rosa", "Parent"), ("Leo", "Brother or sister")]


def test_whoever_came_in_twice_meanwhile_does_not_come_back_a_second_time(act, bob, home):
    rosa, _lia, leo = home
    with act(bob):
        member = FamilyMember.objects.get(patient=leo)
        leave_family(member, version=1, actor=bob)
        join_family(leo, relative=rosa, part="child", relative_part="parent", actor=bob)
        with pytest.raises(AlreadyFamily):
            rejoin_family(member, version=2, actor=bob)
        assert FamilyMember.objects.filter(patient=leo, ended_at=None).count() == 1


def test_the_protected_are_seen_by_those_who_treat(act, bob, bill, alice, nina, home):
    rosa, lia, _leo = home
    with act(bob):
        protect_member(FamilyMember.objects.get(patient=lia), version=1, actor=bob)
        assert seen(rosa, bob) == [("Leo", "Child")]
    for actor, count in ((bill, 1), (alice, 2), (nina, 2)):
        with act(actor):
            assert len(family_of(rosa, actor=actor)) == count
    with act(bob):
        unprotect_member(FamilyMember.objects.get(patient=lia), version=2, actor=bob)
        assert len(seen(rosa, bob)) == 2


@pytest.mark.parametrize("who", ["charlie", "lena", "adam", "petra", "dana"])
def test_who_sees_no_family(act, home, request, who):
    actor = request.getfixturevalue(who)
    with act(actor):
        assert family_of(home[0], actor=actor) == []


@pytest.mark.parametrize("who", ["bill", "alice", "lena", "dana", "charlie"])
def test_who_joins_nobody(act, bob, home, organization, request, who):
    other, actor = new_patient(organization, given="Ana"), request.getfixturevalue(who)
    with act(actor), pytest.raises((Denied, Missing)):
        join_family(other, relative=home[0], part="child", relative_part="parent", actor=actor)
    with act(bob):
        assert FamilyMember.objects.count() == 3


def test_a_household_moves_together_or_not_at_all(act, bob, home):
    rosa, lia, leo = home
    with act(bob):
        assert living_elsewhere(rosa, actor=bob) == [lia, leo]
        with pytest.raises(StaleVersion):
            move_household([lia, leo], address=rosa, versions={lia.id: 1, leo.id: 7}, actor=bob)
        assert Patient.objects.filter(line="1 Elm").count() == 1
        lia, leo = Patient.objects.get(id=lia.id), Patient.objects.get(id=leo.id)
        move_household([lia, leo], address=rosa, versions={lia.id: 1, leo.id: 1}, actor=bob)
        assert Patient.objects.filter(line="1 Elm", city="Troy").count() == 3
        assert living_elsewhere(rosa, actor=bob) == []


def test_one_person_at_a_time_pays(act, bob, home):
    rosa, lia, _leo = home
    with act(bob):
        mother = RelatedPerson(patient=lia, name="Rosa", relative=rosa, is_guarantor=True)
        add_related_person(mother, actor=bob)
        father = add_related_person(RelatedPerson(patient=lia, name="Ivo"), actor=bob)
        assert guarantor_of(lia) == mother
        amend_related_person(father, changes={"is_guarantor": True}, version=1, actor=bob)
        assert guarantor_of(lia) == father
        end_related_person(father, version=2, actor=bob)
        assert guarantor_of(lia) is None


@pytest.mark.parametrize(
    ("table", "wall"),
    [
        ("patients_relatedperson", "relatedperson_one_guarantor"),
        ("patients_familymember", "familymember_once"),
    ],
)
def test_the_wall_alone_stands(act, bob, home, table, wall):
    """Written past every deed, so that nothing but the database can refuse: its fall is noticed (A57)."""
    _rosa, lia, _leo = home

    def write():
        if table == "patients_relatedperson":
            people = [RelatedPerson(patient=lia, name=name, is_guarantor=True) for name in ("A", "B")]
            RelatedPerson.objects.bulk_create(people)
        else:
            known = FamilyMember.objects.get(patient=lia)
            FamilyMember.objects.bulk_create([FamilyMember(patient=lia, family=known.family)])

    with act(bob), pytest.raises(IntegrityError) as refused, transaction.atomic():
        write()
    assert constraint_of(refused.value) == wall


@pytest.mark.parametrize("born", [date(1849, 12, 31), "tomorrow"])
def test_a_contact_is_born_when_people_are(act, bob, home, born):
    day = clock.today() + timedelta(days=1) if born == "tomorrow" else born
    with act(bob):
        with pytest.raises(BirthDateImpossible):
            add_related_person(RelatedPerson(patient=home[1], name="Ivo", birth_date=day), actor=bob)
        assert not RelatedPerson.objects.exists()


@pytest.mark.parametrize(
    ("born", "minor"),
    [(date(2008, 6, 2), True), (date(2008, 6, 1), False), (date(1980, 1, 1), False), (None, False)],
)
def test_who_is_a_minor(born, minor):
    assert is_minor(Patient(birth_date=born), on=date(2026, 6, 1)) is minor
