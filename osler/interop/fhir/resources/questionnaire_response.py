"""QuestionnaireResponse: what a patient answered before a visit, questions and all, out of the vault."""

from typing import Any

from osler.clinic.intake.models import QuestionnaireResponse
from osler.foundation.vault.sealing import CannotOpen
from osler.interop.fhir.elements import Json, Moment, Told
from osler.interop.fhir.parameters import Constant, Instant
from osler.interop.fhir.resources import chart
from osler.interop.fhir.resources.sealed import DAMAGED
from osler.interop.fhir.tables import Resource


def items(row: QuestionnaireResponse) -> list[Json]:
    """Each question with its answers; that they cannot be opened is said in their place."""
    try:
        asked = row.items
    except CannotOpen:
        return [{"linkId": "answers", **DAMAGED}]
    return [
        {
            "linkId": item["link_id"],
            "text": item["text"],
            "answer": [{"valueString": answer} for answer in item["answers"]],
        }
        for item in asked
    ]


class QuestionnaireResponseResource(Resource):
    type, model = "QuestionnaireResponse", QuestionnaireResponse
    takes = False
    is_live = True
    elements = (
        Told("status", lambda row: "completed"),
        chart.subject(),
        Moment("authored_at", "authored"),
        Told("author", lambda row: {"display": row.author_name} if row.author_name else None),
        Told("source", lambda row: {"reference": f"Patient/{row.patient_id}"}),
        Told("item", items),
    )
    search = (
        *chart.patient_parameters(),
        Constant("status", "completed"),
        Instant("authored", "authored_at", paths=["authored"]),
        chart.identifier_parameter(),
    )

    @classmethod
    def rows(cls) -> Any:
        return QuestionnaireResponse.objects.all()
