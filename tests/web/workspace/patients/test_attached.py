"""Alerts, contacts, numbers and insurances at the desk."""

import pytest

from osler.clinic.insurance.models import Coverage, Payer
from osler.clinic.patients.models import Flag, PatientIdentifier, RelatedPerson
from osler.foundation.audit.models import AuditEvent
from osler.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client_of, bob):
    return client_of(bob)


@pytest.fixture
def payers(act, bob, organization):
    with act(bob):
        return [Payer.objects.create(name=name) for name in ("Aetna", "Medicare")]


def test_an_alert_is_raised_and_lowered(act, bob, desk, dana_patient):
    desk.post(f"/patients/{dana_patient.id}/flags/", {"text": "Fall risk"})
    with act(bob):
        flag = Flag.objects.get()
    assert (
        desk.post(f"/patients/{dana_patient.id}/flags/{flag.id}/lower/", {"version": "9"}).status_code == 412
    )
    desk.post(f"/patients/{dana_patient.id}/flags/{flag.id}/lower/", {"version": "1"})

    with act(bob):
        assert [(one.text, one.status) for one in Flag.objects.all()] == [("Fall risk", "inactive")]


def test_an_empty_alert_is_refused(act, bob, desk, dana_patient):
    assert desk.post(f"/patients/{dana_patient.id}/flags/", {"text": " "}).status_code == 422
    with act(bob):
        assert not Flag.objects.exists()


def test_a_contact_is_added_changed_and_ended(act, bob, desk, dana_patient):
    base = f"/patients/{dana_patient.id}/contacts/"
    desk.post(base, {"name": "Rosa", "relationship": "MTH", "is_emergency_contact": "on"})
    with act(bob):
        rosa = RelatedPerson.objects.get()
    changed = {"name": "Rosa Rivera", "relationship": "MTH"}
    assert desk.post(f"{base}{rosa.id}/", changed | {"version": "7"}).status_code == 412
    assert desk.post(f"{base}{rosa.id}/", changed | {"version": "1"}).status_code == 302
    assert desk.post(f"{base}{rosa.id}/end/", {"version": "2"}).status_code == 302

    with act(bob):
        rosa.refresh_from_db()
        assert (rosa.name, rosa.is_emergency_contact, rosa.active) == ("Rosa Rivera", False, False)


def test_a_contact_of_one_patient_is_not_reached_through_another(act, bob, desk, dana_patient, enrolled):
    other = enrolled()
    desk.post(f"/patients/{dana_patient.id}/contacts/", {"name": "Rosa"})
    with act(bob):
        rosa = RelatedPerson.objects.get()

    assert desk.post(f"/patients/{other.id}/contacts/{rosa.id}/end/", {"version": "1"}).status_code == 404
    with act(bob):
        assert RelatedPerson.objects.get().active


def test_a_number_belongs_to_one_patient(act, bob, desk, dana_patient, enrolled):
    other = enrolled()
    number = {"kind": "DL", "issuer": "New York", "value": "D1"}
    desk.post(f"/patients/{dana_patient.id}/numbers/", number)
    refused = desk.post(f"/patients/{other.id}/numbers/", number)

    assert refused.status_code == 409
    with act(bob):
        found = [(one.patient_id, one.system, one.number) for one in PatientIdentifier.objects.all()]
        assert found == [(dana_patient.id, "urn:osler:drivers-license:new-york", "D1")]


def test_a_sealed_number_shows_its_end_and_all_of_it_when_asked(act, bob, desk, dana_patient):
    desk.post(f"/patients/{dana_patient.id}/numbers/", {"kind": "PPN", "value": "X5512877"})
    desk.post(f"/patients/{dana_patient.id}/numbers/", {"kind": "OTH", "value": "77-plain"})
    page = f"/patients/{dana_patient.id}/?desk=1"

    text = desk.get(page).content.decode()
    assert ("X5512877" in text, "•••• 2877" in text, "77-plain" in text) == (False, True, True)
    assert "X5512877" in desk.get(f"{page}&numbers=all").content.decode()
    with act(bob):
        details = AuditEvent.objects.filter(action="R", entity_id=dana_patient.id).order_by("id")
        assert [one.detail for one in details][-2:] == ["desk page", "desk page, numbers in full"]


