"""The family card: joined, left, protected, moved along, a new member from the card of the first."""

from datetime import date

import pytest

from osler.clinic.insurance.covering import add_coverage, days
from osler.clinic.insurance.models import Coverage, Payer
from osler.clinic.patients.families import join_family
from osler.clinic.patients.models import FamilyMember, Patient, RelatedPerson
from osler.clinic.patients.relations import guarantor_of
from osler.foundation.audit.models import AuditEvent
from tests.conftest import new_patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client_of, bob):
    return client_of(bob)


@pytest.fixture
def rosa(organization):
    return new_patient(
        organization, given="Rosa", birth_date=date(1985, 2, 1), line="1 Elm", city="Troy", state="NY"
    )


@pytest.fixture
def lia(organization):
    return new_patient(organization, given="Lia", birth_date=date(2019, 5, 1), line="9 Oak")


@pytest.fixture
def home(act, bob, rosa, lia):
    with act(bob):
        return join_family(lia, relative=rosa, part="child", relative_part="parent", actor=bob)


def page_of(client, patient):
    return client.get(f"/patients/{patient.id}/?desk=1").content.decode()


def test_who_shares_the_phone_is_offered_and_joins(act, bob, desk, rosa, lia):
    page = f"/patients/{rosa.id}/family/join/"
    assert f"Rivera, Lia, 01-May-2019 ({7} y)"[:11] in desk.get(page).content.decode()
    form = {"other": lia.id, "other_part": "child", "part": "parent"}
    assert desk.post(page, form).status_code == 302
    with act(bob):
        parts = FamilyMember.objects.order_by("part").values_list("patient__given", "part")
        assert list(parts) == [("Lia", "child"), ("Rosa", "parent")]
    assert "Rivera, Lia" in page_of(desk, rosa)
    assert "Rivera, Rosa" in page_of(desk, lia)


def test_whoever_is_searched_joins_and_members_are_not_found_again(act, bob, desk, organization, rosa, lia):
    omar = new_patient(organization, given="Omar", family="Haddad", phone="555-000-1111")
    page = f"/patients/{rosa.id}/family/join/?q=haddad"
    assert "Haddad, Omar" in desk.get(page).content.decode()
    form = {"other": omar.id, "other_part": "parent", "part": "parent"}
    assert desk.post(f"/patients/{rosa.id}/family/join/", form).status_code == 422, "not one of those shown"
    assert desk.post(page, form).status_code == 302
    with act(bob):
        assert set(FamilyMember.objects.values_list("patient__given", flat=True)) == {"Omar", "Rosa"}
    for patient in (rosa, omar):
        assert "Nobody found" in desk.get(f"/patients/{patient.id}/family/join/?q=haddad").content.decode()


@pytest.mark.parametrize("form", [{"other": "NONE"}, {"other": ""}, {}])
def test_nobody_is_nobody(act, bob, desk, rosa, lia, form):
    answer = desk.post(f"/patients/{rosa.id}/family/join/", {"other_part": "child", "part": "parent", **form})
    assert answer.status_code == 422
    with act(bob):
        assert not FamilyMember.objects.exists()


def test_a_member_is_left_out_shown_again_leaves_and_comes_back(act, bob, desk, rosa, lia, home):
    base = f"/patients/{rosa.id}/family/{home.id}/"
    assert desk.post(f"{base}protect/", {"version": "8"}).status_code == 412
    for version, (deed, shown) in enumerate(
        {"protect": False, "unprotect": True, "leave": False, "rejoin": True}.items(), start=1
    ):
        assert desk.post(f"{base}{deed}/", {"version": str(version)}).status_code == 302
        assert (f"/patients/{lia.id}/" in page_of(desk, rosa)) is shown


def test_the_protected_are_told_so_on_their_own_page_alone(desk, rosa, lia, home):
    desk.post(f"/patients/{rosa.id}/family/{home.id}/protect/", {"version": "1"})
    assert "Left out of the family card" in page_of(desk, lia)
    assert "Left out of the family card" not in page_of(desk, rosa)


