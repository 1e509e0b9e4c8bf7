"""How a chart reads: plain names, measured values with unit, arrow and word."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from osler.clinic.records.allergies.recording import severity_word
from osler.clinic.records.medications.overrides import OVERRIDE_REASONS
from osler.clinic.records.mistakes.kinds import REASONS
from osler.clinic.records.models import AllergyIntolerance, ClinicalNote, Observation
from osler.clinic.records.notes.digest import is_genuine as digest_holds
from osler.clinic.records.observations.trends import (
    DIASTOLIC,
    SAME_AS,
    SYSTOLIC,
    Line,
    Reading,
    short_name,
)
from osler.foundation.ui.charts.sparks import spark_svg
from osler.foundation.ui.results import Flag, flag_of, number_text, range_text, unit_text

register = template.Library()
register.filter("ucum", unit_text)

# SNOMED CT fully specified names end with their semantic tag.
_SEMANTIC_TAG = re.compile(
    r"\s*\((?:disorder|finding|procedure|situation|regime/therapy|event|morphologic abnormality|"
    r"observable entity|qualifier value|product|substance|physical object|person)\)$"
)
_SPECIMEN = re.compile(
    r"\s+-\s+(?:Serum|Plasma|Blood|Urine|Stool)(?:\s+or\s+(?:Plasma|Blood))?(?:\s+by\s+[\w ]+)?$"
)
BIG = Decimal(10)
MOST_PLACES = 3


# "Encounter for check up (procedure)": in a list of visits only what it was for is news.
_ENCOUNTER_FOR = re.compile(r"^(?:Encounter|Visit) for '?(.+?)'?$")
_SMALL_WORD = re.compile(r"^[a-z]{4,}\b")


@register.filter
def plain_name(text: str) -> str:
    """A coded name without its semantic tag, with a capital where it begins with a word."""
    name = _SEMANTIC_TAG.sub("", str(text))
    return name[:1].upper() + name[1:] if _SMALL_WORD.match(name) else name


@register.filter
def with_until(url: str, instant: datetime) -> str:
    """The address of what was measured up to an instant."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode({'until': instant.isoformat()})}"


@register.simple_tag
def wrong_reasons() -> list[tuple[str, str]]:
    """Why an entry may be wrong: codes and words."""
    return [(code, str(words)) for code, words in REASONS.items()]


@register.filter
def visit_name(text: str) -> str:
    """What a visit was for."""
    name = _ENCOUNTER_FOR.sub(r"\1", plain_name(text))
    return plain_name(name)


@register.filter
def report_name(text: str) -> str:
    """A report's name without the specimen and method that LOINC adds after a dash."""
    return plain_name(_SPECIMEN.sub("", str(text)))


@register.filter
def measured(value: Decimal | None) -> str:
    """A number as precise as it means something: one place from 10 on, two below, no idle zeros."""
    if value is None:
        return ""
    places = Decimal("0.1") if abs(value) >= BIG else Decimal("0.01")
    rounded = Decimal(value).quantize(places)
    return number_text(rounded.normalize() + 0) if rounded else "0"


def pressure_text(systolic: Decimal | None, diastolic: Decimal | None) -> str:
    """A blood pressure in whole numbers, as cuffs give it."""
    if systolic is None or diastolic is None:
        return ""
    return f"{systolic.quantize(Decimal(1))}/{diastolic.quantize(Decimal(1))}"


@register.filter
def trimmed(value: Decimal | None) -> Decimal | None:
    """A stored number without the zeros that the column adds."""
    return None if value is None else Decimal(value).normalize() + 0


@register.inclusion_tag("ui/parts/result_value.html")
def reading(entry: Reading, has_unit: bool = True) -> dict[str, Any]:
    """A value with unit, arrow and word: `128/82 mmHg ↑ High`."""
    shown = _shown(entry)
    return shown if has_unit else shown | {"unit": ""}


@register.inclusion_tag("ui/parts/result_cells.html")
def reading_cells(entry: Reading) -> dict[str, Any]:
    """A value as three cells of a row: number with unit, flag, range."""
    return _shown(entry) | {"range": range_text(trimmed(entry.low), trimmed(entry.high))}


def _mark(
    value: Decimal | None,
    *,
    low: Decimal | None = None,
    high: Decimal | None = None,
    interpretation: str = "",
) -> Flag | None:
    """The flag of a value that is not normal; what is normal needs no mark."""
    flag = flag_of(value, low=low, high=high, interpretation=interpretation)
    return None if flag is None or flag.tone == "normal" else flag


def _shown(entry: Reading) -> dict[str, Any]:
    value = measured(entry.value)
    if entry.second is not None:
        value = pressure_text(entry.value, entry.second)
    return {
        "value": value or entry.text,
        "unit": unit_text(entry.unit) if entry.value is not None else "",
        "flag": _mark(
            entry.value if entry.second is None else None,
            low=entry.low,
            high=entry.high,
            interpretation=entry.interpretation,
        ),
        "range": "",
    }


