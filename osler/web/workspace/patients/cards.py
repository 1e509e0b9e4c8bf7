"""A card laid before the reader: its pictures are sent, its words come back as proposals for a form."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from osler.clinic.insurance.models import Payer
from osler.clinic.intake.card_reading import (
    Sides,
    ask_reading,
    proposed_identity,
    proposed_insurance,
    sides_of,
    taken,
)
from osler.clinic.intake.models import CardReading
from osler.clinic.patients.documents.proposing import Proposed
from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.audit.access import record_access
from osler.foundation.files.errors import PhotoUnfit
from osler.foundation.files.pictures import LARGEST
from osler.foundation.files.reading import can_read, can_read_barcodes
from osler.foundation.ui.notices import notify
from osler.foundation.ui.pictures import picture_response
from osler.kernel import clock
from osler.kernel.errors import Missing
from osler.web.workspace.acting import actor_of

OFFICE = (Role.RECEPTION, Role.BILLING)
REGISTRARS = (Role.RECEPTION, Role.NURSE)
SIDES = ("front", "back")


@dataclass(frozen=True)
class Panel:
    """What stands beside the form: how to lay a card before the reader, and what it has found."""

    sides: Sides
    proposed: list[Proposed]
    read_url: str
    page_url: str
    live_url: str
    patient_id: UUID | None = None
    is_identity: bool = False
    can_read: bool = True
    can_read_barcodes: bool = True

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        """What was accepted, for the form."""
        return taken(self.proposed, request.GET.getlist("take")[:20])


def insurance_panel(patient: Patient, *, payers: Iterable[Payer], actor: Actor) -> Panel:
    """The reader beside the form of an insurance."""
    sides = sides_of(patient.id, kind=CardReading.Kind.INSURANCE, actor=actor)
    return Panel(
        sides,
        proposed_insurance(sides, payers=payers) if sides.readings else [],
        read_url=reverse("coverage-read", args=[patient.id]),
        page_url=reverse("coverage-new", args=[patient.id]),
        live_url=reverse("coverage-reading", args=[patient.id]),
        patient_id=patient.id,
        can_read=can_read(),
    )


def identity_panel(*, actor: Actor) -> Panel:
    """The reader beside the form of somebody who is not registered yet."""
    sides = sides_of(None, kind=CardReading.Kind.IDENTITY, actor=actor)
    return Panel(
        sides,
        proposed_identity(sides, today=clock.today()),
        read_url=reverse("document-read"),
        page_url=reverse("patient-new"),
        live_url=reverse("document-reading"),
        is_identity=True,
        can_read=can_read(),
        can_read_barcodes=can_read_barcodes(),
    )


@allow(*OFFICE, methods=("POST",))
def insurance_sent(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The pictures of an insurance card."""
    require_patient(request, patient_id)
    if not scoped(Patient, actor_of(request)).filter(id=patient_id).exists():
        raise Missing
    _ask(request, kind=CardReading.Kind.INSURANCE, subject_id=patient_id)
    return redirect("coverage-new", patient_id)


@allow(*OFFICE, reads="CardReading", polls=True, methods=("GET",))
def insurance_reading(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """How far the reader is."""
    actor = actor_of(request)
    patient = get_object_or_404(scoped(Patient, actor), id=patient_id)
    payers = scoped(Payer, actor).filter(active=True).order_by("name")
    return _live(request, lambda: insurance_panel(patient, payers=payers, actor=actor), patient_id)


@allow(*REGISTRARS, methods=("POST",))
def document_sent(request: HttpRequest) -> HttpResponse:
    """The pictures of an identity document of somebody who is not registered yet."""
    _ask(request, kind=CardReading.Kind.IDENTITY, subject_id=None)
    return redirect("patient-new")


@allow(*REGISTRARS, reads="CardReading", polls=True, methods=("GET",))
def document_reading(request: HttpRequest) -> HttpResponse:
    """How far the reader is."""
    return _live(request, lambda: identity_panel(actor=actor_of(request)), None)


@allow(*OFFICE, Role.NURSE, reads="CardReading", methods=("GET",))
def picture(request: HttpRequest, reading_id: UUID) -> HttpResponse:
    """A side as it was sent."""
    found = get_object_or_404(scoped(CardReading, actor_of(request)), id=reading_id)
    record_access(CardReading, entity_id=found.id, detail="card being read")
    return picture_response(found.content, found.content_type, name=f"card-{found.side}")


def _ask(request: HttpRequest, *, kind: str, subject_id: UUID | None) -> None:
    sent = [(side, upload) for side in SIDES if (upload := request.FILES.get(side))]
    try:
        with transaction.atomic():
            if not sent:
                raise PhotoUnfit(_("Please choose a photo of the card."))
            for side, upload in sent:
                content = upload.read(LARGEST + 1)
                ask_reading(content, kind=kind, side=side, subject_id=subject_id, actor=actor_of(request))
    except PhotoUnfit as refusal:
        notify(request, str(refusal), is_failure=True)


def _live(request: HttpRequest, panel_of: Callable[[], Panel], patient_id: UUID | None) -> HttpResponse:
    panel = panel_of()
    record_access(CardReading, patient=patient_id, detail="card being read")
    return render(request, "workspace/patients/card_panel.html", {"panel": panel})
