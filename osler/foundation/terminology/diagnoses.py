"""Finding a diagnosis by the words that people use."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection

from osler.foundation.terminology.icd10cm import dotted
from osler.foundation.terminology.models import Diagnosis
from osler.kernel.coding import ICD10CM, Coding
from osler.kernel.names import fold

SHORTEST = 2
# Words that stand in every other title and help nobody.
EMPTY_WORDS = frozenset(
    {"a", "an", "and", "at", "by", "due", "for", "from", "in", "into", "of", "on", "or", "other"}
    | {"the", "to", "unspecified", "with", "without"}
)


@dataclass(frozen=True)
class FoundDiagnosis:
    """One answer of the search."""

    code: str
    display: str
    is_billable: bool


_BY_CODE = """
SELECT code, display, is_billable FROM terminology_diagnosis
WHERE code >= %(low)s AND code < %(high)s ORDER BY is_billable DESC, length(code), code LIMIT %(limit)s
"""
_BY_WORDS = """
SELECT code, display, is_billable FROM (
    SELECT code, display, is_billable, weight, lay_words FROM terminology_diagnosis
    WHERE words @@ to_tsquery('simple', %(query)s) LIMIT 5000
) AS found
ORDER BY (code = ANY (%(boost)s)) DESC, position('|' || %(said)s || '|' IN lay_words) > 0 DESC,
         position('|' || %(said)s IN lay_words) > 0 DESC, weight DESC, is_billable DESC, length(display), code
LIMIT %(limit)s
"""
_NEAREST = """
SELECT word FROM terminology_searchword WHERE word %% %(word)s
ORDER BY similarity(word, %(word)s) DESC, uses DESC LIMIT 1
"""


def find_diagnosis(code: str) -> Coding | None:
    """The diagnosis of a code, with or without its dot."""
    row = Diagnosis.objects.filter(code=dotted(code.strip())).first() if code.strip() else None
    return Coding(ICD10CM, row.code, row.display) if row else None


def search_diagnoses(
    query: str, *, limit: int = 20, boost_codes: Collection[str] = ()
) -> list[FoundDiagnosis]:
    """Diagnoses for a code or for words in any order, each as far as typed; lay words count.

    What a clinic sees often comes first, then what can be billed, then the shorter title.
    `boost_codes` are the asker's own favorites. A slip of the finger is mended when nothing fits.
    """
    folded = fold(query)
    if len(folded) < SHORTEST:
        return []
    if looks_like_code(query):
        return _select(_BY_CODE, _code_range(query) | {"limit": limit})
    words = [word for word in folded.split() if word not in EMPTY_WORDS and len(word) > 1] or folded.split()
    words = words[:8]
    parameters = {"limit": limit, "said": folded, "boost": list(boost_codes)}
    found = _select(_BY_WORDS, parameters | {"query": _prefixes(words)})
    if not found and (mended := _mended(words)) != words:
        found = _select(_BY_WORDS, parameters | {"query": _prefixes(mended)})
    return found


def looks_like_code(query: str) -> bool:
    """A letter, a digit, and no blank: E11, e119, S52.5."""
    plain = query.strip().replace(".", "")
    return 2 <= len(plain) <= 7 and plain[0].isalpha() and plain[1].isdigit() and plain.isalnum()


def _code_range(query: str) -> dict[str, str]:
    low = dotted(query.strip())
    return {"low": low, "high": low[:-1] + chr(ord(low[-1]) + 1)}


def _prefixes(words: list[str]) -> str:
    return " & ".join(f"'{word}':*" for word in words)


def _mended(words: list[str]) -> list[str]:
    mended = []
    with connection.cursor() as cursor:
        for word in words:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM terminology_searchword WHERE word >= %s AND word < %s)",
                [word, word[:-1] + chr(ord(word[-1]) + 1)],
            )
            if cursor.fetchone() == (True,):
                mended.append(word)
                continue
            cursor.execute(_NEAREST, {"word": word})
            nearest = cursor.fetchone()
            mended.append(nearest[0] if nearest else word)
    return mended


def _select(sql: str, parameters: dict[str, Any]) -> list[FoundDiagnosis]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [FoundDiagnosis(*row) for row in cursor.fetchall()]
