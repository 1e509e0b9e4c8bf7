"""Writing through the door: the clinic's deeds where a type has them, a few statements for the rest."""

from collections.abc import Iterable
from itertools import groupby
from uuid import UUID

from django.db import connection, models

from osler.clinic.patients.queries import ids_of
from osler.clinic.records.encounters.visit import require_open
from osler.clinic.records.errors import OtherPatient
from osler.clinic.records.models import Encounter
from osler.foundation.access.actors import Actor
from osler.interop.fhir.arrivals.arriving import Arriving, Fate
from osler.interop.fhir.arrivals.placing import STORED, Placed, own_id, place, rank_of, report_of_observations
from osler.interop.fhir.arrivals.storing import search_rows, store, write_parts
from osler.interop.fhir.arrivals.writing import write_search_values
from osler.interop.fhir.doors.outcomes import Trouble
from osler.interop.fhir.doors.placing import has_deed, refuse_without_patient
from osler.interop.fhir.doors.refusals import told
from osler.interop.fhir.representing import body_of, read_body
from osler.interop.fhir.tables import TABLES
from osler.interop.fhir.wishes import Wish

_VISITS = "SELECT id, patient_id, status FROM records_encounter WHERE id = ANY(%s)"
LAST = 100
"""A report comes when its values are there."""


def write_all(arriving: list[Arriving], placed: Placed, *, actor: Actor) -> None:
    """Place and store new resources; the caller's transaction holds them together."""
    for each in sorted(arriving, key=lambda each: rank_of(each.resource_type)):
        if has_deed(each):
            each.placed_in = TABLES[each.resource_type].model._meta.db_table
        place(each, placed)
        refuse_without_patient(each)
    reports = report_of_observations(arriving)
    for is_deed, those in groupby(sorted(arriving, key=turn_of), key=has_deed):
        if is_deed:
            for each in those:
                make(each, actor)
        else:
            store_as_they_are(list(those), reports, actor=actor)


def turn_of(each: Arriving) -> tuple[int, bool]:
    """The order of writing."""
    is_deed = has_deed(each)
    is_last = is_deed and each.resource_type == "DiagnosticReport"
    return LAST if is_last else rank_of(each.resource_type), is_deed


def make(each: Arriving, actor: Actor) -> None:
    """Let the clinic's deed make a row from the resource."""
    table = TABLES[each.resource_type]
    row = table.model(id=each.resource_id, resource=body_of(each.body, each.resource_id), **each.columns)
    if table.create is not None:
        with told(each):
            table.create(Wish(actor, each.body, each.columns, row))
    follow(each, row)


def change(each: Arriving, *, actor: Actor) -> None:
    """Let the clinic's deeds change a stored row so that it says what the resource says."""
    table = TABLES[each.resource_type]
    row = table.model._default_manager.get(id=own_id(each))
    version = row.version
    if table.update is not None:
        with told(each):
            table.update(Wish(actor, each.body, each.columns, row))
            if row.version == version:  # the deed found nothing to do, but the text may say more
                row.resource = body_of(each.body, row.pk)
                row.save()
    follow(each, row)


def follow(each: Arriving, row: models.Model) -> None:
    """Write beside a deed's row what the door keeps of it: parts and search values."""
    is_new = each.fate is Fate.CREATED
    each.body = {"resourceType": each.resource_type, **read_body(row.resource, row.pk)}  # type: ignore[attr-defined]
    each.columns = {name: getattr(row, name) for name in each.columns}
    each.version = row.version  # type: ignore[attr-defined]
    each.fate = Fate.CHANGED  # its parts, where the deed has made them, stay
    write_parts([each], "")
    write_search_values(search_rows(each), renewed=[] if is_new else [each.resource_id])


def store_as_they_are(arriving: list[Arriving], reports: dict[UUID, UUID], *, actor: Actor) -> None:
    """Store rows that have no deed, each weighed by what may stand against it."""
    weigh(arriving, reports, actor=actor)
    notes = store(arriving, {}, "", reports=reports, remember=False)
    if notes:
        trouble = Trouble(409, notes[0].reason.partition(";")[0], path=notes[0].path)
        trouble.entry = notes[0].index
        raise trouble


def visits_of(wanted: set[UUID]) -> dict[UUID, Encounter]:
    """Patient and status of these encounters, and no more: it is asked for every value that comes."""
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_VISITS, [list(wanted)])
        rows = cursor.fetchall()
    return {key: Encounter(id=key, patient_id=patient, status=status) for key, patient, status in rows}


def is_of(patient_id: UUID | None, visit: Encounter) -> bool:
    """Whether a visit is this patient's, who may be named by the id of a chart that was merged."""
    return visit.patient_id == patient_id or (
        patient_id is not None and visit.patient_id in ids_of(patient_id)
    )


def weigh(arriving: Iterable[Arriving], reports: dict[UUID, UUID], *, actor: Actor) -> None:
    """Refuse what the clinic's rules refuse; history from elsewhere is taken as it was."""
    ours = [each for each in arriving if not each.as_it_was and each.placed_in != STORED]
    wanted = {each.columns["encounter_id"] for each in ours if each.columns.get("encounter_id")}
    visits = visits_of(wanted)
    for each in ours:
        table = TABLES[each.resource_type]
        visit_id = each.columns.get("encounter_id")
        visit = visits.get(visit_id) if visit_id else None
        stored = None
        if table.weigh is not None and each.fate is Fate.CHANGED:
            stored = table.model._default_manager.get(id=own_id(each))
        with told(each):
            if visit is not None and not is_of(each.patient_id, visit):
                raise OtherPatient(field="encounter")
            if table.weigh is not None:
                report_id = reports.get(own_id(each))
                table.weigh(Wish(actor, each.body, each.columns, stored, visit, report_id))
            elif visit is not None:
                require_open(visit)
