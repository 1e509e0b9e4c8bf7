"""Taking over what was registered: field by field, once, and never more than was ticked."""

import datetime

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from osler.clinic.insurance.models import Coverage, Payer
from osler.clinic.intake.comparing import differences, sharing
from osler.clinic.intake.deciding import (
    Choice,
    accept_proposal,
    reject_proposal,
    reopen_proposal,
    waiting_count,
)
from osler.clinic.intake.errors import AlreadyDecided, ChoiceMissing, NothingTicked, ReasonMissing
from osler.clinic.intake.models import CardPhoto, Consent, Proposal, QuestionnaireResponse
from osler.clinic.intake.reading import said_in
from osler.clinic.patients.errors import LikelyDuplicate
from osler.clinic.patients.models import Patient, RelatedPerson
from osler.clinic.records.models import AllergyIntolerance, Condition, MedicationStatement
from osler.foundation.jobs.models import OutboxEvent
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel.errors import Denied, Missing, StaleVersion
from osler.kernel.states import ImpossibleMove
from tests.clinic.intake.staging import PNG, a_proposal
from tests.conftest import new_patient

ALL = {
    *(f"person.{name}" for name in ("given", "family", "birth_date", "gender", "phone", "email", "city")),
    *(
        "person.language",
        "person.needs_interpreter",
        "contact",
        "guardian",
        "coverage",
        "answers",
        "no-allergies",
    ),
    *(f"{kind}.{number}" for kind in ("condition", "medication", "allergy") for number in range(3)),
}


@pytest.fixture
def proposal(questionnaire, monkeypatch):
    return a_proposal(questionnaire, monkeypatch)


@pytest.fixture
def accept(act, bob):
    def call(proposal, *, keys=ALL, version=None, actor=bob, payer="Northern Mutual", **choice):
        with act(actor):
            row = Proposal.objects.select_related("questionnaire", "content").get(pk=proposal.pk)
            signed = {f"consent.{key}" for key in said_in(row).signatures}
            insurer = Payer.objects.filter(name=payer).first()
            chosen = Choice(keys=frozenset({*keys, *signed}), payer=insurer, **choice)
            return accept_proposal(row, choice=chosen, version=version, actor=actor)

    return call


def count_all() -> list[int]:
    """How many rows there are of everything that taking over makes."""
    models = (
        *(Patient, RelatedPerson, Coverage, CardPhoto, Consent, QuestionnaireResponse),
        *(AllergyIntolerance, Condition, MedicationStatement),
    )
    return [model._default_manager.count() for model in models]


def test_a_new_patient_with_everything(act, organization, accept, proposal):
    patient = accept(proposal)

    with act(SystemActor(organization.id)):
        patient.refresh_from_db()
        assert (patient.given, patient.family, patient.birth_date, patient.phone, patient.email) == (
            "Lucía",
            "Ortega",
            datetime.date(1985, 5, 20),
            "(413) 555-0177",
            "lucia@home.test",
        )
        assert (patient.language, patient.needs_interpreter, patient.gender) == ("es", True, "female")
        (contact,) = patient.related_people.all()
        assert (contact.name, contact.relationship, contact.is_emergency_contact) == (
            "Mario Ortega",
            "SPS",
            True,
        )
        (coverage,) = patient.coverages.all()
        assert (coverage.payer.name, coverage.member_id, coverage.group_number) == (
            "Northern Mutual",
            "NM-4471",
            "G-9",
        )
        (photo,) = patient.card_photos.all()
        assert (photo.side, photo.content, photo.coverage) == ("front", PNG, coverage)
        consents = list(patient.consents.order_by("form__key"))
        assert [one.form.key for one in consents] == ["payment", "privacy", "treatment"]
        assert {(one.signer_name, one.drawn, one.status) for one in consents} == {
            ("Lucía Ortega", "M10 20L30 40L50 60", "active")
        }
        assert len({one.session for one in consents}) == 1
        row = Proposal.objects.get(pk=proposal.pk)
        assert (row.status, row.patient_id, row.decided_by_name) == ("accepted", patient.id, "Bob Diaz")
        assert OutboxEvent.objects.filter(name="ProposalAccepted").count() == 1


