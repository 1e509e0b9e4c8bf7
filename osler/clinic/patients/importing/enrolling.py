"""Writing a judged batch: patients, numbers and contacts in few statements, and with them what became of
each row. What the database refuses of a batch it refuses of single rows in the end, with the reason."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import DataError, IntegrityError, connection, transaction

from osler.clinic.patients.importing.alike import told
from osler.clinic.patients.importing.cleaning import Arriving
from osler.clinic.patients.importing.columns import FIELDS
from osler.clinic.patients.importing.mapping import FILL
from osler.clinic.patients.models import IdentifierType, ImportRow, Patient, PatientIdentifier, PatientImport
from osler.clinic.patients.numbering import next_numbers, number_charts
from osler.clinic.patients.registration import change_patient
from osler.foundation.audit.context import acting_organization
from osler.foundation.audit.writing import copy_rows, made, write
from osler.kernel.errors import Refusal

Fate = ImportRow.Fate
FILLED = (
    "given",
    "family",
    "suffix",
    "name_used",
    "birth_date",
    "gender",
    "gender_identity",
    "pronouns",
    "marital_status",
    "phone",
    "email",
    "line",
    "city",
    "state",
    "postal_code",
    "language",
)
EMPTY = (None, "", Patient.Gender.UNKNOWN)


def enroll(arriving: Sequence[Arriving], *, patient_import: PatientImport) -> None:
    """Register whoever is new, complete whoever is known, and write down the fate of every row."""
    new = [one for one in arriving if one.fate == Fate.CREATED]
    number_charts(one.patient for one in new)
    _allot_numbers(new)
    for is_compared in (True, False):
        _store([one for one in new if (one.likeness is None) is is_compared], is_compared=is_compared)
    if patient_import.mapping.get("known") == FILL:
        _fill([one for one in arriving if one.fate == Fate.KNOWN and one.made_id])
    keep_fates(arriving, patient_import=patient_import)


FATE = (
    "patient_import_id",
    "number",
    "fate",
    "made_id",
    "like_id",
    "like_number",
    "percent",
    "is_almost_certain",
    "levels",
    "reason",
    "place",
    "notes",
    "decided_by_name",
)


def keep_fates(arriving: Sequence[Arriving], *, patient_import: PatientImport) -> None:
    """Write down what became, or would become, of rows."""
    copy_rows(ImportRow, (*FATE, "organization_id"), (_fate(one, patient_import) for one in arriving))


def _fate(one: Arriving, patient_import: PatientImport) -> tuple[object, ...]:
    is_made = one.fate != Fate.REFUSED and not (patient_import.is_trial and one.fate == Fate.CREATED)
    percent, is_certain, levels = told(one.likeness) if one.likeness else (None, False, "")
    return (
        patient_import.id,
        one.number,
        one.fate,
        one.made_id if is_made else None,
        one.like_id,
        one.like_number,
        percent,
        is_certain,
        levels,
        one.reason,
        one.place,
        " ".join(one.notes)[:300],
        "",
        patient_import.organization_id,
    )


def _allot_numbers(new: Sequence[Arriving]) -> None:
    """The numbers that the clinic gives to everybody, besides those that came with the file."""
    kinds = IdentifierType.objects.filter(active=True).order_by("system")
    by_system = {kind.system: kind for kind in kinds} if new else {}
    for kind in by_system.values():
        if kind.is_allotted and kind.location_id is None:
            without = [one for one in new if all(number.system != kind.system for number in one.identifiers)]
            for one, number in zip(without, next_numbers(kind, len(without)), strict=True):
                one.identifiers.append(number)
    for one in new:
        numbers = [number for number in one.identifiers if number.system in by_system]
        one.patient.noted = [(number.value, by_system[number.system]) for number in numbers]


def _store(new: Sequence[Arriving], *, is_compared: bool) -> None:
    """Insert patients with what hangs on them; if the database refuses them together, half by half."""
    if not new:
        return
    try:
        with transaction.atomic():
            _say_compared(is_compared)
            write(one.patient for one in new)
            write(row for one in new for row in _identifiers(one))
            write(one.contact for one in new if one.contact is not None)
            _say_compared(is_compared=False)
    except (IntegrityError, DataError):
        for one in new:
            one.patient._state.adding = True
        if len(new) == 1:
            new[0].fate, new[0].reason, new[0].made_id = Fate.REFUSED, "database-refused", None
            return
        half = len(new) // 2
        _store(new[:half], is_compared=is_compared)
        _store(new[half:], is_compared=is_compared)


def _say_compared(is_compared: bool) -> None:
    """Whoever is written now has been compared with everybody, and is not due for it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.compared', %s, true)", ["yes" if is_compared else ""])


def _identifiers(one: Arriving) -> list[PatientIdentifier]:
    organization, rows = acting_organization(), []
    for number in one.identifiers:
        row = made(
            PatientIdentifier,
            organization_id=organization,
            patient_id=one.patient.id,
            system=number.system,
            type_code=number.type_code,
        )
        row.keep(number.value)
        rows.append(row)
    return rows


def _fill(known: Sequence[Arriving]) -> None:
    """Complete what is empty; what says otherwise stays, and is noted."""
    ids: list[UUID] = [one.made_id for one in known if one.made_id is not None]
    patients = Patient.objects.in_bulk(ids)
    for one in known:
        patient = patients.get(one.made_id) if one.made_id else None
        if patient is None:
            continue
        changes = {}
        for name in FILLED:
            here, there = getattr(patient, name), getattr(one.patient, name)
            if there in EMPTY or here == there or (name == "language" and there == "en"):
                continue
            if here in EMPTY:
                changes[name] = there
            elif name in FIELDS:
                one.notes.append(f"differs:{name}")
        if changes and patient.active:
            _complete(one, patient, changes)


def _complete(one: Arriving, patient: Patient, changes: dict[str, Any]) -> None:
    try:
        change_patient(patient, changes=changes, version=None)
    except Refusal:
        one.fate, one.reason = Fate.REFUSED, "database-refused"
        return
    one.fate = Fate.AMENDED
    one.notes += [f"filled:{name}" for name in changes]
