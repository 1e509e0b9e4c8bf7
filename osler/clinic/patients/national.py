"""Numbers that a state or a payer gave a person: they are stored sealed and shown by their end alone."""

import re
from collections.abc import Iterable
from functools import lru_cache

# HL7 v2 table 0203: social security, passport, driver's license, national person identifier (NI, and
# NNxxx with the country), and the numbers of members of insurances.
CODES = ("SS", "SSN", "PPN", "DL", "NI", "MB", "MC", "MA", "SB")
_COUNTRY_CODE = re.compile(r"NN[A-Z]{0,3}").fullmatch
# The same by their systems, as HL7 and others name them.
_SYSTEM = re.compile(
    r"http://hl7\.org/fhir/sid/(us-(ssn|mbi|hicn|medicare)|passport-[A-Za-z]{3})"
    r"|(urn:oid:)?2\.16\.840\.1\.113883\.4\.(1|3\.\d+|330(\.\d+)?|572|927)"
    r"|(.*[/:#-])?(ssn|passport(number|-?num)?|driver-?s?-?licen[cs]e(-number)?|national-?id(entity|entifier)?"
    r"|bsn|nhs-?number|member-?(id|number))(:.*)?",
    re.IGNORECASE,
).fullmatch
# Of these, the numbers of which a person has one for life: two different ones are two people.
_SOCIAL_SECURITY = re.compile(
    r"http://hl7\.org/fhir/sid/us-ssn|(urn:oid:)?2\.16\.840\.1\.113883\.4\.1|(.*[/:#-])?ssn(:.*)?",
    re.IGNORECASE,
).fullmatch
_NATIONAL = re.compile(
    r"(urn:oid:)?2\.16\.840\.1\.113883\.4\.572|(.*[/:#-])?(national-?id(entity|entifier)?|bsn|nhs-?number)(:.*)?",
    re.IGNORECASE,
).fullmatch
HIDDEN = "•••• "
SHOWN_DIGITS = 4


def is_protected(system: str, codes: Iterable[str]) -> bool:
    """Whether a number of this system, or with one of these type codes, is stored sealed."""
    return any(code in CODES or _COUNTRY_CODE(code) for code in codes) or _is_of_persons(system)


@lru_cache(maxsize=1024)
def _is_of_persons(system: str) -> bool:
    return bool(_SYSTEM(system))


@lru_cache(maxsize=1024)
def series_of(system: str, code: str) -> str:
    """Which series of numbers for life a number is of, whoever sends it; empty if it is of none."""
    if code in ("SS", "SSN") or _SOCIAL_SECURITY(system):
        return "SS"
    if _COUNTRY_CODE(code):
        return code
    return (system or code) if code == "NI" or _NATIONAL(system) else ""


def masked(number: str) -> str:
    """The end of a number, as much as tells one from another."""
    end = number[-SHOWN_DIGITS:] if len(number) > SHOWN_DIGITS + 1 else ""
    return HIDDEN + end
