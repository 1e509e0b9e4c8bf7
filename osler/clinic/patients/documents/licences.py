"""The barcode (PDF417) of North American driving licences and identity cards: AAMVA DL/ID Card Design
Standard, annex D. Its reader corrects errors by itself, so what it says is what the state wrote."""

import re
from dataclasses import dataclass
from datetime import date

_HEADER = re.compile(r"ANSI |AAMVA")
_SUBFILE = re.compile(r"(?:DL|ID)(?=D[A-Z]{2})")
_ELEMENT = re.compile(r"^([DZ][A-Z]{2})(.*)$")
_SEXES = {"1": "male", "2": "female", "9": "other", "M": "male", "F": "female", "X": "other"}
LONGEST = 4096


@dataclass(frozen=True)
class Licence:
    """What the barcode says. `is_cut` names what it says itself to have cut short."""

    family: str
    given: str
    suffix: str
    number: str
    birth_date: date | None
    gender: str
    line: str
    city: str
    state: str
    postal_code: str
    expires_on: date | None
    issuer: str
    is_cut: frozenset[str] = frozenset()


def licence_in(text: str) -> Licence | None:
    """The licence that a barcode says, or nothing: other cards bear barcodes, too."""
    if len(text) > LONGEST or not _HEADER.search(text[:30]):
        return None
    said = _elements(text)
    if not said.get("DAQ") or not (said.get("DCS") or said.get("DAB") or said.get("DAA")):
        return None
    family, given = _names(said)
    state = said.get("DAJ", "")
    return Licence(
        family=family,
        given=given,
        suffix=_word(said.get("DCU", "") or said.get("DAE", "")),
        number=said["DAQ"],
        birth_date=_day(said.get("DBB", "")),
        gender=_SEXES.get(said.get("DBC", "")[:1], ""),
        line=_words(", ".join(filter(None, (said.get("DAG", ""), said.get("DAH", ""))))),
        city=_words(said.get("DAI", "")),
        state=state,
        postal_code=_postal(said.get("DAK", "")),
        expires_on=_day(said.get("DBA", "")),
        issuer=state,
        is_cut=frozenset(
            name
            for key, name in (("DDE", "family"), ("DDF", "given"), ("DDG", "given"))
            if said.get(key) == "T"
        ),
    )


def _elements(text: str) -> dict[str, str]:
    """Each element by its three letters; the first one stands behind the name of the subfile."""
    start = _SUBFILE.search(text, 15)
    lines = re.split(r"[\r\n\x1e]+", text[start.end() :] if start else text)
    found: dict[str, str] = {}
    for line in lines:
        match = _ELEMENT.match(line.strip(" "))
        if match is not None:
            value = match[2].strip(" ,")
            if value and value not in ("NONE", "unavl", "UNAVL"):
                found.setdefault(match[1], value)
    return found


def _names(said: dict[str, str]) -> tuple[str, str]:
    if "DAA" in said and "DCS" not in said and "DAB" not in said:
        family, _comma, rest = said["DAA"].partition(",")
        return _words(family), _words(rest.replace(",", " "))
    given = said.get("DAC") or said.get("DCT") or ""
    middle = said.get("DAD", "") if "DAC" in said else ""
    return _words(said.get("DCS") or said.get("DAB", "")), _words(f"{given} {middle}".replace(",", " "))


def _words(text: str) -> str:
    return " ".join(_word(word) for word in text.split())


def _word(word: str) -> str:
    """A word in capitals as people write it; what is mixed already stays."""
    return (
        "-".join(part.capitalize() for part in word.split("-"))
        if word.isupper() and len(word) > 2
        else word.title()
    )


def _day(text: str) -> date | None:
    """MMDDCCYY in the United States, CCYYMMDD in Canada and in the first version."""
    digits = text[:8]
    if len(digits) != 8 or not digits.isdecimal():
        return None
    orders = ((4, 0, 2), (0, 4, 6))
    for year, month, day in orders:
        try:
            found = date(
                int(digits[year : year + 4]), int(digits[month : month + 2]), int(digits[day : day + 2])
            )
        except ValueError:
            continue
        if 1850 <= found.year <= 2150:
            return found
    return None


def _postal(text: str) -> str:
    """ZIP with its four further digits only if there are any."""
    plain = text.strip().rstrip("0") if re.fullmatch(r"\d{5}0000\s*", text) else text.strip()
    if plain.isdecimal():
        plain = plain.ljust(5, "0")
        return f"{plain[:5]}-{plain[5:9]}" if len(plain) == 9 else plain[:5]
    return plain
