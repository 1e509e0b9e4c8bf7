"""Who is asked first when a time is free: the best match of those who wait.

The rule itself is pure and stands in `matching`; here it meets the calendar.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from osler.clinic.scheduling.availability import AT_ANY_TIME, Preference, Slot, free_slots, next_free_slots
from osler.clinic.scheduling.errors import HasOffer, OfferedToAnother
from osler.clinic.scheduling.matching import Match, fit_of, ranked, reasons_of, suits
from osler.clinic.scheduling.models import Appointment, WaitlistEntry, WaitlistOffer
from osler.clinic.scheduling.offering import make_offer
from osler.kernel import clock
from osler.kernel.periods import period

Status = WaitlistOffer.Status
UNANSWERED_AT_MOST = 3
"""Whoever lets so many offers in a row lapse is offered nothing more by itself; the desk sees it."""
LOOKED_AT = 20
"""So many free times of a span are looked at for each kind of visit."""

Deadline = Callable[[WaitlistEntry, Slot], datetime | None]
"""Until when an answer is waited for; None: now is no hour to ask."""


@dataclass(frozen=True, slots=True)
class Span:
    """A clinician's time of which something is free."""

    practitioner_id: UUID
    start: datetime
    end: datetime


def offer_span(span: Span, *, deadline: Deadline) -> list[WaitlistOffer]:
    """Offer what is free of a span to those whom it suits best, one of them for each free time; for the house
    itself. The offers that were made."""
    entries = _askable()
    made: list[WaitlistOffer] = []
    while matches := _matches(entries, span):
        first = ranked(matches)[0]
        rivals = [match for match in matches if match.slot.start < first.slot.end]
        until = deadline(first.entry, first.slot)
        entries = [one for one in entries if one.id != first.entry.id]
        if until is None:
            continue
        try:
            made.append(make_offer(first.entry, first.slot, until=until, reasons=reasons_of(first, rivals)))
        except (OfferedToAnother, HasOffer):  # another worker was faster
            break
    return made


def spans_wished_for(entry_id: UUID | None = None) -> list[Span]:
    """Free times that somebody on the list (or one of them) would like, whenever they became free: each
    entry's first."""
    open_offers = WaitlistOffer.objects.filter(status=Status.OPEN).values_list("practitioner_id", "period")
    asked = [(key, when.lower, when.upper) for key, when in open_offers]
    found = []
    for entry in _askable():
        if entry_id not in (None, entry.id):
            continue
        start = clock.now() + timedelta(minutes=entry.notice_minutes)
        slots = next_free_slots(
            [entry.practitioner_id] if entry.practitioner_id else None,
            service=entry.visit.service,
            location=entry.location_id,
            preference=Preference(frozenset(entry.weekdays)) if entry.weekdays else AT_ANY_TIME,
            after=start,
            limit=LOOKED_AT,
        )
        had = [(offer.entry_id, offer.period.lower, offer.period.upper) for offer in entry.offers.all()]
        for slot in slots:
            of_others = [one for one in asked if one[0] == slot.practitioner_id]
            if suits(entry, slot, now=clock.now()) and not _meets(slot, [*had, *of_others]):
                found.append(Span(slot.practitioner_id, slot.start, slot.end))
                break
    return list(dict.fromkeys(found))


def silent(entries: Iterable[WaitlistEntry]) -> set[UUID]:
    """Those who let their last offers lapse, one after the other."""
    latest: dict[UUID, list[str]] = {}
    rows = WaitlistOffer.objects.filter(entry__in=[one.id for one in entries]).exclude(
        status=Status.WITHDRAWN
    )
    for key, status in rows.order_by("-offered_at", "-id").values_list("entry_id", "status"):
        latest.setdefault(key, []).append(status)
    return {
        key
        for key, last in latest.items()
        if last[:UNANSWERED_AT_MOST] == [Status.LAPSED] * UNANSWERED_AT_MOST
    }


def _askable() -> list[WaitlistEntry]:
    """Who may be offered something by itself."""
    waiting = WaitlistEntry.objects.waiting().exclude(offers__status=Status.OPEN)
    entries = list(
        waiting.select_related("appointment__service", "replaces__service").defer(
            "appointment__resource", "replaces__resource"
        )
    )
    quiet = silent(entries)
    return [one for one in entries if one.id not in quiet]


def _matches(entries: Sequence[WaitlistEntry], span: Span) -> list[Match]:
    """Each entry with the first free slot of a span that suits it and that it was not offered before."""
    now = clock.now()
    if not entries or span.end <= now:
        return []
    busy = _busy(entries, span)
    open_now = _offered(span, status=Status.OPEN)
    had = _offered(span)
    free: dict[UUID | None, list[Slot]] = {}
    found = []
    for entry in entries:
        service = entry.visit.service
        key = service.id if service else None
        if key not in free:
            free[key] = free_slots(
                [span.practitioner_id], start=span.start, end=span.end, service=service, limit=LOOKED_AT
            )
        for slot in free[key]:
            is_new = not _meets(slot, [*open_now, *(one for one in had if one[0] == entry.id)])
            if is_new and suits(entry, slot, now=now) and not _meets(slot, busy.get(entry.patient_id, [])):
                found.append(Match(entry, slot, fit_of(entry, slot, until=span.end)))
                break
    return found


def _offered(span: Span, **which: str) -> list[tuple[UUID, datetime, datetime]]:
    rows = WaitlistOffer.objects.filter(
        practitioner_id=span.practitioner_id, period__overlap=period(span.start, span.end), **which
    )
    return [(key, when.lower, when.upper) for key, when in rows.values_list("entry_id", "period")]


def _busy(entries: Sequence[WaitlistEntry], span: Span) -> dict[UUID, list[tuple[UUID, datetime, datetime]]]:
    """Other visits of those who wait that stand in a span."""
    visits = Appointment.objects.filter(
        patient_id__in={one.patient_id for one in entries},
        status__in=Appointment.HOLDING,
        period_start__lt=span.end + timedelta(hours=4),
        period_end__gt=span.start,
    ).exclude(pk__in=[one.replaces_id for one in entries if one.replaces_id])
    found: dict[UUID, list[tuple[UUID, datetime, datetime]]] = {}
    for patient_id, key, start, end in visits.values_list("patient_id", "id", "period_start", "period_end"):
        found.setdefault(patient_id, []).append((key, start, end))
    return found


def _meets(slot: Slot, others: Iterable[tuple[UUID, datetime, datetime]]) -> bool:
    return any(slot.start < end and start < slot.end for _key, start, end in others)
