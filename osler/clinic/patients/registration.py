"""Registering patients and amending what is known of them."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from osler.clinic.patients.errors import (
    BirthDateImpossible,
    LikelyDuplicate,
    NameMissing,
    NotAmendable,
    NumberRefused,
)
from osler.clinic.patients.events import PatientAmended, PatientRegistered
from osler.clinic.patients.identifiers import Identifier
from osler.clinic.patients.matching import Strength, likely_duplicates
from osler.clinic.patients.models import IdentifierType, Patient, PatientIdentifier
from osler.clinic.patients.numbering import allotted_types, fitted, next_number
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.foundation.audit.context import acting_organization
from osler.foundation.directory.models import Location
from osler.foundation.jobs.outbox import announce
from osler.foundation.ui.dates import Around
from osler.kernel import clock
from osler.kernel.constraints import refusals

CONTACT = frozenset(
    {
        "phone",
        "email",
        "contact_by",
        "line",
        "city",
        "state",
        "postal_code",
        "language",
        "needs_interpreter",
    }
)
AMENDABLE = CONTACT | {
    "active",
    "given",
    "family",
    "suffix",
    "name_used",
    "birth_date",
    "birth_date_estimated",
    "gender",
    "gender_identity",
    "pronouns",
    "deceased_at",
    "marital_status",
}


def register_patient(
    patient: Patient,
    *,
    identifiers: Iterable[Identifier] = (),
    seen: Collection[UUID] | None = None,
    site: Location | None = None,
    actor: Actor,
) -> Patient:
    """Make somebody a patient here; the MRN is allotted by the database, and so are the numbers that the
    clinic or this site of it gives to everybody.

    `seen` are the ids of likely duplicates that the clerk was shown: with it, a strong one that
    is not among them refuses the registration with LikelyDuplicate. Machine doors leave it out.
    """
    decide(actor, "register", Patient)
    return make_patient(patient, identifiers=identifiers, seen=seen, site=site, actor=actor)


def make_patient(
    patient: Patient,
    *,
    identifiers: Iterable[Identifier] = (),
    seen: Collection[UUID] | None = None,
    site: Location | None = None,
    actor: Actor,
) -> Patient:
    """Tidy, check and keep; who may is for the deed that calls it."""
    _tidy(patient)
    _require_sense(patient)
    numbers = fitted(identifiers, actor=actor)
    if seen is not None:
        require_seen(patient, identifiers=[one for one, _kind in numbers], seen=seen, actor=actor)
    save_with_numbers(patient, numbers, site=site, actor=actor)
    announce(PatientRegistered(patient.id))
    return patient


def save_with_numbers(
    patient: Patient,
    numbers: Iterable[tuple[Identifier, IdentifierType | None]] = (),
    *,
    site: Location | None = None,
    actor: Actor,
) -> None:
    """Store a new patient with the numbers that were given, and those that the clinic or the site allots."""
    given = list(numbers)
    known = {one.system for one, _kind in given}
    allotted = [kind for kind in allotted_types(site=site, actor=actor) if kind.system not in known]
    given += [(next_number(kind), kind) for kind in allotted]
    patient.noted = [(one.value, kind) for one, kind in given if kind]
    with refusals():
        patient.save(force_insert=True)
        _keep_identifiers(patient, [one for one, _kind in given])


def amend_patient(
    patient: Patient, *, changes: Mapping[str, Any], version: int | None, actor: Actor
) -> Patient:
    """Correct or complete what is known of a patient; refused with StaleVersion if somebody else
    has saved since `version`."""
    decide(actor, "amend", patient)
    _require_amendable(changes, AMENDABLE)
    return change_patient(patient, changes=changes, version=version)


def amend_contact(
    patient: Patient, *, changes: Mapping[str, Any], version: int | None, actor: Actor
) -> Patient:
    """Change how a patient is reached: what patients may do for themselves."""
    decide(actor, "amend-contact", patient)
    _require_amendable(changes, CONTACT)
    return change_patient(patient, changes=changes, version=version)


def add_identifier(patient: Patient, *, identifier: Identifier, actor: Actor) -> PatientIdentifier:
    """Note another number of the patient; refused if another patient has it, if the patient may have only
    one of its type, or if it does not fit its type."""
    decide(actor, "amend", patient)
    ((number, kind),) = fitted([identifier], actor=actor)
    with refusals():
        (row,) = _keep_identifiers(patient, [number])
        if kind is not None:
            patient.save()  # its FHIR text says the numbers that have a type
    return row


def allot_identifier(patient: Patient, *, kind: IdentifierType, actor: Actor) -> PatientIdentifier:
    """Give the patient the next number of a type that the clinic allots."""
    return add_identifier(patient, identifier=next_number(kind), actor=actor)


def _require_amendable(changes: Mapping[str, Any], allowed: Collection[str]) -> None:
    unknown = sorted(set(changes) - set(allowed))
    if unknown:
        raise NotAmendable(field=unknown[0])


def change_patient(patient: Patient, *, changes: Mapping[str, Any], version: int | None) -> Patient:
    """Set, check and save; who may, and which fields, is for the deed that calls it."""
    patient.require_version(version)
    if "birth_date" in changes:
        is_estimated = isinstance(changes["birth_date"], Around)
        changes = {"birth_date_estimated": is_estimated, **changes}
    before = {name: getattr(patient, name) for name in changes}
    for name, value in changes.items():
        setattr(patient, name, value)
    _tidy(patient)
    if all(getattr(patient, name) == value for name, value in before.items()):
        return patient
    _require_sense(patient)
    with refusals():
        patient.save()
    announce(PatientAmended(patient.id))
    return patient


def _keep_identifiers(patient: Patient, identifiers: Iterable[Identifier]) -> list[PatientIdentifier]:
    kept = []
    for one in identifiers:
        row = PatientIdentifier(patient=patient, system=one.system, type_code=one.type_code)
        row.organization_id = acting_organization()
        row.keep(one.value.strip())
        try:
            with refusals():
                row.save(force_insert=True)
        except NumberRefused as refusal:
            refusal.system = one.system
            raise
        kept.append(row)
    return kept


def _tidy(patient: Patient) -> None:
    """Blanks at the ends and twice in a row say nothing."""
    for field in Patient._meta.get_fields():
        value = getattr(patient, field.name, None) if field.name in AMENDABLE else None
        if isinstance(value, str):
            setattr(patient, field.name, " ".join(value.split()))
    patient.email = patient.email.lower()


def _require_sense(patient: Patient) -> None:
    if not (patient.given or patient.family):
        raise NameMissing
    if patient.birth_date is not None and patient.birth_date > clock.today():
        raise BirthDateImpossible


def require_seen(
    patient: Patient,
    *,
    identifiers: Collection[Identifier] = (),
    seen: Collection[UUID],
    actor: Actor,
) -> None:
    """Refuse with LikelyDuplicate while somebody very like is registered whom the clerk was not shown."""
    found = likely_duplicates(patient, numbers=identifiers, actor=actor)
    unseen = [one for one in found if one.strength >= Strength.LIKELY and one.patient.id not in seen]
    if unseen:
        refusal = LikelyDuplicate()
        refusal.likenesses = found
        raise refusal
