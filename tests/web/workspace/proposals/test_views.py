"""The desk's pages of proposals, the administrator's of what is asked, the portal's of what was signed."""

import datetime
import re

import pytest

from osler.clinic.communication.models import Invitation
from osler.clinic.intake.models import Consent, ConsentForm, Proposal, QuestionnaireItem
from osler.clinic.patients.models import Patient
from osler.foundation.access.models import PatientGrant
from osler.foundation.audit.models import AuditEvent
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel.keys import uuid7
from tests.clinic.intake.staging import PNG, a_proposal, prepared
from tests.conftest import new_patient


@pytest.fixture
def questionnaire(organization, adam):
    return prepared(organization, adam)


@pytest.fixture
def proposal(questionnaire, monkeypatch):
    return a_proposal(questionnaire, monkeypatch)


@pytest.fixture
def desk(client_of, each_on_its_own, organization, bob):
    return each_on_its_own(client_of(bob), organization)


def ticked(page: str) -> dict[str, list[str]]:
    """What the form of a page would send as it stands."""
    form = re.search(r'<form[^>]*id="accept".*?</form>', page, re.S)[0]
    found = {"take": re.findall(r'name="take" value="([^"]+)"[^>]* checked', form)}
    for name in ("version", "into", "into_version", "seen"):
        found[name] = re.findall(rf'name="{name}" value="([^"]*)"', form)
    found["payer"] = re.findall(r'<option value="([^"]+)" selected', form)[:1]
    return found


def test_from_the_list_to_the_chart(desk, act, organization, proposal):
    listed = desk.get("/registrations/").content.decode()
    assert "Ortega, Lucía" in listed
    page = desk.get(f"/registrations/{proposal.id}/").content.decode()
    assert "As a new patient" in page
    assert "Nobody who is registered resembles this person." in page

    answer = desk.post(f"/registrations/{proposal.id}/accept/", ticked(page))

    with act(SystemActor(organization.id)):
        patient = Patient.objects.get()
        assert answer.url == f"/patients/{patient.id}/"
        assert (patient.coverages.count(), patient.consents.count(), patient.card_photos.count()) == (1, 3, 1)
        photo, consent = patient.card_photos.get(), patient.consents.all()[0]
    text = desk.get(answer.url).content.decode()
    assert "Consent to treatment" in text
    assert desk.get(f"/patients/{patient.id}/cards/{photo.id}/").content == PNG
    assert "M10 20L30 40L50 60" in desk.get(f"/patients/{patient.id}/consents/{consent.id}/").content.decode()
    assert "Accepted" in desk.get("/registrations/?show=decided").content.decode()
    assert "Open the record" in desk.get(f"/registrations/{proposal.id}/").content.decode()


def test_a_double_click_registers_once(desk, act, organization, proposal):
    given = ticked(desk.get(f"/registrations/{proposal.id}/").content.decode()) | {
        "idempotency_key": str(uuid7())
    }
    first = desk.post(f"/registrations/{proposal.id}/accept/", given)
    second = desk.post(f"/registrations/{proposal.id}/accept/", given)
    third = desk.post(f"/registrations/{proposal.id}/accept/", given | {"idempotency_key": str(uuid7())})

    assert (first.status_code, second.status_code, second.url == first.url, third.status_code) == (
        302,
        302,
        True,
        409,
    )
    with act(SystemActor(organization.id)):
        assert Patient.objects.count() == 1


def test_beside_the_record_that_is_there(desk, act, organization, proposal):
    known = new_patient(
        organization,
        given="Lucía",
        family="Ortega",
        birth_date=datetime.date(1985, 5, 20),
        phone="(413) 555-0177",
        city="Eastport",
    )
    page = desk.get(f"/registrations/{proposal.id}/").content.decode()
    assert "Into the record of" in page
    assert "differs" in page
    given = ticked(page)
    assert given["into"] == [str(known.id)]
    assert "person.city" not in given["take"]

    desk.post(f"/registrations/{proposal.id}/accept/", given | {"take": ["person.city"]})

    with act(SystemActor(organization.id)):
        known.refresh_from_db()
        assert (known.city, known.family, Patient.objects.count()) == ("Fairview", "Ortega", 1)
        shown = AuditEvent.objects.filter(entity="intake_proposal", action="R", detail="proposal")
        assert any(known.id in one.patient_ids for one in shown)


def test_a_refusal_keeps_the_ticks(desk, act, organization, proposal):
    given = ticked(desk.get(f"/registrations/{proposal.id}/").content.decode())
    answer = desk.post(
        f"/registrations/{proposal.id}/accept/", given | {"take": ["coverage", "person.family"], "payer": ""}
    )

    assert answer.status_code == 422
    page = answer.content.decode()
    assert ticked(page)["take"] == ["person.family", "coverage"]
    with act(SystemActor(organization.id)):
        assert (Patient.objects.count(), Proposal.objects.get(pk=proposal.pk).status) == (0, "proposed")


def test_rejected_and_back_again(desk, act, organization, proposal):
    with act(SystemActor(organization.id)):
        version = Proposal.objects.get(pk=proposal.pk).version
    desk.post(f"/registrations/{proposal.id}/reject/", {"version": version, "reason": "Twice"})
    assert "Twice" in desk.get(f"/registrations/{proposal.id}/").content.decode()
    desk.post(f"/registrations/{proposal.id}/reopen/", {"version": version + 1})

    with act(SystemActor(organization.id)):
        assert Proposal.objects.get(pk=proposal.pk).status == "proposed"


