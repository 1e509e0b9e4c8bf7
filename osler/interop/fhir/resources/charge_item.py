"""ChargeItem: what arose from visits and tests; read here."""

from typing import Any

from osler.clinic.billing.models import ChargeItem
from osler.interop.fhir.elements import Code, Json, Link, Told
from osler.interop.fhir.parameters import Instant, Token
from osler.interop.fhir.resources import chart
from osler.interop.fhir.resources.money import money, service
from osler.interop.fhir.tables import Resource


def performed_by(row: ChargeItem) -> list[Json]:
    """Who gave the service."""
    found = row.performer_id
    return [{"actor": {"reference": f"Practitioner/{found}"}}] if found else []


def remark(row: ChargeItem) -> list[dict[str, Any]]:
    """Why it is not billed."""
    return [{"text": row.status_reason}] if row.status_reason else []


class ChargeItemResource(Resource):
    type, model = "ChargeItem", ChargeItem
    takes = False
    is_live = True
    elements = (
        Code("status", "status"),
        Told("code", lambda row: service(row.code, row.description)),
        chart.subject(),
        Link("context", "encounter", "Encounter"),
        Told("occurrenceDateTime", lambda row: row.occurred_on.isoformat()),
        Told("performer", performed_by),
        Told("quantity", lambda row: {"value": row.quantity}),
        Told("priceOverride", lambda row: money(row.amount)),
        Told("enteredDate", lambda row: row.created_at.isoformat()),
        Told("note", remark),
    )
    search = (
        *chart.patient_parameters(),
        Token("code", "code", paths=["code"]),
        Instant("occurrence", "occurred_on", paths=["occurrence"], day=True),
        chart.identifier_parameter(),
    )
