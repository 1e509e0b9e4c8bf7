"""Stored texts without the numbers of persons: each string that says one is sealed in its place.

National identifiers and member ids stand anywhere in a resource: among its identifiers, in one that
it contains, in its narrative. Every string that says such a number is kept as a sealed one and put
back when the text is read; all else stays as it came, and most texts have none and cost a glance.
A string that looks like a sealed one is sealed itself, so that nothing from outside is ever opened.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from uuid import UUID

from osler.clinic.patients.national import is_protected
from osler.foundation.audit.context import acting_organization
from osler.foundation.vault.sealing import CannotOpen, open_sealed, seal
from osler.interop.fhir.elements import Json
from osler.interop.fhir.lossless import read_json, write_text

MARK = "osler-sealed:"
SEARCH_VALUES = "fhir_searchvalue.code"
SHORTEST_FOUND_ELSEWHERE = 5
_SEALED = re.compile(rf'"{MARK}([A-Za-z0-9_-]+={{0,2}})"')
# A text with a number to protect, as `write_text` writes it, has one of these: looked for before it is taken
# apart. A code is looked for with its name: MA is a state, too.
_TRACES = (
    *(f'"code":"{code}' for code in ("SS", "PPN", "DL", "NI", "NN", "MB", "MC", "MA", "SB")),
    *('"subscriberId"', '"Coverage"'),
    *("sid/us-m", "sid/us-hicn", "113883.4.1", "113883.4.3", "113883.4.572", "113883.4.927"),
)
_TRACES_IN_SYSTEMS = ("ssn", "passport", "licen", "national", "member", "bsn", "nhs")


def sealed_text(
    resource: Json, row_id: Any, organization: UUID | None = None, resource_type: str = ""
) -> str:
    """The text of a resource as it is stored in a row; its type, where the text itself has none."""
    text = write_text(resource)
    if not _may_protect(text, resource_type):
        return text
    numbers = set(_numbers_in({"resourceType": resource_type, **resource}))
    if not numbers and MARK not in text:
        return text
    return write_text(_Sealing(numbers, row_id, organization or acting_organization()).of(resource))


def reseal(text: str, row_id: Any, organization: UUID, resource_type: str) -> str:
    """A text from before there was sealing, sealed; what needs no sealing stays to the letter."""
    resource = read_json(text)
    sealed = sealed_text(resource, row_id, organization, resource_type)
    return sealed if MARK in sealed else text


def opened(text: Any, row_id: Any, organization: UUID | None = None) -> Any:
    """The text of a row as it came; None stays None."""
    if text is None or MARK not in text:
        return text
    owner = organization or acting_organization()

    def plain(match: re.Match[str]) -> str:
        try:
            sealed = urlsafe_b64decode(match[1])
        except ValueError as error:
            raise CannotOpen from error
        return write_text(open_sealed(sealed, organization=owner, place=_place(row_id)))

    return _SEALED.sub(plain, text)


def is_searched_blindly(resource: Json, identifier: Any) -> bool:
    """Whether an identifier of this resource stands in the search values by its blind index."""
    return isinstance(identifier, dict) and (
        resource.get("resourceType") == "Coverage" or is_identifier_protected(identifier)
    )


def is_identifier_protected(identifier: Json) -> bool:
    """Whether this Identifier is a number to be sealed."""
    kind = identifier.get("type")
    codings = kind.get("coding") if isinstance(kind, dict) else None
    codes = [each.get("code") for each in codings or () if isinstance(each, dict)]
    system = identifier.get("system")
    return is_protected(
        system if isinstance(system, str) else "", [code for code in codes if isinstance(code, str)]
    )


def _place(row_id: Any) -> str:
    return f"resource:{row_id}"


def _may_protect(text: str, resource_type: str) -> bool:
    if resource_type == "Coverage" or MARK in text:
        return True
    for trace in _TRACES:  # a loop: every text comes by here
        if trace in text:
            return True
    if '"identifier"' not in text:
        return False
    folded = text.lower()
    return any(trace in folded for trace in _TRACES_IN_SYSTEMS)


def _numbers_in(part: Any) -> list[str]:
    """The protected numbers that a part of a resource says, in whatever depth."""
    found: list[str] = []
    if isinstance(part, dict):
        is_coverage = part.get("resourceType") == "Coverage"
        said = [part.get("subscriberId")] if is_coverage else []
        if is_coverage:
            said += [each.get("value") for each in part.get("identifier") or () if isinstance(each, dict)]
        if "value" in part and is_identifier_protected(part):
            said.append(part["value"])
        found += [number for number in said if isinstance(number, str) and number]
        for value in part.values():
            if isinstance(value, dict | list):
                found += _numbers_in(value)
    elif isinstance(part, list):
        for value in part:
            found += _numbers_in(value)
    return found


class _Sealing:
    """The same resource with its protected strings sealed."""

    def __init__(self, numbers: set[str], row_id: Any, organization: UUID) -> None:
        self.numbers, self.place, self.organization = numbers, _place(row_id), organization
        self.telling = [number for number in numbers if len(number) >= SHORTEST_FOUND_ELSEWHERE]

    def of(self, part: Any) -> Any:
        if isinstance(part, str):
            return self.string(part)
        if isinstance(part, dict):
            return {name: self.of(value) for name, value in part.items()}
        return [self.of(value) for value in part] if isinstance(part, list) else part

    def string(self, text: str) -> str:
        says = text in self.numbers or MARK in text or any(number in text for number in self.telling)
        if not says:
            return text
        sealed = seal(text, organization=self.organization, place=self.place)
        return MARK + urlsafe_b64encode(sealed).decode()
