"""Values that stand for "not known": they never make two patients alike."""

import re
from datetime import date

from osler.kernel.names import fold

_NAMES = frozenset(
    [
        "anonymous",
        "baby",
        "babyboy",
        "babygirl",
        "boy",
        "child",
        "declined",
        "female",
        "girl",
        "infant",
        "jane",
        "john",
        "male",
        "name",
        "newborn",
        "nil",
        "no",
        "noname",
        "none",
        "null",
        "one",
        "patient",
        "refused",
        "test",
        "testing",
        "twin",
        "two",
        "unidentified",
        "unk",
        "unknown",
        "unnamed",
        "x",
        "xx",
        "xxx",
        "xxxx",
    ]
)
_FIRST_NAMES = frozenset({"jane", "john"})
_NUMBERS = frozenset({"na", "nil", "none", "null", "pending", "refused", "unknown"})
_DATES = frozenset({(1, 1)})


def real_words(name: str) -> list[str]:
    """The words of a name that name somebody, folded; "Baby Boy", "Unknown" and "X" do not.

    John and Jane are names of people, unless the family name is Doe.
    """
    words = fold(name).split()
    return [word for word in words if word not in _NAMES or word in _FIRST_NAMES]


def real_phone(phone: str) -> str:
    """The last ten digits of a phone number that can ring, or nothing."""
    digits = re.sub(r"\D", "", phone)[-10:]
    local = digits[-7:]
    if len(digits) < 7 or len(set(local)) == 1 or local in {"1234567", "2345678", "4567890"}:
        return ""
    return digits


def real_number(number: str) -> str:
    """An identifier that was given to somebody, or nothing: not "none", "N/A", "000-00-0000"."""
    plain = re.sub(r"[^0-9a-z]", "", number.lower())
    if len(plain) < 4 or len(set(plain)) == 1 or plain in _NUMBERS or plain == "123456789":
        return ""
    return plain


def real_birth_date(birth_date: date | None, *, is_estimated: bool = False) -> date | None:
    """A birth date that somebody knew: not 1 January 1900 and its kin, nor an estimate."""
    if birth_date is None or is_estimated:
        return None
    is_default = (birth_date.month, birth_date.day) in _DATES and birth_date.year in {1900, 1901}
    return None if is_default or birth_date.year < 1900 else birth_date
