"""What is booked for: a patient at the desk, a request out of the portal, or a follow-up due."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from osler.clinic.patients.models import Patient
from osler.clinic.records.models import ServiceRequest
from osler.clinic.records.orders.follow_ups import book_follow_up
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.directory.models import HealthcareService, Practitioner
from osler.kernel.errors import Missing
from osler.web.workspace.patients.reading import followed
from osler.web.workspace.scheduling.filters import read_id
from osler.web.workspace.scheduling.slot_choice import Choices
from osler.web.workspace.scheduling.steps import appointment_of


@dataclass(frozen=True)
class Purpose:
    """For whom, and on whose wish."""

    patient: Patient
    wish: Appointment | None = None
    follow_up: ServiceRequest | None = None
    last: Appointment | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it answers nobody's wish and no order: such a visit can be repeated."""
        return self.wish is None and self.follow_up is None

    @property
    def day(self) -> date | None:
        """The day from which a follow-up is due."""
        return self.follow_up.due_on if self.follow_up else None

    def service(self, choices: Choices) -> HealthcareService | None:
        """The kind of visit: as wished, as last time, or the shortest with a physician that needs no other
        visit before it."""
        wished = self.wish.service_id if self.wish else None
        ordered = read_id(self.follow_up.code) if self.follow_up else None
        before = self.last.service_id if self.last else None
        for key in (wished, ordered, before):
            found = choices.service(str(key)) if key else None
            if found is not None:
                return found
        physician = HealthcareService.Kind.PHYSICIAN
        visits = [one for one in choices.services if one.kind == physician]
        return min(
            visits or choices.services,
            key=lambda one: (one.needs_before_id is not None, one.duration_minutes),
            default=None,
        )

    def practitioner(self, choices: Choices, actor: Actor) -> Practitioner | None:
        """Whom the patient asked for, who ordered it, or who saw the patient last."""
        wished = self.wish.practitioner_id if self.wish else None
        ordered = self.follow_up.requester_id if self.follow_up else None
        before = self.last.practitioner_id if self.last else None
        for key in (wished, ordered, before, actor.practitioner_id):
            found = choices.practitioner(str(key)) if key else None
            if found is not None:
                return found
        return None

    def fulfil(self, booked: Appointment, actor: Actor) -> None:
        """Tie the appointment to the follow-up that it is."""
        if self.follow_up is not None:
            book_follow_up(self.follow_up, appointment=booked, actor=actor)


def purpose_of(request: HttpRequest, actor: Actor) -> Purpose | None:
    """What the address or the form names; None when it names no patient yet."""
    asked, ordered, wanted = (_named(request, name) for name in ("request", "follow_up", "patient"))
    if asked is not None:
        wish = appointment_of(actor, asked, "answer")
        return Purpose(wish.patient, wish=wish, last=_last(wish.patient, actor))
    if ordered is not None:
        due = scoped(ServiceRequest, actor, "fulfil").filter(category="follow-up", status="active")
        order = get_object_or_404(due.select_related("patient"), id=ordered)
        return Purpose(order.patient, follow_up=order, last=_last(order.patient, actor))
    if wanted is None:
        return None
    patient = followed(request, get_object_or_404(scoped(Patient, actor).defer("resource"), id=wanted))
    return Purpose(patient, last=_last(patient, actor))


def _named(request: HttpRequest, name: str) -> UUID | None:
    text = request.POST.get(name) or request.GET.get(name)
    found = read_id(text)
    if text and found is None:
        raise Missing
    return found


def _last(patient: Patient, actor: Actor) -> Appointment | None:
    """The latest visit of the patient that held somebody's time."""
    found = scoped(Appointment, actor).filter(patient=patient, status__in=Appointment.HOLDING)
    return found.order_by("-period_start").only("practitioner_id", "service_id").first()
