"""Medications: a list of common ones (RxNorm), search, and what must not go together."""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from osler.foundation.terminology.data_files import rows, words_of
from osler.foundation.terminology.ingredients import (
    Ingredient,
    classes_of,
    ingredients,
    ingredients_in,
)
from osler.foundation.terminology.words import best_matches, folded
from osler.kernel.coding import RXNORM

CLASS = "class:"
SEVERITIES = ("contraindicated", "serious", "moderate")


@dataclass(frozen=True, slots=True)
class Medication:
    """A product to prescribe. Without a code of which we are sure it goes by its name alone."""

    code: str
    display: str
    ingredients: tuple[str, ...]
    strength: str = ""
    form: str = ""
    route: str = ""
    words: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()

    @property
    def system(self) -> str:
        """The code system of `code`, if there is a code."""
        return RXNORM if self.code else ""

    @property
    def key(self) -> str:
        """What `find_medication` finds it by: the code, else the name."""
        return self.code or self.display

    @property
    def ingredient(self) -> str:
        """Its ingredients as one text."""
        return "/".join(self.ingredients)

    @property
    def classes(self) -> frozenset[str]:
        """The drug classes of all its ingredients."""
        return classes_of(self.ingredients)


@dataclass(frozen=True, slots=True)
class Interaction:
    """Two medications that harm together: `contraindicated`, `serious` or `moderate`."""

    first: Medication
    second: Medication
    severity: str
    effect: str
    advice: str


@dataclass(frozen=True, slots=True)
class _Pair:
    first: str
    second: str
    severity: str
    effect: str
    advice: str


@functools.cache
def medications() -> tuple[Medication, ...]:
    """The whole list."""
    return tuple(
        Medication(
            code=row["code"],
            display=row["display"],
            ingredients=words_of(row["ingredients"]),
            strength=row["strength"],
            form=row["form"],
            route=row["route"],
            words=words_of(row["words"]),
            directions=words_of(row["directions"]),
        )
        for row in rows("medications")
    )


@functools.cache
def _by_key() -> dict[str, Medication]:
    named = {folded(one.display): one for one in medications()}
    return named | {one.code: one for one in medications() if one.code}


def find_medication(text: str) -> Medication | None:
    """The medication of an RxNorm code or of its exact name in the list."""
    said = text.strip()
    return _by_key().get(said) or _by_key().get(folded(said))


def medication_in(text: str) -> Medication | None:
    """What a text from elsewhere names, by its ingredients, so that it can be checked as well."""
    known = find_medication(text)
    found = ingredients_in(text)
    if known is not None or not found:
        return known
    return Medication(code="", display=text.strip(), ingredients=_names(found))


def _names(found: Iterable[Ingredient]) -> tuple[str, ...]:
    return tuple(one.name for one in found)


def search_medications(query: str, *, limit: int = 20) -> list[Medication]:
    """Medications by ingredient, brand, strength, form or everyday word, in any order."""
    exact = find_medication(query)
    found = best_matches(query, medications(), texts=_texts, limit=limit)
    if exact is None:
        return found
    return [exact, *(one for one in found if one != exact)][:limit]


@functools.cache
def _texts(medication: Medication) -> tuple[str, ...]:
    return (medication.display, medication.ingredient, *medication.words, medication.route)


@functools.cache
def _pairs() -> dict[frozenset[str], _Pair]:
    return {
        frozenset((row["first"], row["second"])): _Pair(
            row["first"], row["second"], row["severity"], row["effect"], row["advice"]
        )
        for row in rows("interactions")
    }


def interactions(taken: Sequence[Medication]) -> list[Interaction]:
    """The known dangers among medications taken together, the gravest first.

    One for each two medications: the gravest that applies. The same ingredient twice is no
    interaction but a duplicate.
    """
    found = [
        Interaction(first, second, pair.severity, pair.effect, pair.advice)
        for first, second in combinations(taken, 2)
        if (pair := _gravest(first, second)) is not None
    ]
    return sorted(found, key=lambda one: SEVERITIES.index(one.severity))


def _gravest(first: Medication, second: Medication) -> _Pair | None:
    known = [
        pair
        for one in first.ingredients
        for other in second.ingredients
        if one != other
        for mine in _marks(one)
        for theirs in _marks(other)
        if (pair := _pairs().get(frozenset((mine, theirs)))) is not None
    ]
    return min(known, key=lambda pair: SEVERITIES.index(pair.severity), default=None)


def _marks(name: str) -> list[str]:
    """What a pair may call an ingredient by: its name or one of its classes."""
    return [name, *(CLASS + key for key in sorted(ingredients()[name].classes))]
