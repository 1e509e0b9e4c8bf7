"""Likely duplicates: who of those registered may be the person at the desk."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import product
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.likeness import Reason, compare, swapped
from osler.clinic.patients.models import Patient, PatientIdentifier, SearchToken
from osler.clinic.patients.nicknames import other_names
from osler.clinic.patients.placeholders import (
    real_birth_date,
    real_number,
    real_phone,
    real_words,
)
from osler.clinic.patients.sounds import sounding_pair
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.vault.sealing import blind_index

CANDIDATES = 80
# The prior: of all pairs that share a token, about one in 2**9 is one person.
PRIOR = -9.0
SAME_NUMBER = Reason("identifier", 20.0, _("Same number of another system"))


class Strength(IntEnum):
    """How sure one may be."""

    POSSIBLE = 1
    LIKELY = 2
    ALMOST_CERTAIN = 3


LEAST_WEIGHT = {Strength.ALMOST_CERTAIN: 7.0, Strength.LIKELY: 3.0, Strength.POSSIBLE: -3.0}


@dataclass(frozen=True)
class Likeness:
    """A registered patient, how like he is, and why."""

    patient: Patient
    weight: float
    reasons: tuple[Reason, ...]

    @property
    def strength(self) -> Strength:
        return max(
            (one for one, least in LEAST_WEIGHT.items() if self.weight >= least),
            default=Strength.POSSIBLE,
        )

    @property
    def percent(self) -> int:
        """The chance that both are one person, as the weights have it."""
        return round(100 / (1 + 2**-self.weight))

    @property
    def is_likely(self) -> bool:
        return self.strength >= Strength.LIKELY


def likely_duplicates(
    patient: Patient, *, numbers: Collection[str] = (), limit: int = 5, actor: Actor
) -> list[Likeness]:
    """Patients who may be the same person as this (unsaved or stored) one, likeliest first.

    Empty and placeholder values neither find nor weigh anything.
    """
    probes = list(_probes(patient, numbers, actor))
    if not probes:
        return []
    tokens = scoped(SearchToken, actor).exclude(patient_id=patient.id)
    each = [tokens.filter(probe).values_list("patient_id")[:CANDIDATES] for probe in probes]
    ids = {row[0] for row in each[0].union(*each[1:])}
    if not ids:
        return []
    shared = _sharing_numbers(ids, numbers, actor=actor)
    found = [
        likeness_of(patient, other, shares_number=other.id in shared)
        for other in scoped(Patient, actor).defer("resource").filter(id__in=ids)
    ]
    alike = [one for one in found if one.weight >= LEAST_WEIGHT[Strength.POSSIBLE]]
    alike.sort(key=lambda one: (-one.weight, one.patient.list_name, one.patient.id))
    return alike[:limit]


def likeness_of(one: Patient, other: Patient, *, shares_number: bool = False) -> Likeness:
    """The weighing of two patients against each other."""
    reasons = compare(one, other)
    if shares_number:
        reasons.insert(0, SAME_NUMBER)
    weight = PRIOR + sum(reason.weight for reason in reasons)
    return Likeness(other, weight, tuple(reason for reason in reasons if reason.text))


def _sharing_numbers(ids: Collection[UUID], numbers: Collection[str], *, actor: Actor) -> set[UUID]:
    wanted = {plain for number in numbers if (plain := real_number(number))}
    if not wanted:
        return set()
    blind = _blind(wanted, actor)
    known = scoped(PatientIdentifier, actor).filter(patient_id__in=ids)
    return {
        patient_id
        for patient_id, value in known.values_list("patient_id", "value")
        if value in blind or real_number(value) in wanted
    }


def _blind(numbers: Collection[str], actor: Actor) -> set[str]:
    """What stands for these numbers where they are sealed."""
    owner, column = actor.organization_id, PatientIdentifier.VALUES
    return {blind_index(one, organization=owner, column=column) for one in numbers} if owner else set()


def _probes(patient: Patient, numbers: Collection[str], actor: Actor) -> Iterator[Q]:
    """The tokens by which a duplicate would be found; each is a narrow range of its own, so that
    a common name cannot crowd out the neighbor with the same birth date."""
    birth_date = real_birth_date(patient.birth_date, is_estimated=patient.birth_date_estimated)
    days = [day for day in (birth_date, birth_date and swapped(birth_date)) if day]
    given, family = real_words(patient.given), real_words(patient.family)
    if days:
        yield Q(kind="b", token__in=[f"{day:%Y%m%d}" for day in days])
    if phone := real_phone(patient.phone):
        yield Q(kind="p", token=phone)
    values = {
        form
        for number in numbers
        if (plain := real_number(number))
        for form in (plain, number.strip().lower())
    }
    if values:
        yield Q(kind="i", token__in=sorted(values | _blind(values, actor)))
    called = {other for word in given for other in (word, *other_names(word))}
    if given and family:
        yield Q(kind="w", token__in=sorted(f"{a} {b}" for a, b in product(called, family)))
        yield sounding_pair(given[0], family[-1])
