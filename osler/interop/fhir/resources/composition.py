"""Composition: the notes of the clinic."""

import html
import re
from typing import Any, ClassVar

from osler.clinic.records.authorship import author_id
from osler.clinic.records.errors import NoteClosed
from osler.clinic.records.models import ClinicalNote
from osler.clinic.records.notes.writing import amend_note, autosave_note, open_note, sign_note
from osler.foundation.access.policy import scoped
from osler.interop.fhir.concepts import FixedConcept
from osler.interop.fhir.elements import Code, Element, Json, Link, Moment, Values, Words, put
from osler.interop.fhir.parameters import Instant, Token
from osler.interop.fhir.representing import body_of
from osler.interop.fhir.resources import chart
from osler.interop.fhir.tables import Resource
from osler.interop.fhir.validation.narrative import XHTML
from osler.interop.fhir.wishes import Wish, refuse
from osler.kernel.coding import LOINC
from osler.kernel.errors import Missing

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


APPENDED = Link("targetReference", "", "Composition")


def note_from_fhir(wish: Wish) -> None:
    """Begin a note, sign it if it comes final; one that appends another is its addendum."""
    draft, actor = wish.row, wish.actor
    if {section.get("title") for section in wish.body.get("section") or ()} - PARTS.keys():
        refuse(f"a note has the sections {', '.join(PARTS)}", "section")
    author_id(actor, said=draft.author_id)
    targets = [each for each in wish.body.get("relatesTo") or () if each.get("code") == "appends"]
    if targets:
        signed = scoped(ClinicalNote, actor).filter(id=APPENDED.read(targets[0])[0]).first()
        if signed is None:
            raise Missing(field="relatesTo")
        words = "\n\n".join(part for name in PARTS.values() if (part := getattr(draft, name)))
        amend_note(signed, words=words, draft=draft, actor=actor)
        return
    if draft.status not in ("preliminary", "final"):
        refuse("a new note is preliminary or final", "status")
    status, visit = draft.status, wish.encounter
    note = open_note(visit, begun=draft, actor=actor)
    if status == "final":
        sign_note(note, actor=actor)


def note_changed(wish: Wish) -> None:
    """Write on in a draft, and sign it; signed is closed."""
    row, actor = wish.row, wish.actor
    parts = {name: wish.columns[name] for name in PARTS.values()}
    if row.status != "preliminary":
        raise NoteClosed
    row.resource = body_of(wish.body, row.pk)
    note = autosave_note(row, parts=parts, version=row.version, actor=actor)
    if wish.columns["status"] == "final":
        sign_note(note, actor=actor)


class Written(Moment):
    """When it was signed, or, of a draft, last written."""

    def values(self, row: Any) -> Values:
        return (row.signed_at or row.saved_at,)


class CompositionResource(Resource):
    type, model = "Composition", ClinicalNote
    takes = False
    elements = (
        chart.subject(),
        chart.encounter(),
        Code("status", "status"),
        FixedConcept("type", "type_code", LOINC),
        Written("signed_at", "date"),
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
    writes: ClassVar = {"create": ("write",), "update": ("write",)}
    create, update = note_from_fhir, note_changed
