"""Words as they are compared: folded, without accents, small words aside; and search in short lists."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from operator import itemgetter
from typing import TypeVar

from rapidfuzz.distance import OSA

Entry = TypeVar("Entry")

SMALL_WORDS = frozenset(
    {
        "a",
        "an",
        "and",
        "are",
        "at",
        "by",
        "de",
        "del",
        "due",
        "el",
        "en",
        "for",
        "from",
        "got",
        "has",
        "have",
        "having",
        "i",
        "in",
        "is",
        "la",
        "las",
        "los",
        "my",
        "of",
        "on",
        "or",
        "other",
        "the",
        "to",
        "un",
        "una",
        "was",
        "with",
        "y",
    }
)
_WORD = re.compile(r"[a-z0-9]+")
FULL, START, TYPO, EXACT = 3, 2, 1, 4
# A word of a synonym says less than one of the name.
SYNONYM = 0.9
SHORTEST_MISTYPED = 4


def folded(text: str) -> str:
    """Lower case without accents; an apostrophe joins (Crohn's, Crohns)."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign) and sign not in "'’")


def words_in(text: str) -> list[str]:
    """All words and numbers of a text, folded, in order."""
    return _WORD.findall(folded(text))


def telling_words(text: str) -> list[str]:
    """The words of a query without the small ones, unless it has no others."""
    words = words_in(text)
    return [word for word in words if word not in SMALL_WORDS] or words


def typo_allowance(word: str) -> int:
    """How many slips a word of this length may hold and still be meant."""
    if len(word) < SHORTEST_MISTYPED:
        return 0
    return 1 if len(word) < 8 else 2


def best_matches(
    query: str,
    entries: Iterable[Entry],
    *,
    texts: Callable[[Entry], Sequence[str]],
    limit: int,
) -> list[Entry]:
    """The entries of a short list in which every word of the query is found, the best first.

    The words may come in any order or be begun only; they may be mistyped where no entry has
    them as they stand. The first of `texts` is the entry's name, which says more than its synonyms.
    """
    wanted = telling_words(query)
    if not wanted:
        return []
    scored = [
        (*found, place, entry)
        for place, entry in enumerate(entries)
        if (found := _score(wanted, tuple(texts(entry)))) is not None
    ]
    if any(map(itemgetter(0), scored)):
        scored = [found for found in scored if found[0]]
    scored.sort(key=lambda found: (-found[1], found[2]))
    return list(map(itemgetter(3), scored[:limit]))


def _score(wanted: list[str], texts: tuple[str, ...]) -> tuple[bool, float] | None:
    """Whether each word stands there as it was typed, and how well it fits; None for not at all."""
    named, known = _words_of_texts(texts)
    total, is_sure = 0.0, True
    for word in wanted:
        best = max((_closeness(word, other) * worth for other, worth in known), default=0)
        if not best:
            return None
        total += best
        is_sure &= best >= START * SYNONYM
    phrase = " ".join(wanted)
    if any(" ".join(words_in(text)) == phrase for text in texts):
        total += EXACT
    return is_sure, total - named / 100


@cache
def _words_of_texts(texts: tuple[str, ...]) -> tuple[int, tuple[tuple[str, float], ...]]:
    """How long the name is, and each word with what it is worth."""
    worth: dict[str, float] = {}
    for place, text in enumerate(texts):
        for word in words_in(text):
            worth.setdefault(word, SYNONYM if place else 1)
    return len(words_in(texts[0])), tuple(worth.items())


def _closeness(word: str, other: str) -> float:
    if word == other:
        return FULL
    if other.startswith(word):
        return START
    slips = typo_allowance(word)
    if slips and OSA.distance(word, other, score_cutoff=slips) <= slips:
        return TYPO
    begun = other[: len(word)]
    if slips and len(other) > len(word) and OSA.distance(word, begun, score_cutoff=1) <= 1:
        return TYPO / 2
    return 0