def test_history_stands_in_the_chart_as_reported(act, organization, accept, proposal):
    patient = accept(proposal)

    with act(SystemActor(organization.id)):
        allergies = AllergyIntolerance.objects.filter(patient=patient)
        told = {(one.reaction, one.verification_status, one.recorder_id) for one in allergies}
        assert told == {("", "unconfirmed", None), ("rash", "unconfirmed", None)}
        assert allergies.get(reaction="rash").display == "Penicillins"
        problems = Condition.objects.filter(patient=patient).order_by("display")
        assert {(one.verification_status, one.recorder_id) for one in problems} == {("unconfirmed", None)}
        assert "Gout" in [one.display for one in problems]
        taken = MedicationStatement.objects.filter(patient=patient)
        assert sorted((one.sig, one.recorder_id) for one in taken) == [("", None), ("every morning", None)]
        (response,) = QuestionnaireResponse.objects.filter(patient=patient)
        assert (response.reviewed_at, response.items[0]["answers"]) == (None, ["A cough that stays"])


def test_only_what_is_ticked(act, organization, accept, proposal):
    patient = accept(proposal, keys={"person.given", "person.family", "person.birth_date", "allergy.0"})

    with act(SystemActor(organization.id)):
        assert (patient.phone, patient.email, patient.city, patient.gender) == ("", "", "", "unknown")
        assert count_all() == [1, 0, 0, 0, 3, 0, 1, 0, 0]


def test_into_a_record_that_is_there(act, organization, accept, proposal):
    known = new_patient(organization, given="Lucia", family="Ortega", phone="413-555-0100", email="")

    patient = accept(proposal, keys={"person.email"}, into=known, into_version=1)

    with act(SystemActor(organization.id)):
        known.refresh_from_db()
        assert patient.id == known.id
        assert (known.given, known.phone, known.email, known.version) == (
            "Lucia",
            "413-555-0100",
            "lucia@home.test",
            2,
        )


def test_the_record_has_changed_meanwhile(act, organization, accept, proposal):
    known = new_patient(organization)
    with act(SystemActor(organization.id)):
        known.city = "Elsewhere"
        known.save()
        before = count_all()

    with pytest.raises(StaleVersion):
        accept(proposal, keys={"person.email", "coverage"}, into=known, into_version=1)

    with act(SystemActor(organization.id)):
        assert count_all() == before
        assert Proposal.objects.get(pk=proposal.pk).status == "proposed"


def test_twice_is_once(act, organization, accept, proposal):
    accept(proposal)
    with act(SystemActor(organization.id)):
        before = count_all()

    with pytest.raises(AlreadyDecided):
        accept(proposal)

    with act(SystemActor(organization.id)):
        assert count_all() == before


def test_somebody_else_has_rejected_it(act, organization, bob, accept, proposal):
    with act(bob):
        reject_proposal(Proposal.objects.get(pk=proposal.pk), reason="Spam", version=None, actor=bob)

    with pytest.raises(AlreadyDecided):
        accept(proposal)
    with act(bob), pytest.raises(AlreadyDecided):
        reject_proposal(Proposal.objects.get(pk=proposal.pk), reason="x", version=None, actor=bob)

    with act(SystemActor(organization.id)):
        assert Patient.objects.count() == 0


def test_the_page_was_old(act, organization, accept, proposal):
    with pytest.raises(StaleVersion):
        accept(proposal, version=1)

    with act(SystemActor(organization.id)):
        assert (Patient.objects.count(), Proposal.objects.get(pk=proposal.pk).status) == (0, "proposed")


def test_a_rejection_is_undone(act, bob, proposal):
    with act(bob):
        row = reject_proposal(Proposal.objects.get(pk=proposal.pk), reason=" No ", version=None, actor=bob)
        assert (row.status, waiting_count(bob)) == ("rejected", 0)
        reopen_proposal(row, version=row.version, actor=bob)
        assert (row.status, row.decided_at, waiting_count(bob)) == ("proposed", None, 1)
        with pytest.raises(ImpossibleMove):
            reopen_proposal(row, version=row.version, actor=bob)


def test_a_decision_says_something(act, bob, organization, accept, proposal):
    with act(bob), pytest.raises(ReasonMissing):
        reject_proposal(Proposal.objects.get(pk=proposal.pk), reason=" ", version=None, actor=bob)
    with act(bob), pytest.raises(NothingTicked):
        row = Proposal.objects.select_related("questionnaire", "content").get(pk=proposal.pk)
        accept_proposal(row, choice=Choice(keys=frozenset()), version=None, actor=bob)

    with act(SystemActor(organization.id)):
        assert (count_all(), Proposal.objects.get(pk=proposal.pk).status) == ([0] * 9, "proposed")


