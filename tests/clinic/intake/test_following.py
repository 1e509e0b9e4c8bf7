"""What follows: mails, consents revoked, answers read, what is forgotten, texts that stay."""

from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError

from osler.clinic.communication.models import Notice
from osler.clinic.intake.asking import (
    add_item,
    amend_item,
    amend_questionnaire,
    asked_items,
    offered_forms,
    prepare_registration,
    publish_consent_form,
    retire_consent_form,
)
from osler.clinic.intake.changing import latest_change, propose_change, withdraw_change
from osler.clinic.intake.consenting import consents_of, revoke_consent
from osler.clinic.intake.deciding import Choice, accept_proposal, reject_proposal
from osler.clinic.intake.errors import (
    AddressTaken,
    ChangeWaits,
    ConsentRevoked,
    ItemUnfit,
    NothingProposed,
    ResponseReviewed,
)
from osler.clinic.intake.models import (
    Consent,
    ConsentForm,
    Proposal,
    ProposalContent,
    ProposalPhoto,
    QuestionnaireItem,
    QuestionnaireResponse,
)
from osler.clinic.intake.purging import purge_proposals
from osler.clinic.intake.reading import said_in
from osler.clinic.intake.responses import responses_of, review_response, unread_responses
from osler.clinic.patients.errors import NotAmendable
from osler.clinic.records.models import AllergyIntolerance, Condition
from osler.clinic.records.reported import (
    NothingToConfirm,
    Told,
    confirm_allergy,
    confirm_problem,
    report_allergies,
    report_medications,
    report_problems,
)
from osler.foundation.access.roles import Role
from osler.foundation.jobs.outbox import SystemActor, deliver_events
from osler.kernel import clock
from osler.kernel.errors import Denied, Missing, StaleVersion
from tests.clinic.intake.staging import a_draft, a_proposal, prepared
from tests.conftest import new_actor, new_organization, new_patient


@pytest.fixture
def accepted(act, bob, questionnaire, monkeypatch):
    """A registration that was taken over; the patient."""
    proposal = a_proposal(questionnaire, monkeypatch)
    with act(bob):
        row = Proposal.objects.select_related("questionnaire", "content").get(pk=proposal.pk)
        said = said_in(row)
        keys = {f"person.{name}" for name in said.person} | {"answers"}
        keys |= {f"consent.{key}" for key in said.signatures}
        return accept_proposal(row, choice=Choice(keys=frozenset(keys)), version=None, actor=bob)


def test_mails_say_nothing_of_health(act, organization, accepted):
    deliver_events(str(organization.id))

    with act(SystemActor(organization.id)):
        found = {one.kind: one for one in Notice.objects.all()}
        assert sorted(found) == ["registration-accepted", "registration-received"]
        for one in found.values():
            assert one.to_address == "lucia@home.test" or one.to_address == "Lucia@Home.test"
            assert not any(
                word in one.body for word in ("cough", "Penicillin", "Ortega", "Lisinopril", "Lucía")
            )


def test_a_rejection_is_told(act, bob, organization, questionnaire, monkeypatch):
    proposal = a_proposal(questionnaire, monkeypatch)
    with act(bob):
        reject_proposal(Proposal.objects.get(pk=proposal.pk), reason="Unclear", version=None, actor=bob)
    deliver_events(str(organization.id))

    with act(SystemActor(organization.id)):
        notice = Notice.objects.get(kind="registration-rejected")
        assert "Unclear" not in notice.body


def test_consents_are_revoked_once(act, bob, organization, accepted):
    with act(bob):
        consent = consents_of(accepted, actor=bob)[0]
        with pytest.raises(StaleVersion):
            revoke_consent(consent, version=7, actor=bob)
        revoke_consent(consent, version=1, actor=bob)
        assert (consent.status, consent.revoked_by_name, consent.revoked_in_portal) == (
            "inactive",
            "Bob Diaz",
            False,
        )
        with pytest.raises(ConsentRevoked):
            revoke_consent(consent, version=None, actor=bob)


@pytest.mark.parametrize("who", ["nina", "bill", "dana", "adam"])
def test_whose_consent_it_is(request, act, organization, accepted, who):
    actor = request.getfixturevalue(who)
    with act(SystemActor(organization.id)):
        consent = Consent.objects.filter(patient=accepted)[0]

    with act(actor), pytest.raises((Denied, Missing)):
        revoke_consent(consent, version=None, actor=actor)

    with act(SystemActor(organization.id)):
        assert Consent.objects.get(pk=consent.pk).status == "active"


