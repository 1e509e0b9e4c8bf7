"""FHIR R4 primitive types (R4 datatypes.html#primitive): what their JSON may look like."""

import binascii
import calendar
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from osler.interop.fhir.validation.narrative import check_narrative
from osler.interop.fhir.validation.problems import Check, Found, problem, shown

LONGEST_TEXT = 1_048_576  # R4 datatypes.html#string: at most 1 MB
LONGEST_BINARY = 16 * 1_048_576
MOST_DIGITS, LARGEST_EXPONENT = 60, 400

# JSON may carry what neither FHIR nor PostgreSQL can: NUL, control characters, lone surrogates.
_unfit = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]").search

_YEAR = r"(?!0000)\d{4}"
_DAY = r"(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?"
_TIME = r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d{1,12})?"
_ZONE = r"(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00))"
_DATE = rf"{_YEAR}(-{_DAY})?"
_INSTANT = rf"{_YEAR}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T{_TIME}{_ZONE}"
_DATE_TIME = rf"{_DATE}|{_INSTANT}"


def check_text(value: Any) -> Found | None:
    """Characters that can be stored; neither empty nor boundless."""
    if type(value) is not str:
        return problem("structure", f"must be a JSON string, not {shown(value)}")
    if value.isprintable():
        if value:
            return None
        return problem("value", "must not be empty")
    if len(value) > LONGEST_TEXT:
        return problem("too-long", f"has {len(value)} characters, more than {LONGEST_TEXT}")
    if _unfit(value):
        return problem("value", "contains control characters or half a surrogate pair")
    return None


def matching(pattern: str, what: str, longest: int = 4096) -> Check:
    """A check for strings of a certain form."""
    matches = re.compile(pattern, re.ASCII).fullmatch

    def check(value: Any) -> Found | None:
        if type(value) is str and len(value) <= longest and matches(value):
            return None
        if type(value) is not str:
            return problem("structure", f"must be a JSON string, not {shown(value)}")
        return problem("value", f"{shown(value)} is not {what}")

    return check


def _dated(check_form: Check) -> Check:
    def check(value: Any) -> Found | None:
        found = check_form(value)
        # Only days after the 28th can be wrong once the form is right.
        if found is not None or value[8:10] <= "28":
            return found
        if int(value[8:10]) > calendar.monthrange(int(value[:4]), int(value[5:7]))[1]:
            return problem("value", f"{shown(value)} is not a day of the calendar")
        return None

    return check


def check_boolean(value: Any) -> Found | None:
    if value is True or value is False:
        return None
    return problem("structure", f"must be true or false, not {shown(value)}")


def whole(lowest: int, highest: int = 2_147_483_647) -> Check:
    """A check for integers in a range."""

    def check(value: Any) -> Found | None:
        if type(value) is int:
            if lowest <= value <= highest:
                return None
            return problem("value", f"must be between {lowest} and {highest}")
        return problem("structure", f"must be a whole JSON number, not {shown(value)}")

    return check


def check_decimal(value: Any) -> Found | None:
    kind = type(value)
    if kind is Decimal:
        if not value.is_finite():
            return problem("value", "is not a number")
        too_precise = len(value.as_tuple().digits) > MOST_DIGITS
        if too_precise or (value and abs(value.adjusted()) > LARGEST_EXPONENT):
            return problem("value", f"has more than {MOST_DIGITS} digits or an absurd exponent")
        return None
    if kind is int:
        if abs(value) < 10**MOST_DIGITS:
            return None
        return problem("value", f"has more than {MOST_DIGITS} digits")
    if kind is float and value - value == 0:
        return None
    return problem("structure", f"must be a JSON number, not {shown(value)}")


def check_base64(value: Any) -> Found | None:
    if type(value) is not str:
        return problem("structure", f"must be a JSON string, not {shown(value)}")
    if len(value) > LONGEST_BINARY:
        return problem("too-long", f"has {len(value)} characters, more than {LONGEST_BINARY}")
    try:
        binascii.a2b_base64("".join(value.split()), strict_mode=True)
    except ValueError:  # binascii.Error, and characters that are not ASCII
        return problem("value", "is not valid base64")
    return None if value else problem("value", "must not be empty")


def check_xhtml(value: Any) -> Found | None:
    if type(value) is not str:
        return problem("structure", f"must be a JSON string, not {shown(value)}")
    if len(value) > LONGEST_TEXT:
        return problem("too-long", f"has {len(value)} characters, more than {LONGEST_TEXT}")
    if _unfit(value):
        return problem("value", "contains control characters or half a surrogate pair")
    return check_narrative(value)


_URI = r"[^\s\x00-\x1f\ud800-\udfff]+"
_date = _dated(matching(_DATE, "a date (YYYY, YYYY-MM or YYYY-MM-DD)"))
_instant = _dated(matching(_INSTANT, "an instant with seconds and time zone"))
_date_time = _dated(matching(_DATE_TIME, "a date, or a date and time with seconds and time zone"))

PRIMITIVES: dict[str, Callable[[Any], Found | None]] = {
    "string": check_text,
    "markdown": check_text,
    "xhtml": check_xhtml,
    "code": matching(r"[^\s\ud800-\udfff\x00-\x1f]+( [^\s\ud800-\udfff\x00-\x1f]+)*", "a code"),
    "id": matching(r"[A-Za-z0-9\-.]{1,64}", "an id (letters, digits, “-” and “.”, at most 64)"),
    "uri": matching(_URI, "a URI"),
    "url": matching(_URI, "a URL"),
    "canonical": matching(_URI, "a canonical URL"),
    "oid": matching(r"urn:oid:[0-2](\.(0|[1-9]\d*))+", "an OID (urn:oid:…)"),
    "uuid": matching(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "a UUID (urn:uuid:…)"),
    "boolean": check_boolean,
    "integer": whole(-2_147_483_648),
    "unsignedInt": whole(0),
    "positiveInt": whole(1),
    "decimal": check_decimal,
    "base64Binary": check_base64,
    "date": _date,
    "dateTime": _date_time,
    "instant": _instant,
    "time": matching(_TIME, "a time of day (hh:mm:ss)"),
}
