"""Schedule: read and searched here."""

from osler.clinic.scheduling.models import Schedule
from osler.interop.fhir.elements import Link, Switch
from osler.interop.fhir.parameters import ANY, Reference, Token
from osler.interop.fhir.tables import Resource


class ScheduleResource(Resource):
    type, model = "Schedule", Schedule
    patient = ""
    takes = False
    brings = False
    elements = (
        Link("actor[]", "location", "Location"),
        Link("actor[]", "practitioner", "Practitioner"),
        Switch("active", "active", default=True),
    )
    search = (
        Reference("actor", "practitioner_id", ["Practitioner"]),
        Token("active", paths=["active"], system=ANY),
    )
