"""Who is asked first when a time is free: the best match of those who wait.

The rule itself is pure and stands in `matching`; here it meets the calendar.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from osler.clinic.scheduling.calendars.availability import AT_ANY_TIME, FARTHEST, Slot
from osler.clinic.scheduling.errors import HasOffer, OfferedToAnother
from osler.clinic.scheduling.models import Appointment, WaitlistEntry, WaitlistOffer
from osler.clinic.scheduling.waiting_list.matching import Match, fit_of, ranked, reasons_of, suits
from osler.clinic.scheduling.waiting_list.offering import make_offer
from osler.clinic.scheduling.waiting_list.wished_times import Calendar, Question
from osler.kernel import clock
from osler.kernel.periods import period

Status = WaitlistOffer.Status
UNANSWERED_AT_MOST = 3
"""Whoever lets so many offers in a row lapse is offered nothing more by itself; the desk sees it."""
Stretch = tuple[datetime, datetime]
"""From one instant until another."""
Deadline = Callable[[WaitlistEntry, Slot], datetime | None]
"""Until when an answer is waited for; None: now is no hour to ask."""


@dataclass(frozen=True, slots=True)
class Span:
    """A clinician's time of which something is free."""

    practitioner_id: UUID
    start: datetime
    end: datetime


def offer_span(
    span: Span, *, deadline: Deadline, among: Sequence[WaitlistEntry] | None = None
) -> list[WaitlistOffer]:
    """Offer what is free of a span to those whom it suits best (of some, if they are given), one of them for
    each free time; for the house itself. The offers that were made."""
    entries = list(askable() if among is None else among)
    now = clock.now()
    if not entries or span.end <= now:
        return []
    calendar, busy, asked = Calendar(), _busy(entries, span.start, span.end), _offered(span)
    made: list[WaitlistOffer] = []
    while matches := _matches(entries, span, calendar=calendar, taken=busy, asked=asked, now=now):
        first = ranked(matches)[0]
        rivals = [match for match in matches if match.slot.start < first.slot.end]
        until = deadline(first.entry, first.slot)
        entries = [one for one in entries if one.id != first.entry.id]
        if until is None or not WaitlistEntry.objects.waiting().filter(pk=first.entry.pk).exists():
            continue
        try:
            made.append(make_offer(first.entry, first.slot, until=until, reasons=reasons_of(first, rivals)))
        except (OfferedToAnother, HasOffer):  # another worker was faster
            break
        asked.append((first.slot.start, first.slot.end))
    return made


def spans_wished_for(entries: Sequence[WaitlistEntry]) -> list[Span]:
    """Free times that somebody on the list would like, whenever they became free: each entry's first."""
    if not entries:
        return []
    now, calendar = clock.now(), Calendar()
    asked: dict[UUID, list[Stretch]] = defaultdict(list)
    open_now = WaitlistOffer.objects.filter(status=Status.OPEN)
    for practitioner_id, when in open_now.values_list("practitioner_id", "period"):
        asked[practitioner_id].append((when.lower, when.upper))
    busy = _busy(entries, now, now + FARTHEST)
    found = []
    for entry in entries:
        taken = [*_had(entry), *busy.get(entry.patient_id, [])]
        for slot in calendar.wished(entry, now=now):
            if not _meets(slot, taken) and not _meets(slot, asked[slot.practitioner_id]):
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


def askable(entry_id: UUID | None = None) -> list[WaitlistEntry]:
    """Who may be offered something by itself (or one of them, if he may), with what he was offered."""
    waiting = WaitlistEntry.objects.waiting().exclude(offers__status=Status.OPEN)
    if entry_id is not None:
        waiting = waiting.filter(pk=entry_id)
    entries = list(
        waiting.select_related("appointment__service", "replaces__service")
        .defer("appointment__resource", "replaces__resource")
        .prefetch_related("offers")
    )
    quiet = silent(entries)
    return [one for one in entries if one.id not in quiet]


def _matches(
    entries: Sequence[WaitlistEntry],
    span: Span,
    *,
    calendar: Calendar,
    taken: Mapping[UUID, Sequence[Stretch]],
    asked: Sequence[Stretch],
    now: datetime,
) -> list[Match]:
    """Each entry with the first free slot of a span that suits it and that it was not offered before."""
    found = []
    for entry in entries:
        others = [*asked, *_had(entry), *taken.get(entry.patient_id, [])]
        question = Question(
            span.practitioner_id, entry.visit.service, None, AT_ANY_TIME, span.start, span.end
        )
        for slot in calendar.free(question):
            if suits(entry, slot, now=now) and not _meets(slot, others):
                found.append(Match(entry, slot, fit_of(entry, slot, until=span.end)))
                break
    return found


def _had(entry: WaitlistEntry) -> list[Stretch]:
    return [(offer.period.lower, offer.period.upper) for offer in entry.offers.all()]


def _offered(span: Span) -> list[Stretch]:
    """What of a span is offered to somebody now."""
    offers = WaitlistOffer.objects.filter(
        practitioner_id=span.practitioner_id,
        period__overlap=period(span.start, span.end),
        status=Status.OPEN,
    )
    return [(when.lower, when.upper) for when in offers.values_list("period", flat=True)]


def _busy(
    entries: Sequence[WaitlistEntry], start: datetime, end: datetime
) -> Mapping[UUID, Sequence[Stretch]]:
    """Other visits of those who wait that stand between two instants, or soon after."""
    visits = Appointment.objects.filter(
        patient_id__in={one.patient_id for one in entries},
        status__in=Appointment.HOLDING,
        period_start__lt=end + timedelta(hours=4),
        period_end__gt=start,
    ).exclude(pk__in=[one.replaces_id for one in entries if one.replaces_id])
    found: dict[UUID, list[Stretch]] = defaultdict(list)
    for patient_id, begins, ends in visits.values_list("patient_id", "period_start", "period_end"):
        found[patient_id].append((begins, ends))
    return found


def _meets(slot: Slot, others: Iterable[Stretch]) -> bool:
    return any(slot.start < end and start < slot.end for start, end in others)
