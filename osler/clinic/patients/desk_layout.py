"""What the desk asks now: sections and fields in order, shipped or as the administrator set them, and
whether what was typed is as they want it.

These rules hold at the desk's pages. What machines bring (FHIR, import) and what people say online is
taken as it is: it is looked at by people, and a rule of a page is no truth about a person.
"""

import csv
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from osler.clinic.patients.errors import DeskRuleBroken
from osler.clinic.patients.models import DeskField, DeskPage, DeskSection
from osler.clinic.patients.shapes import read_shape
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped

SHIPPED = Path(__file__).with_name("desk_fields.csv")
MANY_REQUIRED = 8
"""More required fields than this make clerks type anything."""
INSURANCE = frozenset({"payer", "member_id", "group_number", "copay_amount"})
REGISTRATION, AMENDMENT = "registration", "amendment"


@dataclass(frozen=True)
class Part:
    """A section with its fields in order."""

    section: DeskSection
    fields: tuple[DeskField, ...]


@dataclass(frozen=True)
class Layout:
    """All parts of an edition in order."""

    parts: tuple[Part, ...]
    page: DeskPage | None = None
    """The edition; none for what is shipped."""

    @property
    def fields(self) -> list[DeskField]:
        return [field for part in self.parts for field in part.fields]

    def shown(self, when: str) -> list[Part]:
        """The parts with the fields that are shown at registration, or when a patient is changed."""
        parts = [
            Part(part.section, tuple(one for one in part.fields if getattr(one, f"at_{when}")))
            for part in self.parts
        ]
        return [part for part in parts if part.fields]

    @property
    def required(self) -> list[DeskField]:
        return [one for one in self.fields if one.is_required]

    @property
    def is_much(self) -> bool:
        """Whether more is required than anybody answers with care."""
        return len(self.required) > MANY_REQUIRED


def layout_in_force(*, actor: Actor) -> Layout:
    """The clinic's, or what is shipped."""
    page = scoped(DeskPage, actor).filter(status=DeskPage.Status.CURRENT).first()
    return _with_what_came_since(layout_of(page)) if page else shipped_layout()


def _with_what_came_since(layout: Layout) -> Layout:
    """Fields that a later release brought stand at the end of their sections until an edition sets them."""
    known = {field.name for field in layout.fields}
    parts = {part.section.key: part for part in layout.parts}
    for part in shipped_layout().parts:
        new = tuple(_not_required(field) for field in part.fields if field.name not in known)
        if new:
            place = parts.get(part.section.key, part)
            kept = place.fields if part.section.key in parts else ()
            parts[part.section.key] = Part(place.section, (*kept, *new))
    return Layout(tuple(parts.values()), layout.page)


def _not_required(field: DeskField) -> DeskField:
    again = copy(field)
    again.is_required = False
    return again


def layout_of(page: DeskPage) -> Layout:
    """An edition as it is stored."""
    fields: dict[Any, list[DeskField]] = {}
    for field in page.fields.select_related("own").order_by("position", "id"):
        fields.setdefault(field.section_id, []).append(field)
    sections = page.sections.order_by("position", "id")
    return Layout(tuple(Part(one, tuple(fields.get(one.id, ()))) for one in sections), page)


@lru_cache(maxsize=1)
def shipped_layout() -> Layout:
    """As it is before an administrator changes anything; nothing of it is stored."""
    parts: dict[str, tuple[DeskSection, list[DeskField]]] = {}
    with SHIPPED.open(newline="", encoding="utf-8") as file:
        for place, row in enumerate(csv.DictReader(file)):
            key = row["section"]
            section = DeskSection(key=key, position=10 * (len(parts) + 1), is_folded=key == "more")
            _section, fields = parts.setdefault(key, (section, []))
            fields.append(
                DeskField(
                    name=row["name"],
                    position=10 * (place + 1),
                    is_beside=row["beside"] == "1",
                    at_registration=row["registration"] == "1",
                    at_amendment=row["amendment"] == "1",
                    is_required=row["required"] == "1",
                )
            )
    return Layout(tuple(Part(section, tuple(fields)) for section, fields in parts.values()))


def require_rules(
    layout: Layout,
    typed: Mapping[str, Any],
    *,
    when: str,
    before: Mapping[str, Any] | None = None,
) -> None:
    """Refuse with DeskRuleBroken what an administrator's rule stands against; it names the field."""
    for name, words in faults(layout, typed, when=when, before=before).items():
        raise DeskRuleBroken(words, field=name)


def faults(
    layout: Layout,
    typed: Mapping[str, Any],
    *,
    when: str,
    before: Mapping[str, Any] | None = None,
) -> dict[str, str]:
    """What is wrong with what was typed, by field. At registration what is required is there. Later a field
    may become empty when it is true no more, and what was there before the rule (`before`) may stay.
    Insurance is asked of those roles alone that note any: the others' pages say nothing of it."""
    found = {}
    left_out = set() if INSURANCE & typed.keys() else INSURANCE
    for part in layout.shown(when):
        for field in part.fields:
            value = typed.get(field.name)
            if field.name in left_out or (before is not None and value == before.get(field.name)):
                continue
            if words := fault_of(field, value, is_new=when == REGISTRATION):
                found[field.name] = words
    return found


def fault_of(field: DeskField, value: Any, *, is_new: bool = True) -> str:
    """What a rule has against a value; empty for nothing."""
    if value is None or value == "" or (value is False and field.is_required):
        return _("This field is required.") if field.is_required and is_new else ""
    if isinstance(value, Decimal):
        return _out_of_range(field, value, _("Enter a number from %(least)s to %(most)s."))
    if not isinstance(value, str) or field.choices:
        return ""
    if field.shape and not read_shape(field.shape).fits(value):
        return field.told_shape or _("This must be %s.") % read_shape(field.shape).words
    return _out_of_range(field, len(value), _("Enter from %(least)s to %(most)s letters and signs."))


def _out_of_range(field: DeskField, size: Decimal | int, words: str) -> str:
    is_less = field.least is not None and size < field.least
    is_more = field.most is not None and size > field.most
    if not (is_less or is_more):
        return ""
    return words % {
        "least": "…" if field.least is None else field.least,
        "most": "…" if field.most is None else field.most,
    }
