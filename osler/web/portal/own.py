"""What every portal page begins with: the patient acted for, and the guard of its routes."""

from collections.abc import Callable

from django.http import HttpRequest

from osler.clinic.patients.models import Patient
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import View, allow
from osler.kernel.errors import Missing


def own(reads: str = "Patient", methods: tuple[str, ...] = ("GET", "POST")) -> Callable[[View], View]:
    """Routes for patients and proxies."""
    return allow(Role.PATIENT, Role.PROXY, reads=reads, methods=methods)


def own_patient(request: HttpRequest) -> Patient:
    """The patient whom the portal user acts for."""
    actor = request.actor  # type: ignore[attr-defined]
    patient = scoped(Patient, actor).filter(pk=actor.patient_id).first()
    if patient is None:
        raise Missing
    return patient
