"""What patients answered before the visit: kept in the chart, read by a clinician who says so."""

from django.db.models import QuerySet

from osler.clinic.intake.errors import ResponseReviewed
from osler.clinic.intake.models import Proposal, QuestionnaireResponse
from osler.clinic.intake.reading import Said
from osler.clinic.patients.models import Patient
from osler.clinic.records.authorship import author_id
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.kernel import clock
from osler.kernel.constraints import refusals


def keep_response(proposal: Proposal, patient: Patient, said: Said) -> QuestionnaireResponse:
    """Put the answers into the chart as they were given."""
    response = QuestionnaireResponse(
        patient=patient,
        organization_id=proposal.organization_id,
        proposal_id=proposal.id,
        authored_at=proposal.submitted_at or clock.now(),
        language=proposal.language,
        author_name=said.guardian.get("name", "") or str(patient),
    )
    response.items = said.items
    with refusals():
        response.save(force_insert=True)
    return response


def review_response(
    response: QuestionnaireResponse, *, version: int | None, actor: Actor
) -> QuestionnaireResponse:
    """A clinician has read it."""
    decide(actor, "review", response)
    response.require_version(version)
    if response.reviewed_at is not None:
        raise ResponseReviewed
    response.reviewed_at, response.reviewer_id = clock.now(), author_id(actor)
    response.save()
    return response


def responses_of(patient: Patient, *, actor: Actor) -> QuerySet[QuestionnaireResponse]:
    """What a patient answered, the newest first."""
    rows = scoped(QuestionnaireResponse, actor).filter(patient=patient)
    return rows.select_related("reviewer").order_by("-authored_at", "-id")


def unread_responses(*, actor: Actor) -> QuerySet[QuestionnaireResponse]:
    """Answers that no clinician has read, the oldest first."""
    rows = scoped(QuestionnaireResponse, actor, "review").filter(reviewed_at=None)
    return (
        rows.select_related("patient")
        .defer("items_sealed", "patient__resource")
        .order_by("authored_at", "id")
    )