def test_insurances_are_added_ordered_and_ended(act, bob, desk, dana_patient, payers):
    base = f"/patients/{dana_patient.id}/insurance/"
    card = {"payer": payers[0].id, "member_id": "W1", "priority": "1", "relationship": "self"}
    assert desk.post(base, card).status_code == 302
    assert desk.post(base, card | {"payer": payers[1].id}).status_code == 409
    assert desk.post(base, card | {"payer": payers[1].id, "priority": "2"}).status_code == 302
    with act(bob):
        first, second = Coverage.objects.order_by("priority")

    assert desk.post(f"{base}{second.id}/first/", {"version": "1"}).status_code == 302
    with act(bob):
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.priority, second.priority) == (2, 1)

    desk.post(f"{base}{second.id}/end/", {"version": str(second.version)})
    with act(bob):
        second.refresh_from_db()
        assert second.last_day == clock.today()


def test_insurance_that_ends_before_it_begins_is_refused(act, bob, desk, dana_patient, payers):
    card = {"payer": payers[0].id, "member_id": "W1", "priority": "1", "relationship": "self"}
    days = {"first_day": "1-Jan-2026", "last_day": "1-Jan-2025"}
    page = desk.post(f"/patients/{dana_patient.id}/insurance/", card | days)

    assert page.status_code == 422
    assert "last_day" in page.context["form"].errors
    with act(bob):
        assert not Coverage.objects.exists()


@pytest.fixture
def card(act, bob, desk, dana_patient, payers):
    fields = {"payer": payers[0].id, "member_id": "W1", "priority": "1", "relationship": "self"}
    desk.post(f"/patients/{dana_patient.id}/insurance/", fields)
    with act(bob):
        return Coverage.objects.get()


def test_what_stands_on_a_card_is_corrected(act, bob, desk, dana_patient, card):
    url = f"/patients/{dana_patient.id}/insurance/{card.id}/"
    page = desk.get(url).content.decode()
    fields = {"member_id": "W2", "group_number": "G7", "relationship": "spouse", "copay_amount": "15.00"}
    done = desk.post(url, fields | {"version": "1"})
    stale = desk.post(url, fields | {"version": "1", "member_id": "W3"})
    wrong = desk.post(url, fields | {"version": "2", "copay_amount": "-1"})

    assert 'value="W1"' in page
    assert (done.status_code, stale.status_code, wrong.status_code) == (302, 412, 422)
    with act(bob):
        card.refresh_from_db()
        kept = (card.member_id, card.group_number, card.relationship, str(card.copay_amount), card.version)
    assert kept == ("W2", "G7", "spouse", "15.00", 2)


def test_an_insurance_that_never_was_counts_nowhere(act, bob, desk, dana_patient, card):
    url = f"/patients/{dana_patient.id}/insurance/{card.id}/error/"

    assert desk.post(url, {"version": "9"}).status_code == 412
    assert desk.post(url, {"version": "1"}).status_code == 302
    assert desk.post(url, {"version": "2"}).status_code == 409
    assert "Pays without insurance" in desk.get(f"/patients/{dana_patient.id}/").content.decode()
    with act(bob):
        assert Coverage.objects.get().status == "entered-in-error"


@pytest.mark.parametrize("who", ["alice", "nina", "lena", "adam", "petra", "charlie"])
def test_who_corrects_no_insurance(act, bob, client_of, request, dana_patient, card, who):
    client, url = client_of(request.getfixturevalue(who)), f"/patients/{dana_patient.id}/insurance/{card.id}/"

    assert client.get(url).status_code == 403
    assert client.post(f"{url}error/", {"version": "1"}).status_code == 403
    with act(bob):
        assert (Coverage.objects.get().status, Coverage.objects.get().version) == ("active", 1)


def test_the_card_of_another_patient_is_not_found(desk, enrolled, card):
    url = f"/patients/{enrolled().id}/insurance/{card.id}/"

    assert desk.get(url).status_code == 404
    assert desk.post(f"{url}error/", {"version": "1"}).status_code == 404


@pytest.mark.parametrize("who", ["alice", "nina", "lena", "adam", "petra", "charlie"])
def test_who_notes_no_insurance(client_of, request, dana_patient, who):
    client = client_of(request.getfixturevalue(who))

    assert client.get(f"/patients/{dana_patient.id}/insurance/").status_code == 403


def test_slip_and_labels_carry_a_code(desk, dana_patient):
    for page in ("slip", "label"):
        answer = desk.get(f"/patients/{dana_patient.id}/{page}/")
        assert answer.status_code == 200
        assert (
            dana_patient.list_name in answer.content.decode() or str(dana_patient) in answer.content.decode()
        )
        assert b"<svg" in answer.content
