"""What somebody means who types into the search box: names, a birth date, a number, in any order."""

import re
from dataclasses import dataclass, field
from datetime import date

from osler.clinic.patients.likeness import swapped
from osler.foundation.ui.date_entry import MONTHS, parse_date
from osler.kernel import clock
from osler.kernel.names import fold

LONGEST = 200
MOST_WORDS = 6

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_DATE = re.compile(
    rf"""(?<![\w-])(?:
        \d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}
      | \d{{1,2}}[-/.\s]\d{{1,2}}[-/.\s](?:\d{{4}}|\d{{2}})
      | \d{{1,2}}(?:st|nd|rd|th)?[-/.\s]*(?:de\s+|of\s+)?(?:{_MONTH})
        \.?,?[-/.\s]*(?:de\s+)?(?:\d{{4}}|\d{{2}})
      | (?:{_MONTH})\.?\s*\d{{1,2}}(?:st|nd|rd|th)?,?\s+(?:\d{{4}}|\d{{2}})
    )(?![\w-])""",
    re.IGNORECASE | re.VERBOSE,
)
_PHONE = re.compile(r"(?<!\w)\+?\(?\d[\d\s().-]{5,}\d(?!\w)")
_YEAR = re.compile(r"(?:18|19|20)\d\d")


@dataclass(frozen=True)
class Number:
    """Something with digits: an MRN or other identifier, and perhaps a phone number."""

    text: str
    digits: str = ""


@dataclass
class Asked:
    """The parts of a query; all of them must fit."""

    words: list[str] = field(default_factory=list)
    birth_dates: list[frozenset[date]] = field(default_factory=list)
    birth_years: list[int] = field(default_factory=list)
    numbers: list[Number] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.words or self.birth_dates or self.birth_years or self.numbers)


def read_query(query: str) -> Asked:
    """Take a query apart: dates first, then phone numbers, then single words."""
    asked = Asked()
    rest = _DATE.sub(lambda found: _take_date(found[0], asked), query[:LONGEST])
    rest = _PHONE.sub(lambda found: _take_phone(found[0], asked), rest)
    for chunk in re.split(r"[\s,;]+", rest):
        _take_chunk(chunk, asked)
    del asked.words[MOST_WORDS:]
    return asked


def _take_date(text: str, asked: Asked) -> str:
    meant = parse_date(text, is_past=True)
    if meant is None:
        return text
    other = swapped(meant) if re.fullmatch(r"[\d\s./-]+", text) and not _is_iso(text) else None
    asked.birth_dates.append(frozenset({meant, other} - {None}))  # type: ignore[arg-type]
    return " "


def _is_iso(text: str) -> bool:
    return re.match(r"\d{4}", text) is not None


def _take_phone(text: str, asked: Asked) -> str:
    digits = re.sub(r"\D", "", text)
    if len(digits) < 7 or len(digits) > 15:
        return text
    asked.numbers.append(Number(text.strip().lower(), digits))
    return " "


def _take_chunk(chunk: str, asked: Asked) -> None:
    if not any(letter.isdigit() for letter in chunk):
        asked.words += fold(chunk.translate({39: None, 0x2019: None})).split()
    elif _YEAR.fullmatch(chunk) and int(chunk) <= clock.today().year:
        asked.birth_years.append(int(chunk))
    elif chunk.strip("#"):
        asked.numbers.append(Number(chunk.strip("#").lower()))