def test_a_family_is_not_changed_from_a_strangers_page(act, bob, desk, organization, home):
    other = new_patient(organization, given="Ana")
    assert desk.post(f"/patients/{other.id}/family/{home.id}/leave/", {"version": "1"}).status_code == 404
    with act(bob):
        assert FamilyMember.objects.filter(ended_at=None).count() == 2


def test_the_household_moves_along_as_chosen(act, bob, desk, rosa, lia, home):
    page = f"/patients/{rosa.id}/family/address/"
    assert "9 Oak" in desk.get(page).content.decode()
    assert desk.post(page, {"moves": lia.id, f"version-{lia.id}": "5"}).status_code == 412
    assert desk.post(page, {"moves": lia.id, f"version-{lia.id}": "1"}).status_code == 302
    with act(bob):
        assert Patient.objects.filter(line="1 Elm", city="Troy").count() == 2


def test_a_new_address_is_offered_to_the_family(desk, rosa, lia, home):
    form = {"family": "Rivera", "given": "Rosa", "gender": "female", "version": "1", "active": "on"}
    done = desk.post(f"/patients/{rosa.id}/edit/", {**form, "line": "5 New Road", "city": "Troy"})
    assert (done.status_code, done.url) == (302, f"/patients/{rosa.id}/family/address/")


def test_a_child_is_registered_from_the_card_of_the_mother(act, bob, desk, rosa):
    with act(bob):
        payer = Payer.objects.create(name="Harbor Health")
        row = Coverage(patient=rosa, payer=payer, period=days(date(2026, 1, 1)), group_number="G1")
        card = add_coverage(row, member_id="H123", actor=bob)
    page = f"/patients/{rosa.id}/family/new/"
    text = desk.get(page).content.decode()
    assert all(words in text for words in ("1 Elm", "555-201-3344", "H123"))
    form = {
        "given": "Leo",
        "family": "Rivera",
        "birth_date": "6/1/2020",
        "gender": "male",
        "phone": "555-201-3344",
        "line": "1 Elm",
        "part": "child",
        "guarantor": "self",
        "coverages": card.id,
    }
    assert desk.post(page, {**form, "part": "cousin"}).status_code == 422
    assert desk.post(page, form).status_code == 302

    with act(bob):
        leo = Patient.objects.get(given="Leo")
        payer_of = guarantor_of(leo)
        assert (payer_of.relative_id, payer_of.relationship) == (rosa.id, "MTH")
        theirs = Coverage.objects.get(patient=leo)
        assert (
            theirs.member_id,
            theirs.group_number,
            theirs.relationship,
            theirs.subscriber_patient_id,
        ) == ("H123", "G1", "child", rosa.id)
        assert FamilyMember.objects.filter(ended_at=None).count() == 2


def test_a_refused_member_leaves_nothing(act, bob, desk, rosa):
    form = {"given": "Leo", "family": "Rivera", "birth_date": "6/1/2199", "gender": "male", "phone": "1"}
    assert desk.post(f"/patients/{rosa.id}/family/new/", {**form, "part": "child"}).status_code == 422
    with act(bob):
        assert (Patient.objects.count(), FamilyMember.objects.count()) == (1, 0)


def test_a_minor_without_a_guarantor_is_told(act, bob, desk, lia):
    words = "Nobody is noted who pays the bills of this minor."
    assert words in page_of(desk, lia)
    with act(bob):
        RelatedPerson.objects.create(patient=lia, name="Rosa", is_guarantor=True)
    assert words not in page_of(desk, lia)


def test_the_family_is_seen_without_what_is_clinical(act, bill, alice, client_of, rosa, lia, home):
    for actor in (bill, alice):
        assert "Rivera, Lia" in page_of(client_of(actor), rosa)
    assert "family/join" not in page_of(client_of(bill), rosa)


def test_who_was_offered_is_written_down(act, bob, desk, rosa, lia):
    desk.get(f"/patients/{rosa.id}/family/join/")
    with act(bob):
        event = AuditEvent.objects.get(action="R", detail="may be family")
    assert event.patient_ids == [lia.id]
