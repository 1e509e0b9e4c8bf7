"""Reference ranges by sex and age, and what they say of a value."""

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from django.utils import timezone

from osler.foundation.terminology.ages import Age, age_on
from osler.foundation.terminology.data_files import rows
from osler.foundation.terminology.laboratory import Analyte, find_analyte
from osler.foundation.terminology.units import convert, trimmed
from osler.foundation.terminology.vital_signs import find_vital_sign
from osler.foundation.terminology.words import folded
from osler.kernel.errors import Refusal

_BEYOND = re.compile(r"([<>])=?\s*(\d+(?:\.\d+)?)")


class Person(Protocol):
    """Whoever was measured; a patient fits."""

    @property
    def birth_date(self) -> date | None: ...

    @property
    def gender(self) -> str: ...


@dataclass(frozen=True, slots=True)
class ReferenceRange:
    """What is usual for a sex ("" for both) and an age; beyond the critical limits it is urgent."""

    code: str
    unit: str
    sex: str
    age_from: str
    age_to: str
    low: Decimal | None
    high: Decimal | None
    critical_low: Decimal | None
    critical_high: Decimal | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """A code of v3-ObservationInterpretation ("" if nothing can be said) and the range behind it."""

    code: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    critical_low: Decimal | None = None
    critical_high: Decimal | None = None


UNJUDGED = Judgement()
POSITIVE = frozenset({"positive", "detected", "reactive"})
NEGATIVE = frozenset({"negative", "not detected", "nonreactive"})


@functools.cache
def _ranges() -> dict[str, tuple[ReferenceRange, ...]]:
    found: dict[str, list[ReferenceRange]] = {}
    for row in rows("reference_ranges"):
        found.setdefault(row["code"], []).append(
            ReferenceRange(
                code=row["code"],
                unit=row["unit"],
                sex=row["sex"],
                age_from=row["age_from"],
                age_to=row["age_to"],
                low=_number(row["low"]),
                high=_number(row["high"]),
                critical_low=_number(row["critical_low"]),
                critical_high=_number(row["critical_high"]),
            )
        )
    return {code: tuple(ranges) for code, ranges in found.items()}


def _number(cell: str) -> Decimal | None:
    return Decimal(cell) if cell else None


def _own_code(code: str) -> str:
    """The code that the ranges are kept under."""
    known = find_analyte(code) or find_vital_sign(code)
    return known.code if known else code


def _fitting(code: str, age: Age | None) -> list[ReferenceRange]:
    """The ranges of an age for either sex; an unknown age fits none, for it is never guessed."""
    if age is None:
        return []
    known = _ranges().get(_own_code(code), ())
    return [one for one in known if age.is_within(one.age_from, one.age_to)]


def reference_range(code: str, *, sex: str, age: Age | None) -> ReferenceRange | None:
    """The range of a test or vital sign (LOINC) for somebody of this sex and age."""
    fitting = [one for one in _fitting(code, age) if one.sex in ("", sex)]
    return fitting[0] if fitting else None


def judge(value: Decimal, range_: ReferenceRange) -> str:
    """LL, L, N, H or HH: a value, in the unit of the range, against it."""
    if range_.critical_low is not None and value < range_.critical_low:
        return "LL"
    if range_.critical_high is not None and value > range_.critical_high:
        return "HH"
    if range_.low is not None and value < range_.low:
        return "L"
    if range_.high is not None and value > range_.high:
        return "H"
    return "N"


def interpret(
    code: str,
    value: Decimal | str,
    *,
    unit: str,
    patient: Person,
    at: datetime,
) -> Judgement:
    """What a result (by LOINC code) means for this patient at that time.

    A number is judged by the range of sex and age, converted where its unit is another; words by
    what is expected; `<0.5` by its limit. Where sex is unknown, both ranges must agree. Nothing
    is said where nothing fits.
    """
    if isinstance(value, str):
        limit = _BEYOND.fullmatch(value.strip())
        if limit is None:
            return _worded(find_analyte(code), value)
    fitting = _of_sex(_fitting(code, _age(patient, at)), patient.gender)
    if not fitting:
        return UNJUDGED
    try:
        if isinstance(value, Decimal):
            codes = {judge(_in_unit(value, unit, one), one) for one in fitting}
        elif limit is not None:
            bound = Decimal(limit[2])
            codes = {_beyond(limit[1], _in_unit(bound, unit, one), one) for one in fitting}
    except Refusal:
        return UNJUDGED
    return _agreed(codes, fitting, unit=unit)


def _age(patient: Person, at: datetime) -> Age | None:
    born = patient.birth_date
    return age_on(born, timezone.localdate(at)) if born else None


def _of_sex(fitting: Iterable[ReferenceRange], sex: str) -> list[ReferenceRange]:
    """The one range of a known sex; of an unknown one, all that could apply."""
    ranges = list(fitting)
    if sex in ("female", "male"):
        return [one for one in ranges if one.sex in ("", sex)][:1]
    sexless = [one for one in ranges if not one.sex]
    # one sex alone has a range: it may not be this person's
    return sexless[:1] or (ranges if len({one.sex for one in ranges}) > 1 else [])


def _in_unit(value: Decimal, unit: str, range_: ReferenceRange) -> Decimal:
    return convert(value, unit, range_.unit, analyte=range_.code)


def _beyond(sign: str, limit: Decimal, range_: ReferenceRange) -> str:
    """`<x` or `>x`: what can be said for certain of a value beyond what the method measures."""
    if sign == "<":
        if range_.low:
            return "L" if limit <= range_.low else ""
        return "N" if range_.high is None or limit <= range_.high else ""
    if range_.high is not None:
        if range_.critical_high is not None and limit >= range_.critical_high:
            return "HH"
        return "H" if limit >= range_.high else ""
    return "N" if range_.low is None or limit >= range_.low else ""


def _agreed(codes: set[str], fitting: list[ReferenceRange], *, unit: str) -> Judgement:
    if len(codes) != 1:
        return UNJUDGED
    said = codes.pop()
    if len(fitting) != 1:
        return Judgement(said)
    one = fitting[0]
    bounds = (one.low, one.high, one.critical_low, one.critical_high)
    return Judgement(said, *(_back(bound, unit, one) for bound in bounds))


def _back(bound: Decimal | None, unit: str, range_: ReferenceRange) -> Decimal | None:
    """A bound in the unit that the value was given in, to six decimals at most."""
    if bound is None or unit == range_.unit:
        return bound
    converted = convert(bound, range_.unit, unit, analyte=range_.code)
    return trimmed(round(converted, 6))


def _worded(analyte: Analyte | None, words: str) -> Judgement:
    """A result in words: expected or not; nothing where no answer is wrong."""
    if analyte is None or not analyte.expected or not words.strip():
        return UNJUDGED
    if folded(words.strip()) in {folded(answer) for answer in analyte.expected}:
        return Judgement("N" if _is_plain(words) else "NEG")
    if analyte.code in _urgent_if_unexpected():
        return Judgement("AA")
    return Judgement("POS" if folded(words.strip()) in POSITIVE else "A")


def _is_plain(words: str) -> bool:
    return folded(words.strip()) not in NEGATIVE


@functools.cache
def _urgent_if_unexpected() -> frozenset[str]:
    """Findings that cannot wait, such as anything that grows from blood."""
    return frozenset(row["code"] for row in rows("urgent_findings"))
