"""New time zone rules: the wall time that was promised stays, its instant is derived anew (A53)."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from osler.clinic.scheduling.appointments.lanes import hold_again
from osler.clinic.scheduling.errors import RoomTaken, SlotTaken
from osler.clinic.scheduling.events import AppointmentMoved
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.wall_time import renewed_start
from osler.foundation.jobs.outbox import announce
from osler.kernel.periods import period


@dataclass
class Renewal:
    """What new rules have done: appointments with a new instant, and those that now clash."""

    moved: list[Appointment] = field(default_factory=list)
    clashing: list[Appointment] = field(default_factory=list)


def outdated(*, after: datetime) -> list[tuple[datetime, Appointment]]:
    """Later appointments of the tenant whose instant is not what their wall time means today,
    each with the instant that it should have."""
    found: list[tuple[datetime, Appointment]] = []
    later = Appointment.objects.filter(
        period_start__gt=after,
        status__in=Appointment.HOLDING,
        local_start__isnull=False,
    )
    for appointment in later.order_by("period_start").iterator():
        start = renewed_start(appointment)
        if start is not None and start != appointment.starts_at:
            found.append((start, appointment))
    return found


def renew_periods(*, after: datetime) -> Renewal:
    """Derive the instants of all later appointments of the tenant from their wall times again."""
    shifted = outdated(after=after)
    renewal = Renewal()
    # Those that move later are taken from the end, so that none runs into its neighbour.
    forward = [entry for entry in shifted if entry[0] > entry[1].period.lower]
    backward = [entry for entry in shifted if entry[0] < entry[1].period.lower]
    for start, appointment in [*reversed(forward), *backward]:
        _renew(appointment, start, renewal)
    return renewal


def _renew(appointment: Appointment, start: datetime, renewal: Renewal) -> None:
    length = appointment.period.upper - appointment.period.lower
    appointment.period = period(start, start + length)
    try:
        hold_again(appointment)
    except (SlotTaken, RoomTaken):
        renewal.clashing.append(appointment)
        return
    renewal.moved.append(appointment)
    if start.astimezone(ZoneInfo(appointment.zone)).replace(tzinfo=UTC, fold=0) != appointment.local_start:
        # What was promised is no reading of that clock any more: only then has anybody to hear of it.
        announce(AppointmentMoved(appointment.id, appointment.patient_id, appointment.version))
