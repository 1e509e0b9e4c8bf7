"""RelatedPerson."""

from datetime import date
from typing import ClassVar

from osler.clinic.patients.models import RelatedPerson
from osler.interop.fhir.concepts import codings_of
from osler.interop.fhir.elements import Code, Element, Json, Switch, Values, put
from osler.interop.fhir.parameters import Text
from osler.interop.fhir.people import Address, FullName, Telecom
from osler.interop.fhir.resources import chart
from osler.interop.fhir.tables import Resource

WHOLE, EARLIEST = len("2001-02-03"), 1850


class Relationship(Element):
    """What the person is to the patient, in words."""

    columns = ("relationship",)

    def read(self, resource: Json) -> Values:
        first: Json = next(iter(resource.get("relationship") or ()), {})
        words = first.get("text") or next(
            (coding.get("display") or coding.get("code", "") for coding in codings_of(first)), ""
        )
        return (self.fit(0, words, cut=True),)

    def write(self, resource: Json, values: Values) -> None:
        put(resource, "relationship", [{"text": values[0]}] if values[0] else [])


class BirthDay(Element):
    """A whole date; a year or a month alone stays in the text, and no column says more than was said."""

    columns = ("birth_date",)

    def read(self, resource: Json) -> Values:
        text = resource.get("birthDate")
        day = date.fromisoformat(text) if isinstance(text, str) and len(text) == WHOLE else None
        return (day if day is not None and day.year >= EARLIEST else None,)

    def write(self, resource: Json, values: Values) -> None:
        known = resource.get("birthDate")
        if values[0] is not None or (isinstance(known, str) and len(known) == WHOLE):
            put(resource, "birthDate", values[0].isoformat() if values[0] else "")


class RelatedPersonResource(Resource):
    type, model = "RelatedPerson", RelatedPerson
    profiles = (f"{chart.US_CORE}relatedperson",)
    elements = (
        chart.subject("patient"),
        FullName("name"),
        Relationship(),
        Telecom("phone", "phone"),
        Telecom("email", "email"),
        BirthDay(),
        Code("gender", "gender"),
        Address(),
        Switch("active", "active", default=True),
    )
    search = (
        *chart.patient_parameters("patient"),
        Text("name", "name"),
        chart.identifier_parameter(),
    )
    writes: ClassVar = {"create": ("amend",), "update": ("amend",)}
