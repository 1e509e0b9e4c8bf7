"""The portal's first page: the next visit, what needs doing, what is new."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from osler.clinic.billing.ledger.balances import open_balance
from osler.clinic.communication.queries import unread_count
from osler.clinic.patients.models import Patient
from osler.clinic.records.models import DiagnosticReport
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import PORTAL, Role
from osler.foundation.access.routes import allow
from osler.foundation.audit.access import record_access
from osler.foundation.ui.dates import plain_day, plain_time
from osler.foundation.ui.templatetags.ui import money
from osler.kernel import clock
from osler.web.portal.earlier import offers_to
from osler.web.portal.own import actor_of, own

NEW_RESULTS = 3


@dataclass(frozen=True)
class Task:
    """Something for the patient to do."""

    icon: str
    title: str
    detail: str
    url: str


def upcoming(actor: Actor) -> list[Appointment]:
    """Visits to come, the next one first."""
    held = scoped(Appointment, actor).filter(status__in=["booked", "arrived", "checked-in"])
    return list(
        held.filter(period__endswith__gt=clock.now())
        .select_related("service", "practitioner", "location")
        .order_by("period__startswith")
    )


def tasks(patient: Patient, actor: Actor) -> list[Task]:
    """What needs doing, the most pressing first."""
    found = []
    for offer, url in offers_to(actor):
        when = f"{plain_day(offer.starts_at, offer.zone)}, {plain_time(offer.starts_at, offer.zone)}"
        found.append(Task("calendar-plus", _("A time is offered to you"), when, url))
    if count := unread_count(actor):
        title = ngettext("%(count)s new message", "%(count)s new messages", count) % {"count": count}
        found.append(
            Task(
                "message-square", title, _("From your clinic"), reverse("portal-messages", args=[patient.id])
            )
        )
    owed = open_balance(patient, actor=actor).owed
    if owed > 0:
        found.append(
            Task("receipt", _("A bill to pay"), money(owed), reverse("portal-bills", args=[patient.id]))
        )
    return found


@allow(*PORTAL, methods=("GET",))
def start(request: HttpRequest) -> HttpResponse:
    """`/portal/`: to one's own pages, or those of the first patient whom one acts for."""
    return redirect("portal-home", actor_of(request).patient_id)


@own(methods=("GET",))
def home(request: HttpRequest, patient: Patient) -> HttpResponse:
    """`/portal/<patient>/`."""
    actor = actor_of(request)
    record_access(Patient, patient=patient.id, entity_id=patient.id, detail="portal home")
    reports = scoped(DiagnosticReport, actor).order_by("-issued_at", "-id")[:NEW_RESULTS]
    visits = upcoming(actor)
    is_proxy = actor.has_role(Role.PROXY)
    return render(
        request,
        "portal/home.html",
        {
            "patient": patient,
            "is_proxy": is_proxy,
            "greeted": actor.name if is_proxy else patient.name_used or patient.given,
            "next_visit": visits[0] if visits else None,
            "tasks": tasks(patient, actor),
            "reports": list(reports),
        },
    )
