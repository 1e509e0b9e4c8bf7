"""What people are allergic to, and whether a medication touches it."""

import functools
import re
from dataclasses import dataclass
from typing import Literal

from osler.foundation.terminology.data_files import rows, words_of
from osler.foundation.terminology.ingredients import (
    Ingredient,
    drug_classes,
    find_ingredient,
    ingredients,
    ingredients_in,
    other_names,
)
from osler.foundation.terminology.medications import CLASS, Medication
from osler.foundation.terminology.words import best_matches, folded
from osler.kernel.coding import RXNORM

Match = Literal["definite", "class", "possible"]
MATCHES: tuple[Match, ...] = ("definite", "class", "possible")
# How records from elsewhere word it: "Allergy to penicillin (disorder)", "Penicillin allergy".
_FRAME = re.compile(
    r"^(?:(?:drug |food )?(?:allergy|allergic|intolerance|allergic reaction|adverse reaction)"
    r" (?:to|caused by) |allergen: ?)|(?: (?:allergy|intolerance))$|\s*\([^)]*\)$"
)


@dataclass(frozen=True, slots=True)
class Allergen:
    """A substance. For medicines `target` is the ingredient or `class:` of ingredients meant."""

    code: str
    system: str
    display: str
    category: str
    display_es: str = ""
    target: str = ""
    words: tuple[str, ...] = ()


@functools.cache
def allergens() -> tuple[Allergen, ...]:
    """Classes of medicines, foods, the environment and vaccines, then single ingredients."""
    listed = [
        Allergen(
            code=row["code"],
            system=row["system"],
            display=row["display"],
            category=row["category"],
            display_es=row["display_es"],
            target=row["target"] if not row["target"] or row["target"].startswith(CLASS) else "",
            words=words_of(row["words"]),
        )
        for row in rows("allergens")
    ]
    return (*listed, *map(_of_ingredient, ingredients().values()))


def _of_ingredient(ingredient: Ingredient) -> Allergen:
    name = ingredient.name
    return Allergen(
        code=ingredient.code,
        system=RXNORM if ingredient.code else "",
        display=name[0].upper() + name[1:],
        category="medication",
        target=name,
        words=other_names(name),
    )


@functools.cache
def _by_key() -> dict[str, Allergen]:
    found: dict[str, Allergen] = {}
    for allergen in allergens():
        for key in (allergen.code, folded(allergen.display), folded(allergen.display_es)):
            if key:
                found.setdefault(key, allergen)
    for allergen in allergens():
        for word in allergen.words:
            found.setdefault(folded(word), allergen)
    for row in rows("allergens"):
        for code in row["also"].split():
            found.setdefault(code, found[row["code"]])
    return found


def find_allergen(text: str) -> Allergen | None:
    """The allergen of a code or of a name, also as other systems word it."""
    said = text.strip()
    known = _by_key().get(said) or _by_key().get(_bare(said))
    if known is not None or not said:
        return known
    ingredient = find_ingredient(_bare(said))
    return _of_ingredient(ingredient) if ingredient else None


def _bare(text: str) -> str:
    bare, before = folded(text), ""
    while bare != before:
        before, bare = bare, _FRAME.sub("", bare).strip()
    return bare


def search_allergens(query: str, *, limit: int = 20) -> list[Allergen]:
    """Allergens by name or everyday word, brands of medicines included."""
    exact = find_allergen(query)
    found = best_matches(query, allergens(), texts=_texts, limit=limit)
    if exact is None:
        return found
    return [exact, *(one for one in found if one.display != exact.display)][:limit]


@functools.cache
def _texts(allergen: Allergen) -> tuple[str, ...]:
    return tuple(filter(None, (allergen.display, allergen.display_es, *allergen.words)))


@functools.cache
def _cross_reactions() -> dict[tuple[str, str], Match]:
    return {
        (row["from"], row["to"]): "class" if row["certainty"] == "class" else "possible"
        for row in rows("cross_reactions")
    }


def cross_reactive(allergen: str, medication: Medication) -> Match | None:
    """Whether somebody with this allergy (code or words) reacts to a medication.

    `definite`: the same ingredient, or one of the class that the allergy is to. `class`: a relative
    of the ingredient that the allergy is to. `possible`: another class, of which a few react too.
    """
    targets = _targets(allergen)
    found = {
        match
        for target in targets
        for name in medication.ingredients
        if (match := _match(target, ingredients()[name])) is not None
    }
    return next((match for match in MATCHES if match in found), None)


def _targets(text: str) -> list[str]:
    """What an allergy is to: `class:` marks or names of ingredients; none for foods and the like."""
    known = find_allergen(text)
    if known is not None:
        return [known.target] if known.target else []
    return [one.name for one in ingredients_in(text)]


def _match(target: str, ingredient: Ingredient) -> Match | None:
    if target.startswith(CLASS):
        key = target.removeprefix(CLASS)
        if key in ingredient.classes:
            return "definite"
        return _cross(frozenset({key}), ingredient.classes)
    if target == ingredient.name:
        return "definite"
    own = ingredients()[target].classes
    if any(drug_classes()[key].causes_allergy for key in own & ingredient.classes & drug_classes().keys()):
        return "class"
    return _cross(own, ingredient.classes)


def _cross(own: frozenset[str], other: frozenset[str]) -> Match | None:
    found = {
        match for (source, target), match in _cross_reactions().items() if source in own and target in other
    }
    return next((match for match in MATCHES if match in found), None)
