"""Writes a placed batch: rows, parts, search values, source records."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from osler.clinic.patients.models import PatientIdentifier
from osler.clinic.patients.numbering import unfit
from osler.clinic.records.models import ObservationComponent
from osler.foundation.audit.context import acting_organization
from osler.foundation.directory.models import Practitioner
from osler.interop.fhir.arrivals.arriving import Arriving, Fate, Key
from osler.interop.fhir.arrivals.placing import (
    STORED,
    own_id,
    rank_of,
    report_of_observations,
    search_values,
)
from osler.interop.fhir.arrivals.writing import (
    insert_rows,
    update_rows,
    write_search_values,
    write_source_records,
)
from osler.interop.fhir.representing import body_of
from osler.interop.fhir.sources import Refusal
from osler.interop.fhir.tables import TABLES, Columns, Part
from osler.kernel.keys import uuid7


def store(
    arriving: list[Arriving],
    reserved: dict[Key, UUID],
    file: str,
    *,
    reports: dict[UUID, UUID] | None = None,
    remember: bool = True,
) -> list[Refusal]:
    """Write the created and changed ones of a batch; returns what was odd about them.

    `reports` says which observation is a value of which report, if it is known; `remember` keeps
    where they came from, so that they are known when they come again.
    """
    notes: list[Refusal] = []
    coming = [each for each in arriving if each.fate in (Fate.CREATED, Fate.CHANGED)]
    groups: dict[tuple[int, str], list[Arriving]] = defaultdict(list)
    for each in coming:
        groups[rank_of(each.resource_type), each.placed_in].append(each)
    reports = report_of_observations(coming) if reports is None else reports
    for (_, table), those in sorted(groups.items(), key=lambda item: item[0]):
        model = model_of(table)
        if model is Practitioner:
            notes += without_taken_numbers(those, file)
        rows = [row_of(each, reports) for each in those]
        insert_rows(model, [row for row, each in zip(rows, those, strict=True) if each.fate is Fate.CREATED])
        update_rows(model, [row for row, each in zip(rows, those, strict=True) if each.fate is Fate.CHANGED])
        notes += write_parts(those, file)
    write_search_values(
        [row for each in coming for row in search_rows(each)],
        renewed=[each.resource_id for each in coming if each.fate is Fate.CHANGED],
    )
    if remember:
        write_source_records([*(source_row(each) for each in coming), *reserved_rows(reserved, coming)])
    return notes


def model_of(table: str) -> type[models.Model]:
    """The model of a table."""
    stored: type[models.Model] = apps.get_model("fhir", "StoredResource")
    if table == STORED:
        return stored
    return next(each.model for each in TABLES.values() if each.model._meta.db_table == table)


def row_of(each: Arriving, reports: dict[UUID, UUID]) -> Columns:
    row = {"id": each.resource_id, **each.columns, "resource": body_of(each.body, each.resource_id)}
    if each.placed_in == "records_observation":
        row["report_id"] = reports.get(own_id(each))
        if row["report_id"] is None and each.fate is Fate.CHANGED:
            del row["report_id"]
    return row


def write_parts(arriving: list[Arriving], file: str) -> list[Refusal]:
    """Identifiers and components; a changed patient keeps the identifiers that it has."""
    table = TABLES.get(arriving[0].resource_type)
    notes: list[Refusal] = []
    if table is None or arriving[0].placed_in == STORED:
        return notes
    for part in table.parts:
        rows, owners = [], []
        for each in arriving:
            made = [{"id": uuid7(), **row} for row in part.rows(each.body, own_id(each), each.patient_id)]
            if each.fate is Fate.CHANGED and part.model is ObservationComponent:
                made = renew_components(made, own_id(each))
            if each.fate is Fate.CREATED or part.model is ObservationComponent or not has_parts(part, each):
                rows += made
                owners += [each] * len(made)
        if part.model is PatientIdentifier:
            rows, owners, notes = without_unfit_identifiers(rows, owners, file)
            rows, taken = without_taken_identifiers(sealed_identifiers(rows), owners, file)
            notes += taken
        insert_rows(part.model, rows)
    return notes


def renew_components(rows: list[Columns], observation_id: UUID) -> list[Columns]:
    """Let the components of an observation say what it says now; returns those that it did not have."""
    had = ObservationComponent.objects.filter(observation_id=observation_id)
    known: dict[int, UUID] = dict(had.values_list("position", "id"))
    update_rows(
        ObservationComponent,
        [{**row, "id": known[row["position"]]} for row in rows if row["position"] in known],
    )
    return [row for row in rows if row["position"] not in known]


def has_parts(part: Part, each: Arriving) -> bool:
    return part.model._default_manager.filter(patient_id=each.resource_id).exists()


def sealed_identifiers(rows: list[Columns]) -> list[Columns]:
    """The rows with national numbers sealed, as the model seals them."""
    kept = []
    for row in rows:
        number = PatientIdentifier(**row, organization_id=acting_organization())
        number.keep(row["value"])
        sealed = "\\x" + bytes(number.value_sealed).hex()
        kept.append({**row, "value": number.value, "value_sealed": sealed})
    return kept


def without_unfit_identifiers(
    rows: list[Columns], owners: list[Arriving], file: str
) -> tuple[list[Columns], list[Arriving], list[Refusal]]:
    """A number that its type refuses is kept in the text alone."""
    refused = unfit(rows)
    notes = [
        Refusal(file, owners[at].arrival.index, "Patient.identifier", f"{words}; kept in the text alone")
        for at, words in refused.items()
    ]
    kept = [at for at in range(len(rows)) if at not in refused]
    return [rows[at] for at in kept], [owners[at] for at in kept], notes


def without_taken_identifiers(
    rows: list[Columns], owners: list[Arriving], file: str
) -> tuple[list[Columns], list[Refusal]]:
    """Two patients never share an identifier in the table; the text of the second keeps what it says."""
    values = [row["value"] for row in rows]
    numbers = PatientIdentifier.objects.filter(value__in=values)
    taken = {(one.system, one.value): one.patient_id for one in numbers.only("system", "value", "patient_id")}
    kept, notes = [], []
    for row, owner in zip(rows, owners, strict=True):
        pair = (row["system"], row["value"])
        if taken.get(pair) == row["patient_id"]:
            continue  # the same number in another spelling
        if pair in taken:
            words = (
                f"identifier of system {pair[0]} belongs to another patient already; kept in the text alone"
            )
            notes.append(Refusal(file, owner.arrival.index, "Patient.identifier", words))
        else:
            taken[pair] = row["patient_id"]
            kept.append(row)
    return kept, notes


def without_taken_numbers(arriving: list[Arriving], file: str) -> list[Refusal]:
    """An NPI belongs to one practitioner."""
    wanted = [each.columns["npi"] for each in arriving if each.columns.get("npi")]
    holders: dict[str, Any] = dict(Practitioner.objects.filter(npi__in=wanted).values_list("npi", "id"))
    notes = []
    for each in arriving:
        npi = each.columns.get("npi")
        if npi and holders.setdefault(npi, each.resource_id) != each.resource_id:
            each.columns["npi"] = ""
            words = "the NPI belongs to another practitioner already; kept in the text alone"
            notes.append(Refusal(file, each.arrival.index, "Practitioner.identifier", words))
    return notes


def search_rows(each: Arriving) -> list[Columns]:
    return [
        {
            "resource_id": each.resource_id,
            "parameter": name,
            "position": position,
            "patient_id": each.patient_id,
            "resource_type": each.resource_type,
            "system": extra.system,
            "code": extra.code,
            "low": extra.low,
            "high": extra.high,
        }
        for position, (name, extra) in enumerate(search_values(each))
    ]


def source_row(each: Arriving) -> Columns:
    return {
        "resource_type": each.key.resource_type,
        "source_id": each.key.source_id,
        "source": each.key.source,
        "resource_id": each.resource_id,
        "placed_in": each.placed_in,
        "digests": [each.digest],
    }


def reserved_rows(reserved: dict[Key, UUID], arriving: list[Arriving]) -> list[Columns]:
    arrived = {each.key for each in arriving}
    free = {key: found for key, found in reserved.items() if key not in arrived}
    reserved.clear()
    return [
        {**key._asdict(), "resource_id": found, "placed_in": "", "digests": []} for key, found in free.items()
    ]
