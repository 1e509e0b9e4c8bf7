"""The waiting list: who wants a time, or an earlier one than he has.

What waits is an appointment (`waitlist`), so that the desk books or cancels it as any other; the entry beside
it holds the wishes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.errors import NothingToReplace, WaitsAlready
from osler.clinic.scheduling.events import TimeFreed, WaitlistJoined
from osler.clinic.scheduling.models import Appointment, WaitlistEntry, WaitlistOffer
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.directory.models import HealthcareService, Location, Practitioner
from osler.foundation.jobs.outbox import announce
from osler.kernel import clock
from osler.kernel.constraints import refusals
from osler.kernel.states import ImpossibleMove, move

NOTICE_MINUTES = 120
WAITLIST = Appointment.Status.WAITLIST


@dataclass(frozen=True)
class Wish:
    """What somebody would like; what is left out does not matter."""

    practitioner: Practitioner | None = None
    location: Location | None = None
    weekdays: Iterable[int] = ()
    parts: Iterable[str] = ()
    not_before: date | None = None
    not_after: date | None = None
    notice_minutes: int = NOTICE_MINUTES


def join_waiting_list(  # noqa: PLR0913  the parts of an entry
    patient: Patient,
    *,
    service: HealthcareService | None,
    wish: Wish | None = None,
    replaces: Appointment | None = None,
    reason: str = "",
    priority: int = WaitlistEntry.Priority.NORMAL,
    actor: Actor,
) -> WaitlistEntry:
    """Put a patient on the list: for a visit, or to have the one that he has (`replaces`) earlier.

    Raises WaitsAlready, or NothingToReplace if that visit is no longer to come.
    """
    wish = wish or Wish()
    service = (replaces.service if replaces else None) or service
    appointment = Appointment(
        patient=patient,
        organization_id=patient.organization_id,
        service=service,
        practitioner=wish.practitioner,
        reason=reason or (replaces.reason if replaces else ""),
        status=WAITLIST,
    )
    entry = WaitlistEntry(
        patient=patient,
        organization_id=patient.organization_id,
        appointment=appointment,
        replaces=replaces,
        practitioner=wish.practitioner,
        location=wish.location,
        weekdays=sorted(set(wish.weekdays)),
        parts=[part for part in WaitlistEntry.Part.values if part in set(wish.parts)],
        not_before=wish.not_before,
        not_after=wish.not_after,
        notice_minutes=wish.notice_minutes,
        priority=priority,
        joined_at=clock.now(),
    )
    decide(actor, "join", entry)
    if priority:
        decide(actor, "rank", entry)
    if replaces is not None:
        decide(actor, "read", replaces)
        _require_to_come(replaces, patient)
    same = WaitlistEntry.objects.waiting().filter(patient=patient, appointment__service=service)
    if same.filter(replaces=replaces).exists():
        raise WaitsAlready
    with refusals():
        appointment.save()
        entry.save()
    announce(WaitlistJoined(entry.id, patient.id))
    return entry


def leave_waiting_list(
    entry: WaitlistEntry, *, reason: str = "", version: int | None = None, actor: Actor
) -> WaitlistEntry:
    """Take somebody off the list; an open offer ends with it."""
    decide(actor, "leave", entry)
    appointment = entry.appointment
    appointment.require_version(version)
    if appointment.status != WAITLIST:
        raise ImpossibleMove
    end_waiting(entry, reason=reason)
    withdraw_offers(entry)
    return entry


def return_to_waiting_list(
    entry: WaitlistEntry, *, version: int | None = None, actor: Actor
) -> WaitlistEntry:
    """Wait again, from the same day on as before; for whoever was taken off by mistake."""
    decide(actor, "join", entry)
    appointment = entry.appointment
    appointment.require_version(version)
    if appointment.status != Appointment.Status.CANCELLED or appointment.period is not None:
        raise ImpossibleMove
    if entry.replaces is not None:
        _require_to_come(entry.replaces, entry.patient)
    move(appointment, WAITLIST, transitions=Appointment.TRANSITIONS)
    appointment.cancellation_reason = ""
    appointment.save()
    announce(WaitlistJoined(entry.id, entry.patient_id))
    return entry


def end_waiting(entry: WaitlistEntry, *, reason: str = "") -> None:
    """What waited waits no more, and nothing was booked for it."""
    appointment = entry.appointment
    move(appointment, Appointment.Status.CANCELLED, transitions=Appointment.TRANSITIONS)
    appointment.cancellation_reason = reason
    appointment.save()


def withdraw_offers(entry: WaitlistEntry) -> None:
    """What is offered to somebody who waits no more is taken back, and goes to the next."""
    for offer in entry.offers.filter(status=WaitlistOffer.Status.OPEN):
        move(offer, WaitlistOffer.Status.WITHDRAWN, transitions=WaitlistOffer.TRANSITIONS)
        offer.answered_at = clock.now()
        offer.save()
        start, end = offer.period.lower.isoformat(), offer.period.upper.isoformat()
        announce(TimeFreed(offer.practitioner_id, start, end))


def end_waiting_in_vain() -> int:
    """Take those of the tenant off the list whose own later visit has come or was cancelled, and withdraw
    what is offered to whoever waits no more; how many they were."""
    with translation.override(settings.LANGUAGE_CODE):  # colleagues read it
        reason = _("The visit that was to be had earlier is over or was cancelled")
    waiting = WaitlistEntry.objects.waiting().filter(replaces__isnull=False)
    over = waiting.exclude(
        replaces__status=Appointment.Status.BOOKED, replaces__period_start__gt=clock.now()
    ).select_related("appointment")
    rows = list(over.select_for_update(of=("self",), skip_locked=True).order_by("id")[:200])
    for entry in rows:
        end_waiting(entry, reason=reason)
    gone = WaitlistEntry.objects.filter(offers__status=WaitlistOffer.Status.OPEN)
    for entry in gone.exclude(appointment__status=WAITLIST).distinct():
        withdraw_offers(entry)
    return len(rows)


def waiting_list(actor: Actor) -> QuerySet[WaitlistEntry]:
    """Who waits, in the order in which they would be asked if a time suited all of them alike."""
    found: QuerySet[WaitlistEntry] = scoped(WaitlistEntry, actor).waiting()  # type: ignore[attr-defined]
    return (
        found.select_related("patient", "appointment__service", "practitioner", "location", "replaces")
        .defer(
            "patient__resource", "appointment__resource", "practitioner__resource", "location__resource",
            "replaces__resource", "appointment__service__resource",
        )
        .order_by("-priority", "joined_at", "id")
    )  # fmt: skip


def _require_to_come(visit: Appointment, patient: Patient) -> None:
    start = visit.starts_at
    is_to_come = visit.status == Appointment.Status.BOOKED and start is not None and start > clock.now()
    if visit.patient_id != patient.id or not is_to_come:
        raise NothingToReplace
