"""What the clinic's own fields say of patients: noted at the desk, replaced, taken away."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from osler.clinic.patients.errors import DeskRuleBroken
from osler.clinic.patients.models import DeskField, OwnField, OwnValue, Patient
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped

KINDS: dict[str, type] = {"text": str, "choice": str, "number": Decimal, "date": date, "boolean": bool}
SMALLEST_PART, LARGEST = Decimal("0.0001"), Decimal(10) ** 10


def own_values(patient: Patient, *, actor: Actor) -> dict[str, OwnValue]:
    """What is said of a patient now, by the name that the field has on the page."""
    rows = scoped(OwnValue, actor).filter(patient=patient, is_current=True).select_related("field")
    return {f"own_{one.field.key}": one for one in rows}


def own_changes(
    fields: Iterable[DeskField], typed: Mapping[str, Any], before: Mapping[str, Any] | None = None
) -> dict[OwnField, Any]:
    """What was typed into fields of the clinic's own, unless it is as `before`: None for nothing. Refused
    with DeskRuleBroken where it is not of the field's kind, or no answer that may be chosen."""
    known = before or {}
    return {
        field.own: _read(field, typed[field.name])
        for field in fields
        if field.own and field.name in typed and typed[field.name] != known.get(field.name)
    }


def _read(field: DeskField, value: Any) -> Any:
    if value is None or value == "":
        return None
    assert field.own is not None
    if not isinstance(value, KINDS[field.own.kind]) or not _is_sound(field, value):
        raise DeskRuleBroken(_("Please check this field."), field=field.name)
    return " ".join(value.split())[:500] if isinstance(value, str) else value


def _is_sound(field: DeskField, value: Any) -> bool:
    if field.choices:
        return value in {choice.code for choice in field.choices}
    if isinstance(value, Decimal):
        try:
            return abs(value) < LARGEST and value == value.quantize(SMALLEST_PART)
        except InvalidOperation:
            return False
    return True


def note_own_values(patient: Patient, changes: Mapping[OwnField, Any], *, actor: Actor) -> bool:
    """Note what has changed; the deed that calls it has decided. Whether anything has."""
    standing = scoped(OwnValue, actor).filter(patient=patient, is_current=True, field__in=changes)
    before = {one.field_id: one for one in standing}
    has_changed = False
    for field, value in changes.items():
        old = before.get(field.id)
        if (old.value if old else None) == value:
            continue
        has_changed = True
        if old is None or value is None:
            _begin_or_end(patient, field, old, value)
        else:
            old.value = value
            old.save()
    return has_changed


def _begin_or_end(patient: Patient, field: OwnField, old: OwnValue | None, value: Any) -> None:
    if old is None:
        row = OwnValue(patient=patient, field=field)
        row.value = value
        row.save(force_insert=True)
    else:
        old.is_current = False
        old.save()
