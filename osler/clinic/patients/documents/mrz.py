"""The machine-readable zone of a passport (TD3) or an identity card (TD1), ICAO Doc 9303 parts 3 to 5.

A camera confuses 0 and O, and loses count of fillers: a field counts as sure only when its check digit
agrees, and is mended only by swaps that make it agree.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

WEIGHTS = (7, 3, 1)
TO_DIGIT = str.maketrans("OQDIZLSBGT", "0001215867")
TO_LETTER = str.maketrans("0125869", "OIZSBGG")
TWINS = {
    "0": "O", "O": "0", "1": "I", "I": "1", "5": "S", "S": "5", "8": "B", "B": "8", "2": "Z", "Z": "2",
    "Q": "0", "D": "0", "6": "G", "G": "6",
}  # fmt: skip
MOST_SWAPS = 6
"""More places than this that could be misread are not tried: that is no reading any more."""
_ALIEN = re.compile(r"[^A-Z0-9<]")
_TD3 = re.compile(
    r"^([A-Z0-9<]{9})([A-Z0-9])([A-Z0-9<]{3})([A-Z0-9]{6})([A-Z0-9])([MFXN<])([A-Z0-9]{6})([A-Z0-9])"
)
_TD1_SECOND = re.compile(r"^([A-Z0-9]{6})([A-Z0-9])([MFXN<])([A-Z0-9]{6})([A-Z0-9])([A-Z0-9<]{3})")
_SEXES = {"M": "male", "F": "female", "X": "other"}


@dataclass(frozen=True)
class Zone:
    """What the zone says. `checked` names the fields whose check digits agree."""

    kind: str
    family: str
    given: str
    number: str
    birth_date: date | None
    gender: str
    country: str
    expires_on: date | None
    checked: frozenset[str]


def check_digit(text: str) -> str:
    """The check digit of a field (ICAO 9303 part 3, 4.9)."""
    values = ("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".find(sign) for sign in text)
    total = sum(max(value, 0) * WEIGHTS[place % 3] for place, value in enumerate(values))
    return str(total % 10)


def zone_in(lines: Iterable[str], *, today: date) -> Zone | None:
    """The zone among the lines of a document, or nothing."""
    plain = [line for line in map(_plain, lines) if len(line) >= 12]
    for place, line in enumerate(plain):
        found = _passport(plain, place, line, today) or _card(plain, place, line, today)
        if found is not None:
            return found
    return None


def _plain(line: str) -> str:
    text = line.upper().replace("«", "<<").replace("‹", "<").replace("《", "<<").replace("＜", "<")
    return _ALIEN.sub("", text)


def _passport(lines: Sequence[str], place: int, line: str, today: date) -> Zone | None:
    match = _TD3.match(line)
    if match is None:
        return None
    number, number_digit, _nation, born, born_digit, sex, until, until_digit = match.groups()
    first = next((each for each in reversed(lines[:place]) if each.startswith("P")), "")
    dates = _dates(born, born_digit, until, until_digit, today)
    if not first or not dates.checked:
        return None
    country = first[2:5].translate(TO_LETTER)
    family, given = _names(first[5:])
    return _zone("P", (family, given), (number, number_digit), dates, sex, country)


def _card(lines: Sequence[str], place: int, line: str, today: date) -> Zone | None:
    match = _TD1_SECOND.match(line)
    first = next((each for each in reversed(lines[:place]) if each[:1] in "ACI" and len(each) >= 15), "")
    if match is None or not first:
        return None
    born, born_digit, sex, until, until_digit, _nation = match.groups()
    dates = _dates(born, born_digit, until, until_digit, today)
    if not dates.checked:
        return None
    third = next(
        (each for each in lines[place + 1 :] if "<" in each and not any(map(str.isdigit, each[:4]))), ""
    )
    return _zone("I", _names(third), (first[5:14], first[14:15]), dates, sex, first[2:5].translate(TO_LETTER))


@dataclass(frozen=True)
class _Dates:
    born: date | None
    until: date | None
    checked: frozenset[str]


def _dates(born: str, born_digit: str, until: str, until_digit: str, today: date) -> _Dates:
    checked = set()
    born, until = born.translate(TO_DIGIT), until.translate(TO_DIGIT)
    if check_digit(born) == born_digit.translate(TO_DIGIT):
        checked.add("birth_date")
    if check_digit(until) == until_digit.translate(TO_DIGIT):
        checked.add("expires_on")
    return _Dates(_day(born, today, is_past=True), _day(until, today, is_past=False), frozenset(checked))


def _zone(
    kind: str, names: tuple[str, str], numbered: tuple[str, str], dates: _Dates, sex: str, country: str
) -> Zone:
    number, is_checked = _mended(*numbered)
    return Zone(
        kind=kind,
        family=names[0],
        given=names[1],
        number=number.rstrip("<"),
        birth_date=dates.born,
        gender=_SEXES.get(sex, ""),
        country=country.strip("<"),
        expires_on=dates.until,
        checked=dates.checked | ({"number"} if is_checked else set()),
    )


def _mended(text: str, digit: str) -> tuple[str, bool]:
    """A number as its check digit wants it: as read, or with the one set of swaps that agrees."""
    digit = digit.translate(TO_DIGIT)
    if check_digit(text) == digit:
        return text, True
    doubtful = [place for place, sign in enumerate(text) if sign in TWINS]
    if len(doubtful) > MOST_SWAPS:
        return text, False
    agreeing = set()
    for swaps in product((False, True), repeat=len(doubtful)):
        signs = list(text)
        for place, is_swapped in zip(doubtful, swaps, strict=True):
            if is_swapped:
                signs[place] = TWINS[signs[place]]
        if check_digit("".join(signs)) == digit:
            agreeing.add((sum(swaps), "".join(signs)))
    fewest = min((count for count, _text in agreeing), default=0)
    best = [found for count, found in agreeing if count == fewest]
    return (best[0], False) if len(best) == 1 else (text, False)


def _names(text: str) -> tuple[str, str]:
    family, parted, given = text.strip("<").translate(TO_LETTER).partition("<<")
    if not parted:  # fillers were lost: the first word is the likeliest family name
        family, _one, given = family.partition("<")
    return _words(family), _words(given)


def _words(text: str) -> str:
    return " ".join(word.capitalize() for word in text.replace("<", " ").split())


def _day(text: str, today: date, *, is_past: bool) -> date | None:
    """YYMMDD: a birth is the latest that is not to come, an expiry lies within fifty years of today."""
    if not text.isdecimal():
        return None
    year, month, day = int(text[:2]) + today.year // 100 * 100, int(text[2:4]), int(text[4:])
    try:
        found = date(year, month, day)
        if is_past and found > today:
            return date(year - 100, month, day)
        return found
    except ValueError:
        return None
