"""What a cell says: dates in every order, sexes, languages and answers in English and Spanish."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from osler.clinic.patients.importing.mapping import DAY_FIRST, MONTH_FIRST
from osler.clinic.patients.models import Patient, RelatedPerson
from osler.foundation.ui.birth_dates import OLDEST, parse_birth_date
from osler.foundation.ui.dates import Around
from osler.kernel import clock
from osler.kernel.names import fold

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_PARTS = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})(?: .*)?")
_NO_DATE = re.compile(r"[0\-/. :]+")
_EIGHT = re.compile(r"\d{8}")
GENDERS = {
    "female": "f female woman w fem femenino femenina mujer hembra girl",
    "male": "m male man masc masculino masculina hombre varon h boy",
    "other": "o other otro otra x nb nonbinary non binary no binario intersex",
    "unknown": "u unknown unk desconocido na n a not recorded",
}
LANGUAGES = {
    "en": "en eng english ingles",
    "es": "es spa spanish espanol castellano",
    "zh": "zh chi zho chinese mandarin cantonese chino",
    "vi": "vi vie vietnamese vietnamita",
    "ar": "ar ara arabic arabe",
    "fr": "fr fre fra french frances",
}
MARITAL = {
    "S": "s single never married soltero soltera",
    "M": "m married casado casada",
    "T": "t domestic partner partner pareja pareja de hecho",
    "D": "d divorced divorciado divorciada",
    "L": "l separated separado separada",
    "W": "w widowed widow widower viudo viuda",
}
_YES = frozenset(["y", "yes", "true", "1", "si", "s", "x", "verdadero"])
_NO = frozenset(["n", "no", "false", "0", "falso"])
_TWO_WORDS = (
    "never married",
    "domestic partner",
    "pareja de hecho",
    "non binary",
    "no binario",
    "not recorded",
)


def _by_word(table: dict[str, str]) -> dict[str, str]:
    found = {}
    for code, words in table.items():
        for phrase in _TWO_WORDS:
            if phrase in words:
                found[phrase] = code
                words = words.replace(phrase, "")
        found |= dict.fromkeys(words.split(), code)
    return found


_GENDER_OF, _LANGUAGE_OF, _MARITAL_OF = _by_word(GENDERS), _by_word(LANGUAGES), _by_word(MARITAL)
_RELATIONSHIP_OF = {
    fold(word): code
    for code, words in {
        "SPS": "spouse,husband,wife,esposo,esposa,conyuge,marido",
        "DOMPART": "partner,pareja",
        "MTH": "mother,mom,madre,mama",
        "FTH": "father,dad,padre,papa",
        "CHILD": "child,son,daughter,hijo,hija",
        "SIB": "sibling,brother,sister,hermano,hermana",
        "GRPRN": "grandparent,grandmother,grandfather,abuelo,abuela",
        "GUARD": "guardian,tutor,tutora",
        "FRND": "friend,amigo,amiga",
        "O": "other,otro,otra",
    }.items()
    for word in [code, *words.split(",")]
}


_RELATIONSHIP_LETTERS = RelatedPerson._meta.get_field("relationship").max_length


class Unclear(ValueError):
    """What a cell says cannot be told; the argument is a reason (words.py)."""


@lru_cache(maxsize=50_000)
def birth_date_of(text: str, dates: str, today: date) -> date | None:
    """The day that is meant; `Around` where only month, year or age is said; None for no date."""
    if _NO_DATE.fullmatch(text):
        return None
    found = _written(text, dates) or parse_birth_date(text)
    if found is None:
        raise Unclear("date-unreadable")
    if not date(1850, 1, 1) <= found <= today:
        raise Unclear("date-impossible")
    return found


def _written(text: str, dates: str) -> date | None:
    """A date in digits; None for any other."""
    if iso := _ISO.fullmatch(text):
        return _day(iso[1], iso[2], iso[3])
    if _EIGHT.fullmatch(text):
        if text[:2] in ("18", "19", "20") and "01" <= text[4:6] <= "12":
            return _day(text[:4], text[4:6], text[6:])
        return _ordered(text[:2], text[2:4], text[4:], dates)
    parts = _PARTS.fullmatch(text)
    return _ordered(parts[1], parts[2], parts[3], dates) if parts else None


def _ordered(one: str, other: str, year: str, dates: str) -> date:
    first = order_of_parts(int(one), int(other)) or dates
    if not first and one != other:
        raise Unclear("date-ambiguous")
    month, day = (other, one) if first == DAY_FIRST else (one, other)
    return _day(year, month, day)


def order_of_parts(one: int, other: int) -> str:
    """Which of two numbers is the day, where that is plain."""
    if one > 12:
        return DAY_FIRST
    return MONTH_FIRST if other > 12 else ""


def _day(year: str, month: str, day: str) -> date:
    number = int(year)
    if len(year) == 2:
        this = clock.today().year
        number += this // 100 * 100
        number -= 100 if number > this else 0
    try:
        return date(number, int(month), int(day))
    except ValueError:
        raise Unclear("date-unreadable") from None


def date_orders(texts: Iterable[str]) -> Counter[str]:
    """How many dates say by themselves what comes first, and how many do not ("")."""
    found: Counter[str] = Counter()
    for text in texts:
        if (parts := _PARTS.fullmatch(text)) and parts[1] != parts[2]:
            found[order_of_parts(int(parts[1]), int(parts[2]))] += 1
    return found


def born_at_age(text: str) -> date:
    """The first day of the year in which somebody of this age was born, as a guess."""
    number = text.removesuffix(".0")
    if not number.isdecimal() or len(number) > 3 or int(number) > OLDEST:
        raise Unclear("age-unreadable")
    return Around(clock.today().year - int(number), 1, 1)


def gender_of(text: str, genders: dict[str, str]) -> str:
    """The sex that a value means, by what was said of it or by its word."""
    found = genders.get(text.casefold()) or _GENDER_OF.get(fold(text))
    if not found:
        raise Unclear("gender-unknown")
    return found


def guessed_genders(values: Iterable[str]) -> dict[str, str]:
    """What each value means, or nothing; beside an H (hombre) and no F, M is mujer."""
    said = [value for value in values if value]
    found = {value.casefold(): _GENDER_OF.get(fold(value), "") for value in said}
    if "h" in found and "m" in found and "f" not in found:
        found["m"] = Patient.Gender.FEMALE
    return found


def language_of(text: str) -> str:
    """A code of two letters; what we have no name for is told as another language."""
    folded = fold(text)
    return _LANGUAGE_OF.get(folded) or _LANGUAGE_OF.get(folded.partition(" ")[0]) or "other"


def marital_of(text: str) -> str:
    """A code of HL7 v3 MaritalStatus, or nothing."""
    return _MARITAL_OF.get(fold(text), "")


def relationship_of(text: str) -> str:
    """A code of HL7 v3 RoleCode, or the words as they stand."""
    return _RELATIONSHIP_OF.get(fold(text)) or text[:_RELATIONSHIP_LETTERS]


def yes_of(text: str) -> bool:
    """Yes or no."""
    folded = fold(text)
    if folded not in _YES | _NO:
        raise Unclear("yes-or-no")
    return folded in _YES


def names_of(text: str) -> tuple[str, str]:
    """Given and family name out of a whole one: by the comma, else the last word is the family name."""
    family, comma, given = text.partition(",")
    if comma:
        return given.strip(), family.strip()
    given, _blank, family = text.rpartition(" ")
    return given, family


def plain_number(text: str) -> str:
    """A number without what a spreadsheet has put behind it (5551234567.0)."""
    return text[:-2] if text.endswith(".0") and text[:-2].isdecimal() else text
