"""Practitioner."""

from typing import ClassVar

from osler.foundation.directory.models import Practitioner
from osler.interop.fhir.elements import Code, Switch
from osler.interop.fhir.parameters import Text, Token
from osler.interop.fhir.people import Identified, Name
from osler.interop.fhir.resources import chart
from osler.interop.fhir.tables import Resource
from osler.kernel.coding import NPI


class PractitionerResource(Resource):
    type, model = "Practitioner", Practitioner
    patient = ""
    required = ()
    profiles = (f"{chart.US_CORE}practitioner",)
    elements = (
        Switch("active", "active", default=True),
        Name("given", "family", "suffix", "prefix"),
        Code("gender", "gender", default="unknown"),
        Identified(NPI, "npi", 10),
    )
    search = (
        Text("name", "given", "family", "suffix", "prefix"),
        Text("family", "family", paths=["name.family"]),
        Text("given", "given", paths=["name.given"]),
        Token("identifier", "npi", NPI),
    )
    writes: ClassVar = {"create": ("edit",), "update": ("edit",)}
