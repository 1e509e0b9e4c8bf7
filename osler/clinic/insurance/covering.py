"""A patient's insurances through time: added, ended, put in order; never two of one rank a day."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet

from osler.clinic.insurance.asking import ask_when_noted, supersede_open
from osler.clinic.insurance.errors import CoveragePeriodEmpty, SubscriberUnclear
from osler.clinic.insurance.models import Coverage
from osler.clinic.patients.errors import NotAmendable
from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.vault.sealing import CannotOpen
from osler.kernel import clock
from osler.kernel.constraints import refusals
from osler.kernel.states import Transitions, move

Found = TypeVar("Found")
PRIMARY, LAST_RANK = 1, 3
TRANSITIONS: Transitions = {
    Coverage.Status.DRAFT: frozenset({"active", "cancelled", "entered-in-error"}),
    Coverage.Status.ACTIVE: frozenset({"cancelled", "entered-in-error"}),
    Coverage.Status.CANCELLED: frozenset({"active", "entered-in-error"}),
    Coverage.Status.ENTERED_IN_ERROR: frozenset(),
}
AMENDABLE = frozenset(
    {
        "plan",
        "plan_name",
        "group_number",
        "member_id",
        "subscriber_name",
        "subscriber_patient",
        "subscriber_person",
        "relationship",
        "copay_amount",
    }
)


def days(first: date | None, last: date | None = None) -> DateRange:
    """The days from the first to the last, both included; open where nothing is given."""
    if first and last and last < first:
        raise CoveragePeriodEmpty
    return DateRange(first, last + timedelta(days=1) if last else None, "[)")


def add_coverage(coverage: Coverage, *, member_id: str = "", actor: Actor) -> Coverage:
    """Note an insurance of a patient, given as an unsaved row; refused if one of that rank is
    active in these days."""
    coverage.organization_id = coverage.patient.organization_id
    decide(actor, "add", coverage)
    coverage.member_id = member_id.strip()
    settle_subscriber(coverage)
    with refusals():
        coverage.save(force_insert=True)
    ask_when_noted(coverage)
    return coverage


def amend_coverage(
    coverage: Coverage, *, changes: Mapping[str, Any], version: int | None, actor: Actor
) -> Coverage:
    """Correct what stands on the card."""
    decide(actor, "amend", coverage)
    coverage.require_version(version)
    asked_with = _asked_with(coverage)
    _set(coverage, changes)
    settle_subscriber(coverage)
    with refusals():
        coverage.save()
    if _asked_with(coverage) != asked_with:
        supersede_open(coverage)
        ask_when_noted(coverage)
    return coverage


def end_coverage(coverage: Coverage, *, last_day: date, version: int | None, actor: Actor) -> Coverage:
    """The insurance covers its last day and no more; past visits keep it."""
    decide(actor, "end", coverage)
    coverage.require_version(version)
    coverage.period = days(coverage.period.lower, last_day)
    if last_day < clock.today():
        move(coverage, Coverage.Status.CANCELLED, transitions=TRANSITIONS)
    with refusals():
        coverage.save()
    return coverage


def enter_coverage_in_error(coverage: Coverage, *, version: int | None, actor: Actor) -> Coverage:
    """It never was this patient's insurance; the row stays and counts nowhere."""
    decide(actor, "end", coverage)
    coverage.require_version(version)
    move(coverage, Coverage.Status.ENTERED_IN_ERROR, transitions=TRANSITIONS)
    coverage.save()
    supersede_open(coverage)
    return coverage


def make_primary(coverage: Coverage, *, version: int | None, actor: Actor) -> Coverage:
    """Put an insurance first; the one that was first takes its rank.

    The constraint is checked after each statement: the former primary steps aside as a draft
    while the two change places.
    """
    decide(actor, "amend", coverage)
    coverage.require_version(version)
    former = _overlapping_primaries(coverage, actor=actor)
    rank = coverage.priority
    with refusals():
        for other in former:
            other.status = Coverage.Status.DRAFT
            other.priority = rank
            other.save()
        coverage.priority = PRIMARY
        coverage.save()
        for other in former:
            other.status = Coverage.Status.ACTIVE
            other.save()
    return coverage


def coverages_of(patient: Patient, *, actor: Actor) -> QuerySet[Coverage]:
    """All insurances of a patient but those entered in error, those that count first."""
    return (
        scoped(Coverage, actor)
        .filter(patient=patient)
        .exclude(status=Coverage.Status.ENTERED_IN_ERROR)
        .select_related("payer", "plan")
        .order_by("status", "priority", "-period", "id")
    )


def coverage_on(patient: Patient, day: date, *, actor: Actor) -> list[Coverage]:
    """The insurances that cover a day, primary first."""
    return list(_counting(actor).filter(patient=patient, period__contains=day))


