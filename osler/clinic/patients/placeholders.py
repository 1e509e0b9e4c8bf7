"""Values that stand for "not known": they never make two patients alike."""

import csv
import re
from datetime import date
from functools import lru_cache
from pathlib import Path

from osler.kernel.names import fold

SOURCE = Path(__file__).with_name("placeholders.csv")
"""By kind of value; `nobody` are family names of people whose name nobody knows (John Doe)."""
_FIRST_YEAR = 1900


@lru_cache(maxsize=1)
def _known() -> dict[str, frozenset[str]]:
    with SOURCE.open(newline="", encoding="utf-8") as lines:
        return {kind: frozenset(values) for kind, *values in csv.reader(lines)}


def real_words(name: str) -> list[str]:
    """The words of a name that name somebody, folded; "Baby Boy", "Unknown" and "X" do not."""
    folded = fold(name)
    return (
        []
        if folded in _known()["names"]
        else [word for word in folded.split() if word not in _known()["name"]]
    )


def real_names(given: str, family: str) -> tuple[list[str], list[str]]:
    """The words of both names; John and Jane name people, unless they are John and Jane Doe."""
    first, last = real_words(given), real_words(family)
    if len(last) == 1 and last[0] in _known()["nobody"] and set(first) <= _known()["everybody"]:
        return [], []
    return first, last


def real_phone(phone: str) -> str:
    """The last ten digits of a phone number that can ring, or nothing."""
    digits = re.sub(r"\D", "", phone)[-10:]
    local = digits[-7:]
    return "" if len(digits) < 7 or len(set(local)) == 1 or local in _known()["phone"] else digits


def real_email(email: str) -> str:
    """An address that reaches somebody, folded, or nothing: not "none@none.com"."""
    plain = email.strip().lower()
    box, at, host = plain.partition("@")
    return "" if not (box and at and host) or fold(box).replace(" ", "") in _known()["mailbox"] else plain


def real_line(line: str) -> str:
    """A street that somebody lives in, folded, or nothing."""
    folded = fold(line)
    return "" if folded in _known()["line"] else folded


def real_postal_code(code: str) -> str:
    """The first five letters and digits of a postal code, or nothing."""
    plain = fold(code).replace(" ", "")[:5]
    return "" if len(plain) < 3 or plain in _known()["postal_code"] else plain


def real_number(number: str) -> str:
    """An identifier that was given to somebody, or nothing: not "none", "N/A", "000-00-0000"."""
    plain = re.sub(r"[^0-9a-z]", "", number.lower())
    if len(plain) < 4 or len(set(plain)) == 1 or plain in _known()["number"]:
        return ""
    return plain


def nobodys_numbers() -> frozenset[str]:
    """What `real_number` refuses, for numbers of which only the blind index is seen."""
    repeated = frozenset(digit * length for digit in "0123456789" for length in range(4, 13))
    return repeated | _known()["number"]


def real_birth_date(birth_date: date | None, *, is_estimated: bool = False) -> date | None:
    """A birth date that somebody knew: not 1 January 1900 and its kin, nor an estimate."""
    if birth_date is None or is_estimated or birth_date.year < _FIRST_YEAR:
        return None
    is_default = (birth_date.month, birth_date.day) == (1, 1) and birth_date.year <= _FIRST_YEAR + 1
    return None if is_default else birth_date
