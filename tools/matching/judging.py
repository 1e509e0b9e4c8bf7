"""Enrol a set, look for each of its people as the clinic does, and count what was found."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import log2
from uuid import UUID

from osler.clinic.patients.candidates import Person
from osler.clinic.patients.identifiers import numbers_of
from osler.clinic.patients.matching import Likeness, Strength, likenesses
from osler.clinic.patients.models import Patient, PatientIdentifier
from osler.clinic.patients.weights import Weights
from osler.foundation.access.actors import Actor
from tools.matching.sets import Record

BATCH = 250


@dataclass
class Judged:
    """Which pairs were looked for and which were found, by their keys."""

    wanted: set[frozenset[str]]
    found: dict[frozenset[str], Likeness] = field(default_factory=dict)
    """Every pair that weighs anything, heaviest seen."""

    def linked(self, least: Strength = Strength.LIKELY) -> set[frozenset[str]]:
        return {pair for pair, one in self.found.items() if one.strength >= least}

    @property
    def missed(self) -> set[frozenset[str]]:
        return self.wanted - self.linked()

    @property
    def wrong(self) -> set[frozenset[str]]:
        return self.linked() - self.wanted

    @property
    def recall(self) -> float:
        return 1 - len(self.missed) / len(self.wanted)

    @property
    def precision(self) -> float:
        return 1 - len(self.wrong) / max(len(self.linked()), 1)

    def __str__(self) -> str:
        seen = len(self.wanted & self.found.keys())
        return (
            f"recall {self.recall:.4f} ({len(self.missed)} of {len(self.wanted)} missed, {seen} seen at all),"
            f" precision {self.precision:.4f} ({len(self.wrong)} of {len(self.linked())} wrong)"
        )


def enrol(records: Iterable[Record], actor: Actor) -> dict[UUID, Record]:
    """Register them all; `actor` acts already."""
    assert actor.organization_id is not None
    known = {one.patient.id: one for one in records}
    for some in _batches(list(known.values()), 1000):
        for one in some:
            one.patient.organization_id = actor.organization_id
        Patient.objects.bulk_create([one.patient for one in some])
        rows = []
        for record in some:
            for one in record.identifiers:
                row = PatientIdentifier(patient=record.patient, system=one.system, type_code=one.type_code)
                row.organization_id = actor.organization_id
                row.keep(one.value)
                rows.append(row)
        PatientIdentifier.objects.bulk_create(rows, ignore_conflicts=True)
    return known


def look_for(
    people: Sequence[Record], known: dict[UUID, Record], *, weights: Weights, actor: Actor
) -> dict[frozenset[str], Likeness]:
    """Every pair of one of these people with one that is known."""
    pairs: dict[frozenset[str], Likeness] = {}
    assert actor.organization_id is not None
    for some in _batches(people, BATCH):
        asked = [
            Person(one.patient, numbers_of(one.identifiers, organization=actor.organization_id))
            for one in some
        ]
        for record, found in zip(some, likenesses(asked, weights=weights, actor=actor), strict=True):
            for likeness in found:
                pair = frozenset((record.key, known[likeness.patient.id].key))
                if pair not in pairs or pairs[pair].weight < likeness.weight:
                    pairs[pair] = likeness
    return pairs


def _batches(records: Sequence[Record], size: int) -> Iterator[Sequence[Record]]:
    for start in range(0, len(records), size):
        yield records[start : start + size]


def same_truth(records: Iterable[Record]) -> set[frozenset[str]]:
    """All pairs of records of one person."""
    by_truth: dict[str, set[str]] = {}
    for one in records:
        by_truth.setdefault(one.truth, set()).add(one.key)
    return {frozenset(pair) for keys in by_truth.values() for pair in combinations(keys, 2)}


def informative(judged: Judged) -> list[tuple[str, float, float, float]]:
    """For each level: how often in true pairs, how often in others, and the weight that this means."""
    true, other = Counter[str](), Counter[str]()
    for pair, likeness in judged.found.items():
        (true if pair in judged.wanted else other).update(likeness.levels)
    trues = len(judged.wanted & judged.found.keys())
    others = len(judged.found) - trues
    lines = []
    for level in sorted({*true, *other}):
        share, chance = (true[level] + 0.5) / (trues + 1), (other[level] + 0.5) / (others + 1)
        lines.append((level, share, chance, log2(share / chance)))
    return lines
