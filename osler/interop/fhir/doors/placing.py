"""Resources that are written through the door: judged, linked to what is here, placed, stored.

The steps are those of an import; here an unknown reference is an error, and ids are ours alone. How
a row is written, by the clinic's deed or as it stands, is said in `doing`.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection

from osler.foundation.access.policy import decide, may
from osler.interop.fhir.arrivals.arriving import Arriving, Fate, Key
from osler.interop.fhir.arrivals.knowing import places_of
from osler.interop.fhir.arrivals.linking import place_of, references_in
from osler.interop.fhir.arrivals.placing import STORED, Placed
from osler.interop.fhir.doors.outcomes import Trouble, Unsound
from osler.interop.fhir.doors.tokens import Caller
from osler.interop.fhir.models import StoredResource
from osler.interop.fhir.sources import Arrival
from osler.interop.fhir.tables import TABLES
from osler.interop.fhir.validation.schema import resource_types
from osler.interop.fhir.validation.verdict import validate
from osler.kernel.errors import Denied
from osler.kernel.keys import uuid7

NOT_STORED = frozenset({"Bundle", "Parameters", "OperationOutcome", "CapabilityStatement", "AuditEvent"})


def judged(resource: Any, resource_type: str) -> dict[str, Any]:
    """The resource, if it is a valid one of the type; Unsound otherwise."""
    issues = validate(resource)
    if issues:
        raise Unsound(issues)
    if resource["resourceType"] != resource_type:
        words = f"is a {resource['resourceType']}, not a {resource_type}"
        raise Trouble(400, words, path=resource["resourceType"])
    checked: dict[str, Any] = resource
    return checked


def is_possible(resource_type: str, interaction: str) -> bool:
    """Whether resources of a type are created or updated through this door at all."""
    table = TABLES.get(resource_type)
    return resource_type not in NOT_STORED and (table is None or table.can(interaction))


def permit(caller: Caller, resource_type: str, interaction: str) -> bool:
    """Refuse a write that neither the type's own right nor the right to import allows.

    Returns whether the resource is taken as it was elsewhere: by an administrator, who has no
    right to the deed and brings history.
    """
    caller.need(resource_type, interaction[0])
    table = TABLES.get(resource_type)
    if not is_possible(resource_type, interaction):
        raise Trouble(405, f"{resource_type} is read here; there is no {interaction}", path=resource_type)
    if table is not None and table.permits(caller.actor, interaction):
        return False
    if (table is None or table.brings) and may(caller.actor, "import", StoredResource):
        return True
    if table is None:
        probe = StoredResource(
            resource_type=resource_type,
            organization_id=caller.actor.organization_id or UUID(int=0),
            patient_id=caller.actor.patient_id,
        )
        decide(caller.actor, interaction, probe)
        return False
    raise Denied


def new_arriving(
    resource: dict[str, Any], index: int = 0, full_url: str = "", *, as_it_was: bool
) -> Arriving:
    """A resource that gets an id of ours."""
    resource_id = uuid7()
    key = Key(resource["resourceType"], str(resource_id), "")
    each = Arriving(Arrival(index, resource, full_url, "POST"), key, "", Fate.CREATED, resource_id)
    each.body, each.as_it_was = resource, as_it_was
    return each


def here(resources: Iterable[dict[str, Any]]) -> Placed:
    """The tables of everything that these resources refer to by type and id."""
    wanted: dict[str, set[UUID]] = {}
    for resource in resources:
        for reference in references_in(resource):
            name, _, key = reference["reference"].partition("/")
            try:
                wanted.setdefault(name, set()).add(UUID(key.partition("/")[0]))
            except ValueError:
                continue
    parts, values = [], []
    for name, keys in wanted.items():
        for table in places_of(name) if name in resource_types() else ():
            parts.append(f"SELECT id, '{table}' FROM {table} WHERE id = ANY(%s)")
            values.append(list(keys))
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        return dict(cursor.fetchall())


def refuse_dangling(each: Arriving, placed: Placed) -> None:
    """Every reference by type and id must lead to something that is here."""
    for reference in references_in(each.body):
        text = reference["reference"]
        name, slash, key = text.partition("/")
        if text[:1] == "#" or ":" in text[:12] or not slash or name not in resource_types():
            continue
        try:
            known = UUID(key.partition("/")[0]) in placed
        except ValueError:
            known = False
        if not known:
            words = f"refers to {text[:100]}, which is not here"
            place = f"{each.resource_type}{place_of(reference, each.body)}.reference"
            raise Trouble(422, words, path=place, code="not-found")


def refuse_without_patient(each: Arriving) -> None:
    """A row of a chart needs its patient: what stays without one is not taken through the door."""
    table = TABLES.get(each.resource_type)
    if table is None or "patient_id" not in table.required or not (table.takes or has_deed(each)):
        return
    if each.placed_in == STORED or each.columns.get("patient_id") is None:
        words = "must refer to a patient who is here"
        place = f"{each.resource_type}.{table.links()[0].head}"
        trouble = Trouble(422, words, path=place, code="required")
        trouble.entry = each.arrival.index
        raise trouble


def has_deed(each: Arriving) -> bool:
    """Whether a deed of the clinic makes the row."""
    table = TABLES.get(each.resource_type)
    return table is not None and table.create is not None and not each.as_it_was
