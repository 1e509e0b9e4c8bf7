"""Times that were booked and were given back while still to come: noted when it happens, and whether anybody
came into them. How well the waiting list works is counted from these rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID

from django.db import connection

from osler.clinic.scheduling.events import TimeFreed
from osler.clinic.scheduling.models import Appointment, FreedTime, WaitlistOffer
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.jobs.outbox import announce
from osler.kernel import clock
from osler.kernel.states import move

_HELD_BEFORE = """
SELECT (content->>'practitioner_id')::uuid, (content->>'location_id')::uuid,
       (content->>'period_start')::timestamptz, (content->>'period_end')::timestamptz
FROM audit_rowhistory
WHERE table_name = 'scheduling_appointment' AND row_id = %(id)s
  AND content->>'status' = ANY (%(holding)s) AND content->>'practitioner_id' IS NOT NULL
  AND content->>'period_start' IS NOT NULL
ORDER BY version DESC LIMIT 20
"""
OPENED_AT_MOST = timedelta(days=60)
BOOKED = ["booked", "arrived", "checked-in"]


@dataclass(frozen=True)
class Held:
    """A clinician's time that an appointment has had."""

    practitioner_id: UUID
    location_id: UUID | None
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Filling:
    """How freed times fared: how many, how many somebody came into, and by which way; minutes until then."""

    freed: int
    filled: int
    by_offer: int
    median_minutes: int | None
    offers: int
    accepted: int

    @property
    def percent(self) -> int | None:
        """The share that was filled."""
        return round(100 * self.filled / self.freed) if self.freed else None


def note_freed(appointment_id: UUID, *, why: str) -> FreedTime | None:
    """Note the time that an appointment has just given back, if it is still to come, and tell who waits."""
    appointment = Appointment.objects.defer("resource").get(pk=appointment_id)
    held = _given_back(appointment)
    now = clock.now()
    if held is None or held.starts_at <= now:
        return None
    row, is_new = FreedTime.objects.get_or_create(
        practitioner_id=held.practitioner_id,
        starts_at=held.starts_at,
        ends_at=held.ends_at,
        filled_at=None,
        defaults={
            "location_id": held.location_id,
            "why": why,
            "given_back_by": appointment_id,
            "freed_at": now,
        },
    )
    announce(TimeFreed(held.practitioner_id, held.starts_at.isoformat(), held.ends_at.isoformat()))
    return row if is_new else None


def note_filled(appointment_id: UUID) -> None:
    """Note that a visit fills times that were freed, and that what was offered of them is taken."""
    visit = Appointment.objects.defer("resource").get(pk=appointment_id)
    if visit.period is None or not visit.is_holding or visit.practitioner_id is None:
        return
    offers = WaitlistOffer.objects.filter(practitioner_id=visit.practitioner_id, period__overlap=visit.period)
    by_offer = offers.filter(status=WaitlistOffer.Status.ACCEPTED, patient_id=visit.patient_id).exists()
    freed = FreedTime.objects.filter(
        practitioner_id=visit.practitioner_id,
        filled_at=None,
        starts_at__lt=visit.period.upper,
        ends_at__gt=visit.period.lower,
    )
    for row in freed:
        row.filled_at, row.by_offer = clock.now(), by_offer
        row.is_void = row.given_back_by == visit.id
        row.save()
    for offer in offers.filter(status=WaitlistOffer.Status.OPEN):
        if visit.places == 1:  # in a group there may be a place left
            move(offer, WaitlistOffer.Status.TAKEN, transitions=WaitlistOffer.TRANSITIONS)
            offer.answered_at = clock.now()
            offer.save()


def filling(actor: Actor, *, days: int) -> Filling:
    """How the freed times of the last so many days fared."""
    since = clock.now() - timedelta(days=days)
    rows = list(
        scoped(FreedTime, actor)
        .filter(freed_at__gte=since, is_void=False)
        .values_list("freed_at", "filled_at", "by_offer")
    )
    took = [(filled - freed).total_seconds() / 60 for freed, filled, _by in rows if filled is not None]
    offers = scoped(WaitlistOffer, actor).filter(offered_at__gte=since)
    return Filling(
        freed=len(rows),
        filled=len(took),
        by_offer=sum(1 for _freed, filled, by in rows if by and filled is not None),
        median_minutes=round(median(took)) if took else None,
        offers=offers.count(),
        accepted=offers.filter(status=WaitlistOffer.Status.ACCEPTED).count(),
    )


def tell_opened(practitioners: Iterable[UUID | None], *, start: datetime, end: datetime) -> None:
    """Tell those who wait that clinicians can be booked in a span that was closed: hours were added, or an
    absence is over."""
    start, end = max(start, clock.now()), min(end, clock.now() + OPENED_AT_MOST)
    for practitioner_id in dict.fromkeys(practitioners):
        if practitioner_id is not None and start < end:
            announce(TimeFreed(practitioner_id, start.isoformat(), end.isoformat()))


def _given_back(appointment: Appointment) -> Held | None:
    """The latest time that it has held and holds no more."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD_BEFORE, {"id": appointment.id, "holding": BOOKED})
        held = [Held(*row) for row in cursor.fetchall()]
    holds = (
        (appointment.practitioner_id, appointment.starts_at, appointment.ends_at)
        if appointment.is_holding
        else None
    )
    return next((one for one in held if (one.practitioner_id, one.starts_at, one.ends_at) != holds), None)
