"""Follow-ups: what the physician wants to see again, and when; due until it is booked."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet

from osler.clinic.records.authorship import author_id
from osler.clinic.records.encounters.visit import require_open
from osler.clinic.records.errors import DuePassed, OtherPatient
from osler.clinic.records.events import OrderPlaced
from osler.clinic.records.models import Encounter, ServiceRequest
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.directory.models import HealthcareService
from osler.foundation.jobs.outbox import announce
from osler.kernel import clock
from osler.kernel.states import move

SERVICE_SYSTEM = "urn:osler:healthcareservice"  # the code is the id of the service


def set_follow_up(
    encounter: Encounter,
    *,
    actor: Actor,
    weeks: int | None = None,
    on: date | None = None,
    service: HealthcareService | None = None,
    note: str = "",
) -> ServiceRequest:
    """Ask for the next visit, in some weeks or on a day; reception books it from the due list."""
    decide(actor, "order", ServiceRequest)
    require_open(encounter)
    due_on = on or (clock.today() + timedelta(weeks=weeks) if weeks else None)
    if due_on is None or due_on <= clock.today():
        raise DuePassed(field="weeks")
    order = ServiceRequest.objects.create(
        patient_id=encounter.patient_id,
        encounter=encounter,
        requester_id=author_id(actor),
        category=ServiceRequest.Category.FOLLOW_UP,
        system=SERVICE_SYSTEM if service else "",
        code=str(service.id) if service else "",
        display=service.name if service else "Follow-up visit",
        due_on=due_on,
        note=note,
        authored_at=clock.now(),
    )
    announce(OrderPlaced(order.id, order.patient_id))
    return order


def follow_ups_due(*, actor: Actor) -> QuerySet[ServiceRequest]:
    """All that wait to be booked, the most pressing first."""
    return (
        scoped(ServiceRequest, actor)
        .filter(category="follow-up", status="active")
        .select_related("patient", "requester")
        .defer("resource", "patient__resource")
        .order_by("due_on", "id")
    )


def coming_appointments(patient_ids: Sequence[UUID], *, actor: Actor) -> dict[UUID, Appointment]:
    """The next booked appointment of each of these patients."""
    found = (
        scoped(Appointment, actor)
        .filter(patient_id__in=patient_ids, status="booked", period__startswith__gt=clock.now())
        .select_related("practitioner")
        .defer("resource", "practitioner__resource")
        .order_by("patient_id", "period")
        .distinct("patient_id")
    )
    return {row.patient_id: row for row in found}


def book_follow_up(order: ServiceRequest, *, appointment: Appointment, actor: Actor) -> ServiceRequest:
    """This appointment is the follow-up: the order is done."""
    decide(actor, "fulfil", order)
    return complete_follow_up(order, appointment=appointment)


def complete_follow_up(order: ServiceRequest, *, appointment: Appointment) -> ServiceRequest:
    """Tie the appointment to the order and take it off the due list."""
    if appointment.patient_id != order.patient_id:
        raise OtherPatient
    move(order, ServiceRequest.Status.COMPLETED, transitions=ServiceRequest.TRANSITIONS)
    order.appointment = appointment
    order.save()
    return order
