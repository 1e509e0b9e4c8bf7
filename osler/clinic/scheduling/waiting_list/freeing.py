"""Times that were booked and were given back while still to come: noted when it happens, and whether anybody
came into them. How well the waiting list works is counted from these rows."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID

from osler.clinic.scheduling.events import TimeFreed
from osler.clinic.scheduling.models import Appointment, FreedTime, Reservation, WaitlistOffer
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.audit.replaced import replaced_row
from osler.foundation.jobs.outbox import announce
from osler.kernel import clock
from osler.kernel.periods import period
from osler.kernel.states import move

BOOKED = ("booked", "arrived", "checked-in")
Stretch = tuple[datetime, datetime]
"""From one instant until another."""


@dataclass(frozen=True)
class Held:
    """A clinician's time that an appointment has, or has had."""

    practitioner_id: UUID
    location_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    is_overbooked: bool = False


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


def note_freed(appointment_id: UUID, *, version: int | None, why: str) -> None:
    """Note what a version of an appointment (or the present one) gave back of a clinician's time, if it is
    still to come and nobody has it, and tell who waits."""
    now = clock.now()
    for held in _given_back(appointment_id, version=version):
        if held.starts_at <= now:
            continue
        FreedTime.objects.get_or_create(
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


def _given_back(appointment_id: UUID, *, version: int | None) -> list[Held]:
    """What the row before a version held, without what that version and the visit of today hold of it."""
    visit = Appointment.objects.defer("resource").get(pk=appointment_id)
    version = version or visit.version
    before = _held_by(replaced_row(Appointment, appointment_id, version=version))
    if before is None:
        return []
    now = _held_by(visit)
    later = visit if version == visit.version else replaced_row(Appointment, visit.id, version=version + 1)
    still = [
        (one.starts_at, one.ends_at)
        for one in (_held_by(later), now)
        if one is not None and one.practitioner_id == before.practitioner_id
    ]
    still += _beside(before, appointment_id)
    return [
        replace(before, starts_at=start, ends_at=end)
        for start, end in without((before.starts_at, before.ends_at), still)
    ]


def _beside(held: Held, appointment_id: UUID) -> list[Stretch]:
    """What others have of a time who were booked in it as well: nobody else can come into that. Whoever has
    come into it since is none of them."""
    others = Reservation.objects.filter(
        resource_id=held.practitioner_id, period__overlap=period(held.starts_at, held.ends_at)
    ).exclude(appointment=appointment_id)
    if not held.is_overbooked:
        others = others.filter(is_overbooked=True)
    return [(when.lower, when.upper) for when in others.values_list("period", flat=True)]


def without(stretch: Stretch, others: Iterable[Stretch]) -> list[Stretch]:
    """What of a stretch of time is in no other."""
    left, (at, end) = [], stretch
    for start, until in sorted(others):
        if at < min(start, end):
            left.append((at, min(start, end)))
        at = max(at, until)
    return [*left, (at, end)] if at < end else left


def _held_by(visit: Appointment | None) -> Held | None:
    """The time that an appointment holds, or held as this row of it says."""
    if visit is None or visit.status not in BOOKED or visit.practitioner_id is None:
        return None
    if visit.starts_at is None or visit.ends_at is None:
        return None
    return Held(
        visit.practitioner_id,
        visit.location_id,
        visit.starts_at,
        visit.ends_at,
        is_overbooked=bool(visit.overbook_reason),
    )
