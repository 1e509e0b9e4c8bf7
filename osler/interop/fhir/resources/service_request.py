"""ServiceRequest."""

from typing import ClassVar

from osler.clinic.records.models import ServiceRequest
from osler.interop.fhir.concepts import Concept, FixedConcept
from osler.interop.fhir.elements import Code, Link, Moment, Note
from osler.interop.fhir.parameters import Instant, Token
from osler.interop.fhir.resources import chart
from osler.interop.fhir.tables import Resource

ORDER_KIND = "urn:osler:order-category"


class ServiceRequestResource(Resource):
    type, model = "ServiceRequest", ServiceRequest
    profiles = (f"{chart.US_CORE}servicerequest",)
    elements = (
        chart.subject(),
        chart.encounter(),
        Code("status", "status"),
        Code("intent", "intent"),
        FixedConcept("category[]", "category", ORDER_KIND),
        Code("priority", "priority", default="routine"),
        Concept("code"),
        Link("requester", "requester", "Practitioner"),
        Moment("authored_at", "authoredOn"),
        Note("note"),
    )
    search = (
        *chart.patient_parameters(),
        chart.encounter_parameter(),
        chart.status_parameter(),
        chart.status_parameter("intent", "intent"),
        Token("category", "category", ORDER_KIND),
        chart.code_parameter(),
        Instant("authored", "authored_at", paths=["authoredOn"]),
        Instant("occurrence", paths=["occurrence"]),
        chart.identifier_parameter(),
    )
    writes: ClassVar = {"create": "order", "update": "order"}
