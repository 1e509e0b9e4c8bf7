"""What is booked without the desk: who may, how soon, how far ahead, how many, and until when it is changed.

The rules stand at the service. Colleagues are bound by none of them; every door that patients have is.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.appointments.before import hold_with_before
from osler.clinic.scheduling.appointments.lanes import hold, lock_resources, other_times, slot_of
from osler.clinic.scheduling.calendars.availability import AT_ANY_TIME, Preference, Slot, free_slots
from osler.clinic.scheduling.errors import (
    MovedOften,
    NotOnline,
    SlotTaken,
    TooFar,
    TooLate,
    TooSoon,
    VisitsOpen,
)
from osler.clinic.scheduling.events import AppointmentBooked
from osler.clinic.scheduling.models import Appointment, SlotHold
from osler.foundation.access.actors import NOBODY, Actor
from osler.foundation.access.policy import decide
from osler.foundation.access.roles import PORTAL
from osler.foundation.directory.models import HealthcareService
from osler.foundation.jobs.outbox import announce
from osler.kernel import clock
from osler.kernel.constraints import refusals
from osler.kernel.states import ImpossibleMove

HELD_FOR = timedelta(minutes=10)
CHANGED_UNTIL = timedelta(hours=24)
"""Until when patients change a visit that names no service."""
SelfBooking = HealthcareService.SelfBooking
TO_COME = ("booked", "pending")
_A_MINUTE = timedelta(minutes=1)


def self_booked(*, by_anybody: bool = False) -> list[HealthcareService]:
    """The kinds of visit that patients book by themselves, or anybody does, by name."""
    who = [SelfBooking.ANYBODY] if by_anybody else [SelfBooking.ANYBODY, SelfBooking.PATIENTS]
    found = HealthcareService.objects.filter(active=True, online_booking=True, self_booking__in=who)
    return list(found.defer("resource").order_by("name"))


def is_self_booked(service: HealthcareService, *, by_anybody: bool = False) -> bool:
    """Whether patients book this kind of visit without the desk, or anybody does."""
    who = {SelfBooking.ANYBODY} if by_anybody else {SelfBooking.ANYBODY, SelfBooking.PATIENTS}
    return service.active and service.online_booking and service.self_booking in who


def online_slots(  # noqa: PLR0913  what one may ask for
    service: HealthcareService,
    *,
    start: datetime,
    end: datetime,
    practitioners: Sequence[UUID] | None = None,
    location: UUID | None = None,
    preference: Preference = AT_ANY_TIME,
    limit: int = 200,
) -> list[Slot]:
    """Free slots between two instants, as far as they may be booked online."""
    now = clock.now()
    return free_slots(
        practitioners,
        start=max(start, now + timedelta(minutes=service.online_lead_minutes)),
        end=min(end, now + timedelta(days=service.online_days_ahead)),
        service=service,
        location=location,
        preference=preference,
        limit=limit,
    )


def change_until(appointment: Appointment) -> timedelta:
    """How long before a visit patients move and cancel it by themselves."""
    service = appointment.service
    return timedelta(minutes=service.change_until_minutes) if service else CHANGED_UNTIL


def is_changed_late(appointment: Appointment) -> bool:
    """Whether it is too late for patients to move or cancel it."""
    start = appointment.starts_at
    return start is not None and start - clock.now() < change_until(appointment)


def is_movable(appointment: Appointment) -> bool:
    """Whether its patient may move it without the desk, now."""
    service = appointment.service
    return (
        appointment.status == Appointment.Status.BOOKED
        and service is not None
        and is_self_booked(service)
        and appointment.patient_moves < service.online_moves
        and not is_changed_late(appointment)
    )


def online_slot(appointment: Appointment, slot: Slot, *, actor: Actor) -> Slot:
    """The slot as it may be had: for colleagues as they wish, for patients as it is offered and within the
    rules of the service: NotOnline, TooSoon, TooFar, SlotTaken, or for one more VisitsOpen."""
    if not actor.has_role(*PORTAL):
        return slot
    found = offered_slot(appointment.service, slot)
    if appointment._state.adding:
        require_one_more(appointment)
    return found


def offered_slot(service: HealthcareService | None, slot: Slot, *, by_anybody: bool = False) -> Slot:
    """The same slot as the calendar offers it online; SlotTaken with other times if it does not."""
    if service is None or not is_self_booked(service, by_anybody=by_anybody):
        raise NotOnline
    now = clock.now()
    if slot.start < now + timedelta(minutes=service.online_lead_minutes):
        raise TooSoon
    if slot.start > now + timedelta(days=service.online_days_ahead):
        raise TooFar
    whose = [slot.practitioner_id]
    near = free_slots(
        whose, start=slot.start, end=slot.start + _A_MINUTE, service=service, location=slot.location_id
    )
    found = next((one for one in near if (one.start, one.end) == (slot.start, slot.end)), None)
    if found is None:
        taken = SlotTaken()
        taken.times = other_times(slot, service)
        raise taken
    return found


def require_change(appointment: Appointment, *, actor: Actor) -> None:
    """Raise TooLate if a patient cancels after the time for it."""
    if actor.has_role(*PORTAL) and is_changed_late(appointment):
        raise TooLate


def note_move(appointment: Appointment, *, actor: Actor) -> None:
    """Count a move of the patient's own; TooLate, MovedOften, or ImpossibleMove of what is not booked."""
    if not actor.has_role(*PORTAL):
        return
    if appointment.status != Appointment.Status.BOOKED:
        raise ImpossibleMove
    require_change(appointment, actor=actor)
    service = appointment.service
    if service is None:
        raise NotOnline
    if appointment.patient_moves >= service.online_moves:
        raise MovedOften
    appointment.patient_moves += 1


