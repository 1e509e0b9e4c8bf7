"""Leave, holidays and blocks: when nobody is booked although there are hours.

What was booked before stays booked: whoever notes an absence is shown it first (`held_in`), and
the desk finds the visits that are to be moved (`appointments_in`).
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet

from osler.clinic.scheduling.appointments.lanes import lock_resources
from osler.clinic.scheduling.errors import AbsenceEmpty
from osler.clinic.scheduling.models import Absence, Appointment, Reservation, Schedule
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.kernel import clock
from osler.kernel.constraints import refusals
from osler.kernel.errors import Conflict
from osler.kernel.periods import period

STANDING = (Appointment.Status.PENDING, Appointment.Status.BOOKED)


class BookedMeanwhile(Conflict):
    """What is booked in an absence is no longer what was shown; `held` is what there is now."""

    code = "booked-meanwhile"
    held: Sequence[Reservation] = ()


def absence_between(start: datetime, end: datetime, *, reason: str = "", **whose: object) -> Absence:
    """An unsaved absence of a `practitioner`, of a `location`, or of the whole clinic."""
    if end <= start:
        raise AbsenceEmpty
    return Absence(period=period(start, end), reason=reason.strip(), **whose)


def note_absence(absence: Absence, *, seen: Sequence[UUID] | None = None, actor: Actor) -> Absence:
    """Note an absence, given as an unsaved row; from now on nothing is booked in it.

    `seen` are the reservations that were shown before: if others were made since, nothing is
    noted and BookedMeanwhile carries them. Bookings in these calendars wait until we are done.
    """
    decide(actor, "plan", Absence)
    with refusals():
        lock_resources([one for one in _practitioners(absence) if one])
        held = list(held_in(absence, actor=actor))
        if seen is not None and {one.appointment_id for one in held} - set(seen):
            refusal = BookedMeanwhile()
            refusal.held = held
            raise refusal
        absence.save(force_insert=True)
    return absence


def take_back_absence(absence: Absence, *, version: int | None, actor: Actor) -> Absence:
    """Forget an absence; its time can be booked again."""
    return _count(absence, active=False, version=version, actor=actor)


def restore_absence(absence: Absence, *, version: int | None, actor: Actor) -> Absence:
    """Let an absence that was taken back count again."""
    return _count(absence, active=True, version=version, actor=actor)


def absences(*, actor: Actor, after: datetime) -> QuerySet[Absence]:
    """The absences that are not over at an instant, the next first."""
    rows = scoped(Absence, actor).filter(active=True, period__endswith__gt=after)
    return rows.select_related("practitioner", "location").order_by("period", "id")


def held_in(absence: Absence, *, actor: Actor) -> QuerySet[Reservation]:
    """What is held of the calendars in an absence and is still to come; it names no patient."""
    return (
        scoped(Reservation, actor)
        .filter(
            _held_at(absence.location_id),
            appointment__status__in=STANDING,
            resource_id=F("appointment__practitioner_id"),
            resource_id__in=_practitioners(absence),
            period__overlap=absence.period,
            period_end__gt=clock.now(),
        )
        .order_by("period", "id")
    )


def appointments_in(absence: Absence, *, actor: Actor) -> QuerySet[Appointment]:
    """The visits that stand in an absence and must be moved, the next first."""
    rows = scoped(Appointment, actor).filter(
        status__in=STANDING,
        practitioner_id__in=_practitioners(absence),
        period_start__lt=absence.period.upper,
        period_end__gt=max(absence.period.lower, clock.now()),
    )
    if absence.location_id:
        rows = rows.filter(location_id=absence.location_id)
    return (
        rows.select_related("patient", "practitioner", "location", "service")
        .defer("resource", "patient__resource", "practitioner__resource", "location__resource")
        .order_by("period_start", "id")
    )


def _held_at(location_id: UUID | None) -> Q:
    return Q(appointment__location_id=location_id) if location_id else Q()


def _practitioners(absence: Absence) -> list[UUID]:
    if absence.practitioner_id:
        return [absence.practitioner_id]
    schedules = Schedule.objects.order_by("practitioner_id")
    if absence.location_id:
        schedules = schedules.filter(location_id=absence.location_id)
    return list(schedules.values_list("practitioner_id", flat=True).distinct())


def _count(absence: Absence, *, active: bool, version: int | None, actor: Actor) -> Absence:
    decide(actor, "plan", absence)
    absence.require_version(version)
    absence.active = active
    with refusals():
        lock_resources([one for one in _practitioners(absence) if one])
        absence.save()
    return absence
