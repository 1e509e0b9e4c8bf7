"""Registering: a draft that only its browser or its link opens, and that shows nothing of anybody."""

import datetime
from typing import Any

import pytest
from django.db import connection

from osler.clinic.intake.asking import close_registration, publish_consent_form
from osler.clinic.intake.errors import AlreadySubmitted, AnswersMissing, TooQuick
from osler.clinic.intake.models import ConsentForm, Proposal, ProposalContent, ProposalPhoto, Questionnaire
from osler.clinic.intake.registering import (
    LINK_LASTS,
    MOST_TRIES,
    Registrant,
    ask_for_link,
    begin_registration,
    discard_draft,
    doors,
    draft_linked,
    draft_with,
    keep_photo,
    key_of,
    link_token,
    missing_in,
    resume_registration,
    save_answers,
    submit_registration,
)
from osler.clinic.patients.models import Patient
from osler.foundation.access.roles import Role
from osler.foundation.accounts.links import named_in
from osler.foundation.audit.context import acting
from osler.foundation.audit.models import AuditEvent
from osler.foundation.directory.models import Organization
from osler.foundation.files.errors import PhotoUnfit
from osler.foundation.jobs.models import OutboxEvent
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel import clock
from tests.clinic.intake.staging import PNG, a_draft, a_proposal, prepared, registrant
from tests.conftest import new_actor, new_organization, new_patient


def test_a_registrant_sees_no_patient_and_no_other_proposal(
    organization: Organization, questionnaire: Questionnaire
) -> None:
    new_patient(organization, given="Lucía", family="Ortega")
    mine, _ = a_draft(questionnaire)
    other, _ = a_draft(questionnaire)

    with acting(Registrant(organization.id, mine.id)):
        assert Patient.objects.count() == 0
        assert [row.id for row in Proposal.objects.all()] == [mine.id]
        assert [row.proposal_id for row in ProposalContent.objects.all()] == [mine.id]
        assert [row.proposal_id for row in ProposalPhoto.objects.all()] == [mine.id]
        assert Proposal.objects.filter(pk=other.id).update(language="xx") == 0
        assert ProposalContent.objects.filter(proposal_id=other.id).delete()[0] == 0
    with acting(Registrant(organization.id)):
        assert (Patient.objects.count(), Proposal.objects.count(), ProposalContent.objects.count()) == (
            0,
            0,
            0,
        )


def test_only_the_secret_opens_a_draft(organization: Organization, questionnaire: Questionnaire) -> None:
    proposal, secret = a_draft(questionnaire)

    assert named_in(key_of(proposal, secret)) == (organization.id, proposal.id, secret)
    assert [named_in(one) for one in ("", "x", "ä", key_of(proposal, secret)[:-4])] == [None] * 4
    with acting(Registrant(organization.id, proposal.id)):
        assert draft_with(secret) is not None
        assert draft_with(bytes(32)) is None


def test_what_was_said_is_sealed_and_leaves_no_history(
    organization: Organization, questionnaire: Questionnaire
) -> None:
    proposal, _ = a_draft(questionnaire)

    with acting(SystemActor(organization.id)), connection.cursor() as cursor:
        cursor.execute("SELECT said_sealed FROM intake_proposalcontent WHERE proposal_id = %s", [proposal.id])
        assert b"Ortega" not in bytes(cursor.fetchone()[0])
        cursor.execute("SELECT count(*) FROM audit_rowhistory WHERE table_name LIKE 'intake_proposal%%photo'")
        assert cursor.fetchone() == (0,)
        cursor.execute(
            "SELECT string_agg(content::text, ' ') FROM audit_rowhistory WHERE row_id = %s", [proposal.id]
        )
        assert "Ortega" not in (cursor.fetchone()[0] or "")
        assert AuditEvent.objects.filter(entity="intake_proposal", entity_id=proposal.id).count() >= 4


