"""What patients reported: confirmed by who has asked, and their answers read."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from osler.clinic.intake.models import QuestionnaireResponse
from osler.clinic.intake.responses import review_response
from osler.clinic.records.models import AllergyIntolerance, Condition
from osler.clinic.records.reported import confirm_allergy, confirm_problem
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.seen_version import seen_version
from osler.foundation.ui.notices import notify
from osler.web.workspace.acting import actor_of
from osler.web.workspace.records.entries import answer, subject


@allow(Role.NURSE, Role.PHYSICIAN, reads="AllergyIntolerance", methods=("POST",))
def allergy(request: HttpRequest, row_id: UUID) -> HttpResponse:
    """The patient was asked, and it is so."""
    row = get_object_or_404(scoped(AllergyIntolerance, actor_of(request), "record"), id=row_id)
    patient, visit = subject(request, row.patient_id)
    confirm_allergy(row, version=seen_version(request), actor=actor_of(request))
    notify(request, _("Confirmed."))
    return answer(request, patient, key="allergies", visit=visit)


@allow(Role.PHYSICIAN, reads="Condition", methods=("POST",))
def problem(request: HttpRequest, row_id: UUID) -> HttpResponse:
    """The patient was asked, and it is so."""
    row = get_object_or_404(scoped(Condition, actor_of(request), "diagnose"), id=row_id)
    patient, visit = subject(request, row.patient_id)
    confirm_problem(row, version=seen_version(request), actor=actor_of(request))
    notify(request, _("Confirmed."))
    return answer(request, patient, key="problems", visit=visit)


@allow(Role.NURSE, Role.PHYSICIAN, reads="QuestionnaireResponse", methods=("POST",))
def review(request: HttpRequest, response_id: UUID) -> HttpResponse:
    """A clinician has read what the patient answered."""
    row = get_object_or_404(scoped(QuestionnaireResponse, actor_of(request), "review"), id=response_id)
    patient, visit = subject(request, row.patient_id)
    review_response(row, version=seen_version(request), actor=actor_of(request))
    notify(request, _("Marked as read."))
    return answer(request, patient, key="answers", visit=visit)
