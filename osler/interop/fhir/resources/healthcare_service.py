"""HealthcareService: read and searched here."""

from osler.foundation.directory.models import HealthcareService
from osler.interop.fhir.elements import Switch, Words
from osler.interop.fhir.parameters import Text
from osler.interop.fhir.tables import Resource


class HealthcareServiceResource(Resource):
    type, model = "HealthcareService", HealthcareService
    patient = ""
    takes = False
    elements = (
        Words("name", "name"),
        Words("extraDetails", "preparation"),
        Switch("active", "active", default=True),
    )
    search = (Text("name", "name"),)
