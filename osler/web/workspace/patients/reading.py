"""Fetching the patient that an address names: permitted and recorded in one act."""

from uuid import UUID

from django.http import HttpRequest

from osler.clinic.patients.errors import ChartMerged
from osler.clinic.patients.models import Patient
from osler.foundation.access.policy import scoped
from osler.foundation.audit.access import record_access
from osler.kernel.errors import Missing
from osler.web.workspace.acting import actor_of


def open_patient(request: HttpRequest, patient_id: UUID, *, detail: str, action: str = "read") -> Patient:
    """The patient, if the actor may do this to him; that he was shown is written down."""
    patient = scoped(Patient, actor_of(request), action).filter(id=patient_id).first()
    if patient is None:
        raise Missing
    followed(request, patient)
    record_access(Patient, patient=patient.id, entity_id=patient.id, detail=detail)
    return patient


def followed(request: HttpRequest, patient: Patient) -> Patient:
    """The patient, unless the chart was merged into another: then its addresses lead to that one."""
    if patient.replaced_by_id is not None:
        refusal = ChartMerged()
        path = request.get_full_path() if request.method in ("GET", "HEAD") else f"/patients/{patient.id}/"
        refusal.elsewhere = path.replace(str(patient.id), str(patient.replaced_by_id))
        raise refusal
    return patient
