"""SMART v2 scopes: what a token may be used for. They narrow what its user may do, never widen it."""

import re
from dataclasses import dataclass
from functools import lru_cache

from osler.interop.fhir.validation.schema import resource_types

LETTERS = "cruds"
OLD = {"read": "rs", "write": "cud", "*": "cruds"}
IGNORED = frozenset(
    {"openid", "fhirUser", "launch", "launch/patient", "offline_access", "online_access", "profile"}
)
_SCOPE = re.compile(r"(patient|user|system)/(\*|[A-Za-z]+)\.(read|write|\*|c?r?u?d?s?)").fullmatch


class BadScope(ValueError):
    """A scope that nobody understands: it is refused, never ignored (A6)."""


@dataclass(frozen=True)
class Scope:
    """One scope: context, type (or "*"), letters."""

    context: str
    resource_type: str
    letters: frozenset[str]


@lru_cache(maxsize=1024)
def parse_scopes(text: str) -> tuple[Scope, ...]:
    """The scopes of a token; raises BadScope for one that is not understood."""
    scopes = []
    for word in text.split():
        if word in IGNORED:
            continue
        match = _SCOPE(word)
        letters = match[3] if match else ""
        known = match is not None and (match[2] == "*" or match[2] in resource_types())
        if match is None or not letters or not known:
            raise BadScope(f"“{word}” is not a scope such as user/*.rs or patient/Observation.read")
        scopes.append(Scope(match[1], match[2], frozenset(OLD.get(letters, letters))))
    if not scopes:
        raise BadScope("there is no scope for any resource, such as user/*.rs")
    return tuple(scopes)


def allows(scopes: tuple[Scope, ...], resource_type: str, letter: str) -> bool:
    """Whether a scope allows create, read, update, delete or search of a type."""
    return any(letter in scope.letters and scope.resource_type in ("*", resource_type) for scope in scopes)
