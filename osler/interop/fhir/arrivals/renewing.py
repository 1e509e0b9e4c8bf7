"""Whether a resource that comes again as new says anything that is not known."""

from typing import Any

from django.db import connection

from osler.interop.fhir.arrivals.arriving import Arriving
from osler.interop.fhir.lossless import read_json
from osler.interop.fhir.representing import SPLICED, SPLICED_META


def stored_body(each: Arriving) -> Any:
    """What is stored of it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT resource FROM {each.placed_in} WHERE id = %s", [each.resource_id])
        row = cursor.fetchone()
    return read_json(row[0]) if row and row[0] else {}


def adds_nothing(each: Arriving) -> bool:
    """A POST of what is here already: nothing new, or something that contradicts and is not taken.

    The same hospital comes with each patient's bundle, once with more, once with less; only what
    says more than the stored text, and nothing against it, changes it.
    """
    stored = stored_body(each)
    said = {name: part for name, part in each.body.items() if name not in SPLICED}
    if "meta" in said:
        meta = {name: part for name, part in said["meta"].items() if name not in SPLICED_META}
        said = (
            {**said, "meta": meta} if meta else {name: part for name, part in said.items() if name != "meta"}
        )
    if is_within(said, stored) or not is_within(stored, said):
        # `meta` (tags, profiles) may differ from bundle to bundle without saying more of the thing
        return True
    return not (said.keys() - stored.keys() - {"meta"})


def is_within(part: Any, whole: Any) -> bool:
    """Whether everything that one says, the other says too."""
    if isinstance(part, dict) and isinstance(whole, dict):
        return all(name in whole and is_within(value, whole[name]) for name, value in part.items())
    return bool(part == whole)
