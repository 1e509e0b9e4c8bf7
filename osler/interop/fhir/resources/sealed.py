"""Words out of the vault, as FHIR says them."""

from typing import Any

from osler.foundation.vault.sealing import CannotOpen
from osler.interop.fhir.elements import Json

ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
DAMAGED = {"extension": [{"url": ABSENT, "valueCode": "error"}]}


def opened(row: Any, attribute: str, name: str) -> Json:
    """The element `name` with a sealed text of a row; that it cannot be opened is said in its place.

    One damaged value must keep nobody from the rest of a record, nor an export from its end.
    """
    try:
        words: str = getattr(row, attribute)
    except CannotOpen:
        return {f"_{name}": DAMAGED}
    return {name: words} if words else {}