def test_submitting_once(
    organization: Organization, questionnaire: Questionnaire, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = a_proposal(questionnaire, monkeypatch)

    with registrant(proposal) as row:
        assert (row.status, row.submitted_at is not None) == ("proposed", True)
        for again in (
            lambda: submit_registration(row),
            lambda: save_answers(row, {"given": "Eve"}),
            lambda: keep_photo(row, side="back", content=PNG),
            lambda: discard_draft(row),
        ):
            with pytest.raises(AlreadySubmitted):
                again()
        assert row.content.read()["answers"]["given"] == "Lucía"
    with acting(SystemActor(organization.id)):
        assert OutboxEvent.objects.filter(name="ProposalSubmitted").count() == 1


def test_the_database_keeps_what_was_sent(
    organization: Organization, questionnaire: Questionnaire, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = a_proposal(questionnaire, monkeypatch)

    with pytest.raises(Exception, match="only a draft changes"), registrant(proposal) as row:
        row.content.write({"answers": {}, "signatures": {}})
        row.content.save()

    with registrant(proposal) as row:
        assert row.content.read()["answers"]["given"] == "Lucía"


@pytest.mark.parametrize(
    ("answers", "pages"),
    [
        ({"given": ""}, ["person"]),
        ({"birth-date": None}, ["person"]),
        ({"phone": ""}, ["contact"]),
        ({"member-id": ""}, ["insurance"]),
        ({"insured": "no", "member-id": "", "insurer": ""}, []),
        ({"has-allergies": "yes", "allergies": []}, ["history"]),
        ({"has-allergies": "no", "allergies": []}, []),
        ({"for": "child"}, ["person"]),
        ({"for": "child", "guardian": {"name": "Ana"}}, []),
    ],
)
def test_what_is_missing(questionnaire: Questionnaire, answers: dict[str, Any], pages: list[str]) -> None:
    proposal, _ = a_draft(questionnaire, **answers)

    with registrant(proposal) as row:
        assert missing_in(row, row.content.read()) == pages


def test_nothing_incomplete_is_sent(questionnaire: Questionnaire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("osler.clinic.intake.registering.LEAST_TIME", datetime.timedelta(0))
    proposal, _ = a_draft(questionnaire, family="")

    with registrant(proposal) as row, pytest.raises(AnswersMissing):
        submit_registration(row)
    with registrant(proposal) as row:
        assert (row.status, row.submitted_at) == ("draft", None)


def test_a_new_edition_of_a_text_wants_a_new_signature(
    organization: Organization, questionnaire: Questionnaire
) -> None:
    proposal, _ = a_draft(questionnaire)
    admin = new_actor(organization, Role.ADMINISTRATOR, "Bea Min")
    with acting(admin):
        publish_consent_form(
            ConsentForm(key="treatment", title="Consent", body="Other words", is_required=True), actor=admin
        )

    with registrant(proposal) as row:
        assert missing_in(row, row.content.read()) == ["consents"]


def test_too_quick_is_a_machine(questionnaire: Questionnaire) -> None:
    proposal, _ = a_draft(questionnaire)

    with registrant(proposal) as row, pytest.raises(TooQuick):
        submit_registration(row)


def test_a_link_opens_once_for_who_knows_the_birth_date(
    organization: Organization, questionnaire: Questionnaire
) -> None:
    proposal, old = a_draft(questionnaire)
    with registrant(proposal) as row:
        ask_for_link(row)
        first = link_token(row)
        ask_for_link(row)
        newest = link_token(row)

    with acting(Registrant(organization.id, proposal.id)):
        assert draft_linked((named_in(first) or (0, 0, b""))[2]) is None
        row = draft_linked((named_in(newest) or (0, 0, b""))[2])
        assert row is not None
        assert resume_registration(row, birth_date=datetime.date(1985, 5, 21)) is None
        secret = resume_registration(row, birth_date=datetime.date(1985, 5, 20))
        assert secret is not None
        assert draft_linked((named_in(newest) or (0, 0, b""))[2]) is None
        assert draft_with(old) is None
        assert draft_with(secret) is not None


def test_a_link_ends(
    organization: Organization, questionnaire: Questionnaire, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal, _ = a_draft(questionnaire)
    with registrant(proposal) as row:
        ask_for_link(row)
        seal = (named_in(link_token(row)) or (0, 0, b""))[2]
    later = clock.now() + LINK_LASTS

    with acting(Registrant(organization.id, proposal.id)):
        monkeypatch.setattr(clock, "now", lambda: later - datetime.timedelta(minutes=1))
        assert draft_linked(seal) is not None
        monkeypatch.setattr(clock, "now", lambda: later + datetime.timedelta(minutes=1))
        assert draft_linked(seal) is None


def test_five_wrong_birth_dates_close_the_link(
    organization: Organization, questionnaire: Questionnaire
) -> None:
    proposal, _ = a_draft(questionnaire)
    with registrant(proposal) as row:
        ask_for_link(row)
        for _attempt in range(MOST_TRIES):
            assert resume_registration(row, birth_date=None) is None
        assert resume_registration(row, birth_date=datetime.date(1985, 5, 20)) is None
        assert draft_linked((named_in(link_token(row)) or (0, 0, b""))[2]) is None


def test_a_draft_that_is_discarded_is_gone(organization: Organization, questionnaire: Questionnaire) -> None:
    proposal, _ = a_draft(questionnaire)

    with registrant(proposal) as row:
        discard_draft(row)

    with acting(SystemActor(organization.id)):
        assert (Proposal.objects.count(), ProposalContent.objects.count(), ProposalPhoto.objects.count()) == (
            0,
            0,
            0,
        )


def test_a_photo_replaces_the_one_of_its_side(questionnaire: Questionnaire) -> None:
    proposal, _ = a_draft(questionnaire)

    with registrant(proposal) as row:
        keep_photo(row, side="front", content=PNG)
        keep_photo(row, side="back", content=PNG)
        with pytest.raises(PhotoUnfit):
            keep_photo(row, side="front", content=b"<svg onload=alert(1)>")
        assert sorted(row.photos.values_list("side", flat=True)) == ["back", "front"]
        assert row.photos.get(side="front").content == PNG


def test_only_open_clinics_have_a_door(organization: Organization) -> None:
    admin = new_actor(organization, Role.ADMINISTRATOR, "Ada Min")
    questionnaire = prepared(organization, admin)
    other = new_organization("Other")
    ota = new_actor(other, Role.ADMINISTRATOR, "Ota Min")
    closed = prepared(other, ota)
    with acting(ota):
        close_registration(closed, version=None, actor=ota)

    assert [(one.address, one.organization_id) for one in doors()] == [
        (questionnaire.address, organization.id)
    ]


def test_a_registrant_begins_where_no_proposal_is(
    organization: Organization, questionnaire: Questionnaire
) -> None:
    with acting(Registrant(organization.id)):
        proposal, _ = begin_registration(questionnaire, answers={"for": "self"}, language="es")
        assert [row.id for row in Proposal.objects.all()] == [proposal.id]
