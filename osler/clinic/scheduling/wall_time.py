"""Wall time to instants: what a clock at the place will show is what was promised (D18)."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from osler.clinic.scheduling.errors import TimeDoubled, TimeSkipped
from osler.clinic.scheduling.models import Appointment, SlotHold
from osler.kernel.periods import period


def readings(day: date, at: time, *, zone: str) -> list[datetime]:
    """The instants at which a wall clock reads this: one, none in a gap, two in a fold."""
    place = ZoneInfo(zone)
    found: list[datetime] = []
    for fold in (0, 1):
        local = datetime.combine(day, at.replace(fold=fold), tzinfo=place)
        instant = local.astimezone(UTC)
        is_shown = instant.astimezone(place).replace(fold=0) == local.replace(fold=0)
        if is_shown and instant not in found:
            found.append(instant)
    return found


def instant_of(day: date, at: time, *, zone: str, fold: int | None = None) -> datetime:
    """The one instant of a wall time. Raises TimeSkipped in a gap, TimeDoubled in a fold
    unless `fold` says which (0 the first, 1 the second)."""
    found = readings(day, at, zone=zone)
    if not found:
        raise TimeSkipped
    if len(found) == 1:
        return found[0]
    if fold is None:
        raise TimeDoubled
    return found[fold]


def set_period(appointment: Appointment | SlotHold, start: datetime, *, end: datetime, zone: str) -> None:
    """Give an appointment its instants together with the wall time they stand for."""
    local = start.astimezone(ZoneInfo(zone))
    appointment.period = period(start, end)
    appointment.local_start = local.replace(tzinfo=UTC, fold=0)
    appointment.local_fold = local.fold
    appointment.zone = zone


def renewed_start(appointment: Appointment) -> datetime | None:
    """The instant that the promised wall time means by today's time zone rules.

    A reading that new rules skip is taken by the offset before the gap (RFC 5545, 3.3.5).
    """
    if appointment.local_start is None or not appointment.zone:
        return appointment.starts_at
    wall = appointment.local_start.astimezone(UTC)
    found = readings(wall.date(), wall.time(), zone=appointment.zone)
    if not found:
        return wall.replace(tzinfo=ZoneInfo(appointment.zone)).astimezone(UTC)
    return found[min(appointment.local_fold, len(found) - 1)]
