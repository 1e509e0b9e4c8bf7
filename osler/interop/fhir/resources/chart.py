"""What the tables of chart resources share."""

from osler.interop.fhir.elements import Link
from osler.interop.fhir.parameters import ANY, Reference, Token

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"
SUBJECT = Link("subject", "patient", "Patient")
ENCOUNTER = Link("encounter", "encounter", "Encounter")


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
