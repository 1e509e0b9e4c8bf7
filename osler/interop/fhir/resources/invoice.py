"""Invoice: the document as it was issued, whatever its parties are called today; read here."""

import re
from typing import Any

from django.db.models import Prefetch, QuerySet

from osler.clinic.billing.invoices.parties import parties_of
from osler.clinic.billing.models import Invoice, InvoiceLine
from osler.interop.fhir.elements import Code, Json, Told
from osler.interop.fhir.parameters import FALSE, Condition, Instant, Token
from osler.interop.fhir.resources import chart
from osler.interop.fhir.resources.money import money, service
from osler.interop.fhir.tables import Resource

NUMBER = "urn:osler:invoice-number"
COVERAGE = "urn:osler:coverage"
CREDITS = "urn:osler:credits"
KIND = "urn:osler:invoice-type"
_LABEL = re.compile(r"([A-Z]{1,8})-(\d{1,9})").fullmatch


class Label(Token):
    """`identifier`: the number as printed, INV-000001."""

    def one(self, resource_type: str, value: str) -> Condition:
        system, bar, code = value.rpartition("|")
        label = _LABEL(code)
        if label is None or (bar and system != NUMBER):
            return FALSE
        return Condition("t.series = %s AND t.number = %s", (label[1], int(label[2])))


def number(row: Invoice) -> list[Json]:
    """The number as printed."""
    return [{"system": NUMBER, "value": row.label}] if row.number else []


def kind(row: Invoice) -> Json:
    """Whether it is a credit note."""
    code, words = ("credit-note", "Credit note") if row.credits_id else ("invoice", "Invoice")
    return {"coding": [{"system": KIND, "code": code, "display": words}], "text": words}


def beside(row: Invoice) -> list[Json]:
    """What R4 has no element for: the insurance that is asked, and what a credit note credits."""
    found = []
    if row.coverage_id:
        payer = {"reference": f"Coverage/{row.coverage_id}", "display": parties_of(row)["payer"]}
        found.append({"url": COVERAGE, "valueReference": payer})
    if row.credits:
        credited = {"reference": f"Invoice/{row.credits_id}", "display": row.credits.label}
        found.append({"url": CREDITS, "valueReference": credited})
    return found


def patient(row: Invoice) -> Json:
    """Whose services they are, by the name on the paper."""
    return {"reference": f"Patient/{row.patient_id}", "display": parties_of(row)["patient"]["name"]}


def issuer(row: Invoice) -> Json:
    """The clinic, by the name on the paper."""
    return {"reference": f"Organization/{row.organization_id}", "display": parties_of(row)["clinic"]["name"]}


def item(line: InvoiceLine) -> Json:
    """One line: the charge by the words on the paper, or the words alone."""
    price: Json = {"type": "base", "amount": money(line.amount)}
    if line.quantity != 1:
        price["factor"] = line.quantity
    said: Json = {"sequence": line.position, "priceComponent": [price]}
    if line.charge_id:
        words = f"{line.code} {line.description}".strip()
        said["chargeItemReference"] = {"reference": f"ChargeItem/{line.charge_id}", "display": words}
    else:
        said["chargeItemCodeableConcept"] = service(line.code, line.description)
    return said


def terms(row: Invoice) -> str:
    """By when it is to be paid."""
    return f"Due {row.due_on.isoformat()}" if row.due_on and not row.credits_id else ""


class InvoiceResource(Resource):
    type, model = "Invoice", Invoice
    right = "print"
    takes = False
    is_live = True
    elements = (
        Told("extension", beside),
        Told("identifier", number),
        Code("status", "status"),
        Told("type", kind),
        Told("subject", patient),
        Told("recipient", patient),
        Told("date", lambda row: row.issued_on.isoformat() if row.issued_on else ""),
        Told("issuer", issuer),
        Told("lineItem", lambda row: [item(line) for line in row.lines.all()]),
        Told("totalNet", lambda row: money(row.total_amount)),
        Told("totalGross", lambda row: money(row.total_amount)),
        Told("paymentTerms", terms),
        Told("note", lambda row: [{"text": row.note}] if row.note else []),
    )
    search = (
        *chart.patient_parameters(),
        chart.status_parameter(),
        Instant("date", "issued_on", paths=["date"], day=True),
        Label("identifier"),
    )

    @classmethod
    def rows(cls) -> QuerySet[Any]:
        lines = Prefetch("lines", InvoiceLine.objects.order_by("position"))
        return Invoice.objects.select_related("patient", "coverage__payer", "credits").prefetch_related(lines)
