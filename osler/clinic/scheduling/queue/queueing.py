"""Who comes to wait: a booked visit that has arrived, a patient without appointment; and how urgent it is.

A walk-in is an appointment that has begun to wait: it flows into board, visit, charges and portal as any
other. It holds nobody's time until somebody takes it, and then a lane of its own (decision 33).
"""

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.calendars.availability import Slot
from osler.clinic.scheduling.errors import PriorityReasonNeeded, QueueClosed, QueuedAlready
from osler.clinic.scheduling.events import PatientArrived
from osler.clinic.scheduling.models import Appointment, Queue, QueueEntry, QueueMember
from osler.clinic.scheduling.wall_time import set_period
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.foundation.directory.models import HealthcareService
from osler.foundation.jobs.outbox import announce
from osler.kernel import clock
from osler.kernel.constraints import refusals
from osler.kernel.states import ImpossibleMove, move

Priority = QueueEntry.Priority
WALK_IN = "walk-in"
WALK_IN_MINUTES = 20
GRACE = timedelta(minutes=10)
"""Who comes later than this waits from when he came, not from the time he was given."""


def take_in_walk_in(  # noqa: PLR0913  the parts of a visit
    patient: Patient,
    *,
    queue: Queue,
    service: HealthcareService | None = None,
    reason: str = "",
    priority: int = Priority.WALK_IN,
    priority_reason: str = "",
    actor: Actor,
) -> QueueEntry:
    """Take in a patient who has no appointment: a visit that has arrived, and a number in a queue.

    QueuedAlready if he waits in this queue; what cannot wait says why (PriorityReasonNeeded).
    """
    if not queue.active:
        raise QueueClosed
    now, site = clock.now(), queue.site
    minutes = service.duration_minutes if service else WALK_IN_MINUTES
    appointment = Appointment(
        patient=patient,
        organization_id=patient.organization_id,
        location=site,
        service=service,
        reason=reason,
        status=Appointment.Status.ARRIVED,
        arrived_at=now,
        is_walk_in=True,
    )
    decide(actor, "book", appointment)
    decide(actor, "check-in", appointment)
    day = clock.today(ZoneInfo(site.zone))
    with refusals():
        number = _next_number(queue, day)
        waiting = QueueEntry.objects.waiting()  # type: ignore[attr-defined]
        if waiting.filter(queue=queue, patient=patient, day=day).exists():
            raise QueuedAlready
        set_period(appointment, now, end=now + timedelta(minutes=minutes), zone=site.zone)
        appointment.save()
        entry = _new_entry(appointment, queue, day, number)
        _rank(entry, priority, priority_reason)
        entry.save(force_insert=True)
    announce(PatientArrived(appointment.id, patient.id))
    return entry


def take_back_walk_in(entry: QueueEntry, *, version: int | None = None, actor: Actor) -> QueueEntry:
    """The patient was taken in by mistake. Nobody is told, for nothing had been agreed on."""
    appointment = entry.appointment
    decide(actor, "cancel", appointment)
    entry.require_version(version)
    if not appointment.is_walk_in or appointment.status != Appointment.Status.ARRIVED:
        raise ImpossibleMove
    move(appointment, Appointment.Status.CANCELLED, transitions=Appointment.TRANSITIONS)
    appointment.save()
    return entry


def enter_queue(appointment: Appointment) -> QueueEntry | None:
    """Let a visit that has arrived wait in the queue that it belongs to, if its site has one; who comes back
    on the same day keeps his number."""
    queue = queue_of(appointment)
    if queue is None:
        return None
    day = clock.today(ZoneInfo(appointment.zone or queue.site.zone))
    entry = QueueEntry.objects.filter(appointment=appointment, day=day).first()
    if entry is None:
        with refusals():
            entry = _new_entry(appointment, queue, day, _next_number(queue, day))
            entry.save(force_insert=True)
    else:
        entry.waits_from, entry.unanswered = _waits_from(appointment, entry.priority), 0
        entry.save()
    return entry


def queue_of(appointment: Appointment) -> Queue | None:
    """The queue of the visit's site that names its clinician, else its service, else one that names nobody;
    of several the first by letter."""
    members = QueueMember.objects.filter(queue=OuterRef("pk"), active=True)
    found = Queue.objects.filter(site=appointment.location_id, active=True).annotate(
        by_clinician=Exists(members.filter(practitioner=appointment.practitioner_id)),
        by_service=Exists(members.filter(service=appointment.service_id)),
        is_anybodys=~Exists(members),
    )
    found = found.filter(Q(by_clinician=True) | Q(by_service=True) | Q(is_anybodys=True))
    return found.select_related("site").order_by("-by_clinician", "-by_service", "letter").first()


def set_priority(
    entry: QueueEntry, *, priority: int, reason: str, version: int | None = None, actor: Actor
) -> QueueEntry:
    """Say how urgent it is; what is neither an emergency nor urgent waits as it came. Each change has its
    reason (PriorityReasonNeeded), and the history keeps them."""
    decide(actor, "prioritize", entry)
    entry.require_version(version)
    if not reason.strip():
        raise PriorityReasonNeeded
    _rank(entry, priority, reason)
    with refusals():
        entry.save()
    return entry


def slot_from_now(appointment: Appointment, practitioner_id: UUID, room_id: UUID | None = None) -> Slot:
    """The time that a walk-in takes of a clinician who begins with him now, as long as he was expected to."""
    now, length = clock.now(), appointment.period.upper - appointment.period.lower
    return Slot(
        practitioner_id=practitioner_id,
        location_id=appointment.location_id,
        start=now,
        end=now + length,
        zone=appointment.zone,
        room_id=room_id or appointment.room_id,
    )


def _new_entry(appointment: Appointment, queue: Queue, day: date, number: int) -> QueueEntry:
    priority = _ordinary(appointment)
    return QueueEntry(
        appointment=appointment,
        patient_id=appointment.patient_id,
        queue=queue,
        site=queue.site,
        day=day,
        letter=queue.letter,
        number=number,
        priority=priority,
        waits_from=_waits_from(appointment, priority),
    )


def _rank(entry: QueueEntry, priority: int, reason: str) -> None:
    is_ahead = priority in QueueEntry.AHEAD
    if is_ahead and not reason.strip():
        raise PriorityReasonNeeded
    entry.priority = Priority(priority) if is_ahead else _ordinary(entry.appointment)
    entry.priority_reason = reason.strip()[:200]
    entry.waits_from = _waits_from(entry.appointment, entry.priority)


def _ordinary(appointment: Appointment) -> int:
    return Priority.WALK_IN if appointment.is_walk_in else Priority.APPOINTMENT


def _waits_from(appointment: Appointment, priority: int) -> datetime:
    """Since when somebody's waiting counts: his appointed time, if he came for it, else when he came."""
    came = appointment.arrived_at or clock.now()
    if priority != Priority.APPOINTMENT or appointment.period is None:
        return came
    start: datetime = appointment.period.lower
    return start if came <= start + GRACE else came


def _next_number(queue: Queue, day: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT scheduling_next_number(%s, %s, %s)", [queue.site_id, day, queue.letter])
        (number,) = cursor.fetchone() or (1,)
    return int(number)
