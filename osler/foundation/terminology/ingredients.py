"""Active ingredients, the classes they belong to, and finding them in any text."""

import functools
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from osler.foundation.terminology.data_files import rows, words_of
from osler.foundation.terminology.words import words_in

LONGEST_NAME = 4
SHORTEST_MISTYPED = 8


@dataclass(frozen=True, slots=True)
class Ingredient:
    """One active substance; `code` is its RxNorm concept, where we are sure of it."""

    name: str
    code: str
    classes: frozenset[str]


@dataclass(frozen=True, slots=True)
class DrugClass:
    """A group of ingredients; `causes_allergy` if an allergy to one puts the others in doubt."""

    key: str
    name: str
    name_es: str
    causes_allergy: bool


@functools.cache
def ingredients() -> dict[str, Ingredient]:
    """All ingredients by name."""
    return {
        row["name"]: Ingredient(row["name"], row["code"], frozenset(row["classes"].split()))
        for row in rows("ingredients")
    }


@functools.cache
def drug_classes() -> dict[str, DrugClass]:
    """The classes that are shown to people, by key."""
    return {
        row["key"]: DrugClass(row["key"], row["name"], row["name_es"], row["causes_allergy"] == "yes")
        for row in rows("drug_classes")
    }


@functools.cache
def _by_code() -> dict[str, Ingredient]:
    return {one.code: one for one in ingredients().values() if one.code}


@functools.cache
def _by_words() -> dict[tuple[str, ...], tuple[Ingredient, ...]]:
    """Ingredients by the words of their names, of other names and of brands."""
    known = ingredients()
    found: dict[tuple[str, ...], tuple[Ingredient, ...]] = {
        tuple(words_in(name)): (one,) for name, one in known.items()
    }
    for row in rows("ingredient_names"):
        named = tuple(known[name] for name in words_of(row["ingredients"]))
        found.setdefault(tuple(words_in(row["name"])), named)
    return found


@functools.cache
def _other_names() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in rows("ingredient_names"):
        named = words_of(row["ingredients"])
        if len(named) == 1:
            found[named[0]] = (*found.get(named[0], ()), row["name"])
    return found


def other_names(name: str) -> tuple[str, ...]:
    """Brands and other names of products with this ingredient alone."""
    return _other_names().get(name, ())


def find_ingredient(text: str) -> Ingredient | None:
    """The ingredient of a code, a name or a brand."""
    said = text.strip()
    named = _by_words().get(tuple(words_in(said)), ())
    return _by_code().get(said) or (named[0] if len(named) == 1 else None)


@functools.lru_cache(maxsize=4096)
def ingredients_in(text: str) -> tuple[Ingredient, ...]:
    """All ingredients named in a text such as `Warfarin Sodium 5 MG Oral Tablet`.

    The longest names win; one slip in a long name is forgiven (Simvistatin).
    """
    words = words_in(text)
    found: dict[str, Ingredient] = {}
    place = 0
    while place < len(words):
        length, named = _named_at(words, place)
        found |= {one.name: one for one in named}
        place += length
    return tuple(found.values())


def _named_at(words: list[str], place: int) -> tuple[int, tuple[Ingredient, ...]]:
    for length in range(min(LONGEST_NAME, len(words) - place), 0, -1):
        named = _by_words().get(tuple(words[place : place + length]))
        if named is not None:
            return length, named
    return 1, _mistyped(words[place])


@functools.lru_cache(maxsize=4096)
def _mistyped(word: str) -> tuple[Ingredient, ...]:
    if len(word) < SHORTEST_MISTYPED:
        return ()
    near = {
        named
        for names, named in _by_words().items()
        if len(names) == 1 and OSA.distance(word, names[0], score_cutoff=1) <= 1
    }
    return near.pop() if len(near) == 1 else ()


def classes_of(names: Iterable[str]) -> frozenset[str]:
    """All classes that any of these ingredients belongs to."""
    return frozenset().union(*(ingredients()[name].classes for name in names))
