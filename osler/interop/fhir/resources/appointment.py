"""Appointment: read and searched here, booked by the clinic's own deeds."""

from osler.clinic.scheduling.models import Appointment
from osler.interop.fhir.elements import (
    Code,
    Element,
    Json,
    Link,
    Values,
    Words,
    instant_of,
    instant_text,
    put,
)
from osler.interop.fhir.parameters import Lasting, Reference
from osler.interop.fhir.resources import chart
from osler.interop.fhir.tables import Resource
from osler.kernel.periods import period


class StartAndEnd(Element):
    """`start` and `end`, one range here."""

    columns = ("period",)

    def read(self, resource: Json) -> Values:
        start, end = instant_of(resource.get("start")), instant_of(resource.get("end"))
        return (period(start, end) if start and end and start < end else None,)

    def write(self, resource: Json, values: Values) -> None:
        span = values[0]
        put(resource, "start", instant_text(span.lower) if span else "")
        put(resource, "end", instant_text(span.upper) if span else "")


class Participant(Link):
    """One of the participants: the patient, the practitioner or the place."""

    def __init__(self, column: str, resource_type: str) -> None:
        super().__init__("participant[].actor", column, resource_type)

    def write(self, resource: Json, values: Values) -> None:
        super().write(resource, values)
        for participant in resource.get("participant", ()):
            participant.setdefault("status", "accepted")


class AppointmentResource(Resource):
    type, model = "Appointment", Appointment
    takes = False
    elements = (
        Code("status", "status"),
        StartAndEnd(),
        Participant("location", "Location"),
        Participant("practitioner", "Practitioner"),
        Participant("patient", "Patient"),
        Words("description", "reason"),
        Words("comment", "wishes"),
    )
    search = (
        Reference("patient", "patient_id", ["Patient"], ["participant.actor"]),
        Reference("practitioner", "practitioner_id", ["Practitioner"], ["participant.actor"]),
        Reference("location", "location_id", ["Location"], ["participant.actor"]),
        chart.status_parameter(),
        Lasting("date", "period_start", "period_end", paths=["start"]),
    )
