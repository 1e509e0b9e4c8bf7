"""A patient's insurances through time: added, ended, put in order; never two of one rank a day."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet

from osler.clinic.insurance.errors import CoveragePeriodEmpty
from osler.clinic.insurance.models import Coverage
from osler.clinic.patients.errors import NotAmendable
from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.kernel import clock
from osler.kernel.constraints import refusals
from osler.kernel.states import Transitions, move

PRIMARY = 1
TRANSITIONS: Transitions = {
    Coverage.Status.DRAFT: frozenset({"active", "cancelled", "entered-in-error"}),
    Coverage.Status.ACTIVE: frozenset({"cancelled", "entered-in-error"}),
    Coverage.Status.CANCELLED: frozenset({"active", "entered-in-error"}),
    Coverage.Status.ENTERED_IN_ERROR: frozenset(),
}
AMENDABLE = frozenset(
    {"plan_name", "group_number", "member_id", "subscriber_name", "relationship", "copay_amount"}
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
    with refusals():
        coverage.save(force_insert=True)
    return coverage


def amend_coverage(
    coverage: Coverage, *, changes: Mapping[str, Any], version: int | None, actor: Actor
) -> Coverage:
    """Correct what stands on the card."""
    decide(actor, "amend", coverage)
    coverage.require_version(version)
    _set(coverage, changes)
    with refusals():
        coverage.save()
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
        .select_related("payer")
        .order_by("status", "priority", "-period", "id")
    )


def coverage_on(patient: Patient, day: date, *, actor: Actor) -> list[Coverage]:
    """The insurances that cover a day, primary first."""
    return list(_counting(actor).filter(patient=patient, period__contains=day))


def primary_coverages(
    visits: Iterable[tuple[UUID, date]], *, actor: Actor
) -> dict[tuple[UUID, date], Coverage]:
    """The insurance that pays first, by patient and day; one statement for all of them."""
    wanted = set(visits)
    found: dict[tuple[UUID, date], Coverage] = {}
    for coverage in _counting(actor).filter(patient_id__in={patient_id for patient_id, _ in wanted}):
        for patient_id, day in wanted:
            if coverage.patient_id == patient_id and day in coverage.period:
                found.setdefault((patient_id, day), coverage)
    return found


def _counting(actor: Actor) -> QuerySet[Coverage]:
    """The insurances that pay, or paid, for what falls in their days; primary first."""
    counting = (Coverage.Status.ACTIVE, Coverage.Status.CANCELLED)
    rows = scoped(Coverage, actor).filter(status__in=counting)
    return rows.select_related("payer").order_by("priority", "id")


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
