"""Who may be mistaken for whom by name: the same, sounding alike, a letter apart, turned round, or
called so (PROMISES A96)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import product
from uuid import UUID

from django.db import connection
from rapidfuzz.distance import OSA

from osler.clinic.patients.models import Patient, SearchToken
from osler.clinic.patients.nicknames import other_names
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.kernel.names import fold

MOST_FOR_TOKEN = 20
MOST_SLIPS = 300
MOST_PAIRS = 4
SHORTEST = 3

_FOUND = """
SELECT t.patient_id FROM unnest(%(called)s::text[]) AS asked(token) CROSS JOIN LATERAL (
    SELECT patient_id FROM patients_searchtoken
    WHERE organization_id = %(org)s AND kind = 'w' AND token = asked.token LIMIT %(most)s) AS t
UNION
SELECT t.patient_id FROM (
    SELECT least(dmetaphone(one), dmetaphone(other)) || ' '
        || greatest(dmetaphone(one), dmetaphone(other)) AS token
    FROM unnest(%(ones)s::text[], %(others)s::text[]) AS words(one, other) OFFSET 0
) AS asked CROSS JOIN LATERAL (
    SELECT patient_id FROM patients_searchtoken
    WHERE organization_id = %(org)s AND kind = 't' AND token = asked.token LIMIT %(most)s) AS t
UNION
SELECT t.patient_id
FROM unnest(%(pairs)s::text[], %(begins)s::text[], %(ends)s::text[]) AS asked(pair, begins, ends)
CROSS JOIN LATERAL (
    SELECT patient_id FROM (
        SELECT patient_id, token FROM patients_searchtoken
        WHERE organization_id = %(org)s AND kind = 'w' AND token >= asked.begins AND token < asked.ends
        LIMIT %(slips)s
    ) AS near WHERE levenshtein_less_equal(near.token, asked.pair, 2) <= 2 LIMIT %(most)s) AS t
"""


@dataclass(frozen=True)
class Name:
    """What one is called, folded: given names and family names, as words."""

    given: tuple[str, ...]
    family: tuple[str, ...]

    @classmethod
    def of(cls, given: str, family: str) -> "Name":
        return cls(tuple(fold(given).split()), tuple(fold(family).split()))

    @property
    def is_whole(self) -> bool:
        return bool(self.given and self.family)


def is_confusable(one: Name, other: Name) -> bool:
    """Whether a hurried eye or ear takes one for the other."""
    if not (one.is_whole and other.is_whole):
        return False
    straight = _alike(one.given, other.given) and _alike(one.family, other.family)
    return straight or (_alike(one.given, other.family) and _alike(one.family, other.given))


def _alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    whole, theirs = "".join(one), "".join(other)
    if whole == theirs or set(one) & set(other) or _is_slip(whole, theirs):
        return True
    return any(b in other_names(a) or _is_slip(a, b) for a, b in product(one, other))


def _is_slip(one: str, other: str) -> bool:
    return max(len(one), len(other)) >= SHORTEST and OSA.distance(one, other, score_cutoff=1) <= 1


def confusable_in(names: Iterable[tuple[UUID, str, str]]) -> frozenset[UUID]:
    """Who of a list (key, given, family) may be mistaken for somebody else in it.

    Only those are compared of whom a word of one is nearly the family name of the other."""
    known = {key: Name.of(given, family) for key, given, family in names}
    families: dict[str, set[UUID]] = {}
    for key, name in known.items():
        for trace in _traces(name.family):
            families.setdefault(trace, set()).add(key)
    found: set[UUID] = set()
    for key, name in known.items():
        near = {
            one for trace in _traces(name.family) | _traces(name.given) for one in families.get(trace, ())
        }
        for other in near - {key}:
            if is_confusable(name, known[other]):
                found |= {key, other}
    return frozenset(found)


def _traces(words: tuple[str, ...]) -> set[str]:
    """What is left of words when a letter is missing: two that are a slip apart have a trace in common."""
    whole = {*words, "".join(words)} if words else set()
    return whole | {
        word[:n] + word[n + 1 :] for word in whole for n in range(len(word)) if len(word) >= SHORTEST
    }


def similar_names(patient: Patient, *, actor: Actor) -> list[Patient]:
    """Other active patients who may be mistaken for this one; those of the very same name first.

    Of a name that very many have, some."""
    decide(actor, "read", SearchToken)
    name = Name.of(patient.given, patient.family)
    if not name.is_whole:
        return []
    people = scoped(Patient, actor).defer("resource").filter(id__in=_found(name, actor), active=True)
    alike = [
        one for one in people.exclude(id=patient.id) if is_confusable(name, Name.of(one.given, one.family))
    ]
    return sorted(alike, key=lambda one: _rank(one, name))


def _rank(patient: Patient, name: Name) -> tuple[bool, str, date, UUID]:
    is_other = Name.of(patient.given, patient.family) != name
    return is_other, patient.list_name.casefold(), patient.birth_date or date.max, patient.id


def _found(name: Name, actor: Actor) -> Collection[UUID]:
    """Those who have two words in common with a name, or two that sound so, or that are a slip apart."""
    words = list(product(name.given, name.family))[:MOST_PAIRS]
    called = {f"{one} {b}" for a, b in words for one in (a, *other_names(a))}
    both = [pair for a, b in words for pair in ((a, b), (b, a))]
    begins = [f"{a} {b[0]}" for a, b in both]
    values = {
        "org": actor.organization_id,
        "most": MOST_FOR_TOKEN,
        "slips": MOST_SLIPS,
        "called": sorted(called),
        "ones": [a for a, _ in words],
        "others": [b for _, b in words],
        "pairs": [f"{a} {b}" for a, b in both],
        "begins": begins,
        "ends": [one[:-1] + chr(ord(one[-1]) + 1) for one in begins],
    }
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, values)
        return [row[0] for row in cursor.fetchall()]