def test_a_signature_never_changes(act, organization, accepted):
    with pytest.raises(DatabaseError, match="a signature never changes"), act(SystemActor(organization.id)):
        consent = Consent.objects.filter(patient=accepted)[0]
        consent.signer_name = "Eve"
        consent.save()


def test_a_published_text_never_changes(act, organization, questionnaire):
    with (
        pytest.raises(DatabaseError, match="a published text never changes"),
        act(SystemActor(organization.id)),
    ):
        form = ConsentForm.objects.all()[0]
        form.body = "Other words"
        form.save()


def test_a_new_edition_leaves_what_was_signed(act, adam, organization, accepted):
    with act(adam):
        publish_consent_form(
            ConsentForm(key="treatment", title="Consent", body="New", is_required=True), actor=adam
        )
        editions = ConsentForm.objects.filter(key="treatment").order_by("edition")
        assert [(one.edition, one.retired_at is None) for one in editions] == [(1, False), (2, True)]
    with act(SystemActor(organization.id)):
        assert Consent.objects.get(patient=accepted, form__key="treatment").form.edition == 1
    with act(adam):
        (offered,) = [one for one in offered_forms() if one.key == "treatment"]
        retire_consent_form(offered, version=None, actor=adam)
        assert "treatment" not in [one.key for one in offered_forms()]


def test_answers_are_read_by_a_clinician(act, bob, nina, accepted):
    with act(nina):
        assert unread_responses(actor=nina).count() == 1
        (response,) = responses_of(accepted, actor=nina)
        review_response(response, version=1, actor=nina)
        assert (response.reviewer_id, unread_responses(actor=nina).count()) == (nina.practitioner_id, 0)
        with pytest.raises(ResponseReviewed):
            review_response(response, version=None, actor=nina)
    with act(bob), pytest.raises(Denied):
        responses_of(accepted, actor=bob)


def test_what_was_reported_is_confirmed(act, bob, nina, alice, organization):
    patient = new_patient(organization)
    with act(bob):
        (allergy,) = report_allergies(patient, told=[Told("Penicillin", "rash")], has_none=False, actor=bob)
        (problem,) = report_problems(patient, told=[Told("Gout")], actor=bob)
        assert report_problems(patient, told=[Told("gout")], actor=bob) == []
        assert report_allergies(patient, told=[Told("penicillin")], has_none=True, actor=bob) == []
        assert len(report_medications(patient, told=[Told("Fish oil"), Told("fish oil")], actor=bob)) == 1
    with act(nina):
        confirm_allergy(AllergyIntolerance.objects.get(pk=allergy.pk), version=1, actor=nina)
        with pytest.raises(Denied):
            confirm_problem(Condition.objects.get(pk=problem.pk), version=1, actor=nina)
        with pytest.raises(NothingToConfirm):
            confirm_allergy(AllergyIntolerance.objects.get(pk=allergy.pk), version=None, actor=nina)
    with act(alice):
        row = confirm_problem(Condition.objects.get(pk=problem.pk), version=1, actor=alice)
        assert (row.verification_status, row.recorder_id) == ("confirmed", alice.practitioner_id)


def test_none_is_reported_only_where_nothing_stands(act, bob, organization):
    patient = new_patient(organization)
    with act(bob):
        (none,) = report_allergies(patient, told=[], has_none=True, actor=bob)
        assert (none.code, none.verification_status) == ("716186003", "unconfirmed")
        assert report_allergies(patient, told=[], has_none=True, actor=bob) == []
        report_allergies(patient, told=[Told("Latex")], has_none=False, actor=bob)
    with act(SystemActor(organization.id)):
        assert AllergyIntolerance.objects.get(pk=none.pk).clinical_status == "resolved"


def test_a_patient_asks_for_a_change_and_takes_it_back(act, dana, organization, dana_patient):
    with act(dana):
        with pytest.raises(NothingProposed):
            propose_change(dana_patient, person={"family": "Rivera"}, coverage={}, actor=dana)
        with pytest.raises(NotAmendable):
            propose_change(dana_patient, person={"mrn": "1"}, coverage={}, actor=dana)
        proposal = propose_change(
            dana_patient, person={"family": "Rivers", "given": "Dana"}, coverage={}, actor=dana
        )
        assert said_in(proposal).person == {"family": "Rivers"}
        with pytest.raises(ChangeWaits):
            propose_change(dana_patient, person={"family": "Other"}, coverage={}, actor=dana)
        withdraw_change(proposal, version=proposal.version, actor=dana)
        assert latest_change(dana_patient, actor=dana).status == "withdrawn"
    with act(SystemActor(organization.id)):
        dana_patient.refresh_from_db()
        assert (dana_patient.family, dana_patient.version) == ("Rivera", 1)