def primary_coverages(
    visits: Iterable[tuple[UUID, date]], *, actor: Actor
) -> dict[tuple[UUID, date], Coverage]:
    """The insurance that pays first, by patient and day; one statement for all of them."""
    wanted = _days_by_patient(visits)
    rows = _covering(wanted, actor).defer("resource")
    return _first(wanted, ((one.patient_id, one.period, one) for one in rows))


def primary_keys(visits: Iterable[tuple[UUID, date]], *, actor: Actor) -> dict[tuple[UUID, date], UUID]:
    """Its key alone, for whoever counts."""
    wanted = _days_by_patient(visits)
    return _first(wanted, _covering(wanted, actor).values_list("patient_id", "period", "id"))


def free_rank(patient: Patient, day: date, *, actor: Actor) -> int:
    """The first rank in which nobody pays on a day; the last one if all are taken."""
    held = {
        one.priority for one in coverage_on(patient, day, actor=actor) if one.status == Coverage.Status.ACTIVE
    }
    return next((rank for rank in range(PRIMARY, LAST_RANK) if rank not in held), LAST_RANK)


def missing_ranks(coverages: Iterable[Coverage], day: date) -> list[int]:
    """The ranks below the last one that nobody pays in on a day: a hole that claims stumble over."""
    held = {one.priority for one in coverages if one.status == Coverage.Status.ACTIVE and day in one.period}
    return [rank for rank in range(PRIMARY, max(held, default=0)) if rank not in held]


def settle_subscriber(coverage: Coverage) -> None:
    """Let the name say who the subscriber is, and refuse one who cannot be it."""
    if coverage.relationship == Coverage.Relationship.SELF:
        coverage.subscriber_patient = coverage.subscriber_person = None
        return
    somebody = coverage.subscriber_patient, coverage.subscriber_person
    if all(somebody) or coverage.subscriber_patient_id == coverage.patient_id:
        raise SubscriberUnclear
    person = coverage.subscriber_person
    if person is not None and person.patient_id != coverage.patient_id:
        raise SubscriberUnclear
    named = coverage.subscriber_patient or (person.name if person else "")
    if named:
        coverage.subscriber_name = str(named)[:200]


def _asked_with(coverage: Coverage) -> tuple[object, ...]:
    """What an insurer is asked with: another answer may come when it changes."""
    number = ""
    with suppress(CannotOpen):  # a damaged number is one that is replaced by a whole one
        number = coverage.member_id
    subscriber = coverage.subscriber_patient_id, coverage.subscriber_person_id
    return number, coverage.plan_id, coverage.relationship, *subscriber


def _counting(actor: Actor) -> QuerySet[Coverage]:
    """The insurances that pay, or paid, for what falls in their days; primary first."""
    counting = (Coverage.Status.ACTIVE, Coverage.Status.CANCELLED)
    rows = scoped(Coverage, actor).filter(status__in=counting)
    return rows.select_related("payer", "plan").order_by("priority", "id")


def _days_by_patient(visits: Iterable[tuple[UUID, date]]) -> dict[UUID, set[date]]:
    wanted: dict[UUID, set[date]] = defaultdict(set)
    for patient_id, day in visits:
        wanted[patient_id].add(day)
    return wanted


def _covering(wanted: Mapping[UUID, Collection[date]], actor: Actor) -> QuerySet[Coverage]:
    days = {day for some in wanted.values() for day in some}
    if not days:
        return Coverage.objects.none()
    span = DateRange(min(days), max(days), bounds="[]")
    return _counting(actor).filter(patient_id__in=wanted, period__overlap=span)


def _first(
    wanted: Mapping[UUID, Collection[date]], rows: Iterable[tuple[UUID, DateRange, Found]]
) -> dict[tuple[UUID, date], Found]:
    """For each patient and day the first of what covers it."""
    found: dict[tuple[UUID, date], Found] = {}
    for patient_id, period, one in rows:
        for day in wanted[patient_id]:
            if day in period:
                found.setdefault((patient_id, day), one)
    return found


def _overlapping_primaries(coverage: Coverage, *, actor: Actor) -> list[Coverage]:
    rows = scoped(Coverage, actor, "amend").filter(
        patient_id=coverage.patient_id,
        status=Coverage.Status.ACTIVE,
        priority=PRIMARY,
        period__overlap=coverage.period,
    )
    return list(rows.exclude(id=coverage.id).select_for_update())


def _set(coverage: Coverage, changes: Mapping[str, Any]) -> None:
    unknown = sorted(set(changes) - AMENDABLE)
    if unknown:
        raise NotAmendable(field=unknown[0])
    for name, value in changes.items():
        setattr(coverage, name, value.strip() if isinstance(value, str) else value)
