"""The waiting list of the demo: who waits, what was offered and taken, times that were given back; and
what the clinic has learnt about missed visits."""

from contextlib import suppress
from datetime import timedelta

from osler.clinic.communication.errors import TooFewVisits
from osler.clinic.communication.missing.model import learn_no_shows
from osler.clinic.communication.models import RecallRule
from osler.clinic.communication.recalling.rules import save_rule
from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.calendars.availability import Slot, next_free_slots
from osler.clinic.scheduling.models import Appointment, FreedTime, WaitlistEntry, WaitlistOffer
from osler.clinic.scheduling.waiting_list.choosing import UNANSWERED_AT_MOST
from osler.clinic.scheduling.waiting_list.joining import Wish, join_waiting_list
from osler.clinic.scheduling.waiting_list.offering import accept_offer, make_offer
from osler.foundation.audit.context import acting
from osler.kernel import clock
from osler.ops.demo.finding import VISIT
from osler.ops.demo.house import House

MORNING, AFTERNOON = WaitlistEntry.Part.MORNING, WaitlistEntry.Part.AFTERNOON
FREED = ((26, 41), (12, 18), (9, None), (5, 240), (3, 12), (2, None), (1, 25))
"""Days ago, and minutes until somebody came into it."""
LATER = timedelta(days=10)


def make_waiting(house: House, patients: list[Patient]) -> None:
    """Eight who wait, with every fate of an offer, and the figures of a month."""
    reception = house.actors["reception"]
    with acting(reception, reason="demo"):
        service = house.services[VISIT]
        slots = next_free_slots(service=service, after=clock.now() + timedelta(days=1), limit=8)
        later = list(
            Appointment.objects.filter(status="booked", period_start__gt=clock.now() + LATER, service=service)
            .select_related("patient", "service", "practitioner")
            .order_by("period_start", "id")[:2]
        )
        entries = [
            join_waiting_list(
                visit.patient,
                service=None,
                wish=Wish(visit.practitioner, parts=[MORNING]),
                replaces=visit,
                actor=reception,
            )
            for visit in later
        ]
        wishes = (
            (Wish(weekdays=[0, 2]), 2), (Wish(parts=[AFTERNOON]), 1), (Wish(), 0), (Wish(weekdays=[1, 3]), 0),
            (Wish(house.clinicians[0][0]), 0), (Wish(parts=[MORNING]), 0),
        )  # fmt: skip
        for patient, (wish, priority) in zip(patients[40:], wishes, strict=False):
            entries.append(
                join_waiting_list(patient, service=service, wish=wish, priority=priority, actor=reception)
            )
        _make_offers(house, entries[2:], slots)
        _make_freed(house)
    admin = house.actors["admin"]
    with acting(admin, reason="demo"):
        save_rule(
            RecallRule(name="Yearly check-up from 75 on", service=service, every_months=12, age_from=75),
            actor=admin,
        )
    with acting(admin, reason="demo"), suppress(TooFewVisits):
        learn_no_shows(actor=None)


def _make_offers(house: House, entries: list[WaitlistEntry], slots: list[Slot]) -> None:
    """One open, one accepted, one declined, and three that one patient did not answer."""
    now = clock.now()
    if len(slots) < UNANSWERED_AT_MOST + 3 or len(entries) < 4:
        return
    make_offer(entries[0], slots[0], until=min(now + timedelta(hours=6), slots[0].start), reasons=["urgent"])
    taken = make_offer(entries[1], slots[1], until=now + timedelta(hours=1), reasons=["day"])
    accept_offer(taken, actor=house.actors["reception"])
    offers = [(entries[2], slots[2], WaitlistOffer.Status.DECLINED)]
    offers += [(entries[3], slot, WaitlistOffer.Status.LAPSED) for slot in slots[3 : 3 + UNANSWERED_AT_MOST]]
    for entry, slot, status in offers:
        offer = make_offer(entry, slot, until=now - timedelta(hours=1), reasons=["longest"])
        offer.status, offer.answered_at = status, now - timedelta(hours=1)
        offer.save()


def _make_freed(house: House) -> None:
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    clinician, site = house.clinicians[0]
    for days, minutes in FREED:
        freed_at = now - timedelta(days=days)
        FreedTime(
            practitioner=clinician,
            location=site,
            starts_at=freed_at + timedelta(hours=20),
            ends_at=freed_at + timedelta(hours=20, minutes=20),
            why=FreedTime.Why.MOVED if days % 5 == 0 else FreedTime.Why.CANCELLED,
            given_back_by=house.organization.id,
            freed_at=freed_at,
            filled_at=None if minutes is None else freed_at + timedelta(minutes=minutes),
            by_offer=minutes is not None and minutes < 60,
        ).save(force_insert=True)
