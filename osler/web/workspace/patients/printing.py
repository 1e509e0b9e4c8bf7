"""Paper: the slip that a patient takes along, and labels for the folder."""

from uuid import UUID

import segno
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from osler.clinic.patients.models import Patient
from osler.clinic.patients.photos import shown_photo
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.policy import may, scoped
from osler.foundation.access.roles import STAFF
from osler.foundation.access.routes import allow
from osler.foundation.directory.models import Organization
from osler.kernel import clock
from osler.web.workspace.acting import actor_of
from osler.web.workspace.patients.banner import banner_of
from osler.web.workspace.patients.reading import open_patient

LABELS = 12


@allow(*STAFF, reads="Patient", methods=("GET",))
def slip(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """One page: who, when next, where to call."""
    patient = open_patient(request, patient_id, detail="slip printed")
    return render(request, "workspace/patients/slip.html", _context(request, patient))


@allow(*STAFF, reads="Patient", methods=("GET",))
def label(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """A sheet of labels with name, birth date, sex, MRN and a code for the scanner."""
    patient = open_patient(request, patient_id, detail="labels printed")
    context = _context(request, patient) | {"places": range(LABELS)}
    return render(request, "workspace/patients/label.html", context)


@allow(*STAFF, reads="Patient", methods=("GET",))
def wristband(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """One band for the wrist: who it is, and the code that opens the chart."""
    patient = open_patient(request, patient_id, detail="wristband printed")
    context = _context(request, patient)
    shown = shown_photo(patient, actor=actor_of(request)) if request.GET.get("photo") else None
    return render(request, "workspace/patients/wristband.html", context | {"shown": shown})


def _context(request: HttpRequest, patient: Patient) -> dict[str, object]:
    actor = actor_of(request)
    coming = (
        scoped(Appointment, actor)
        .filter(patient=patient, status=Appointment.Status.BOOKED, period_start__gte=clock.now())
        .select_related("practitioner", "location", "service")
        .order_by("period_start")[:5]
        if may(actor, "read", Appointment)
        else []
    )
    return {
        "patient": patient,
        "banner": banner_of(patient, actor=actor),
        "coming": list(coming),
        "organization": scoped(Organization, actor).filter(id=F("organization_id")).first(),
        "code": _code(patient.mrn),
        "printed_at": clock.now(),
    }


def _code(mrn: str) -> str:
    drawing = segno.make(mrn, error="m", micro=False).svg_inline(scale=2, border=0, omitsize=True)
    return mark_safe(drawing)  # noqa: S308 - drawn by segno out of digits
