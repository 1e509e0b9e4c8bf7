"""Human names: how they are written, sorted and folded for search."""

import re
import unicodedata

# Letters that Unicode does not take apart, as PostgreSQL's unaccent writes them.
_LETTERS = str.maketrans(
    {"æ": "ae", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ø": "o", "œ": "oe", "þ": "th"}
)
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_DOCTORATES = frozenset({"md", "do", "phd", "dds", "dmd", "dpm", "dnp", "psyd", "pharmd"})


def fold(text: str) -> str:
    """Lower case without accents or punctuation, words parted by one blank: the search form."""
    if text.isascii():
        return _NOT_WORD.sub(" ", text.lower()).strip()
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    return _NOT_WORD.sub(" ", plain.casefold().translate(_LETTERS)).strip()


def full_name(*, given: str, family: str, suffix: str = "") -> str:
    """Given names, family name, suffix, as said aloud."""
    return " ".join(part for part in (given, family, suffix) if part)


def titled_name(*, prefix: str, given: str, family: str, suffix: str = "") -> str:
    """A clinician with the title; "Dr." says the doctorate already, so the degree is not said again."""
    said = "" if prefix and suffix.replace(".", "").casefold() in _DOCTORATES else suffix
    return " ".join(filter(None, (prefix, full_name(given=given, family=family, suffix=said))))


def sorted_name(*, given: str, family: str) -> str:
    """Family name first, as in a list."""
    return ", ".join(part for part in (family, given) if part)
