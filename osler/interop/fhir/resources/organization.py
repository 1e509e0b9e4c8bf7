"""Organization."""

from typing import ClassVar

from osler.foundation.directory.models import Organization
from osler.interop.fhir.elements import Switch, Words
from osler.interop.fhir.parameters import Text, Token
from osler.interop.fhir.people import Address, Identified, Telecom
from osler.interop.fhir.resources import chart
from osler.interop.fhir.tables import Resource
from osler.kernel.coding import NPI


class OrganizationResource(Resource):
    type, model = "Organization", Organization
    patient = ""
    required = ()
    profiles = (f"{chart.US_CORE}organization",)
    elements = (
        Switch("active", "active", default=True),
        Words("name", "name"),
        Identified(NPI, "npi", 10),
        Telecom("phone", "phone"),
        Telecom("email", "email"),
        Address(),
    )
    search = (
        Text("name", "name"),
        Text("address", "line", "city", "state", "postal_code"),
        Token("identifier", "npi", NPI),
    )
    writes: ClassVar = {"create": ("edit",), "update": ("edit",)}
