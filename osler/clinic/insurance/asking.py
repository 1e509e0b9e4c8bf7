"""Asking insurers whether a card is good: queued here, sent by a gateway, answered when it is answered.

Nothing waits for an answer: registration, booking and check-in go on whatever it is.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.conf import settings

from osler.clinic.insurance.errors import EligibilityOpen, NotAskable
from osler.clinic.insurance.events import EligibilityAsked
from osler.clinic.insurance.models import Coverage, EligibilityCheck
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.foundation.jobs.outbox import announce
from osler.foundation.vault.sealing import CannotOpen
from osler.kernel import clock
from osler.kernel.constraints import refusals
from osler.kernel.keys import uuid7
from osler.kernel.states import move


def can_ask() -> bool:
    """Whether this installation has a way to insurers at all."""
    return bool(settings.CLEARINGHOUSE)


def ask_eligibility(coverage: Coverage, *, service_on: date | None = None, actor: Actor) -> EligibilityCheck:
    """Ask whether an insurance covers a day, today if none is said.

    A question about the same day that is on its way is hurried instead; one about another day is
    superseded, and its answer will count no more.
    """
    decide(actor, "ask", EligibilityCheck)
    if not _is_askable(coverage):
        raise NotAskable
    day = service_on or clock.today()
    Coverage.objects.select_for_update().get(id=coverage.id)
    waiting = EligibilityCheck.objects.filter(coverage=coverage, status__in=EligibilityCheck.OPEN).first()
    if waiting is not None and waiting.service_on == day:
        waiting.next_try_at = clock.now()
        waiting.save()
        announce(EligibilityAsked(waiting.id, waiting.organization_id))
        return waiting
    supersede_open(coverage)
    return _queue(coverage, day, cause=EligibilityCheck.Cause.ASKED, effect_key=f"asked:{uuid7()}")


def ask_when_noted(coverage: Coverage) -> EligibilityCheck | None:
    """Ask about a card that was just noted or corrected, if there is anything to ask."""
    if not _is_askable(coverage):
        return None
    coverage.refresh_from_db(fields=["period"])  # as the database has it, however it was said
    today = clock.today()
    first_day: date = max(today, coverage.first_day or today)
    if first_day not in coverage.period:
        return None
    effect_key = f"added:{coverage.id}:{coverage.version}"
    return _queue(coverage, first_day, cause=EligibilityCheck.Cause.ADDED, effect_key=effect_key)


def ask_for_visits(visits: Iterable[tuple[UUID, date]]) -> int:
    """Ask for every insurance that counts on the day of a visit, by patient and day, each once; how many
    were asked. What is being asked already, or was asked for that day, is left alone; of several days of a
    card the next is asked about once the one before is answered."""
    if not can_ask():
        return 0
    by_patient: dict[UUID, set[date]] = defaultdict(set)
    for patient_id, day in visits:
        by_patient[patient_id].add(day)
    rows = Coverage.objects.filter(patient_id__in=list(by_patient), status=Coverage.Status.ACTIVE)
    asked = 0
    for coverage in rows.select_related("payer", "plan").order_by("priority", "id"):
        days = sorted(by_patient[coverage.patient_id])
        if _is_askable(coverage):
            asked += _ask_once(coverage, [day for day in days if day in coverage.period])
    return asked


def supersede_open(coverage: Coverage) -> None:
    """The question that is on its way is no longer the one to be answered."""
    for check in EligibilityCheck.objects.filter(coverage=coverage, status__in=EligibilityCheck.OPEN):
        move(check, EligibilityCheck.Status.SUPERSEDED, transitions=EligibilityCheck.TRANSITIONS)
        check.next_try_at = None
        check.save()


def _ask_once(coverage: Coverage, days: list[date]) -> bool:
    """Ask about the first of these days that nobody has asked about; one question at a time."""
    known = EligibilityCheck.objects.filter(coverage=coverage)
    superseded = known.filter(status=EligibilityCheck.Status.SUPERSEDED).count()
    asked = dict(known.exclude(status=EligibilityCheck.Status.SUPERSEDED).values_list("service_on", "status"))
    day = next((day for day in days if day not in asked), None)
    if day is None or set(asked.values()) & set(EligibilityCheck.OPEN):
        return False
    effect_key = f"visit:{coverage.id}:{day}:{superseded}"
    try:
        _queue(coverage, day, cause=EligibilityCheck.Cause.VISIT, effect_key=effect_key)
    except EligibilityOpen:  # somebody else was quicker
        return False
    return True


def _queue(coverage: Coverage, day: date, *, cause: str, effect_key: str) -> EligibilityCheck:
    check = EligibilityCheck(
        organization_id=coverage.organization_id,
        patient_id=coverage.patient_id,
        coverage=coverage,
        service_on=day,
        cause=cause,
        effect_key=effect_key,
    )
    with refusals():
        check.save(force_insert=True)
    announce(EligibilityAsked(check.id, check.organization_id))
    return check


def _is_askable(coverage: Coverage) -> bool:
    """An active card with a number that can be read, and a way to ask."""
    try:
        return can_ask() and coverage.status == Coverage.Status.ACTIVE and bool(coverage.member_id)
    except CannotOpen:
        return False