def test_a_change_goes_into_the_own_record_alone(act, bob, dana, organization, dana_patient):
    other = new_patient(organization, given="Other")
    with act(dana):
        proposal = propose_change(
            dana_patient, person={"family": "Rivers", "pronouns": "she"}, coverage={}, actor=dana
        )
    with act(bob):
        choice = Choice(keys=frozenset({"person.family"}), into=other, into_version=1)
        assert accept_proposal(proposal, choice=choice, version=None, actor=bob).id == dana_patient.id
    deliver_events(str(organization.id))
    with act(SystemActor(organization.id)):
        dana_patient.refresh_from_db()
        other.refresh_from_db()
        assert (dana_patient.family, dana_patient.pronouns, other.family) == ("Rivers", "", "Rivera")


def test_nobody_asks_for_another_patient(act, dana, organization):
    other = new_patient(organization)
    with act(dana), pytest.raises(Missing):
        propose_change(other, person={"family": "X"}, coverage={}, actor=dana)
    with act(SystemActor(organization.id)):
        assert Proposal.objects.count() == 0


def test_what_was_not_taken_over_is_forgotten(act, bob, organization, questionnaire, monkeypatch):
    kept_days = timedelta(days=questionnaire.kept_days, minutes=1)
    a_draft(questionnaire)
    waiting, rejected = a_proposal(questionnaire, monkeypatch), a_proposal(questionnaire, monkeypatch)
    taken = a_proposal(questionnaire, monkeypatch)
    with act(bob):
        reject_proposal(Proposal.objects.get(pk=rejected.pk), reason="x", version=None, actor=bob)
        row = Proposal.objects.select_related("questionnaire", "content").get(pk=taken.pk)
        accept_proposal(row, choice=Choice(keys=frozenset({"person.family"})), version=None, actor=bob)
    system = SystemActor(organization.id)
    with act(system):
        assert purge_proposals() == 0
    with time_machine.travel(clock.now() + kept_days, tick=False), act(system):
        assert purge_proposals() == 3
        assert purge_proposals() == 0
        assert {(row.pk, row.status) for row in Proposal.objects.all()} == {
            (waiting.pk, "proposed"),
            (taken.pk, "accepted"),
        }
        assert [row.proposal_id for row in ProposalContent.objects.all()] == [waiting.pk]
        assert [row.proposal_id for row in ProposalPhoto.objects.all()] == [waiting.pk]
        assert said_in(Proposal.objects.get(pk=taken.pk)).is_forgotten


def test_an_administrator_changes_what_is_asked(act, adam, questionnaire):
    with act(adam):
        assert prepare_registration(actor=adam).id == questionnaire.id
        item = questionnaire.items.get(link_id="pronouns")
        amend_item(item, changes={"hidden": True, "text": "How to address you"}, version=1, actor=adam)
        assert "pronouns" not in [one.link_id for one in asked_items(questionnaire)]
        new = QuestionnaireItem(
            questionnaire=questionnaire, page="history", text="Do you smoke?", kind="string"
        )
        assert add_item(new, actor=adam).link_id == "do-you-smoke"
        twin = QuestionnaireItem(
            questionnaire=questionnaire, page="history", text="Do you smoke?", kind="string"
        )
        assert add_item(twin, actor=adam).link_id == "do-you-smoke-2"
        always = questionnaire.items.get(link_id="family")
        with pytest.raises(ItemUnfit):
            amend_item(always, changes={"hidden": True}, version=None, actor=adam)
        with pytest.raises(NotAmendable):
            amend_item(item, changes={"definition": "Patient.given"}, version=None, actor=adam)


@pytest.mark.parametrize("who", ["bob", "nina", "alice", "bill", "dana"])
def test_nobody_else_changes_what_is_asked(request, act, questionnaire, who):
    actor = request.getfixturevalue(who)
    with act(actor):
        item = QuestionnaireItem.objects.get(link_id="pronouns")
        with pytest.raises(Denied):
            amend_item(item, changes={"hidden": True}, version=None, actor=actor)
        with pytest.raises(Denied):
            publish_consent_form(ConsentForm(title="x", body="x"), actor=actor)


def test_no_two_clinics_share_an_address(act, questionnaire):
    other = new_organization("Other")
    ota = new_actor(other, Role.ADMINISTRATOR, "Ota Min")
    theirs = prepared(other, ota)
    with act(ota), pytest.raises(AddressTaken):
        amend_questionnaire(theirs, changes={"address": questionnaire.address}, version=None, actor=ota)
    with act(ota):
        assert QuestionnaireResponse.objects.count() == 0
