"""Learning what likeness weighs from the pairs that people here have decided.

Counting, nothing else: how often a field agrees in a certain way in pairs that were merged, against
how often in pairs that share a search token and are two people. Of the latter, those that people
have refuted count, and a sample of what is plainly unlike.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import log2

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.candidates import Person, candidates
from osler.clinic.patients.identifiers import NONE, compare_numbers
from osler.clinic.patients.likeness import TEXTS, Traits, compare
from osler.clinic.patients.matching import LEAST_WEIGHT, Strength, numbers_of_patients
from osler.clinic.patients.models import MatchPair, MatchWeight, Patient
from osler.clinic.patients.pairs import sweep_all
from osler.clinic.patients.weights import Weights, kept, shipped_weights, weight_of, weights_of
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.kernel.errors import Conflict

LEAST_PAIRS = 50
"""So many merged and so many refuted pairs at least: fewer say nothing of a clinic."""
LEAST_COMPARED = 20
"""A field that was compared in fewer pairs of either kind keeps its shipped weights."""
SHIPPED_PAIRS = 20
"""As so many pairs the shipped weight speaks beside what was counted."""
SAMPLED, BATCH, MOST = 1000, 200, 20.0

Levels = list[str]


class TooFewPairs(Conflict):
    """Nothing was learnt; `merged` and `refuted` say from how little."""

    code = "too-few-pairs"
    message = _("Too few pairs have been decided here. Nothing was changed.")
    merged = refuted = 0


@dataclass(frozen=True)
class Learnt:
    """What a level weighed, what it weighs now, and the counts behind it."""

    level: str
    before: float
    weight: float
    same: tuple[int, int]
    """In how many merged pairs it was so, of those in which the field was compared."""
    other: tuple[int, int]

    @property
    def is_changed(self) -> bool:
        return round(self.before, 1) != round(self.weight, 1)


@dataclass
class Counts:
    """How often each level occurred, and how often its field was compared."""

    levels: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)

    def add(self, levels: Iterable[str]) -> None:
        found = list(levels)
        self.levels.update(found)
        self.fields.update({level.partition(".")[0] for level in found})

    def of(self, level: str) -> tuple[int, int]:
        return self.levels[level], self.fields[level.partition(".")[0]]


@transaction.atomic
def learn_weights(*, dry_run: bool = False, actor: Actor) -> list[Learnt]:
    """Weigh each level anew, keep that, and have all patients looked at again; refused with TooFewPairs."""
    decide(actor, "learn", MatchWeight)
    same, other = Counts(), Counts()
    pairs = scoped(MatchPair, actor, "sweep").values_list("status", "levels")
    merged = [levels for status, levels in pairs if status == MatchPair.Status.MERGED]
    refuted = [levels for status, levels in pairs if status == MatchPair.Status.NOT_DUPLICATE]
    if min(len(merged), len(refuted)) < LEAST_PAIRS:
        refusal = TooFewPairs()
        refusal.merged, refusal.refuted = len(merged), len(refuted)
        raise refusal
    for text in merged:
        same.add(text.split())
    for levels in [*(text.split() for text in refuted), *unlike_pairs(actor=actor)]:
        other.add(levels)
    found = list(_weighed(same, other, weights_of(actor)))
    if not dry_run:
        for one in found:
            _keep(one, actor)
        sweep_all(actor=actor)
    return found


@transaction.atomic
def forget_weights(*, actor: Actor) -> int:
    """Back to the shipped weights; how many had been learnt."""
    decide(actor, "learn", MatchWeight)
    forgotten, _by_model = scoped(MatchWeight, actor, "learn").delete()
    if forgotten:
        sweep_all(actor=actor)
    return forgotten


def _weighed(same: Counts, other: Counts, before: Weights) -> Iterator[Learnt]:
    shipped = shipped_weights()
    for level in TEXTS:
        with_same, compared_same = same.of(level)
        with_other, compared_other = other.of(level)
        if min(compared_same, compared_other) < LEAST_COMPARED:
            continue
        counted = log2((with_same + 0.5) / (compared_same + 1) / ((with_other + 0.5) / (compared_other + 1)))
        seen = with_same + with_other
        weight = (seen * counted + SHIPPED_PAIRS * shipped[level]) / (seen + SHIPPED_PAIRS)
        weight = round(max(-MOST, min(MOST, weight)), 2)
        yield Learnt(level, before[level], weight, (with_same, compared_same), (with_other, compared_other))


def _keep(one: Learnt, actor: Actor) -> None:
    row = scoped(MatchWeight, actor, "learn").filter(level=one.level).first()
    row = row or MatchWeight(level=one.level)
    row.weight = kept(one.weight)
    row.same_with, row.same_compared = one.same
    row.other_with, row.other_compared = one.other
    row.save()


def unlike_pairs(*, actor: Actor) -> Iterator[Levels]:
    """Of a sample of patients, the levels of those pairs that share a token and are plainly two people."""
    weights = shipped_weights()
    people = scoped(Patient, actor).defer("resource").filter(active=True).order_by("?")[:SAMPLED]
    sample = list(people)
    for start in range(0, len(sample), BATCH):
        yield from _unlike(sample[start : start + BATCH], weights, actor=actor)


def _unlike(patients: list[Patient], weights: Weights, *, actor: Actor) -> Iterator[Levels]:
    mine = numbers_of_patients([one.id for one in patients], actor=actor)
    ids = candidates([Person(one, mine[one.id]) for one in patients], actor=actor)
    together = {key for found in ids for key in found}
    others = scoped(Patient, actor).defer("resource").in_bulk(together)
    numbers = numbers_of_patients(together, actor=actor)
    for patient, found in zip(patients, ids, strict=True):
        traits = Traits.of(patient)
        for key in found & others.keys():
            number = compare_numbers(mine[patient.id], numbers.get(key, NONE))
            levels = [*([number] if number else []), *compare(traits, Traits.of(others[key]))]
            if weight_of(levels, weights) < LEAST_WEIGHT[Strength.LIKELY]:
                yield levels
