"""A visit and what comes before it, moved, cancelled and booked again together; or the visit alone, if that
is said."""

from contextlib import suppress

from django.db import transaction

from osler.clinic.scheduling.appointments.before import (
    book_before,
    both_or_other_times,
    earlier_of,
    suits_before,
    times_before,
)
from osler.clinic.scheduling.appointments.booking import (
    STAYS,
    call_off,
    cancel_appointment,
    put_elsewhere,
    reinstate_appointment,
    reschedule_appointment,
)
from osler.clinic.scheduling.appointments.undoing import take_back_move
from osler.clinic.scheduling.calendars.availability import Slot
from osler.clinic.scheduling.errors import NothingBefore, SlotTaken
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.kernel.states import can_move

GOES_ALONG = frozenset({Appointment.Status.BOOKED, Appointment.Status.CANCELLED})


def goes_along(visit: Appointment, *, actor: Actor) -> Appointment | None:
    """What comes before a visit and can go along: booked, or cancelled as the visit itself is."""
    earlier = earlier_of(visit, actor=actor)
    is_alike = earlier is not None and earlier.status in {Appointment.Status.BOOKED, visit.status}
    return earlier if is_alike and earlier is not None and earlier.status in GOES_ALONG else None


def reschedule_together(
    visit: Appointment,
    *,
    slot: Slot,
    along: bool = True,
    version: int | None = None,
    overbook_reason: str = "",
    actor: Actor,
) -> Appointment | None:
    """Move a visit; what comes before it goes `along` unless it still stands in time: that one if it did.
    Both or NothingBefore."""
    with both_or_other_times(visit, slot), transaction.atomic():
        reschedule_appointment(
            visit, slot=slot, version=version, overbook_reason=overbook_reason, actor=actor
        )
        return take_along(visit, is_asked=not overbook_reason, actor=actor) if along else None


@transaction.atomic
def cancel_together(
    visit: Appointment, *, along: bool = True, reason: str = "", version: int | None = None, actor: Actor
) -> Appointment | None:
    """Cancel a visit, and what comes before it if that goes `along` and can still be cancelled: that one, or
    None. The cut-off for patients is that of the visit."""
    cancel_appointment(visit, reason=reason, version=version, actor=actor)
    earlier = earlier_of(visit, actor=actor) if along else None
    if earlier is None or not can_move(Appointment.TRANSITIONS, current=earlier.status, to="cancelled"):
        return None
    decide(actor, "cancel", earlier)
    return call_off(earlier, reason=reason, actor=actor)


@transaction.atomic
def take_back_together(
    visit: Appointment, *, earlier_version: int | None = None, version: int | None = None, actor: Actor
) -> Appointment:
    """Undo the move of a visit, and of what came along with it, as they were seen: both or none."""
    take_back_move(visit, version=version, actor=actor)
    earlier = earlier_of(visit, actor=actor) if earlier_version is not None else None
    if earlier is not None:
        take_back_move(earlier, version=earlier_version, actor=actor)
    return visit


@transaction.atomic
def reinstate_together(
    visit: Appointment, *, earlier_version: int, version: int | None = None, actor: Actor
) -> Appointment:
    """Take the cancellation of both back, as they were seen: both or none."""
    reinstate_appointment(visit, version=version, actor=actor)
    earlier = earlier_of(visit, actor=actor)
    if earlier is not None:
        reinstate_appointment(earlier, version=earlier_version, actor=actor)
    return visit


def take_along(visit: Appointment, *, is_asked: bool = True, actor: Actor) -> Appointment | None:
    """Let what a visit needs before it stand before its present time: as it does, moved, or booked; else
    NothingBefore. The one that was moved. Who overbooks a visit does without what cannot be had (not
    `is_asked`)."""
    earlier = earlier_of(visit, actor=actor)
    if earlier is not None and earlier.status not in GOES_ALONG:
        return None
    if earlier is not None and earlier.status in STAYS and suits_before(earlier, visit):
        return None
    try:
        if earlier is not None:
            return _move_before(visit, actor=actor)
        book_before(visit, actor=actor)
    except NothingBefore:
        if is_asked:
            raise
    return None


def _move_before(visit: Appointment, *, actor: Actor) -> Appointment:
    for slot in times_before(visit):
        earlier = earlier_of(visit, actor=actor)
        assert earlier is not None
        decide(actor, "move", earlier)
        with suppress(SlotTaken), transaction.atomic():
            return put_elsewhere(earlier, slot=slot, actor=actor)
    raise NothingBefore
