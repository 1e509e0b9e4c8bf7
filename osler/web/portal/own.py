"""What every page of a patient begins with: the guard of its route, and the patient of its address."""

import functools
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import View, allow
from osler.foundation.access.same_patient import require_patient
from osler.kernel.errors import Missing


def own(reads: str = "Patient", methods: tuple[str, ...] = ("GET", "POST")) -> Callable[[View], View]:
    """Routes for patients and proxies below `/portal/<patient_id>/`; the view is given the patient.

    The address says whose page it is and every form says it again: what was opened for one patient
    changes nothing of another's, whatever else is open in the browser.
    """

    def declare(view: View) -> View:
        @functools.wraps(view)
        def of_patient(request: HttpRequest, patient_id: UUID, **rest: Any) -> HttpResponse:
            patient = own_patient(actor_of(request), patient_id)
            require_patient(request, patient.id)
            return view(request, patient, **rest)

        return allow(Role.PATIENT, Role.PROXY, reads=reads, methods=methods)(of_patient)

    return declare


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a request, typed; acts for the patient of the address."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def own_patient(actor: Actor, patient_id: UUID) -> Patient:
    """The patient of the address, whom the actor acts for."""
    patient = scoped(Patient, actor).filter(pk=patient_id).first()
    if patient is None:
        raise Missing
    return patient
