"""Have we met? By the id it had where it comes from, else by an identifier and the same name."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from osler.clinic.patients.models import PatientIdentifier
from osler.foundation.audit.context import acting_organization
from osler.foundation.vault.sealing import blind_index
from osler.interop.fhir.arrivals.arriving import Arriving, Key
from osler.interop.fhir.arrivals.renewing import Novelty, compared
from osler.interop.fhir.protecting import SEARCH_VALUES
from osler.interop.fhir.representing import read_body
from osler.interop.fhir.tables import TABLES
from osler.kernel.coding import NPI
from osler.kernel.names import fold

is_uuid = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}").fullmatch
is_id = re.compile(r"[A-Za-z0-9\-.]{1,64}").fullmatch
is_ours = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}").fullmatch
MATCHED_BY_IDENTIFIER = ("Patient", "Practitioner", "Organization", "Location")


class Known(NamedTuple):
    """A resource that has been here before, or for which an id is kept."""

    resource_id: UUID
    placed_in: str
    digests: list[str]


def key_of(resource: dict[str, Any], full_url: str, source: str, digest: str) -> Key:
    """The id of the resource, else its place in the Bundle, else what it says."""
    found = resource.get("id")
    name = full_url[9:] if full_url.startswith("urn:uuid:") and is_uuid(full_url[9:]) else ""
    source_id = found if isinstance(found, str) and found else name or digest
    resource_type = str(resource.get("resourceType"))[:40]
    return Key(resource_type, source_id[:65], "" if is_uuid(source_id) else source)


_LOOKUP = """
SELECT s.resource_type, s.source_id, s.source, s.resource_id, s.placed_in, s.digests
FROM unnest(%s::text[], %s::text[], %s::text[]) AS k(resource_type, source_id, source)
JOIN fhir_sourcerecord s
    ON s.resource_type = k.resource_type AND s.source_id = k.source_id AND s.source = k.source
WHERE s.organization_id = (SELECT nullif(current_setting('app.org', true), '')::uuid)
"""


def known_by_key(keys: Iterable[Key]) -> dict[Key, Known]:
    """What is recorded for these keys; ids of ours stand for themselves."""
    wanted = list(dict.fromkeys(keys))
    with connection.cursor() as cursor:
        cursor.execute(
            _LOOKUP, [list(column) for column in zip(*wanted, strict=True)] if wanted else [[], [], []]
        )
        found = {Key(*row[:3]): Known(*row[3:]) for row in cursor.fetchall()}
    ours = [key for key in wanted if key not in found and is_ours(key.source_id)]
    return found | known_by_own_id(ours) if ours else found


def known_by_own_id(keys: list[Key]) -> dict[Key, Known]:
    """Resources that were exported from here and come back."""
    found: dict[Key, Known] = {}
    by_type: dict[str, list[Key]] = {}
    for key in keys:
        by_type.setdefault(key.resource_type, []).append(key)
    for resource_type, those in by_type.items():
        for table in places_of(resource_type):
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT id FROM {table} WHERE id = ANY(%s)", [[key.source_id for key in those]]
                )
                here = {row[0] for row in cursor.fetchall()}
            found |= {
                key: Known(UUID(key.source_id), table, []) for key in those if UUID(key.source_id) in here
            }
    return found


def places_of(resource_type: str) -> list[str]:
    """The tables in which a resource of this type may stand."""
    table = TABLES.get(resource_type)
    return [table.model._meta.db_table, "fhir_storedresource"] if table else ["fhir_storedresource"]


_BY_IDENTIFIER = """
SELECT v.system, v.code, v.resource_id
FROM unnest(%s::text[], %s::text[]) AS k(system, code)
JOIN fhir_searchvalue v ON v.resource_type = %s AND v.parameter = 'identifier'
    AND v.code = k.code AND v.system = k.system
WHERE v.organization_id = (SELECT nullif(current_setting('app.org', true), '')::uuid)
"""
_BY_NPI = f"SELECT '{NPI}', npi, id FROM {{}} WHERE npi = ANY(%s)"
_OWN_NUMBER = {
    "Patient": "SELECT system, value, patient_id FROM patients_patientidentifier WHERE value = ANY(%s)",
    "Practitioner": _BY_NPI.format("directory_practitioner"),
    "Organization": _BY_NPI.format("directory_organization"),
}


def known_by_identifier(arriving: list[Arriving]) -> dict[int, UUID]:
    """The same person or place under another id: one identifier and the name agree.

    Who comes with an id of his own and says otherwise than is stored is taken as somebody else:
    whether the two are one is for a person to decide.
    """
    same: dict[int, UUID] = {}
    for resource_type in MATCHED_BY_IDENTIFIER:
        those = [each for each in arriving if each.resource_type == resource_type]
        found = candidates(resource_type, those) if those else {}
        for each in those:
            for identifier in identifiers_of(each.arrival.resource):
                for resource_id in found.get(identifier, ()):
                    if is_same(each, resource_id):
                        same.setdefault(id(each), resource_id)
    return same


def identifiers_of(resource: dict[str, Any]) -> list[tuple[str, str]]:
    """Identifiers with a system, of resources that nobody has judged yet."""
    found = resource.get("identifier")
    rows = found if isinstance(found, list) else [found]
    pairs = [(row.get("system"), row.get("value")) for row in rows if isinstance(row, dict)]
    texts = [(system, value) for system, value in pairs if isinstance(system, str) and isinstance(value, str)]
    return [(system, value) for system, value in texts if system and value]


def candidates(resource_type: str, arriving: list[Arriving]) -> dict[tuple[str, str], set[UUID]]:
    pairs = list(dict.fromkeys(pair for each in arriving for pair in identifiers_of(each.arrival.resource)))
    found: dict[tuple[str, str], set[UUID]] = {}
    values, own = kept_as(pairs, SEARCH_VALUES), kept_as(pairs, PatientIdentifier.VALUES)
    with connection.cursor() as cursor:
        cursor.execute(
            _BY_IDENTIFIER, [[pair[0] for pair in values], [pair[1] for pair in values], resource_type]
        )
        rows = cursor.fetchall()
        if resource_type in _OWN_NUMBER:
            cursor.execute(_OWN_NUMBER[resource_type], [[pair[1] for pair in own]])
            rows += cursor.fetchall()
    meant = values | own
    for system, code, resource_id in rows:
        for pair in meant.get((system, code), ()):
            found.setdefault(pair, set()).add(resource_id)
    return found


def kept_as(pairs: list[tuple[str, str]], column: str) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """What may stand in a column for these identifiers, and which of them each stands for."""
    meant: dict[tuple[str, str], list[tuple[str, str]]] = {}
    if pairs:
        owner = acting_organization()
        for system, value in pairs:
            for form in (value, blind_index(value, organization=owner, column=column)):
                meant.setdefault((system, form), []).append((system, value))
    return meant


def is_same(each: Arriving, resource_id: UUID) -> bool:
    """Whether name (and birth date) agree with the row that has the identifier."""
    table, resource = TABLES[each.resource_type], each.arrival.resource
    row = table.model._default_manager.filter(id=resource_id).first()
    if row is None:
        return False
    said = table.columns_of(resource)
    names = [name for name in ("family", "given", "name", "birth_date") if name in said]
    if any(plain(getattr(row, name)) != plain(said[name]) for name in names):
        return False
    body = read_body(row.resource, row.pk)
    return "id" not in resource or compared(resource, body) is not Novelty.OTHERWISE


def plain(value: Any) -> Any:
    return fold(value) if isinstance(value, str) else value
