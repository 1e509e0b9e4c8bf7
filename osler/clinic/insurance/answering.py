"""What becomes of a question to an insurer: taken out by a gateway, answered, asked again, given up."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from django.db.models import Q, QuerySet

from osler.clinic.insurance.models import Coverage, EligibilityCheck
from osler.clinic.patients.models import Patient, RelatedPerson
from osler.foundation.jobs.patience import next_try
from osler.foundation.vault.sealing import CannotOpen
from osler.kernel import clock
from osler.kernel.states import can_move, move

MOST_ASKED = 6
"""So often is a question sent; some seventeen hours on, no answer counts as none."""
KEPT_CHARACTERS = 64_000


@dataclass(frozen=True)
class Person:
    """Somebody as an insurer knows him."""

    given: str
    family: str
    birth_date: date | None
    gender: str
    line: str
    city: str
    state: str
    postal_code: str


@dataclass(frozen=True)
class Question:
    """Whether a member is covered on a day (what a 270 asks); `dependent` is the patient, if another
    is the subscriber."""

    trace: UUID
    payer_number: str
    payer_name: str
    member_id: str
    group_number: str
    subscriber: Person
    dependent: Person | None
    relationship: str
    service_on: date


@dataclass(frozen=True)
class Answer:
    """What an insurer says of it (what a 271 answers), as far as it is acted on."""

    trace: UUID
    outcome: str
    member_id: str = ""
    covered_from: date | None = None
    covered_until: date | None = None
    plan_words: str = ""
    primary_care: str = ""
    copay_amount: Decimal | None = None
    deductible_left_amount: Decimal | None = None
    coinsurance_percent: Decimal | None = None


class Fate(StrEnum):
    """What became of an answer."""

    NOTED = "noted"
    AGAIN = "again"
    SUPERSEDED = "superseded"
    FOREIGN = "foreign"


def due_checks() -> QuerySet[EligibilityCheck]:
    """What is to be sent now: new, or without an answer for as long as its pause."""
    open_ones = EligibilityCheck.objects.filter(status__in=EligibilityCheck.OPEN)
    return open_ones.filter(Q(next_try_at=None) | Q(next_try_at__lte=clock.now()))


def take_question(*, tried: Collection[UUID]) -> tuple[EligibilityCheck, Question] | None:
    """The next question, counted as sent before it is: whoever dies with it leaves it to be asked again
    after its pause. What was sent often enough is given up."""
    due = due_checks().exclude(pk__in=tried).select_for_update(skip_locked=True).order_by("attempts", "id")
    for check in due[:50]:
        question = _question(check) if check.attempts < MOST_ASKED else None
        if check.status == EligibilityCheck.Status.QUEUED:
            move(check, EligibilityCheck.Status.SENT, transitions=EligibilityCheck.TRANSITIONS)
        if question is None:
            move(check, EligibilityCheck.Status.FAILED, transitions=EligibilityCheck.TRANSITIONS)
            check.next_try_at = None
            check.save()
            continue
        check.attempts += 1
        check.next_try_at = next_try(check.attempts, now=clock.now())
        check.save()
        return check, question
    return None


def note_unreached(check: EligibilityCheck, *, error: str) -> None:
    """The question never left the house: it waits for its next try, unless it was answered or given up
    while it was on its way."""
    found = EligibilityCheck.objects.select_for_update().get(pk=check.pk)
    if found.status != EligibilityCheck.Status.SENT:
        return
    move(found, EligibilityCheck.Status.QUEUED, transitions=EligibilityCheck.TRANSITIONS)
    found.last_error = error[:40]
    found.save()


def note_answer(answer: Answer, *, words: str) -> Fate:
    """Keep an answer with its question, once: what comes again, or answers what nobody asks any more,
    changes nothing. A late one counts. `words` is all of it, kept sealed."""
    check = (
        EligibilityCheck.objects.select_for_update(of=("self",))
        .select_related("coverage")
        .filter(id=answer.trace)
        .first()
    )
    if check is None or not _is_about(answer, check.coverage):
        return Fate.FOREIGN
    if check.status == EligibilityCheck.Status.ANSWERED:
        return Fate.AGAIN
    answered = EligibilityCheck.Status.ANSWERED
    if not can_move(EligibilityCheck.TRANSITIONS, current=check.status, to=answered):
        return Fate.SUPERSEDED
    move(check, answered, transitions=EligibilityCheck.TRANSITIONS)
    for name, value in asdict(answer).items():
        if name not in {"trace", "member_id"}:
            setattr(check, name, value)
    check.answered_at, check.next_try_at, check.last_error = clock.now(), None, ""
    check.answer = words[:KEPT_CHARACTERS]
    check.save()
    return Fate.NOTED


def _is_about(answer: Answer, coverage: Coverage) -> bool:
    """An answer that names another member is not taken for this one."""
    if not answer.member_id:
        return True
    try:
        return _bare(answer.member_id) == _bare(coverage.member_id)
    except CannotOpen:
        return False


def _bare(number: str) -> str:
    return "".join(letter for letter in number.casefold() if letter.isalnum())


def _question(check: EligibilityCheck) -> Question | None:
    coverage = check.coverage
    patient = _of_patient(coverage.patient)
    subscriber = _subscriber(coverage)
    try:
        member_id = coverage.member_id
    except CannotOpen:
        return None
    return Question(
        trace=check.id,
        payer_number=coverage.plan.asked_as if coverage.plan else coverage.payer.payer_number,
        payer_name=coverage.payer.name,
        member_id=member_id,
        group_number=coverage.group_number,
        subscriber=subscriber or patient,
        dependent=patient if subscriber else None,
        relationship=coverage.relationship,
        service_on=check.service_on,
    )


def _subscriber(coverage: Coverage) -> Person | None:
    """Whose contract it is, if it is another's; a chart that was merged is read through."""
    if coverage.relationship == Coverage.Relationship.SELF:
        return None
    patient = coverage.subscriber_patient
    if patient is not None:
        return _of_patient(patient.replaced_by or patient)
    person = coverage.subscriber_person
    if person is not None:
        return _of_person(person)
    given, _blank, family = coverage.subscriber_name.rpartition(" ")
    return Person(given, family, None, "", "", "", "", "") if family else None


def _of_patient(patient: Patient) -> Person:
    return Person(
        given=patient.given,
        family=patient.family,
        birth_date=patient.birth_date,
        gender=patient.gender,
        line=patient.line,
        city=patient.city,
        state=patient.state,
        postal_code=patient.postal_code,
    )


def _of_person(person: RelatedPerson) -> Person:
    given, _blank, family = person.name.rpartition(" ")
    return Person(
        given=given,
        family=family,
        birth_date=person.birth_date,
        gender=person.gender,
        line=person.line,
        city=person.city,
        state=person.state,
        postal_code=person.postal_code,
    )
