"""A resource on its way in, and the count of what became of all of them."""

import json
from dataclasses import dataclass, field
from enum import Enum
from hashlib import blake2b
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from osler.interop.fhir.sources import Arrival, Refusal


class Key(NamedTuple):
    """How a resource is known where it comes from."""

    resource_type: str
    source_id: str
    source: str


class Fate(Enum):
    """What becomes of an arrival."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass
class Arriving:
    """An arrival with what has been found out about it so far."""

    arrival: Arrival
    key: Key
    digest: str
    fate: Fate = Fate.CREATED
    resource_id: UUID | None = None
    placed_in: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    """The resource with references of ours."""
    columns: dict[str, Any] = field(default_factory=dict)
    patient_id: UUID | None = None
    as_it_was: bool = False
    """Whether it is history from elsewhere, which no deed of ours makes again."""
    version: int = 1

    @property
    def resource_type(self) -> str:
        return self.key.resource_type


@dataclass
class Tally:
    """What became of the arrivals of an import."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    notes: list[Refusal] = field(default_factory=list)
    """What was taken though something about it is odd."""

    def count(self, arriving: list[Arriving]) -> None:
        """Add the fates of these."""
        for each in arriving:
            if each.fate is not Fate.REFUSED:
                setattr(self, each.fate.value, getattr(self, each.fate.value) + 1)

    def add(self, other: "Tally") -> None:
        """Add another count to this one."""
        self.created += other.created
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.refusals += other.refusals
        self.notes += other.notes

    @property
    def total(self) -> int:
        return self.created + self.changed + self.unchanged + len(self.refusals)


def digest_of(resource: Any) -> str:
    """A digest of what a resource says, whatever the order of its properties."""
    try:
        text = orjson.dumps(resource, default=str, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:  # half a surrogate pair; it will be refused, but needs a name
        text = json.dumps(resource, default=str, sort_keys=True).encode()
    return blake2b(text, digest_size=16).hexdigest()
