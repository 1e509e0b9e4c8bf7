"""Whether a resource that comes again as new says anything that is not known."""

from enum import Enum
from typing import Any

from django.db import connection

from osler.interop.fhir.arrivals.arriving import Arriving
from osler.interop.fhir.representing import SPLICED, read_body, represent
from osler.interop.fhir.tables import TABLES


def stored_body(each: Arriving) -> Any:
    """What is stored of it, or said by a row whose text is stored nowhere."""
    table = TABLES.get(each.resource_type)
    if table is not None and table.is_live and each.placed_in == table.model._meta.db_table:
        return read_body(represent(table.rows().get(id=each.resource_id)), each.resource_id)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT resource FROM {each.placed_in} WHERE id = %s", [each.resource_id])
        row = cursor.fetchone()
    return read_body(row[0] if row else None, each.resource_id)


class Novelty(Enum):
    """What a resource says that comes a second time as if it were new."""

    NONE = "nothing that is not known"
    MORE = "more than is known, and nothing against it"
    OTHERWISE = "something else than is known"


def novelty_of(each: Arriving) -> Novelty:
    """Judge a POST of what is here already.

    The same hospital comes with each patient's bundle, once with more, once with less. `meta`
    (tags, profiles) is not counted: it speaks of the copy, not of the thing.
    """
    return compared(each.body, stored_body(each))


def compared(resource: Any, body: Any) -> Novelty:
    """What a resource says beyond a stored body."""
    stored = {name: part for name, part in body.items() if name != "meta"}
    said = {name: part for name, part in resource.items() if name not in (*SPLICED, "meta")}
    if is_within(said, stored):
        return Novelty.NONE
    return Novelty.MORE if is_within(stored, said) else Novelty.OTHERWISE


def is_within(part: Any, whole: Any) -> bool:
    """Whether everything that one says, the other says too; where references lead is not compared."""
    if isinstance(part, dict) and isinstance(whole, dict):
        return all(
            name in whole and (name == "reference" or is_within(value, whole[name]))
            for name, value in part.items()
        )
    if isinstance(part, list) and isinstance(whole, list) and len(part) == len(whole):
        return all(is_within(one, other) for one, other in zip(part, whole, strict=True))
    return bool(part == whole)
