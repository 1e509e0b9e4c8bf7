"""How alike two patients are, field by field: in which way each agrees or differs.

A level is such a way ("birth_date.swapped"); what it weighs is data (weights.py). What is empty
or a placeholder has no level.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rapidfuzz.distance import OSA, JaroWinkler

from osler.clinic.patients.models import Patient
from osler.clinic.patients.nicknames import other_names
from osler.clinic.patients.placeholders import (
    real_birth_date,
    real_email,
    real_line,
    real_names,
    real_phone,
    real_postal_code,
    real_words,
)
from osler.kernel.names import fold

CLOSE = 0.90
NEAR = 0.80

TEXTS: dict[str, str | Promise] = {
    "number.same": _("Same number of another system"),
    "number.close": _("Number of another system differs in one digit"),
    "number.different": _("Another number of a kind that one has for life"),
    "given.same": _("Same given name"),
    "given.common": _("A given name in common"),
    "given.nickname": _("Given name is a nickname"),
    "given.close": _("Given name is spelled almost the same"),
    "given.similar": _("Given name is similar"),
    "given.initial": _("Given name begins the same, one is cut short"),
    "given.different": _("Different given name"),
    "family.same": _("Same family name"),
    "family.common": _("A family name in common"),
    "family.close": _("Family name is spelled almost the same"),
    "family.similar": _("Family name is similar"),
    "family.different": _("Different family name"),
    "names.swapped": _("Given and family name are swapped"),
    "suffix.different": _("Different suffix"),
    "birth_date.same": _("Same birth date"),
    "birth_date.swapped": _("Birth date with day and month swapped"),
    "birth_date.digit": _("Birth date differs in one digit"),
    "birth_date.part": _("Birth date differs in day, month or year"),
    "birth_date.different": _("Different birth date"),
    "gender.same": "",
    "gender.different": _("Different sex"),
    "phone.same": _("Same phone number"),
    "phone.digit": _("Phone number differs in one digit"),
    "phone.different": "",
    "email.same": _("Same e-mail"),
    "email.different": "",
    "address.same": _("Same address"),
    "address.close": _("Address is nearly the same"),
    "address.place": _("Same postal code"),
    "address.different": "",
}
"""Every level, in the order of the form, with its words for people; those without say too little."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What of a patient is compared: folded once, with however many the patient is compared."""

    given: list[str]
    family: list[str]
    called: list[str]
    suffix: str
    birth_date: date | None
    gender: str
    phone: str
    email: str
    line: str
    city: str
    postal_code: str

    @classmethod
    def of(cls, patient: Patient) -> "Traits":
        """Those of a patient; what is empty, a placeholder or not told is none."""
        given, family = real_names(patient.given, patient.family)
        return cls(
            given,
            family,
            real_words(patient.name_used),
            fold(patient.suffix),
            real_birth_date(patient.birth_date, is_estimated=patient.birth_date_estimated),
            patient.gender if patient.gender in _TOLD_GENDERS else "",
            real_phone(patient.phone),
            real_email(patient.email),
            real_line(patient.line).replace(" ", ""),
            fold(patient.city),
            real_postal_code(patient.postal_code),
        )


_TOLD_GENDERS = frozenset({Patient.Gender.FEMALE, Patient.Gender.MALE})
Comparison = Callable[[Traits, Traits], str | None]


def compare(one: Traits, other: Traits) -> list[str]:
    """The level of each field that both have, in the order of the form."""
    return [*_names(one, other), *(level for comparison in _FIELDS if (level := comparison(one, other)))]


def _names(one: Traits, other: Traits) -> list[str]:
    """Given and family name, each for itself or, if that fits better, swapped."""
    straight = (
        _given([*one.given, *one.called], [*other.given, *other.called]),
        _family(one.family, other.family),
    )
    is_same = straight == ("given.same", "family.same")
    if not is_same and _is_swapped(one.given, one.family, other.given, other.family):
        return ["names.swapped"]
    return [level for level in straight if level]


