"""Answers while one types: diagnoses, medications, substances, tests."""

from collections.abc import Callable, Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from osler.clinic.records.conditions.favorites import favorite_codes
from osler.foundation.access.actors import Actor
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.terminology.allergens import search_allergens
from osler.foundation.terminology.diagnoses import search_diagnoses
from osler.foundation.terminology.laboratory import LabTest, search_tests
from osler.foundation.terminology.medications import search_medications
from osler.kernel.errors import Missing
from osler.web.workspace.acting import actor_of

MOST = 12

Answers = Iterable[tuple[str, str, str]]


def _diagnoses(query: str, actor: Actor | None) -> Answers:
    """Those that the asker makes most come first."""
    found = search_diagnoses(query, limit=MOST, boost_codes=favorite_codes(actor) if actor else ())
    return [(one.code, one.display, "") for one in found]


def _medications(query: str, actor: Actor | None) -> Answers:
    """By the key that finds them again: the code, or the name of those that have none."""
    return [
        (found.key, found.display, ", ".join(found.directions[:1]))
        for found in search_medications(query, limit=MOST)
    ]


def _allergens(query: str, actor: Actor | None) -> Answers:
    return [(found.code or found.display, found.display, "") for found in search_allergens(query, limit=MOST)]


def _tests(query: str, actor: Actor | None) -> Answers:
    return [(found.code, found.name, _measured(found, query)) for found in search_tests(query, limit=MOST)]


def _measured(test: LabTest, query: str) -> str:
    """What a panel measures of what was asked for: who types "potassium" finds it in "Electrolytes"."""
    words = query.casefold().split()
    names = [analyte.name for analyte in test.analytes if analyte.name != test.name]
    return ", ".join(name for name in names if any(word in name.casefold() for word in words))


SEARCHES: dict[str, Callable[[str, Actor | None], Answers]] = {
    "diagnoses": _diagnoses,
    "medications": _medications,
    "allergens": _allergens,
    "tests": _tests,
}


def answers(kind: str, words: str, actor: Actor | None = None) -> list[dict[str, str]]:
    """The best entries of a list for some words; whose habits count, if an actor is named."""
    query = words.strip()[:100]
    found = SEARCHES[kind](query, actor) if query else ()
    return [{"code": code, "text": text, "detail": detail} for code, text, detail in found]


@allow(Role.NURSE, Role.PHYSICIAN, methods=("GET",))
def options(request: HttpRequest, kind: str) -> HttpResponse:
    """The best entries for the words typed so far, as options of a combobox."""
    if kind not in SEARCHES:
        raise Missing
    context = {
        "options": answers(kind, request.GET.get("q", ""), actor_of(request)),
        "hides_code": kind != "diagnoses",  # the others are known by name alone
    }
    return render(request, "workspace/records/options.html", context)
