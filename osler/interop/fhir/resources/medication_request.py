"""MedicationRequest."""

from decimal import Decimal
from typing import Any, ClassVar

from osler.clinic.records.medications.prescribing import prescribe_medication, stop_medication
from osler.clinic.records.mistakes.kinds import ERROR
from osler.clinic.records.mistakes.marking import enter_in_error
from osler.clinic.records.models import MedicationRequest
from osler.foundation.access.policy import decide
from osler.interop.fhir.concepts import Concept, codings_of
from osler.interop.fhir.elements import Code, Element, Json, Link, Moment, Values, put
from osler.interop.fhir.parameters import Instant
from osler.interop.fhir.resources import chart
from osler.interop.fhir.resources.observation import plain
from osler.interop.fhir.tables import Resource
from osler.interop.fhir.wishes import Wish, refuse

OVERRIDE_REASON = "urn:osler:override-reason"
LARGEST = Decimal(10) ** 8
MOST_REFILLS = 32767


class Directions(Element):
    """The first dosage instruction: how to take it, and by which route."""

    columns = ("sig", "route")

    def read(self, resource: Json) -> Values:
        first: Any = next(iter(resource.get("dosageInstruction") or ()), {})
        route = first.get("route") or {}
        displays = (coding["display"] for coding in codings_of(route) if "display" in coding)
        words = first.get("text") or first.get("patientInstruction") or ""
        return self.fit(0, words, cut=True), self.fit(1, route.get("text") or next(displays, ""), cut=True)

    def write(self, resource: Json, values: Values) -> None:
        words, route = values
        old: Json = next(iter(resource.get("dosageInstruction") or ()), {})
        rest = (resource.get("dosageInstruction") or [])[1:]
        # Structured timing and dose that came with other words would now contradict them.
        first = {"sequence": old["sequence"]} if "sequence" in old else {}
        put(first, "text", words)
        put(first, "route", {"text": route} if route else None)
        put(resource, "dosageInstruction", [first, *rest] if words or route else rest)


class Supply(Element):
    """How much is dispensed, and how often again."""

    columns = ("quantity", "quantity_unit", "refills")

    def read(self, resource: Json) -> Values:
        dispense = resource.get("dispenseRequest") or {}
        quantity = dispense.get("quantity") or {}
        number = quantity.get("value")
        amount = (
            Decimal(number).quantize(Decimal("0.01")) if number is not None and 0 < number < LARGEST else None
        )
        refills = dispense.get("numberOfRepeatsAllowed")
        unit = self.fit(1, quantity.get("unit") or quantity.get("code"), cut=True)
        return (amount or None), unit, refills if refills is None or refills <= MOST_REFILLS else None

    def write(self, resource: Json, values: Values) -> None:
        amount, unit, refills = values
        dispense = dict(resource.get("dispenseRequest") or {})
        quantity = (
            {"value": plain(amount), **({"unit": unit} if unit else {})} if amount is not None else None
        )
        put(dispense, "quantity", quantity)
        put(dispense, "numberOfRepeatsAllowed", refills)
        put(resource, "dispenseRequest", dispense)


def prescription_from_fhir(wish: Wish) -> None:
    """Prescribe; an alert refuses it until a DetectedIssue of the resource says why it is prescribed."""
    draft = wish.row
    if draft.status != "active":
        refuse("a new prescription is active; it is ended by an update", "status")
    prescribe_medication(
        wish.encounter,
        drug=draft.code or draft.display,
        sig=draft.sig,
        quantity=draft.quantity,
        refills=draft.refills,
        override_reason=override_reason(wish.body),
        draft=draft,
        actor=wish.actor,
    )


def override_reason(body: Json) -> str:
    """The coded mitigation of a contained DetectedIssue."""
    for issue in body.get("contained") or ():
        if issue.get("resourceType") == "DetectedIssue":
            for mitigation in issue.get("mitigation") or ():
                for coding in codings_of(mitigation.get("action")):
                    if coding.get("system") == OVERRIDE_REASON:
                        return str(coding.get("code") or "")
    return ""


def prescription_changed(wish: Wish) -> None:
    """Stop it, mark it as wrong, or say more; what was prescribed, and how, is never rewritten."""
    wish.keep("medicationCodeableConcept", "system", "code")
    wish.keep("dosageInstruction", "sig", "route")
    wish.keep("dispenseRequest", "quantity", "quantity_unit", "refills")
    wish.keep("requester", "requester_id")
    status = wish.columns["status"]
    if status == "stopped" != wish.row.status:
        reason = wish.words_of("statusReason")[:300]
        stop_medication(wish.fill("status"), reason=reason, actor=wish.actor)
        return
    if status == ERROR != wish.row.status:
        enter_in_error(wish.fill("status"), actor=wish.actor)
        return
    if status == "active" and wish.row.status == "draft":
        refuse("a draft is prescribed anew, so that it is checked", "status")
    decide(wish.actor, "prescribe", wish.row)
    chart.entry_changed(wish)


class MedicationRequestResource(Resource):
    type, model = "MedicationRequest", MedicationRequest
    profiles = (f"{chart.US_CORE}medicationrequest",)
    elements = (
        chart.subject(),
        chart.encounter(),
        Code("status", "status"),
        Code("intent", "intent"),
        Concept("medicationCodeableConcept"),
        Link("requester", "requester", "Practitioner"),
        Moment("authored_at", "authoredOn"),
        Directions(),
        Supply(),
    )
    search = (
        *chart.patient_parameters(),
        chart.encounter_parameter(),
        chart.status_parameter(),
        chart.status_parameter("intent", "intent"),
        chart.code_parameter("code", "medicationCodeableConcept"),
        Instant("authoredon", "authored_at", paths=["authoredOn"]),
        chart.identifier_parameter(),
    )
    writes: ClassVar = {"create": ("prescribe",), "update": ("prescribe", "stop")}
    create, update = prescription_from_fhir, prescription_changed
    places: ClassVar = {
        "words": "medicationCodeableConcept",
        "override_reason": "contained",
        "author": "requester",
    }