def test_somebody_very_like_is_looked_at_first(act, organization, accept, proposal):
    known = new_patient(
        organization,
        given="Lucía",
        family="Ortega",
        birth_date=datetime.date(1985, 5, 20),
        phone="(413) 555-0177",
    )

    with pytest.raises(LikelyDuplicate):
        accept(proposal)
    with act(SystemActor(organization.id)):
        assert Patient.objects.count() == 1
    accept(proposal, seen=frozenset({known.id}))

    with act(SystemActor(organization.id)):
        assert Patient.objects.count() == 2


def test_an_insurer_is_chosen(act, organization, accept, proposal):
    with pytest.raises(ChoiceMissing):
        accept(proposal, payer="Nobody")

    with act(SystemActor(organization.id)):
        assert count_all() == [0] * 9


@pytest.mark.parametrize(
    ("is_replacing", "ranks"), [(True, [(1, True), (1, False)]), (False, [(1, False), (2, False)])]
)
def test_the_present_insurance_ends_or_stays(act, organization, accept, proposal, is_replacing, ranks):
    known = new_patient(organization)
    with act(SystemActor(organization.id)):
        payer = Payer(name="Harbor")
        payer.save()
        since = datetime.date(2020, 1, 1)
        Coverage(patient=known, payer=payer, period=DateRange(since, None)).save()

    accept(proposal, keys={"coverage"}, into=known, is_replacing=is_replacing)

    with act(SystemActor(organization.id)):
        rows = known.coverages.order_by("period")
        assert [(one.priority, one.last_day is not None) for one in rows] == ranks


@pytest.mark.parametrize("who", ["nina", "alice", "bill", "adam", "lena", "petra", "dana"])
def test_nobody_but_the_desk_decides(request, act, organization, accept, proposal, who):
    actor = request.getfixturevalue(who)

    with pytest.raises((Denied, Missing, Proposal.DoesNotExist)):
        accept(proposal, actor=actor)
    with act(actor), pytest.raises((Denied, Missing, Proposal.DoesNotExist)):
        reject_proposal(Proposal.objects.get(pk=proposal.pk), reason="x", version=None, actor=actor)

    with act(SystemActor(organization.id)):
        assert Proposal.objects.get(pk=proposal.pk).status == "proposed"


def test_a_child_has_a_guardian(act, organization, questionnaire, accept, monkeypatch):
    guardian = {
        "name": "Ana Ortega",
        "relationship": "MTH",
        "phone": "413-555-0199",
        "email": "ana@home.test",
    }
    proposal = a_proposal(questionnaire, monkeypatch, **{"for": "child", "guardian": guardian})

    patient = accept(proposal)

    with act(SystemActor(organization.id)):
        mother = patient.related_people.get(name="Ana Ortega")
        assert (mother.relationship, mother.phone, mother.email, mother.is_guarantor) == (
            "MTH",
            "413-555-0199",
            "ana@home.test",
            True,
        )
        assert {one.signer_relationship for one in patient.consents.all()} == {"MTH"}


def test_a_registration_overwrites_nothing_by_itself(act, bob, organization, proposal):
    known = new_patient(organization, given="Lucía", family="Ortega", phone="413-555-0100", email="", city="")
    with act(bob):
        row = Proposal.objects.select_related("questionnaire", "content").get(pk=proposal.pk)
        found = {one.key: (one.is_same, one.is_taken) for one in differences(row, said_in(row), known)}

    assert found["person.given"] == (True, False)
    assert found["person.phone"] == (False, False)
    assert found["person.birth_date"] == (False, False)
    assert found["person.email"] == (False, True)
    assert found["person.city"] == (False, True)


def test_a_shared_phone_or_mail_is_told(act, bob, organization, proposal):
    mine = new_patient(organization, given="A", phone="(413) 555-0177")
    new_patient(organization, given="B", email="lucia@home.test", phone="")
    new_patient(organization, given="C", email="other@home.test", phone="")

    with act(bob):
        row = Proposal.objects.select_related("questionnaire", "content").get(pk=proposal.pk)
        said = said_in(row)
        assert [(why, one.given) for why, one in sharing(said, patient=None, actor=bob)] == [
            ("Same phone", "A"),
            ("Same e-mail", "B"),
        ]
        assert [one.given for _why, one in sharing(said, patient=mine, actor=bob)] == ["B"]
