"""How a measured value reads beside its reference range: arrow, word and colour."""

import re
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Number = Decimal | float | int


@dataclass(frozen=True)
class Flag:
    """What an interpretation code says."""

    tone: str
    icon: str
    label: str | Promise


# Codes of v3-ObservationInterpretation.
FLAGS: dict[str, Flag] = {
    "H": Flag("abnormal", "arrow-up", pgettext_lazy("result", "High")),
    "L": Flag("abnormal", "arrow-down", pgettext_lazy("result", "Low")),
    "HU": Flag("abnormal", "arrow-up", _("Very high")),
    "LU": Flag("abnormal", "arrow-down", _("Very low")),
    "HH": Flag("critical", "chevrons-up", _("Critically high")),
    "LL": Flag("critical", "chevrons-down", _("Critically low")),
    "A": Flag("abnormal", "triangle-alert", _("Abnormal")),
    "AA": Flag("critical", "triangle-alert", _("Critical")),
    "POS": Flag("abnormal", "plus", _("Positive")),
    "NEG": Flag("normal", "minus", _("Negative")),
    "R": Flag("abnormal", "triangle-alert", _("Resistant")),
    "I": Flag("abnormal", "minus", _("Intermediate")),
    "S": Flag("normal", "check", _("Susceptible")),
    "N": Flag("normal", "", _("Normal")),
}


# UCUM units as they are written by hand.
UNIT_WORDS = {
    "mm[Hg]": "mmHg",
    "Cel": "°C",
    "[degF]": "°F",
    "[lb_av]": "lb",
    "[in_i]": "in",
    "kg/m2": "kg/m²",
    "10*3/uL": "10³/µL",
    "10*6/uL": "10⁶/µL",
    "{score}": "/ 10",
    "ug/mL": "µg/mL",
    "uL": "µL",
    "mL/min": "mL/min",
    "mL/min/{1.73_m2}": "mL/min/1.73 m²",
    "mL/min/1.73m2": "mL/min/1.73 m²",
    "{T-score}": "T-score",
    "{nominal}": "",
    "[pH]": "",
    "1": "",
}
MICRO = re.compile(r"\bu(?=[gLm\[])")
BRACKETS = re.compile(r"\[(\w+)\]")
ANNOTATION = re.compile(r"\{(.+?)\}")


def flag_of(
    value: Number | str | None,
    *,
    low: Number | None = None,
    high: Number | None = None,
    interpretation: str = "",
) -> Flag | None:
    """The flag of a value: what the laboratory said, else what the range says."""
    said = FLAGS.get(interpretation.upper())
    if said is not None:
        return said
    if value is None or isinstance(value, str) or (low is None and high is None):
        return None
    if low is not None and value < low:
        return FLAGS["L"]
    if high is not None and value > high:
        return FLAGS["H"]
    return FLAGS["N"]


def number_text(value: Number | str | None) -> str:
    """A number without the zeros that a computer adds, words as they are."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        text = f"{value:f}"
        # Columns keep six places, whatever the laboratory gave.
        text = text.rstrip("0").rstrip(".") if text[-7:-6] == "." else text
    else:
        text = f"{value:.10g}"
    return text.replace("-", "\N{MINUS SIGN}")


def unit_text(unit: str) -> str:
    """A UCUM unit as it is written by hand."""
    if unit in UNIT_WORDS:
        return UNIT_WORDS[unit]
    bare = BRACKETS.sub(r"\1", MICRO.sub("\N{MICRO SIGN}", unit))
    return ANNOTATION.sub(r" \1", bare).strip()


def range_text(low: Number | None, high: Number | None) -> str:
    """A reference range, `3.5–5.1`, `< 5` or `> 60`."""
    if low is not None and high is not None:
        return f"{number_text(low)}\N{EN DASH}{number_text(high)}"
    if high is not None:
        return f"\N{LESS-THAN OR EQUAL TO}\N{NO-BREAK SPACE}{number_text(high)}"
    if low is not None:
        return f"\N{GREATER-THAN OR EQUAL TO}\N{NO-BREAK SPACE}{number_text(low)}"
    return ""
