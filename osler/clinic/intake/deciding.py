"""The clinic takes over what was proposed, field by field, or does not: once, whoever presses how often."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from osler.clinic.insurance.covering import PRIMARY, add_coverage, coverage_on, days, end_coverage
from osler.clinic.insurance.models import Coverage, Payer
from osler.clinic.intake.consenting import keep_consents
from osler.clinic.intake.errors import AlreadyDecided, ChoiceMissing, NothingTicked, ReasonMissing
from osler.clinic.intake.events import ProposalAccepted, ProposalRejected
from osler.clinic.intake.models import CardPhoto, Proposal
from osler.clinic.intake.reading import Said, said_in
from osler.clinic.intake.responses import keep_response
from osler.clinic.patients.models import Patient, RelatedPerson
from osler.clinic.patients.registration import amend_patient, register_patient
from osler.clinic.patients.relations import add_related_person
from osler.clinic.records.reported import Told, report_allergies, report_medications, report_problems
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.jobs.outbox import announce
from osler.kernel import clock
from osler.kernel.constraints import refusals
from osler.kernel.errors import Missing
from osler.kernel.states import move

SECONDARY = 2


@dataclass(frozen=True)
class Choice:
    """What the desk chose: the record (none: a new patient), the fields, the insurer.

    `keys` names what is taken: `person.given`, `contact`, `guardian`, `coverage`, `answers`,
    `consent.<id>`, `condition.0`, `medication.0`, `allergy.0`, `no-allergies`. `is_replacing`: the
    insurance takes the place of the one that is first now, which ends with yesterday.
    """

    keys: frozenset[str]
    into: Patient | None = None
    into_version: int | None = None
    payer: Payer | None = None
    is_replacing: bool = True
    seen: frozenset[UUID] = field(default_factory=frozenset)


def accept_proposal(proposal: Proposal, *, choice: Choice, version: int | None, actor: Actor) -> Patient:
    """Put what was chosen into the record, all of it or nothing; refused if it was decided before.

    What was said of diseases, medicines and allergies stands there as reported, not confirmed.
    """
    row = _to_decide(proposal, version=version, actor=actor)
    if not choice.keys:
        raise NothingTicked
    said = said_in(row)
    if said.is_forgotten:
        raise Missing
    patient = _person(row, said, choice, actor)
    _related(patient, said, choice, actor)
    coverage = _insure(patient, said, choice, actor)
    if "coverage" in choice.keys:
        _keep_photos(row, patient, coverage)
    if row.is_registration:
        _history(patient, said, choice, actor)
        signed = {key: one for key, one in said.signatures.items() if f"consent.{key}" in choice.keys}
        keep_consents(row, patient, signed, relationship=said.guardian.get("relationship", ""))
        if "answers" in choice.keys and said.items:
            keep_response(row, patient, said)
    row.patient = patient
    _decided(row, Proposal.Status.ACCEPTED, actor)
    announce(ProposalAccepted(row.id, patient.id))
    return patient


def reject_proposal(proposal: Proposal, *, reason: str, version: int | None, actor: Actor) -> Proposal:
    """Take nothing of it over; it is deleted after the time that the clinic has set."""
    row = _to_decide(proposal, version=version, actor=actor)
    row.reason = reason[:300].strip()
    if not row.reason:
        raise ReasonMissing
    _decided(row, Proposal.Status.REJECTED, actor)
    announce(ProposalRejected(row.id))
    return row


def reopen_proposal(proposal: Proposal, *, version: int | None, actor: Actor) -> Proposal:
    """Undo a rejection: it waits again."""
    decide(actor, "decide", proposal)
    proposal.require_version(version)
    move(proposal, Proposal.Status.PROPOSED, transitions=Proposal.TRANSITIONS)
    proposal.decided_at, proposal.decided_by_name, proposal.reason = None, "", ""
    with refusals():
        proposal.save()
    return proposal


def waiting_count(actor: Actor) -> int:
    """How many proposals wait for the desk."""
    return scoped(Proposal, actor, "decide").filter(status=Proposal.Status.PROPOSED).count()


def _to_decide(proposal: Proposal, *, version: int | None, actor: Actor) -> Proposal:
    """The row, held until the end of the transaction: two clerks come one after the other."""
    decide(actor, "decide", proposal)
    rows = scoped(Proposal, actor, "decide").select_related("questionnaire", "patient", "content")
    row = rows.select_for_update(of=("self",)).get(pk=proposal.pk)
    if row.status != Proposal.Status.PROPOSED:
        raise AlreadyDecided
    row.require_version(version)
    return row


def _decided(row: Proposal, status: str, actor: Actor) -> None:
    move(row, status, transitions=Proposal.TRANSITIONS)
    row.decided_at, row.decided_by_name = clock.now(), actor.name
    with refusals():
        row.save()


def _person(row: Proposal, said: Said, choice: Choice, actor: Actor) -> Patient:
    taken = {name: value for name, value in said.person.items() if f"person.{name}" in choice.keys}
    into = row.patient if row.kind == Proposal.Kind.CHANGE else choice.into
    if into is not None:
        held = scoped(Patient, actor, "amend").select_for_update().filter(pk=into.pk).first()
        if held is None:
            raise Missing
        return amend_patient(held, changes=taken, version=choice.into_version, actor=actor)
    new = Patient(**taken)
    if not new.email:
        new.contact_by = Patient.ContactBy.PHONE
    return register_patient(new, seen=choice.seen, actor=actor)


def _related(patient: Patient, said: Said, choice: Choice, actor: Actor) -> None:
    known = {
        name.casefold() for name in patient.related_people.filter(active=True).values_list("name", flat=True)
    }
    if "guardian" in choice.keys and said.guardian.get("name", "").casefold() not in {"", *known}:
        parts = {name: said.guardian.get(name, "") for name in ("name", "relationship", "phone", "email")}
        guardian = RelatedPerson(patient=patient, is_guarantor=True, is_emergency_contact=True, **parts)
        add_related_person(guardian, actor=actor)
        known.add(parts["name"].casefold())
    if "contact" in choice.keys and said.contact.get("name", "").casefold() not in {"", *known}:
        parts = {name: said.contact.get(name, "") for name in ("name", "relationship", "phone")}
        add_related_person(RelatedPerson(patient=patient, is_emergency_contact=True, **parts), actor=actor)


def _insure(patient: Patient, said: Said, choice: Choice, actor: Actor) -> Coverage | None:
    if "coverage" not in choice.keys or not said.coverage.get("payer"):
        return None
    if choice.payer is None:
        raise ChoiceMissing
    today = clock.today()
    first = [one for one in coverage_on(patient, today, actor=actor) if one.priority == PRIMARY]
    first = [one for one in first if one.status == Coverage.Status.ACTIVE]
    for former in first if choice.is_replacing else ():
        begun = former.first_day
        last = today - timedelta(days=1)
        end_coverage(
            former, last_day=max(last, begun) if begun else last, version=former.version, actor=actor
        )
    starts = (
        today + timedelta(days=1)
        if any(one.first_day == today for one in first) and choice.is_replacing
        else today
    )
    relationship = said.coverage.get("relationship", "")
    coverage = Coverage(
        patient=patient,
        payer=choice.payer,
        priority=SECONDARY if first and not choice.is_replacing else PRIMARY,
        plan_name=said.coverage.get("plan_name", ""),
        group_number=said.coverage.get("group_number", ""),
        subscriber_name=said.coverage.get("subscriber_name", ""),
        relationship=relationship
        if relationship in Coverage.Relationship.values
        else Coverage.Relationship.SELF,
        period=days(starts),
    )
    return add_coverage(coverage, member_id=said.coverage.get("member_id", ""), actor=actor)


def _keep_photos(row: Proposal, patient: Patient, coverage: Coverage | None) -> None:
    for photo in row.photos.order_by("-side"):
        kept = CardPhoto(
            patient=patient,
            organization_id=row.organization_id,
            coverage=coverage,
            side=photo.side,
            content_type=photo.content_type,
            size=photo.size,
            proposal_id=row.id,
        )
        kept.content = photo.content
        with refusals():
            kept.save(force_insert=True)


def _history(patient: Patient, said: Said, choice: Choice, actor: Actor) -> None:
    def taken(kind: str, told: list[Told]) -> list[Told]:
        return [one for number, one in enumerate(told) if f"{kind}.{number}" in choice.keys]

    has_none = said.has_no_allergies and "no-allergies" in choice.keys
    report_allergies(patient, told=taken("allergy", said.allergies), has_none=has_none, actor=actor)
    report_problems(patient, told=taken("condition", said.conditions), actor=actor)
    report_medications(patient, told=taken("medication", said.medications), actor=actor)
