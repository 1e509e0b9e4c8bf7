"""When offers are made: at once when a time is freed, and in rounds for what was free already; never at
night."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from osler.clinic.communication.reminding.ladders import Plans, plan_for, plans
from osler.clinic.communication.reminding.timing import is_quiet, quiet_ends
from osler.clinic.scheduling.calendars.availability import Slot
from osler.clinic.scheduling.models import Schedule, WaitlistEntry, WaitlistOffer
from osler.clinic.scheduling.waiting_list.choosing import Span, askable, offer_span, spans_wished_for
from osler.clinic.scheduling.waiting_list.offering import answer_by, offer_by_hand
from osler.foundation.access.actors import Actor
from osler.kernel import clock

IN_THE_MORNING = timedelta(hours=1)
"""So long after the quiet hours an answer is still waited for that would have been due in them."""
SHORTEST = timedelta(minutes=5)
"""Nobody is asked who has less time to answer."""


@dataclass
class Round:
    """What is looked through at one time: what is wished for and free, and who may be asked."""

    planned: Plans
    entries: list[WaitlistEntry]
    spans: list[Span]


def deadline(entry: WaitlistEntry, slot: Slot, *, planned: Plans) -> datetime | None:
    """Until when an answer is waited for; None in quiet hours, or if there is no time to answer."""
    now = clock.now()
    _steps, quiet = plan_for(planned, entry.appointment.service_id)
    if is_quiet(now, zone=slot.zone, quiet=quiet):
        return None
    until = answer_by(slot.start, now=now)
    if is_quiet(until, zone=slot.zone, quiet=quiet):
        until = quiet_ends(until, zone=slot.zone, quiet=quiet) + IN_THE_MORNING
    until = min(until, slot.start - timedelta(minutes=entry.notice_minutes))
    return until if until >= now + SHORTEST else None


def offer_freed(span: Span) -> list[WaitlistOffer]:
    """Offer what was freed to whom it suits best."""
    planned = plans()
    return [] if _is_night(planned) else offer_span(span, deadline=partial(deadline, planned=planned))


def begin_round(entry_id: UUID | None = None) -> Round:
    """What is free and wished for by anybody who waits (or by one of them); at night nothing is."""
    planned = plans()
    if _is_night(planned):
        return Round(planned, [], [])
    entries = askable(entry_id)
    spans = spans_wished_for(entries)
    if entry_id is not None and spans:  # whom they suit best is asked, whoever began it
        entries = askable()
    return Round(planned, entries, spans)


def offer_next(wished: Round) -> list[WaitlistOffer]:
    """Offer the first of the times of a round that was not offered yet; whoever is asked is not asked again
    in it."""
    span = wished.spans.pop(0)
    made = offer_span(span, deadline=partial(deadline, planned=wished.planned), among=wished.entries)
    asked = {offer.entry_id for offer in made}
    wished.entries = [one for one in wished.entries if one.id not in asked]
    return made


def offer_wished_for(entry_id: UUID | None = None) -> list[WaitlistOffer]:
    """Offer what is free and wished for by anybody who waits (or by one of them), all at once."""
    wished = begin_round(entry_id)
    made: list[WaitlistOffer] = []
    while wished.spans:
        made += offer_next(wished)
    return made


def offer_now(entry: WaitlistEntry, slot: Slot, *, actor: Actor) -> WaitlistOffer:
    """Offer a time because somebody at the desk says so, who may call instead of waiting for the morning."""
    until = deadline(entry, slot, planned=plans()) or min(slot.start, clock.now() + IN_THE_MORNING)
    return offer_by_hand(entry, slot, until=until, actor=actor)


def _is_night(planned: Plans) -> bool:
    """Whether it is quiet at every place and for every kind of visit."""
    now, quiet_hours = clock.now(), {plan_for(planned, key)[1] for key in [None, *planned]}
    zones = Schedule.objects.filter(active=True).order_by().values_list("location__zone", flat=True)
    return all(is_quiet(now, zone=zone, quiet=quiet) for zone in zones.distinct() for quiet in quiet_hours)
