"""Flag."""

from typing import ClassVar

from osler.clinic.patients.models import Flag
from osler.interop.fhir.concepts import codings_of
from osler.interop.fhir.elements import Code, Element, Json, Values
from osler.interop.fhir.resources import chart
from osler.interop.fhir.tables import Resource


class Alert(Element):
    """What the banner says."""

    columns = ("text",)

    def read(self, resource: Json) -> Values:
        concept = resource.get("code") or {}
        displays = (coding.get("display") or coding.get("code", "") for coding in codings_of(concept))
        return (self.fit(0, concept.get("text") or next(displays, ""), cut=True),)

    def write(self, resource: Json, values: Values) -> None:
        resource["code"] = {"text": values[0]}


class FlagResource(Resource):
    type, model = "Flag", Flag
    elements = (chart.subject(), Code("status", "status"), Alert())
    search = (*chart.patient_parameters(), chart.status_parameter(), chart.identifier_parameter())
    writes: ClassVar = {"create": ("raise",), "update": ("lower",)}
