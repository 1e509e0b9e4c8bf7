"""Coverage: the patient's insurance cards; read here, with the member id out of the vault."""

from typing import Any

from django.db.models import QuerySet

from osler.clinic.insurance.models import Coverage
from osler.interop.fhir.elements import Code, Json, Link, Told
from osler.interop.fhir.parameters import Reference
from osler.interop.fhir.resources import chart
from osler.interop.fhir.resources.money import money
from osler.interop.fhir.resources.sealed import opened
from osler.interop.fhir.tables import Resource

TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
PAYER_NUMBER = "urn:osler:payer-number"


def coded(system: str, code: str) -> Json:
    """A CodeableConcept of HL7's terminology."""
    return {"coding": [{"system": TERMINOLOGY + system, "code": code}]}


def member(row: Coverage) -> list[Json]:
    """The member id as US Core wants it."""
    value = opened(row, "member_id", "value")
    return [{"type": coded("v2-0203", "MB"), **value}] if value else []


def subscriber(row: Coverage) -> Json | None:
    """Whose contract it is: the patient's own, another patient's here, or somebody's close by."""
    if row.relationship == Coverage.Relationship.SELF:
        return {"reference": f"Patient/{row.patient_id}"}
    if row.subscriber_patient_id or row.subscriber_person_id:
        kind, key = (
            ("Patient", row.subscriber_patient_id)
            if row.subscriber_patient_id
            else ("RelatedPerson", row.subscriber_person_id)
        )
        named = {"display": row.subscriber_name} if row.subscriber_name else {}
        return {"reference": f"{kind}/{key}", **named}
    return {"display": row.subscriber_name} if row.subscriber_name else None


def days(row: Coverage) -> Json:
    """First and last day, as far as they are known."""
    ends = {"start": row.first_day, "end": row.last_day}
    return {name: day.isoformat() for name, day in ends.items() if day}


def payor(row: Coverage) -> list[Json]:
    """The insurer, who is no resource of his own here."""
    named: Json = {"type": "Organization", "display": row.payer.name}
    if row.payer.payer_number:
        named["identifier"] = {"system": PAYER_NUMBER, "value": row.payer.payer_number}
    return [named]


def classes(row: Coverage) -> list[Json]:
    """Group and plan."""
    named = (("group", row.group_number), ("plan", row.plan_words))
    return [{"type": coded("coverage-class", kind), "value": value} for kind, value in named if value]


def copay(row: Coverage) -> list[Json]:
    """What the patient pays at each visit."""
    amount = money(row.visit_copay_amount)
    return [{"type": coded("coverage-copay-type", "copay"), "valueMoney": amount}] if amount else []


class CoverageResource(Resource):
    type, model = "Coverage", Coverage
    profiles = (f"{chart.US_CORE}coverage",)
    takes = False
    is_live = True
    elements = (
        Told("identifier", member),
        Code("status", "status"),
        Told("subscriber", subscriber),
        Told("subscriberId", lambda row: opened(row, "member_id", "id").get("id")),
        Told("_subscriberId", lambda row: opened(row, "member_id", "id").get("_id")),
        Link("beneficiary", "patient", "Patient"),
        Told("relationship", lambda row: coded("subscriber-relationship", row.relationship)),
        Told("period", days),
        Told("payor", payor),
        Told("class", classes),
        Told("order", lambda row: row.priority),
        Told("costToBeneficiary", copay),
    )
    search = (
        Reference("patient", "patient_id", ["Patient"], ["beneficiary"]),
        chart.status_parameter(),
        chart.identifier_parameter(),
    )

    @classmethod
    def rows(cls) -> QuerySet[Any]:
        return Coverage.objects.select_related("payer", "plan")
