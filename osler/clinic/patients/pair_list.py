"""Reads of pairs: the work list, one pair side by side, how many wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from osler.clinic.patients.finding import find_patients
from osler.clinic.patients.matching import Strength, strength_of
from osler.clinic.patients.models import MatchPair, Patient
from osler.clinic.patients.places import read_key, read_place, write_place
from osler.clinic.patients.weights import Reason, Weights, reasons_of, weights_of
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.kernel.errors import Invalid

COUNTED = 100
"""So many are counted; of more it is enough to know that they are more."""
MOST_NAMED = 50


@dataclass(frozen=True)
class WeighedPair:
    """A pair with what speaks for and against it."""

    pair: MatchPair
    reasons: tuple[Reason, ...]

    @property
    def strength(self) -> Strength:
        return strength_of(float(self.pair.weight), set(self.pair.levels.split()))

    @property
    def percent(self) -> int:
        """The chance that both are one person; never a certainty."""
        return min(99, round(100 / (1 + 2 ** -float(self.pair.weight))))

    @property
    def told(self) -> list[Reason]:
        """The reasons that have words."""
        return [one for one in self.reasons if one.text]

    @property
    def of_field(self) -> dict[str, Reason]:
        return {one.field: one for one in self.reasons}

    @property
    def patients(self) -> tuple[UUID, UUID]:
        return self.pair.one_id, self.pair.other_id


@dataclass(frozen=True)
class PairPage:
    """A page of the work list; `after` says where the next begins, or is empty."""

    pairs: Sequence[WeighedPair]
    after: str = ""


def pair_list(
    actor: Actor, *, status: str = MatchPair.Status.OPEN, query: str = "", limit: int = 20, after: str = ""
) -> PairPage:
    """Pairs of a state, those that weigh most first; of those whom the words mean, if there are any."""
    rows = _pairs(actor).filter(status=status)
    if query:
        named = [one.id for one in find_patients(query, actor=actor, limit=MOST_NAMED)]
        rows = rows.filter(Q(one_id__in=named) | Q(other_id__in=named))
    if after:
        weight, key = read_place(after, length=2)
        rows = rows.filter(Q(weight__lt=_number(weight)) | Q(weight=_number(weight), id__gt=read_key(key)))
    found = list(rows.order_by("-weight", "id")[: limit + 1])
    weights, shown = weights_of(actor), found[:limit]
    following = write_place(shown[-1].weight, shown[-1].id) if len(found) > limit else ""
    return PairPage([_weighed(pair, weights) for pair in shown], following)


def pair_of(actor: Actor, pair_id: UUID) -> WeighedPair | None:
    """One pair, if the actor may see it."""
    pair = _pairs(actor).filter(id=pair_id).first()
    return _weighed(pair, weights_of(actor)) if pair else None


def open_pair_count(actor: Actor) -> int:
    """How many pairs wait, as far as counted."""
    return scoped(MatchPair, actor).filter(status=MatchPair.Status.OPEN)[:COUNTED].count()


def _pairs(actor: Actor) -> QuerySet[MatchPair]:
    """With their patients, who are fetched afterwards: joined, all would be sorted for one page."""
    people = scoped(Patient, actor).defer("resource")
    each = (Prefetch(side, queryset=people) for side in ("one", "other"))
    return scoped(MatchPair, actor).prefetch_related(*each)


def _weighed(pair: MatchPair, weights: Weights) -> WeighedPair:
    return WeighedPair(pair, reasons_of(pair.levels.split(), weights))


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise Invalid from error
    if not number.is_finite() or abs(number) >= 10_000:
        raise Invalid
    return number
