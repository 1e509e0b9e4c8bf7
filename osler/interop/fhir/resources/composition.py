"""Composition: the notes of the clinic, read and searched here, written and signed at the chart."""

import html
import re

from osler.clinic.records.models import ClinicalNote
from osler.interop.fhir.concepts import FixedConcept
from osler.interop.fhir.elements import Code, Element, Json, Link, Moment, Values, Words, put
from osler.interop.fhir.parameters import Instant, Token
from osler.interop.fhir.resources import chart
from osler.interop.fhir.tables import Resource
from osler.interop.fhir.validation.narrative import XHTML
from osler.kernel.coding import LOINC

PARTS = {"Subjective": "subjective", "Objective": "objective", "Assessment": "assessment", "Plan": "plan"}
_TAGS = re.compile(r"</?(div|p)[^>]*>")


def narrative(text: str) -> Json:
    """Plain words as XHTML."""
    lines = html.escape(text, quote=False).replace("\n", "<br/>")
    return {"status": "generated", "div": f'<div xmlns="{XHTML}"><p>{lines}</p></div>'}


def words(section: Json) -> str:
    """The plain words of a section."""
    div = (section.get("text") or {}).get("div", "")
    return html.unescape(_TAGS.sub("", div).replace("<br/>", "\n"))


class Sections(Element):
    """The parts of a note; those without words are left out."""

    columns = tuple(PARTS.values())

    def read(self, resource: Json) -> Values:
        said = {section.get("title"): words(section) for section in resource.get("section") or ()}
        return tuple(said.get(title, "") for title in PARTS)

    def write(self, resource: Json, values: Values) -> None:
        named = zip(PARTS, values, strict=True)
        put(resource, "section", [{"title": title, "text": narrative(text)} for title, text in named if text])


class CompositionResource(Resource):
    type, model = "Composition", ClinicalNote
    takes = False
    elements = (
        chart.subject(),
        chart.encounter(),
        Code("status", "status"),
        FixedConcept("type", "type_code", LOINC),
        Moment("signed_at", "date"),
        Link("author[]", "author", "Practitioner"),
        Words("title", "title"),
        Sections(),
    )
    search = (
        *chart.patient_parameters(),
        chart.encounter_parameter(),
        chart.status_parameter(),
        Token("type", "type_code", LOINC),
        Instant("date", "signed_at"),
    )
