"""Trying a deed from a form: a refusal becomes an error beside the field, and nothing is kept."""

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from osler.clinic.records.models import Encounter
from osler.foundation.access.policy import scoped
from osler.foundation.access.same_patient import require_patient
from osler.foundation.audit.access import record_access
from osler.kernel.errors import Denied, Missing, Refusal
from osler.web.workspace.acting import actor_of

Result = TypeVar("Result")


def attempt(form: forms.Form, deed: Callable[[], Result]) -> Result | None:
    """The deed's result, or None with the refusal in the form (`form.refusal` and its errors)."""
    try:
        with transaction.atomic():
            return deed()
    except (Denied, Missing):
        raise
    except Refusal as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, str(refusal))
        form.refusal = refusal  # type: ignore[attr-defined]
        return None


def visit_of(request: HttpRequest, encounter_id: object) -> Encounter:
    """The visit of this page; a form that was opened for another patient is refused (A47)."""
    actor = actor_of(request)
    encounters = scoped(Encounter, actor).select_related("patient", "appointment", "practitioner")
    encounter = get_object_or_404(encounters, id=encounter_id)
    require_patient(request, encounter.patient_id)
    record_access(Encounter, patient=encounter.patient_id, entity_id=encounter.id)
    return encounter
