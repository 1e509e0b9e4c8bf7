"""Location."""

from typing import ClassVar

from osler.foundation.directory.models import Location
from osler.interop.fhir.concepts import FixedConcept
from osler.interop.fhir.elements import Code, Link, Words
from osler.interop.fhir.parameters import Text
from osler.interop.fhir.people import Address, Telecom
from osler.interop.fhir.resources import chart
from osler.interop.fhir.tables import Resource

PHYSICAL_TYPE = "http://terminology.hl7.org/CodeSystem/location-physical-type"


class LocationResource(Resource):
    type, model = "Location", Location
    patient = ""
    required = ("name",)
    profiles = (f"{chart.US_CORE}location",)
    elements = (
        Code("status", "status", default="active"),
        Words("name", "name"),
        FixedConcept("physicalType", "form", PHYSICAL_TYPE),
        Link("partOf", "part_of", "Location"),
        Telecom("phone", "phone"),
        Address(single=True),
    )
    search = (
        Text("name", "name"),
        Text("address", "line", "city", "state", "postal_code"),
        Text("address-city", "city", paths=["address.city"]),
        Text("address-state", "state", paths=["address.state"]),
        Text("address-postalcode", "postal_code", paths=["address.postalCode"]),
        chart.status_parameter(),
        chart.identifier_parameter(),
    )
    writes: ClassVar = {"create": ("edit",), "update": ("edit",)}
