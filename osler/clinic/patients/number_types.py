"""Types of numbers, set by the administrator: added, amended, offered no more, offered again."""

from collections.abc import Mapping
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from osler.clinic.patients.check_digits import SIGNS, CheckDigit
from osler.clinic.patients.errors import IdentifierTypeUnfit, NotAmendable
from osler.clinic.patients.models import IdentifierType
from osler.clinic.patients.numbering import numbered, written
from osler.clinic.patients.shapes import read_shape
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.foundation.directory.models import Location
from osler.kernel.constraints import refusals

AMENDABLE = frozenset(
    {"name", "name_es", "type_code", "shape", "check_digit", "asked", "is_single", "is_allotted"}
)


def add_identifier_type(kind: IdentifierType, *, actor: Actor) -> IdentifierType:
    """Know another kind of number, given as an unsaved row; numbers of its system that are here are of it."""
    decide(actor, "amend", IdentifierType)
    _require_sense(kind)
    with refusals():
        kind.save(force_insert=True)
    return kind


def amend_identifier_type(
    kind: IdentifierType, *, changes: Mapping[str, Any], version: int | None, actor: Actor
) -> IdentifierType:
    """Change what is asked of numbers from now on; those that are here stay as they are."""
    decide(actor, "amend", kind)
    kind.require_version(version)
    unknown = sorted(set(changes) - AMENDABLE)
    if unknown:
        raise NotAmendable(field=unknown[0])
    was_sealed = kind.is_sealed
    for name, value in changes.items():
        setattr(kind, name, value)
    if kind.is_sealed != was_sealed:
        words = _("Whether numbers are stored sealed cannot change: add another kind of number.")
        raise IdentifierTypeUnfit(words, field="type_code")
    _require_sense(kind)
    with refusals():
        kind.save()
    return kind


def retire_identifier_type(kind: IdentifierType, *, version: int | None, actor: Actor) -> IdentifierType:
    """Ask for it, check it and allot it no more; the numbers stay."""
    return _switch(kind, is_active=False, version=version, actor=actor)


def restore_identifier_type(kind: IdentifierType, *, version: int | None, actor: Actor) -> IdentifierType:
    """Ask for it, check it and allot it again."""
    return _switch(kind, is_active=True, version=version, actor=actor)


def example_of(kind: IdentifierType, typed: str) -> str:
    """How a number would be written, or the refusal; for whoever tries a format."""
    _require_sense(kind)
    return written(kind, typed)


def _switch(kind: IdentifierType, *, is_active: bool, version: int | None, actor: Actor) -> IdentifierType:
    decide(actor, "amend", kind)
    kind.require_version(version)
    kind.active = is_active
    with refusals():
        kind.save()
    return kind


def _require_sense(kind: IdentifierType) -> None:
    kind.name, kind.name_es = " ".join(kind.name.split()), " ".join(kind.name_es.split())
    kind.system, kind.shape = kind.system.strip(), kind.shape.strip().upper()
    if not kind.system and kind.name:
        kind.system = f"urn:osler:number:{slugify(kind.name)[:60] or kind.id.hex}"
    if kind.shape:
        read_shape(kind.shape)
    if kind.location and kind.location.form != Location.Form.SITE:
        raise IdentifierTypeUnfit(_("Please choose a site, not a room of one."), field="location")
    if kind.is_allotted:
        kind.asked, kind.is_single = IdentifierType.Asked.NO, True
        _require_allottable(kind)


def _require_allottable(kind: IdentifierType) -> None:
    """Only digits vary, and there is room for the check digit and two digits at least."""
    if kind.is_sealed:
        words = _("The clinic cannot allot a number that a state or a payer gives.")
        raise IdentifierTypeUnfit(words, field="is_allotted")
    places = read_shape(kind.shape).places
    free = [piece.kind for piece in places or () if piece.kind]
    checks = SIGNS[kind.check_digit]
    ends_in_sign = kind.check_digit == CheckDigit.MOD_11
    expected = ["#"] * (len(free) - 1) + ["*" if ends_in_sign else "#"]
    if not places or free != expected or not 2 <= len(free) - checks <= 18:
        words = _(
            "To be allotted, a format has signs of its own and # for each digit, as in “A-######-#”: "
            "two digits at least before the check digit. Mod 11 ends in *, for it may be an X."
        )
        raise IdentifierTypeUnfit(words, field="shape")
    numbered(kind, 1)