def require_one_more(appointment: Appointment) -> None:
    """Raise VisitsOpen if the patient has so many visits of this kind to come; he waits his turn with
    himself, so that two requests at once do not each find room."""
    service = appointment.service
    if service is None:
        raise NotOnline
    lock_resources([appointment.patient_id])
    to_come = Appointment.objects.filter(
        patient_id=appointment.patient_id, service=service, status__in=TO_COME, period_start__gt=clock.now()
    )
    others = to_come.exclude(pk=appointment.pk).exclude(status="pending", held_until__lte=clock.now())
    if others.count() >= service.online_open_visits:
        raise VisitsOpen


def hold_for_visitor(
    key: UUID, slot: Slot, *, service: HealthcareService, secret_hash: str, language: str
) -> SlotHold:
    """Hold a slot for a visitor of the public page, who acts for this very key; refused as a booking is."""
    found = offered_slot(service, slot, by_anybody=True)
    held = SlotHold(
        id=key,
        organization_id=service.organization_id,
        service=service,
        held_until=clock.now() + HELD_FOR,
        secret_hash=secret_hash,
        language=language,
    )
    hold(held, found, actor=NOBODY)
    return held


def prolong(held: SlotHold) -> None:
    """Hold it ten minutes more, from now; SlotTaken if it was over and somebody else has the time."""
    held.held_until = clock.now() + HELD_FOR
    with refusals():
        held.save()


def give_back(held: SlotHold) -> Slot:
    """End a hold: its time is free, in this transaction first. The slot that it was."""
    slot = slot_of(held)
    held.delete()
    return slot


def book_for_visitor(
    patient: Patient, *, slot: Slot, service: HealthcareService, reason: str, actor: Actor
) -> Appointment:
    """Book what was held for a visitor, now that he is known; the rules of time were kept then."""
    appointment = Appointment(
        patient=patient,
        organization_id=patient.organization_id,
        service=service,
        reason=reason,
        status=Appointment.Status.BOOKED,
    )
    decide(actor, "book", appointment)
    require_one_more(appointment)
    hold_with_before(appointment, slot, actor=actor)
    announce(AppointmentBooked(appointment.id, patient.id))
    return appointment


def end_visitors_holds() -> int:
    """Forget the holds of the tenant whose time is over; how many they were."""
    over = SlotHold.objects.filter(held_until__lte=clock.now()).order_by("id")[:500]
    keys: Sequence[UUID] = list(over.select_for_update(skip_locked=True).values_list("id", flat=True))
    return SlotHold.objects.filter(pk__in=keys).delete()[0]
