"""Which table an arrival stands in, and what its columns say."""

from typing import Any
from uuid import UUID

from osler.interop.fhir.arrivals.arriving import Arriving
from osler.interop.fhir.compartments import patients_of
from osler.interop.fhir.parameters import Extra, Parameter
from osler.interop.fhir.stored_types import stored_columns, stored_parameters
from osler.interop.fhir.tables import TABLES

STORED = "fhir_storedresource"
PATIENTS = "patients_patient"
# Rows that others point to by a foreign key come before them.
RANK = {
    name: rank
    for rank, name in enumerate(
        "Organization Location Practitioner PractitionerRole Patient RelatedPerson Encounter"
        " ServiceRequest DiagnosticReport".split()
    )
}
Placed = dict[UUID, str]
"""The table in which each resource stands."""


def rank_of(resource_type: str) -> int:
    """The order of writing."""
    return RANK.get(resource_type, len(RANK))


def place(each: Arriving, placed: Placed) -> None:
    """Decide the table of one arrival; those it refers to have been placed before."""
    table = TABLES.get(each.resource_type)
    if table is not None and table.is_live and each.placed_in not in ("", STORED):
        return  # the clinic's own, left as it is
    if each.placed_in == STORED or (table is not None and table.is_live):
        table = None
    if table is not None:
        columns = table.columns_of(each.body)
        for link in table.links():
            name = link.columns[0]
            if (
                columns[name] is not None
                and placed.get(columns[name]) != TABLES[link.resource_type].model._meta.db_table
            ):
                columns[name] = None
        if table.holds(columns) or each.placed_in:
            each.placed_in, each.columns = table.model._meta.db_table, columns
            each.patient_id = each.resource_id if table.patient == "id" else columns.get(table.patient)
            placed[own_id(each)] = each.placed_in
            return
    each.placed_in = STORED
    each.columns = {"resource_type": each.resource_type, **stored_columns(each.body)}
    each.patient_id = each.columns["patient_id"] = compartment_patient(each.body, placed)
    placed[own_id(each)] = STORED


def own_id(each: Arriving) -> UUID:
    """The id that the arrival has here."""
    if each.resource_id is None:
        raise ValueError("an arrival is placed before it has an id")
    return each.resource_id


def compartment_patient(body: dict[str, Any], placed: Placed) -> UUID | None:
    """The one patient whose compartment it is; none if there are several or the patient is not here."""
    patients = patients_of(body)
    if len(patients) != 1:
        return None
    [patient] = patients
    return patient if placed.get(patient) == PATIENTS else None


def parameters_of(each: Arriving) -> tuple[Parameter, ...]:
    """The search parameters of the table in which it stands."""
    if each.placed_in == STORED:
        return stored_parameters(each.resource_type)
    return tuple(TABLES[each.resource_type].search)


def search_values(each: Arriving) -> list[tuple[str, Extra]]:
    """The values that its columns cannot say, by parameter."""
    return [
        (parameter.name, extra)
        for parameter in parameters_of(each)
        for extra in parameter.extras(each.body, each.columns)
    ]


def report_of_observations(arriving: list[Arriving]) -> dict[UUID, UUID]:
    """Which report each observation belongs to, as the reports of the batch say."""
    reports: dict[UUID, UUID] = {}
    for each in arriving:
        if each.placed_in == "records_diagnosticreport":
            for result in each.body.get("result") or ():
                reference = result.get("reference", "")
                if reference.startswith("Observation/"):
                    try:
                        reports[UUID(reference[12:])] = own_id(each)
                    except ValueError:
                        continue
    return reports
