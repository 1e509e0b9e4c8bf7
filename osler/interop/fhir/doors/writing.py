"""create and update: through the clinic's rights, in one transaction, never over somebody's change."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date

from osler.clinic.patients.models import Patient
from osler.foundation.audit.access import record_access
from osler.foundation.audit.context import acting
from osler.foundation.jobs.idempotency import Answer, answer_once, request_hash
from osler.interop.fhir.access_sql import access_condition, may_at_all
from osler.interop.fhir.arrivals.arriving import Arriving, Fate, Key
from osler.interop.fhir.arrivals.knowing import places_of
from osler.interop.fhir.arrivals.placing import STORED, place, report_of_observations
from osler.interop.fhir.doors.chain import BASE, body_of_request, json_response
from osler.interop.fhir.doors.doing import change, store_as_they_are, write_all
from osler.interop.fhir.doors.outcomes import Trouble
from osler.interop.fhir.doors.placing import (
    here,
    judged,
    new_arriving,
    permit,
    refuse_dangling,
    refuse_without_patient,
)
from osler.interop.fhir.doors.queries import pairs_of, query_of
from osler.interop.fhir.doors.reading import NOT_HERE, as_uuid
from osler.interop.fhir.doors.search_sql import places, refuse_unknown
from osler.interop.fhir.doors.tokens import Caller
from osler.interop.fhir.models import StoredResource
from osler.interop.fhir.protecting import opened
from osler.interop.fhir.sources import Arrival
from osler.interop.fhir.tables import TABLES
from osler.kernel.errors import Missing, StaleVersion
from osler.kernel.states import can_move

WEAK_TAG = re.compile(r'\s*(?:W/)?"(\d{1,9})"\s*').fullmatch


def create(request: HttpRequest, caller: Caller, resource_type: str) -> HttpResponse:
    """POST [base]/[type], perhaps If-None-Exist, perhaps with an Idempotency-Key."""
    as_it_was = permit(caller, resource_type, "create")
    resource = judged(body_of_request(request), resource_type)
    key = request.META.get("HTTP_IDEMPOTENCY_KEY", "")

    def work() -> Answer:
        none_exist = request.META.get("HTTP_IF_NONE_EXIST", "")
        made = create_one(caller, resource, none_exist, as_it_was=as_it_was)
        return Answer(made.status, made.location)

    with doing(caller):
        if not key:
            answer = work()
        else:
            digest = request_hash("POST", request.path, request.body)
            answer = answer_once(key, actor_id=caller.actor.user_id, request_hash=digest, work=work)
        written = written_text(answer.location)
    return written_response(request, answer.location, answer.status, written)


@contextmanager
def doing(caller: Caller) -> Iterator[None]:
    """One transaction of the caller; a refusal that tells of patients leaves its access event."""
    try:
        with acting(caller.actor, request_id=caller.request_id):
            yield
    except Trouble as trouble:
        if trouble.shown:
            with acting(caller.actor, request_id=caller.request_id):
                record_access(Patient, patients=trouble.shown, detail="FHIR refusal")
        raise


class Made(NamedTuple):
    """What became of a create."""

    status: int
    location: str
    version: int = 1


def create_one(caller: Caller, resource: dict[str, Any], none_exist: str, *, as_it_was: bool) -> Made:
    """Create, unless a search finds that it is here already (A45)."""
    resource_type = resource["resourceType"]
    if none_exist:
        found = the_one(caller, resource_type, none_exist)
        if found is not None:
            return Made(200, f"{resource_type}/{found}")
    each = new_arriving(resource, as_it_was=as_it_was)
    placed = here([resource])
    refuse_dangling(each, placed)
    write_all([each], placed, actor=caller.actor)
    return Made(201, f"{resource_type}/{each.resource_id}", each.version)


def the_one(caller: Caller, resource_type: str, none_exist: str) -> UUID | None:
    """The only match of a conditional; a lock makes those who ask the same at once wait."""
    query = query_of(pairs_of(none_exist.partition("?")[2] or none_exist))
    if not query.criteria:
        raise Trouble(400, "a condition must narrow the search", code="required")
    refuse_unknown(resource_type, query)
    locked = f"{caller.actor.organization_id} {resource_type} {sorted(query.criteria)}"
    number = int.from_bytes(hashlib.sha256(locked.encode()).digest()[:8], "big", signed=True)
    found: set[UUID] = set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
        for place in places(caller, resource_type, query):
            cursor.execute(
                f"SELECT t.id FROM {place.table} t WHERE {place.where.sql} LIMIT 2", place.where.values
            )
            found |= {row[0] for row in cursor.fetchall()}
    if len(found) > 1:
        raise Trouble(412, "the condition matches more than one resource", code="multiple-matches")
    return next(iter(found), None)


def update(request: HttpRequest, caller: Caller, resource_type: str, resource_id: str) -> HttpResponse:
    """PUT [base]/[type]/[id] with If-Match: 428 without, 412 when somebody else was faster."""
    as_it_was = permit(caller, resource_type, "update")
    resource = judged(body_of_request(request), resource_type)
    if resource.get("id") != resource_id:
        raise Trouble(400, "the id of the resource is not the id of the address", path=f"{resource_type}.id")
    version = wanted_version(request.META.get("HTTP_IF_MATCH", ""))
    with doing(caller):
        each = update_one(caller, resource, as_uuid(resource_id), version, as_it_was=as_it_was)
        location = f"{resource_type}/{each.resource_id}"
        written = written_text(location)
    return written_response(request, location, 200, written)


def wanted_version(if_match: str) -> int:
    if not if_match:
        raise Trouble(428, 'send If-Match with the version that you have read, such as W/"1"')
    match = WEAK_TAG(if_match)
    if match is None:
        raise Trouble(400, 'If-Match is not a version such as W/"1"')
    return int(match[1])


def update_one(
    caller: Caller, resource: dict[str, Any], resource_id: UUID, version: int, *, as_it_was: bool
) -> Arriving:
    """Change a resource that the caller may see and whose version is the one he has seen."""
    resource_type = resource["resourceType"]
    each = Arriving(
        Arrival(0, resource, method="PUT"),
        Key(resource_type, str(resource_id), ""),
        "",
        Fate.CHANGED,
        resource_id,
    )
    each.body, each.as_it_was = resource, as_it_was
    each.placed_in, status, patient = locked_row(caller, resource_type, resource_id, version)
    placed = here([resource])
    placed[resource_id] = each.placed_in
    refuse_dangling(each, placed)
    refuse_move(resource_type, status, resource)
    place(each, placed)
    if patient is not None and each.patient_id != patient:
        raise Trouble(
            422, "a resource never moves to another patient", path=resource_type, code="business-rule"
        )
    table = TABLES.get(resource_type)
    if table is not None and table.update is not None and each.placed_in != STORED and not as_it_was:
        change(each, actor=caller.actor)
    else:
        refuse_without_patient(each)
        store_as_they_are([each], report_of_observations([each]), actor=caller.actor)
        each.version = version + 1
    return each


def locked_row(
    caller: Caller, resource_type: str, resource_id: UUID, version: int
) -> tuple[str, str, UUID | None]:
    """Table, status and patient of the row, locked; Missing or StaleVersion."""
    table = TABLES.get(resource_type)
    choices: list[tuple[Any, str]] = [(table.model, table.patient)] if table else []
    choices.append((StoredResource, "patient_id"))
    for model, patient in choices:
        if not may_at_all(caller.actor, model):
            continue
        access = access_condition(caller.actor, model)
        names = {field.name for field in model._meta.fields}
        status = "t.status" if "status" in names else "''"
        kind, values = (
            ("true", []) if model is not StoredResource else ("t.resource_type = %s", [resource_type])
        )
        sql = (
            f"SELECT t.version, {status}, {f't.{patient}' if patient else 'NULL'}"
            f" FROM {model._meta.db_table} t WHERE t.id = %s AND {kind} AND ({access.sql}) FOR UPDATE"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [resource_id, *values, *access.values])
            row = cursor.fetchone()
        if row is not None:
            if row[0] != version:
                raise StaleVersion(f"The version is {row[0]}, not {version}: somebody else has changed it.")
            return model._meta.db_table, row[1], row[2]
    raise Missing(NOT_HERE)


def refuse_move(resource_type: str, status: str, resource: dict[str, Any]) -> None:
    """The steps of a status are the clinic's, whichever door they come through."""
    table = TABLES.get(resource_type)
    transitions = getattr(table.model, "TRANSITIONS", None) if table else None
    wanted = resource.get("status")
    if not transitions or wanted is None or wanted == status:
        return
    if not can_move(transitions, current=status, to=wanted):
        raise Trouble(
            422,
            f"from {status} there is no step to {wanted}",
            path=f"{resource_type}.status",
            code="business-rule",
        )


def written_response(request: HttpRequest, location: str, status: int, written: Any) -> HttpResponse:
    """201 or 200 with Location and ETag; the resource unless the caller prefers less."""
    text, version, updated_at = written
    prefer = request.META.get("HTTP_PREFER", "")
    response = json_response("" if "return=minimal" in prefer else text, status)
    base = f"{request.scheme}://{request.get_host()}{BASE}"
    response["ETag"] = f'W/"{version}"'
    response["Last-Modified"] = http_date(updated_at.timestamp())
    response["Location"] = f"{base}/{location}/_history/{version}"
    return response


def written_text(location: str) -> Any:
    """Text, version and instant of what was written: its writer knows it, so it is no access of its own."""
    resource_type, _, key = location.partition("/")
    text = "fhir_text(%s, id, version, updated_at, resource)"
    parts = " UNION ALL ".join(
        f"SELECT {text}, version, updated_at FROM {name} WHERE id = %s" for name in places_of(resource_type)
    )
    with connection.cursor() as cursor:
        cursor.execute(parts, [resource_type, key] * len(places_of(resource_type)))
        row = cursor.fetchone()
    if row is None:
        raise Missing(NOT_HERE)
    return opened(row[0], key), *row[1:]
