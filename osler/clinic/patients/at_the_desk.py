"""Registering and amending as the desk does it: under the rules of its page, with the clinic's own fields."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from osler.clinic.patients.desk_layout import AMENDMENT, REGISTRATION, layout_in_force, require_rules
from osler.clinic.patients.errors import NumberMissing
from osler.clinic.patients.identifiers import Identifier
from osler.clinic.patients.models import IdentifierType, Patient
from osler.clinic.patients.own_values import note_own_values, own_changes, own_values
from osler.clinic.patients.registration import AMENDABLE, amend_patient, register_patient
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.directory.models import Location


def register_at_desk(
    patient: Patient,
    *,
    typed: Mapping[str, Any],
    identifiers: Iterable[Identifier] = (),
    seen: Collection[UUID],
    site: Location | None = None,
    actor: Actor,
) -> Patient:
    """Register somebody; `typed` is what stood on the page, by field. Refused with DeskRuleBroken or
    NumberMissing where a rule of the page stands against it."""
    layout = layout_in_force(actor=actor)
    decide(actor, "register", Patient)
    require_rules(layout, typed, when=REGISTRATION)
    changes = own_changes(layout.fields, typed)
    numbers = list(identifiers)
    _require_numbers(numbers, site=site, actor=actor)
    patient.noted_own = {field.key: value for field, value in changes.items() if value is not None}
    registered = register_patient(patient, identifiers=numbers, seen=seen, site=site, actor=actor)
    note_own_values(registered, changes, actor=actor)
    return registered


def amend_at_desk(
    patient: Patient, *, typed: Mapping[str, Any], version: int | None, actor: Actor
) -> Patient:
    """Correct or complete what is known of a patient, the clinic's own fields among it."""
    decide(actor, "amend", patient)
    layout = layout_in_force(actor=actor)
    own = {name: one.value for name, one in own_values(patient, actor=actor).items()}
    before = {name: getattr(patient, name) for name in AMENDABLE} | own
    require_rules(layout, typed, when=AMENDMENT, before=before)
    changes = own_changes(layout.fields, typed, own)
    patient.require_version(version)
    kept = patient.version
    has_changed = note_own_values(patient, changes, actor=actor)
    known = {name: value for name, value in typed.items() if name in AMENDABLE}
    amend_patient(patient, changes=known, version=version, actor=actor)
    if has_changed and patient.version == kept:
        patient.save()  # its FHIR text says them, and whoever has the page open sees that it has changed
    return patient


def numbers_asked(*, actor: Actor) -> list[IdentifierType]:
    """The types of numbers that the registration page asks for, those of the whole clinic first."""
    rows = scoped(IdentifierType, actor).filter(active=True).exclude(asked=IdentifierType.Asked.NO)
    return list(rows.select_related("location").order_by("location__name", "name", "id"))


def _require_numbers(numbers: Collection[Identifier], *, site: Location | None, actor: Actor) -> None:
    given = {one.system for one in numbers if one.value.strip()}
    for kind in numbers_asked(actor=actor):
        is_here = kind.location_id is None or (site is not None and kind.location_id == site.id)
        if kind.asked == IdentifierType.Asked.REQUIRED and is_here and kind.system not in given:
            raise NumberMissing(system=kind.system)
