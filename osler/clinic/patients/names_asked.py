"""Names as they are typed: whole, begun, swapped, misspelled, or the name one is called by."""

from enum import Enum

from django.db.models import OuterRef, Q, QuerySet, Subquery
from rapidfuzz import fuzz

from osler.clinic.patients.models import Patient, SearchToken
from osler.clinic.patients.nicknames import other_names
from osler.clinic.patients.sounds import sounding, sounding_pair
from osler.kernel.names import fold

SOUNDS_LIKE = 66.0
SHORTEST_SOUND = 3

Tokens = QuerySet[SearchToken]


class Fit(Enum):
    """How the words of a query fit the names of a patient."""

    BEGINNING = 1
    SOUND = 2
    NONE = 3


def begins(kind: str, text: str) -> Q:
    """Tokens that begin so, as a range of the index."""
    return Q(kind=kind, token__gte=text, token__lt=text[:-1] + chr(ord(text[-1]) + 1))


def name_stages(tokens: Tokens, words: list[str]) -> list[Tokens]:
    """Tokens of patients whose first words fit as a pair, then of all whose names begin so."""
    narrow = [begins("n", word) for word in _longest_first(words)]
    if len(words) == 1:
        return [_all_of(tokens, narrow)]
    pair = begins("w", f"{words[0]} {words[1]}")
    return [_all_of(tokens, [pair, *narrow] if len(words) > 2 else [pair]), _all_of(tokens, narrow)]


def longest_begun(words: list[str]) -> Q:
    """The range from which the names that begin so are read: that of the longest word."""
    return begins("n", _longest_first(words)[0])


def _longest_first(words: list[str]) -> list[str]:
    return sorted(words, key=len, reverse=True)


def _all_of(tokens: Tokens, conditions: list[Q]) -> Tokens:
    """Tokens in the first range of patients who have a name in each of the others, too.

    Each patient is probed for the others: as a join, a planner that takes every range for one row would
    read the second range anew for each row of the first."""
    first, *others = conditions
    found = tokens.filter(first)
    for number, other in enumerate(others):
        has = tokens.filter(other, patient_id=OuterRef("patient_id")).values("kind")[:1]
        found = found.alias(**{f"has_{number}": Subquery(has)}).filter(**{f"has_{number}": "n"})
    return found


def sounding_like(words: list[str]) -> list[Q]:
    """Ranges of tokens with people whose names sound so, who are called so, or who differ by a
    slip of the finger in one word."""
    if min(map(len, words)) < SHORTEST_SOUND:
        return []
    if len(words) == 1:
        word = words[0]
        called = _called(sorted(other_names(word)), kind="n")
        return [sounding(word), begins("n", word[:SHORTEST_SOUND]), *called]
    one, other = words[:2]
    pairs = [
        f"{a} {b}" for a in (one, *sorted(other_names(one))) for b in (other, *sorted(other_names(other)))
    ]
    slips = [begins("w", f"{one} {other[0]}"), begins("w", f"{other} {one[0]}")]
    return [sounding_pair(one, other), *slips, *_called(pairs, kind="w")]


def _called(tokens: list[str], *, kind: str) -> list[Q]:
    return [Q(kind=kind, token__in=tokens)] if tokens else []


def fit_of(patient: Patient, words: list[str]) -> Fit:
    """How a patient's names fit all the words: by their beginning, by sound or nickname, or not."""
    said = f"{patient.given} {patient.family} {patient.name_used}"
    plain = said.translate(dict.fromkeys(map(ord, "'’ʼ")))
    names = [*fold(said).split(), *fold(plain).split()]
    if all(any(name.startswith(word) for name in names) for word in words):
        return Fit.BEGINNING
    near = all(
        any(name.startswith(word) or fuzz.ratio(word, name) >= SOUNDS_LIKE for name in names)
        or other_names(word) & set(names)
        for word in words
    )
    return Fit.SOUND if near else Fit.NONE
