"""Human names: how they are written, sorted and folded for search."""

import re
import unicodedata

# Letters that Unicode does not take apart, as PostgreSQL's unaccent writes them.
_LETTERS = str.maketrans(
    {"æ": "ae", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ø": "o", "œ": "oe", "þ": "th"}
)
_NOT_WORD = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """Lower case without accents or punctuation, words parted by one blank: the search form."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    return _NOT_WORD.sub(" ", plain.casefold().translate(_LETTERS)).strip()


def full_name(*, given: str, family: str, suffix: str = "") -> str:
    """Given names, family name, suffix, as said aloud."""
    return " ".join(part for part in (given, family, suffix) if part)


def sorted_name(*, given: str, family: str) -> str:
    """Family name first, as in a list."""
    return ", ".join(part for part in (family, given) if part)
