"""Bringing a file, saying what its columns are, and having it checked, run, stopped or thrown away."""

import hashlib
from pathlib import PurePath

from django.db import transaction
from django.utils.text import get_valid_filename

from osler.clinic.patients.importing.columns import guessed_columns
from osler.clinic.patients.importing.errors import FileForgotten, NotChecked
from osler.clinic.patients.importing.mapping import DAY_FIRST, MONTH_FIRST, Mapping, require_fit
from osler.clinic.patients.importing.sampling import sample_of
from osler.clinic.patients.importing.values import guessed_genders
from osler.clinic.patients.models import ImportContent, ImportRow, PatientImport
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.audit.context import acting_organization
from osler.foundation.sheets.reading import read_sheet
from osler.foundation.sheets.sheet import Sheet
from osler.kernel import clock
from osler.kernel.states import move

Status = PatientImport.Status


@transaction.atomic
def receive_file(content: bytes, *, name: str, actor: Actor) -> PatientImport:
    """Read a file, refuse it with the place if something is wrong with it, and keep it sealed."""
    decide(actor, "prepare", PatientImport)
    sheet = read_sheet(content)
    patient_import = PatientImport(
        organization_id=acting_organization(),
        name=file_name(name),
        digest=hashlib.sha256(content).hexdigest(),
        size=len(content),
        row_count=len(sheet.rows),
        kind=sheet.kind,
        read_as=read_as(sheet),
    )
    sample = sample_of(sheet)
    patient_import.mapping = first_mapping(sample).write()
    patient_import.save(force_insert=True)
    kept = ImportContent(patient_import=patient_import, organization_id=patient_import.organization_id)
    kept.write(sheet.header, sheet.rows, sample)
    kept.save(force_insert=True)
    return patient_import


def file_name(name: str) -> str:
    """The last part of a name, harmless wherever it is shown."""
    plain = PurePath(name.replace("\\", "/")).name
    return get_valid_filename(plain[-150:]) if plain.strip(". ") else "file"


def read_as(sheet: Sheet) -> str:
    """What was found out about a file, in a few signs: `UTF-8 “;”` or the name of the worksheet."""
    delimiter = {"\t": "tab"}.get(sheet.delimiter, sheet.delimiter)
    return (f"{sheet.encoding} “{delimiter}”" if sheet.kind == "csv" else sheet.worksheet)[:60]


def first_mapping(sample: dict) -> Mapping:  # type: ignore[type-arg]
    """What the headings and the cells say by themselves."""
    columns = guessed_columns(sample["header"])
    mapping = Mapping(columns)
    place = mapping.place_of("gender")
    values = sample["columns"][place]["values"] if place is not None else {}
    genders = {value: sex for value, sex in guessed_genders(values).items() if sex}
    return Mapping(columns, dates=date_order(sample, mapping), genders=genders)


def date_order(sample: dict, mapping: Mapping) -> str:  # type: ignore[type-arg]
    """What comes first in the dates of a file, where at least one says so and none the contrary."""
    place = mapping.place_of("birth_date")
    counts = sample["columns"][place]["dates"] if place is not None else {}
    told = [order for order in (MONTH_FIRST, DAY_FIRST) if counts.get(order)]
    return told[0] if len(told) == 1 else ""


def earlier_imports(patient_import: PatientImport, *, actor: Actor) -> list[PatientImport]:
    """Imports of the very same file."""
    same = scoped(PatientImport, actor).filter(digest=patient_import.digest).exclude(id=patient_import.id)
    return list(same.exclude(status=Status.DISCARDED).order_by("-id")[:5])


@transaction.atomic
def map_columns(
    patient_import: PatientImport, *, mapping: Mapping, version: int | None, actor: Actor
) -> PatientImport:
    """Say what the columns are; what an earlier check has found is void."""
    decide(actor, "prepare", patient_import)
    patient_import.require_version(version)
    require_fit(mapping)
    if patient_import.status != Status.DRAFT:
        move(patient_import, Status.DRAFT, transitions=PatientImport.TRANSITIONS)
    _forget_trial(patient_import)
    patient_import.mapping = mapping.write()
    patient_import.save()
    return patient_import


def start_check(patient_import: PatientImport, *, version: int | None, actor: Actor) -> PatientImport:
    """Have the rows judged without registering anybody."""
    return _start(patient_import, Status.CHECKING, version=version, actor=actor)


def start_run(
    patient_import: PatientImport, *, version: int | None, is_unchecked: bool = False, actor: Actor
) -> PatientImport:
    """Have the rows taken in, or go on where it was stopped. Unchecked only where somebody says so."""
    if patient_import.status == Status.DRAFT and not is_unchecked:
        raise NotChecked
    return _start(patient_import, Status.RUNNING, version=version, actor=actor)


@transaction.atomic
def _start(patient_import: PatientImport, to: str, *, version: int | None, actor: Actor) -> PatientImport:
    decide(actor, "run", patient_import)
    patient_import.require_version(version)
    if patient_import.forgotten_at is not None:
        raise FileForgotten
    if patient_import.is_trial:
        _forget_trial(patient_import)
    move(patient_import, to, transitions=PatientImport.TRANSITIONS)
    patient_import.started_by, patient_import.started_by_name = actor.user_id, actor.name[:200]
    patient_import.trouble = ""
    patient_import.save()
    return patient_import


@transaction.atomic
def stop_import(patient_import: PatientImport, *, version: int | None, actor: Actor) -> PatientImport:
    """Stop after the rows that are being taken in; what was registered stays, and it can go on."""
    decide(actor, "run", patient_import)
    patient_import.require_version(version)
    return halt(patient_import)


def halt(patient_import: PatientImport, *, trouble: str = "") -> PatientImport:
    """Let an import rest; who may is for the caller. `trouble` says what stood in the way."""
    is_check = patient_import.status == Status.CHECKING
    move(patient_import, Status.DRAFT if is_check else Status.STOPPED, transitions=PatientImport.TRANSITIONS)
    if is_check:
        _forget_trial(patient_import)
    patient_import.trouble = trouble[:300]
    patient_import.save()
    return patient_import


@transaction.atomic
def discard_import(patient_import: PatientImport, *, version: int | None, actor: Actor) -> PatientImport:
    """Throw a file away of which nobody was registered."""
    decide(actor, "prepare", patient_import)
    patient_import.require_version(version)
    move(patient_import, Status.DISCARDED, transitions=PatientImport.TRANSITIONS)
    _forget_trial(patient_import)
    forget_file(patient_import)
    patient_import.save()
    return patient_import


def forget_file(patient_import: PatientImport) -> None:
    """Delete what the file says; the caller saves the row."""
    ImportContent.objects.filter(patient_import_id=patient_import.id).delete()
    patient_import.forgotten_at = clock.now()


def _forget_trial(patient_import: PatientImport) -> None:
    ImportRow.objects.filter(patient_import_id=patient_import.id).delete()