@register.simple_tag
def trend(line: Line) -> SafeString | str:
    """The spark line of a measurement; nothing for a single value."""
    values = line.trend
    if len(values) < 2:
        return ""
    latest = line.latest
    shown = [round(float(entry.value or 0), 2) for entry in values]
    return spark_svg(shown, low=latest.low, high=latest.high, label=line.name)


@register.filter
def change(value: Decimal | None) -> str:
    """A change with its sign: +0.4, −12."""
    if value is None:
        return ""
    text = measured(value)
    if text in ("0", "\N{MINUS SIGN}0"):
        return "±0"
    return text if value < 0 else f"+{text}"


@register.filter
def leading(entries: list[Any], most: int | str) -> list[Any]:
    """The first so many; all of them for 0."""
    return entries[: int(most)] if most else entries


SHORT_VITALS = {
    "85354-9": _("Blood pressure"),
    "8867-4": _("Pulse"),
    "9279-1": _("Breaths"),
    "8310-5": _("Temperature"),
    "59408-5": _("Oxygen"),
    "29463-7": _("Weight"),
    "8302-2": _("Height"),
    "39156-5": _("BMI"),
    "9843-4": _("Head"),
    "72514-3": _("Pain"),
}


@register.filter
def short_vital(line: Line) -> str:
    """The everyday name of a vital sign."""
    return str(SHORT_VITALS.get(line.code, line.name))


@register.filter
def severity(allergy: AllergyIntolerance) -> str:
    """How bad the reaction is, in a word."""
    return severity_word(allergy)


@register.filter
def override_word(code: str) -> str:
    """Why an alert was overridden."""
    return str(OVERRIDE_REASONS.get(code, code))


@register.filter
def is_genuine(note: ClinicalNote) -> bool:
    """Whether a signed note still says what was signed (A39)."""
    return digest_holds(note)


@register.filter
def vital_name(row: Observation) -> str:
    """The everyday name of an observation."""
    code = SAME_AS.get(row.code, row.code)
    return str(SHORT_VITALS.get(code, short_name(row.display or row.code)))


@register.inclusion_tag("ui/parts/result_value.html")
def observed(row: Observation) -> dict[str, Any]:
    """An observation's value; a blood pressure as its two numbers."""
    parts = {part.code: part for part in row.components.all()}
    systolic, diastolic = parts.get(SYSTOLIC), parts.get(DIASTOLIC)
    if systolic is not None and diastolic is not None:
        value = pressure_text(systolic.value, diastolic.value)
        unit = unit_text(systolic.unit)
    else:
        value = measured(row.value) or row.value_text
        unit = unit_text(row.unit) if row.value is not None else ""
    flag = _mark(None, interpretation=row.interpretation)
    return {"value": value, "unit": unit, "flag": flag, "range": ""}


@register.filter
def short_test(display: str) -> str:
    """A test's name without property, specimen and method."""
    return short_name(str(display))


@register.inclusion_tag("ui/parts/result_cells.html")
def value_cells(row: Observation, line: Line | None = None) -> dict[str, Any]:
    """An observation as three cells of a row: value as reported, flag, range.

    What came without range and interpretation is shown with ours, as the line of the chart has them.
    """
    low, high, interpretation = row.range_low, row.range_high, row.interpretation
    if line is not None and line.latest.id == row.id and low is None and high is None:
        ours = line.latest
        low, high, interpretation = ours.low, ours.high, interpretation or ours.interpretation
    return {
        "value": reported(row.value) if row.value is not None else row.value_text,
        "unit": unit_text(row.unit) if row.value is not None else "",
        "flag": _mark(row.value, low=low, high=high, interpretation=interpretation),
        "range": range_text(trimmed(low), trimmed(high)),
    }


def reported(value: Decimal) -> str:
    """A number exactly as reported, unless it pretends to more than three places."""
    exact = Decimal(value).normalize() + 0
    places = -int(exact.as_tuple().exponent)
    return measured(value) if places > MOST_PLACES else number_text(exact)


@register.inclusion_tag("workspace/laboratory/flag.html")
def flag_mark(code: str) -> dict[str, Any]:
    """Arrow and word of an interpretation code."""
    return {"flag": _mark(None, interpretation=code)}


@register.inclusion_tag("workspace/laboratory/flag.html")
def flag_chip(row: Observation) -> dict[str, Any]:
    """Arrow and word of an observation."""
    return {"flag": _mark(None, interpretation=row.interpretation)}


@register.filter
def plain_number(value: Decimal | None) -> str:
    """A limit for scripts: a point, no grouping, nothing for none."""
    return "" if value is None else f"{Decimal(value).normalize() + 0:f}"


@register.filter
def limits_text(limits: Any) -> str:
    """The reference range of what is about to be measured."""
    return range_text(trimmed(limits.low), trimmed(limits.high))