def test_the_photo_is_a_file_and_its_opening_is_written_down(desk, act, organization, proposal):
    photo = desk.get(f"/registrations/{proposal.id}/photo/front/")

    assert (photo.content, photo["Content-Disposition"][:10]) == (PNG, "attachment")
    assert desk.get(f"/registrations/{proposal.id}/photo/back/").status_code == 404
    with act(SystemActor(organization.id)):
        assert AuditEvent.objects.filter(entity="intake_proposalphoto", action="R").count() == 1


def test_the_portal_is_offered_by_the_same_stroke(desk, act, organization, proposal):
    given = ticked(desk.get(f"/registrations/{proposal.id}/").content.decode())
    desk.post(f"/registrations/{proposal.id}/accept/", given | {"invite": "1"})

    with act(SystemActor(organization.id)):
        invitation = Invitation.objects.get()
        assert (invitation.email, invitation.relationship) == ("lucia@home.test", "self")
        assert PatientGrant.objects.count() == 0


def test_the_administrator_prepares_and_opens(client_of, each_on_its_own, organization, adam, act):
    admin = each_on_its_own(client_of(adam), organization)
    home = "/administration/online-registration/"
    assert "Nobody registers online yet" in admin.get(home).content.decode()
    admin.post(f"{home}prepare/")
    page = admin.get(home).content.decode()
    assert "Given names" in page
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    admin.post(f"{home}switch/", {"version": version})
    assert "Close it" in admin.get(home).content.decode()
    with act(SystemActor(organization.id)):
        item = QuestionnaireItem.objects.get(link_id="smoking")
        form = ConsentForm.objects.get(key="payment")
    edited = admin.get(f"{home}questions/{item.id}/").content.decode()
    assert "Do you smoke?" in edited
    given = {
        "text": "Smoker?",
        "page": "history",
        "position": "5",
        "options": "y|Yes|Sí",
        "version": item.version,
    }
    assert admin.post(f"{home}questions/{item.id}/", given).status_code == 422
    assert admin.post(f"{home}questions/{item.id}/", given | {"options": "y|Yes|Sí\nn|No|No"}).url == home
    assert (
        admin.post(f"{home}questions/{item.id}/", given | {"options": "y|Yes|Sí\nn|No|No"}).status_code == 412
    )
    assert admin.post(f"{home}texts/{form.id}/", {"title": "Payment", "body": "New words"}).url == home
    assert (
        admin.post(
            f"{home}questions/new/", {"text": "Pets?", "page": "history", "position": "9", "kind": "string"}
        ).url
        == home
    )
    words = {
        "address": "Not An Address", "title": "T", "own_age": "18", "kept_days": "30", "version": "2"
    }  # fmt: skip
    assert admin.post(f"{home}words/", words).status_code == 422
    assert admin.post(f"{home}words/", words | {"address": "front-door"}).url == home
    with act(SystemActor(organization.id)):
        assert QuestionnaireItem.objects.get(pk=item.pk).text == "Smoker?"
        assert [one.edition for one in ConsentForm.objects.filter(key="payment", retired_at=None)] == [2]
    assert admin.get("/register/").url == "/register/front-door/"


def test_the_patient_reads_and_revokes(
    client_of, each_on_its_own, organization, act, dana, dana_patient, questionnaire
):
    with act(SystemActor(organization.id)):
        form = ConsentForm.objects.get(key="treatment")
        consent = Consent(
            patient=dana_patient,
            form=form,
            signer_name="Dana Rivera",
            signed_at=form.published_at,
            session="x",
        )
        consent.save()
    portal = each_on_its_own(client_of(dana), organization)
    home = f"/portal/{dana_patient.id}/consents/"
    assert "I agree to be examined" in portal.get(home).content.decode()
    portal.post(f"{home}{consent.id}/revoke/", {"patient": str(dana_patient.id), "version": "1"})

    assert "Revoked" in portal.get(home).content.decode()
    with act(SystemActor(organization.id)):
        consent.refresh_from_db()
        assert (consent.status, consent.revoked_in_portal) == ("inactive", True)


def test_the_patient_asks_for_a_change(
    client_of, each_on_its_own, organization, act, dana, dana_patient, desk
):
    portal = each_on_its_own(client_of(dana), organization)
    home = f"/portal/{dana_patient.id}/profile/"
    wish = {
        "patient": str(dana_patient.id), "given": "Dana", "family": "Rivers", "birth_date": "14 Mar 1980",
        "gender": "female", "payer": "Northern Mutual", "member_id": "",
    }  # fmt: skip
    assert portal.post(f"{home}change/", wish).status_code == 422
    assert portal.post(f"{home}change/", wish | {"member_id": "NM-1"}).url == home
    assert "A change waits for the clinic" in portal.get(home).content.decode()
    assert portal.post(f"{home}change/", wish | {"member_id": "NM-1"}).status_code == 409
    with act(SystemActor(organization.id)):
        proposal = Proposal.objects.get()
    page = desk.get(f"/registrations/{proposal.id}/").content.decode()
    assert ticked(page)["take"] == ["person.family", "coverage"]
    portal.post(
        f"{home}change/{proposal.id}/withdraw/",
        {"patient": str(dana_patient.id), "version": proposal.version},
    )
    answer = desk.post(f"/registrations/{proposal.id}/accept/", ticked(page))

    assert answer.status_code == 409
    with act(SystemActor(organization.id)):
        dana_patient.refresh_from_db()
        assert dana_patient.family == "Rivera"