def _is_swapped(given: list[str], family: list[str], their_given: list[str], their_family: list[str]) -> bool:
    if not (given and family and their_given and their_family):
        return False
    first, last, their_first, their_last = map("".join, (given, family, their_given, their_family))
    crossed = _closeness(first, their_last), _closeness(last, their_first)
    straight = _closeness(first, their_first), _closeness(last, their_last)
    return min(crossed) >= CLOSE and min(crossed) > min(straight)


def _given(mine: Sequence[str], theirs: Sequence[str]) -> str | None:
    if not mine or not theirs:
        return None
    if mine[0] == theirs[0] or "".join(mine) == "".join(theirs):
        return "given.same"
    if set(mine) & set(theirs):
        return "given.common"
    if any(other_names(word) & set(theirs) for word in mine):
        return "given.nickname"
    closeness = max(_closeness(word, their) for word in mine for their in theirs)
    if closeness >= CLOSE:
        return "given.close"
    if closeness >= NEAR:
        return "given.similar"
    if mine[0].startswith(theirs[0]) or theirs[0].startswith(mine[0]):
        return "given.initial"
    return "given.different"


def _family(mine: Sequence[str], theirs: Sequence[str]) -> str | None:
    if not mine or not theirs:
        return None
    if "".join(mine) == "".join(theirs):
        return "family.same"
    if set(mine) & set(theirs):
        return "family.common"
    closeness = _closeness("".join(mine), "".join(theirs))
    if closeness >= CLOSE:
        return "family.close"
    return "family.similar" if closeness >= NEAR else "family.different"


def _suffix(one: Traits, other: Traits) -> str | None:
    return "suffix.different" if one.suffix and other.suffix and one.suffix != other.suffix else None


def _birth_date(one: Traits, other: Traits) -> str | None:
    mine, theirs = one.birth_date, other.birth_date
    if mine is None or theirs is None:
        return None
    if mine == theirs:
        return "birth_date.same"
    if swapped(mine) == theirs:
        return "birth_date.swapped"
    if OSA.distance(f"{mine:%Y%m%d}", f"{theirs:%Y%m%d}") == 1:
        return "birth_date.digit"
    alike = (mine.year == theirs.year) + (mine.month == theirs.month) + (mine.day == theirs.day)
    return "birth_date.part" if alike == 2 else "birth_date.different"


def _gender(one: Traits, other: Traits) -> str | None:
    if not one.gender or not other.gender:
        return None
    return "gender.same" if one.gender == other.gender else "gender.different"


def _phone(one: Traits, other: Traits) -> str | None:
    mine, theirs = one.phone, other.phone
    if not mine or not theirs:
        return None
    if mine == theirs or (min(len(mine), len(theirs)) == 7 and mine[-7:] == theirs[-7:]):
        return "phone.same"
    return "phone.digit" if OSA.distance(mine, theirs) == 1 else "phone.different"


def _email(one: Traits, other: Traits) -> str | None:
    if not one.email or not other.email:
        return None
    return "email.same" if one.email == other.email else "email.different"


def _address(one: Traits, other: Traits) -> str | None:
    is_same_code = bool(one.postal_code) and one.postal_code == other.postal_code
    is_same_place = is_same_code or (bool(one.city) and one.city == other.city)
    if one.line and other.line:
        closeness = _closeness(one.line, other.line)
        if closeness >= CLOSE and is_same_place:
            return "address.same"
        if closeness >= CLOSE or (closeness >= NEAR and is_same_place):
            return "address.close"
    if one.postal_code and other.postal_code:
        return "address.place" if is_same_code else "address.different"
    return "address.different" if one.line and other.line else None


_FIELDS: tuple[Comparison, ...] = (_suffix, _birth_date, _gender, _phone, _email, _address)


def swapped(day: date) -> date | None:
    """The same date with day and month the other way round, if there is one."""
    if day.day > 12 or day.day == day.month:
        return None
    return day.replace(month=day.day, day=day.month)


def _closeness(one: str, other: str) -> float:
    if min(len(one), len(other)) < 3:
        return 1.0 if one == other else 0.0
    if OSA.distance(one, other) == 1 and min(len(one), len(other)) >= 4:
        return 0.95
    return JaroWinkler.similarity(one, other)
