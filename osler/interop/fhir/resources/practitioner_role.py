"""PractitionerRole."""

from typing import ClassVar

from osler.foundation.directory.models import PractitionerRole
from osler.interop.fhir.concepts import codings_of
from osler.interop.fhir.elements import Element, Json, Link, Switch, Values, put
from osler.interop.fhir.parameters import Reference, Token
from osler.interop.fhir.resources import chart
from osler.interop.fhir.tables import Resource

NUCC = "http://nucc.org/provider-taxonomy"


class Specialty(Element):
    """The first specialty: NUCC code and words."""

    columns = ("specialty_code", "specialty")

    def read(self, resource: Json) -> Values:
        first: Json = next(iter(resource.get("specialty") or ()), {})
        coding: Json = next(iter(codings_of(first)), {})
        words = first.get("text") or coding.get("display")
        return self.fit(0, coding.get("code")), self.fit(1, words, cut=True)

    def write(self, resource: Json, values: Values) -> None:
        code, words = values
        coding = [{"system": NUCC, "code": code, **({"display": words} if words else {})}] if code else []
        made: Json = {"coding": coding} if coding else {}
        put(made, "text", words)
        put(resource, "specialty", [made] if made else [])


class PractitionerRoleResource(Resource):
    type, model = "PractitionerRole", PractitionerRole
    patient = ""
    required = ("practitioner_id",)
    profiles = (f"{chart.US_CORE}practitionerrole",)
    elements = (
        Link("practitioner", "practitioner", "Practitioner"),
        Link("location[]", "location", "Location"),
        Specialty(),
        Switch("active", "active", default=True),
    )
    search = (
        Reference("practitioner", "practitioner_id", ["Practitioner"]),
        Token("specialty", "specialty_code", NUCC),
        Token("role", paths=["code"]),
        chart.identifier_parameter(),
    )
    writes: ClassVar = {"create": ("edit",), "update": ("edit",)}
