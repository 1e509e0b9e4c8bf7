"""Encounter."""

from typing import Any, ClassVar

from osler.clinic.records.encounters.visit import (
    OPEN,
    enter_encounter_in_error,
    finish_encounter,
    require_open,
    start_encounter,
)
from osler.clinic.records.errors import OtherPatient
from osler.clinic.records.models import Encounter
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.policy import scoped
from osler.interop.fhir.concepts import CodingCode, Concept, codings_of
from osler.interop.fhir.elements import Code, Element, Json, Link, Span, Values, put
from osler.interop.fhir.parameters import Lasting, Reference, Token
from osler.interop.fhir.resources import chart
from osler.interop.fhir.tables import Resource
from osler.interop.fhir.wishes import Wish, refuse
from osler.kernel.coding import ACT_CODE
from osler.kernel.errors import Missing


class Reason(Element):
    """The first reason, in words."""

    columns = ("reason",)

    def read(self, resource: Json) -> Values:
        first: Any = next(iter(resource.get("reasonCode") or ()), {})
        displays = (coding["display"] for coding in codings_of(first) if "display" in coding)
        return (self.fit(0, first.get("text") or next(displays, ""), cut=True),)

    def write(self, resource: Json, values: Values) -> None:
        rest = (resource.get("reasonCode") or [])[1:]
        put(resource, "reasonCode", [{"text": values[0]}, *rest] if values[0] else rest)


APPOINTMENT = Link("appointment[]", "", "Appointment")
ENDED = ("cancelled", "entered-in-error")


def visit_from_fhir(wish: Wish) -> None:
    """Start a visit, of an appointment if the resource names one of ours."""
    if wish.row.status not in OPEN:
        refuse("a new visit has begun and is not over; it is finished by an update", "status")
    appointment_id = APPOINTMENT.read(wish.body)[0]
    if appointment_id is None:
        start_encounter(wish.row.patient, draft=wish.row, actor=wish.actor)
        return
    appointment = scoped(Appointment, wish.actor).filter(id=appointment_id).first()
    if appointment is None:
        raise Missing(field="appointment")
    if appointment.patient_id != wish.row.patient_id:
        raise OtherPatient(field="subject")
    start_encounter(appointment, draft=wish.row, actor=wish.actor)


def visit_changed(wish: Wish) -> None:
    """Finish the visit, take it back, or say more about one that is open."""
    status = wish.columns["status"]
    if status == wish.row.status or status not in ("finished", *ENDED):
        require_open(wish.row)
        wish.write()
        return
    row = wish.fill("status", "started_at", "finished_at")
    if status == "finished":
        finish_encounter(row, actor=wish.actor)
    elif enter_encounter_in_error(row, actor=wish.actor).status != status:
        refuse("a visit that never began is cancelled, another one was entered in error", "status")


class EncounterResource(Resource):
    type, model = "Encounter", Encounter
    profiles = (f"{chart.US_CORE}encounter",)
    elements = (
        chart.subject(),
        Code("status", "status"),
        CodingCode("class", "class_code", ACT_CODE),
        Concept("type", many=True),
        Link("participant[].individual", "practitioner", "Practitioner"),
        Link("location[].location", "location", "Location"),
        Reason(),
        Span("started_at", "finished_at", "period"),
    )
    search = (
        *chart.patient_parameters(),
        chart.status_parameter(),
        Token("class", "class_code", ACT_CODE),
        chart.code_parameter("type", "type"),
        Lasting("date", "started_at", "finished_at", paths=["period"], long="is_long"),
        Reference("location", "location_id", ["Location"], ["location.location"]),
        Reference("practitioner", "practitioner_id", ["Practitioner"], ["participant.individual"]),
        chart.identifier_parameter(),
    )
    writes: ClassVar = {"create": ("start",), "update": ("finish",)}
    create, update = visit_from_fhir, visit_changed
