"""What the tables of chart resources share."""

from osler.clinic.records.encounters.visit import require_open
from osler.clinic.records.models import Encounter
from osler.interop.fhir.elements import Link
from osler.interop.fhir.parameters import ANY, Reference, Token
from osler.interop.fhir.wishes import Wish

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"
SUBJECT = Link("subject", "patient", "Patient")
ENCOUNTER = Link("encounter", "encounter", "Encounter")


def entry_changed(wish: Wish) -> None:
    """Say more in an entry; it is not moved into a visit that is over."""
    if wish.row.encounter_id != wish.columns["encounter_id"] and wish.columns["encounter_id"] is not None:
        require_open(Encounter.objects.get(id=wish.columns["encounter_id"]))
    wish.write()


def subject(name: str = "subject") -> Link:
    """The patient of the chart."""
    return Link(name, "patient", "Patient")


def encounter(name: str = "encounter") -> Link:
    """The visit it belongs to."""
    return Link(name, "encounter", "Encounter")


def patient_parameters(path: str = "subject") -> list[Reference]:
    """`patient` and `subject`."""
    named = [Reference("patient", "patient_id", ["Patient"], [path])]
    return [*named, Reference("subject", "patient_id", ["Patient"], [path])] if path == "subject" else named


def encounter_parameter() -> Reference:
    """`encounter`."""
    return Reference("encounter", "encounter_id", ["Encounter"])


def status_parameter(name: str = "status", column: str = "status") -> Token:
    """`status`, a plain code."""
    return Token(name, column, ANY)


def code_parameter(name: str = "code", path: str = "code") -> Token:
    """`code`, with its system in a column of its own."""
    return Token(name, "code", ".system", [path])


def identifier_parameter() -> Token:
    """`identifier`: no column holds it."""
    return Token("identifier")
