"""Offers of free times to those who wait: made, accepted, declined, lapsed.

A time is offered to one person at a time and a person is offered one time at a time (constraints of the
database). It is not held meanwhile: an acceptance books as everybody books, and the first has it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from osler.clinic.scheduling.appointments.confirming import forget_confirmation
from osler.clinic.scheduling.appointments.lanes import hold
from osler.clinic.scheduling.appointments.together import take_along
from osler.clinic.scheduling.calendars.availability import Slot, free_slots
from osler.clinic.scheduling.errors import NoNotice, OfferOver, SlotTaken
from osler.clinic.scheduling.events import AppointmentBooked, AppointmentMoved, OfferMade, TimeFreed
from osler.clinic.scheduling.models import Appointment, WaitlistEntry, WaitlistOffer
from osler.clinic.scheduling.waiting_list.joining import end_waiting
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.jobs.outbox import announce
from osler.kernel import clock
from osler.kernel.constraints import refusals
from osler.kernel.periods import period
from osler.kernel.states import move

Status = WaitlistOffer.Status
ANSWER_WITHIN = (
    (timedelta(days=1), timedelta(minutes=20)),
    (timedelta(days=3), timedelta(hours=1)),
    (timedelta(days=7), timedelta(hours=3)),
)
AT_LEISURE = timedelta(hours=6)
"""How long an answer is waited for: the nearer the time, the shorter."""


def answer_by(start: datetime, *, now: datetime) -> datetime:
    """Until when an answer to an offer is waited for, by day."""
    lead = start - now
    return now + next((wait for nearer, wait in ANSWER_WITHIN if lead <= nearer), AT_LEISURE)


def make_offer(
    entry: WaitlistEntry,
    slot: Slot,
    *,
    until: datetime,
    reasons: Sequence[str] = (),
    is_by_hand: bool = False,
) -> WaitlistOffer:
    """Offer a time; raises OfferedToAnother or HasOffer."""
    offer = WaitlistOffer(
        patient_id=entry.patient_id,
        organization_id=entry.organization_id,
        entry=entry,
        practitioner_id=slot.practitioner_id,
        location_id=slot.location_id,
        room_id=slot.room_id,
        period=period(slot.start, slot.end),
        zone=slot.zone,
        reasons=list(reasons),
        is_by_hand=is_by_hand,
        offered_at=clock.now(),
        expires_at=until,
    )
    with refusals():
        offer.save()
    announce(OfferMade(offer.id, offer.patient_id))
    return offer


def offer_by_hand(entry: WaitlistEntry, slot: Slot, *, until: datetime, actor: Actor) -> WaitlistOffer:
    """Offer a free time to somebody on the list because a person says so, whoever else waits."""
    decide(actor, "offer", WaitlistOffer)
    decide(actor, "read", entry)
    if not entry.is_waiting:
        raise OfferOver
    if slot.start <= clock.now():
        raise NoNotice
    if not is_free(slot, entry.visit):
        raise SlotTaken
    return make_offer(entry, slot, until=until, is_by_hand=True)


def accept_offer(offer: WaitlistOffer, *, actor: Actor) -> Appointment:
    """Take the time that is offered: the visit that waits is booked, or the later one moved. Said twice,
    it is the same. Raises OfferOver, OfferedToAnother, or what a booking raises, SlotTaken above all."""
    offer = _locked(offer, actor)
    entry, visit = offer.entry, offer.entry.visit
    if offer.status == Status.ACCEPTED:
        return visit
    is_early = visit.starts_at is None or offer.starts_at < visit.starts_at
    is_open = offer.status in (Status.OPEN, Status.LAPSED) and offer.starts_at > clock.now()
    if not (is_open and is_early and entry.is_waiting):
        raise OfferOver
    if entry.replaces_id is None:
        move(visit, Appointment.Status.BOOKED, transitions=Appointment.TRANSITIONS)
    elif visit.status != Appointment.Status.BOOKED:
        raise OfferOver
    forget_confirmation(visit)
    with transaction.atomic():
        hold(visit, slot_of(offer), actor=actor)
        take_along(visit, actor=actor)
        _accepted(offer)
        if entry.replaces_id is not None:
            with translation.override(settings.LANGUAGE_CODE):  # colleagues read it
                end_waiting(entry, reason=_("Has an earlier time from the waiting list"))
    if entry.replaces_id is None:
        announce(AppointmentBooked(visit.id, visit.patient_id))
    else:
        announce(AppointmentMoved(visit.id, visit.patient_id, visit.version))
    return visit


def decline_offer(offer: WaitlistOffer, *, actor: Actor) -> WaitlistOffer:
    """Not this time; whoever declines stays on the list, and the next is asked. Said twice, it is the
    same."""
    offer = _locked(offer, actor)
    if offer.status == Status.DECLINED:
        return offer
    if offer.status != Status.OPEN:
        raise OfferOver
    _end(offer, Status.DECLINED)
    return offer


def lapse_offers() -> int:
    """End the offers of the tenant whose time for an answer is over, and ask the next; how many they were."""
    over = WaitlistOffer.objects.filter(status=Status.OPEN, expires_at__lte=clock.now())
    rows = list(over.select_for_update(skip_locked=True).order_by("expires_at", "id")[:200])
    for offer in rows:
        _end(offer, Status.LAPSED)
    return len(rows)


def slot_of(offer: WaitlistOffer) -> Slot:
    """The slot that is offered."""
    return Slot(
        practitioner_id=offer.practitioner_id,
        location_id=offer.location_id,
        start=offer.period.lower,
        end=offer.period.upper,
        zone=offer.zone,
        room_id=offer.room_id,
    )


def is_free(slot: Slot, visit: Appointment) -> bool:
    """Whether a visit could be booked for a slot now."""
    found = free_slots(
        [slot.practitioner_id],
        start=slot.start,
        end=slot.start + timedelta(minutes=1),
        service=visit.service,
        location=slot.location_id,
        limit=1,
    )
    return bool(found) and found[0].start == slot.start


def _locked(offer: WaitlistOffer, actor: Actor) -> WaitlistOffer:
    """The offer as it is now; nobody else answers it until we are done."""
    decide(actor, "answer", offer)
    rows = scoped(WaitlistOffer, actor, "answer").select_for_update(of=("self",))
    return rows.select_related("entry__appointment__service", "entry__replaces__service").get(pk=offer.pk)


def _accepted(offer: WaitlistOffer) -> None:
    """One that lapsed is open again first: the constraint refuses it if the time is with somebody else."""
    with refusals():
        if offer.status == Status.LAPSED:
            move(offer, Status.OPEN, transitions=WaitlistOffer.TRANSITIONS)
            offer.save()
        move(offer, Status.ACCEPTED, transitions=WaitlistOffer.TRANSITIONS)
        offer.answered_at = clock.now()
        offer.save()


def _end(offer: WaitlistOffer, status: str) -> None:
    move(offer, status, transitions=WaitlistOffer.TRANSITIONS)
    offer.answered_at = clock.now()
    offer.save()
    announce(TimeFreed(offer.practitioner_id, offer.period.lower.isoformat(), offer.period.upper.isoformat()))
