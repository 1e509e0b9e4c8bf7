"""When offers are made: at once when a time is freed, and in rounds for what was free already; never at
night."""

from datetime import datetime, timedelta
from uuid import UUID

from osler.clinic.communication.reminding.ladders import plan_for, plans
from osler.clinic.communication.reminding.timing import is_quiet, quiet_ends
from osler.clinic.scheduling.availability import Slot
from osler.clinic.scheduling.choosing import Span, offer_span, spans_wished_for
from osler.clinic.scheduling.models import WaitlistEntry, WaitlistOffer
from osler.clinic.scheduling.offering import answer_by, offer_by_hand
from osler.foundation.access.actors import Actor
from osler.kernel import clock

IN_THE_MORNING = timedelta(hours=1)
"""So long after the quiet hours an answer is still waited for that would have been due in them."""
SHORTEST = timedelta(minutes=5)
"""Nobody is asked who has less time to answer."""


def deadline(entry: WaitlistEntry, slot: Slot) -> datetime | None:
    """Until when an answer is waited for; None in quiet hours, or if there is no time to answer."""
    now = clock.now()
    _steps, quiet = plan_for(plans(), entry.appointment.service_id)
    if is_quiet(now, zone=slot.zone, quiet=quiet):
        return None
    until = answer_by(slot.start, now=now)
    if is_quiet(until, zone=slot.zone, quiet=quiet):
        until = quiet_ends(until, zone=slot.zone, quiet=quiet) + IN_THE_MORNING
    until = min(until, slot.start - timedelta(minutes=entry.notice_minutes))
    return until if until >= now + SHORTEST else None


def offer_freed(span: Span) -> list[WaitlistOffer]:
    """Offer what was freed to whom it suits best."""
    return offer_span(span, deadline=deadline)


def offer_wished_for(entry_id: UUID | None = None) -> list[WaitlistOffer]:
    """Offer what is free and wished for by anybody who waits (or by one of them)."""
    return [offer for span in spans_wished_for(entry_id) for offer in offer_span(span, deadline=deadline)]


def offer_now(entry: WaitlistEntry, slot: Slot, *, actor: Actor) -> WaitlistOffer:
    """Offer a time because somebody at the desk says so, who may call instead of waiting for the morning."""
    until = deadline(entry, slot) or min(slot.start, clock.now() + IN_THE_MORNING)
    return offer_by_hand(entry, slot, until=until, actor=actor)
