"""A clinician's visits in a calendar of his own: times and the word Visit, behind a link that he can end."""

from datetime import timedelta
from uuid import UUID

from osler.clinic.scheduling.models import Appointment, CalendarFeed
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.accounts.links import digest, is_secret_of, new_secret, written
from osler.foundation.audit.context import acting_organization
from osler.kernel import clock
from osler.kernel.constraints import refusals

BACK, AHEAD = timedelta(days=7), timedelta(days=120)
SECRET = 24


def open_feed(practitioner_id: UUID, *, actor: Actor) -> str:
    """A new link for a clinician's calendar, told this once; an older one opens nothing any more."""
    feed = CalendarFeed(practitioner_id=practitioner_id, organization_id=acting_organization())
    decide(actor, "open", feed)
    close_feed(actor=actor)
    secret = new_secret(SECRET)
    feed.secret_hash = digest(secret)
    with refusals():
        feed.save(force_insert=True)
    return written(feed.organization_id, feed.id, secret)


def close_feed(*, actor: Actor) -> None:
    """The actor's link opens nothing from now on."""
    for feed in scoped(CalendarFeed, actor, "open").filter(ended_at=None).select_for_update():
        feed.ended_at = clock.now()
        feed.save()


def feed_of(actor: Actor) -> CalendarFeed | None:
    """The link that the actor has opened, if it is open."""
    return scoped(CalendarFeed, actor).filter(ended_at=None).first()


def visits_behind(feed_id: UUID, secret: bytes) -> list[Appointment] | None:
    """The visits of the last days and of the coming months; None if no open link has this secret,
    or whose it was works here no more."""
    feed = CalendarFeed.objects.filter(
        pk=feed_id, ended_at=None, practitioner__active=True, practitioner__user__is_active=True
    ).first()
    if feed is None or not is_secret_of(feed.secret_hash, secret):
        return None
    now = clock.now()
    held = Appointment.objects.starting_in(now - BACK, now + AHEAD)  # type: ignore[attr-defined]
    held = held.filter(practitioner_id=feed.practitioner_id, status__in=Appointment.HOLDING - {"pending"})
    return list(held.defer("resource").order_by("period_start", "id"))
