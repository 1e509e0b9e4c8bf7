"""Likely duplicates: who of those registered may be the person at the desk."""

from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID

from osler.clinic.patients.candidates import Person, candidates
from osler.clinic.patients.identifiers import (
    NONE,
    Identifier,
    Numbers,
    compare_numbers,
    numbers_of,
    stored_numbers,
)
from osler.clinic.patients.likeness import compare
from osler.clinic.patients.models import Patient, PatientIdentifier
from osler.clinic.patients.weights import Reason, Weights, reasons_of, weight_of, weights_of
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped


class Strength(IntEnum):
    """How sure one may be."""

    POSSIBLE = 1
    LIKELY = 2
    ALMOST_CERTAIN = 3


LEAST_WEIGHT = {Strength.ALMOST_CERTAIN: 7.0, Strength.LIKELY: 3.0, Strength.POSSIBLE: 0.0}
BORN_ALIKE = frozenset({"birth_date.same", "birth_date.swapped", "birth_date.digit"})
DOUBTS = frozenset(
    {"number.close", "number.different", "given.different", "suffix.different", "gender.different"}
)
"""With one of these, or without a birth date, two are never almost certainly one, whatever they weigh: twins,
father and son, a number mistyped. People look at such pairs."""


@dataclass(frozen=True)
class Likeness:
    """A registered patient, how like he is, and why."""

    patient: Patient
    weight: float
    levels: tuple[str, ...]
    """Everything that was compared."""
    weights: Weights

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What is worth telling."""
        return tuple(one for one in reasons_of(self.levels, self.weights) if one.text)

    @property
    def strength(self) -> Strength:
        return strength_of(self.weight, set(self.levels))

    @property
    def percent(self) -> int:
        """The chance that both are one person, as the weights have it."""
        return round(100 / (1 + 2**-self.weight))

    @property
    def is_likely(self) -> bool:
        return self.strength >= Strength.LIKELY


def strength_of(weight: float, levels: Set[str]) -> Strength:
    """How sure the weight of a pair and what agrees in it make one."""
    is_doubtful = bool(levels & DOUBTS) or not levels & BORN_ALIKE
    fitting = (one for one, least in LEAST_WEIGHT.items() if weight >= least)
    found = max(fitting, default=Strength.POSSIBLE)
    return min(found, Strength.LIKELY) if is_doubtful else found


def likely_duplicates(
    patient: Patient, *, numbers: Collection[Identifier] = (), limit: int = 5, actor: Actor
) -> list[Likeness]:
    """Patients who may be the same person as this (unsaved or stored) one, likeliest first.

    Empty and placeholder values neither find nor weigh anything.
    """
    organization = actor.organization_id
    typed = numbers_of(numbers, organization=organization) if numbers and organization else NONE
    [found] = likenesses([Person(patient, typed)], weights=weights_of(actor), actor=actor)
    return found[:limit]


def likenesses(people: Sequence[Person], *, weights: Weights, actor: Actor) -> list[list[Likeness]]:
    """For each person those who may be the same, likeliest first: as many statements for many as for one."""
    ids = candidates(people, actor=actor)
    together = set[UUID]().union(*ids)
    if not together:
        return [[] for _ in people]
    stored = scoped(Patient, actor).defer("resource").in_bulk(together)
    numbers = numbers_of_patients(together, actor=actor) if any(one.numbers for one in people) else {}
    others = {key: Person(patient, numbers.get(key, NONE)) for key, patient in stored.items()}
    return [
        sorted(_alike(person, found, others, weights), key=_rank)
        for person, found in zip(people, ids, strict=True)
    ]


def _alike(
    person: Person, ids: Collection[UUID], others: Mapping[UUID, Person], weights: Weights
) -> Iterator[Likeness]:
    for patient_id in ids:
        if patient_id in others:
            likeness = likeness_of(person, others[patient_id], weights=weights)
            if likeness.weight >= LEAST_WEIGHT[Strength.POSSIBLE]:
                yield likeness


def _rank(likeness: Likeness) -> tuple[float, str, UUID]:
    return -likeness.weight, likeness.patient.list_name, likeness.patient.id


def likeness_of(one: Person, other: Person, *, weights: Weights) -> Likeness:
    """The weighing of two people against each other."""
    number = compare_numbers(one.numbers, other.numbers)
    levels = (*([number] if number else ()), *compare(one.traits, other.traits))
    return Likeness(other.patient, weight_of(levels, weights), levels, weights)


def numbers_of_patients(ids: Collection[UUID], *, actor: Actor) -> dict[UUID, Numbers]:
    """The numbers of stored patients."""
    known = scoped(PatientIdentifier, actor).filter(patient_id__in=ids)
    organization = actor.organization_id
    return stored_numbers(ids, known, organization=organization) if organization else {}
