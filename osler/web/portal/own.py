"""What every page of a patient begins with: the guard of its route, and the patient of its address."""

import functools
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from osler.clinic.patients.models import Patient
from osler.clinic.patients.queries import ids_of
from osler.foundation.access.actors import Actor, load_actor
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import View, allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.audit.context import acting
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

        guarded = allow(Role.PATIENT, Role.PROXY, reads=reads, methods=methods)(of_patient)

        @functools.wraps(guarded)
        def led_on(request: HttpRequest, patient_id: UUID, **rest: Any) -> HttpResponse:
            merged_into = _merged_into(request, patient_id)
            if merged_into is not None:
                return redirect(request.get_full_path().replace(str(patient_id), str(merged_into)))
            return guarded(request, patient_id=patient_id, **rest)

        return led_on

    return declare


def _merged_into(request: HttpRequest, patient_id: UUID) -> UUID | None:
    """Where an address from before a merge leads: to the chart that holds the other's rows by now, if the
    user may act for it."""
    actor = actor_of(request)
    if actor.roles or actor.user_id is None or actor.realm != "portal" or request.method == "POST":
        return None
    found = load_actor(actor.user_id, realm="portal")
    if found is None or not found[0].roles:
        return None
    with acting(found[0]):
        chart = ids_of(patient_id)[0]
    return next((one.patient_id for one in found[0].grants if one.patient_id == chart), None)


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
