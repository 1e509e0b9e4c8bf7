"""How alike two patients are, field by field: agreement weights after Fellegi and Sunter (1969).

A weight is the base-2 logarithm of how much more often a field agrees in this way in records of
one person than in records of two. What is empty or a placeholder has no weight.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rapidfuzz.distance import OSA, JaroWinkler

from osler.clinic.patients.models import Patient
from osler.clinic.patients.nicknames import other_names
from osler.clinic.patients.placeholders import (
    real_birth_date,
    real_phone,
    real_words,
)
from osler.kernel.names import fold

CLOSE = 0.90
NEAR = 0.80


@dataclass(frozen=True)
class Reason:
    """What speaks for or against two records being one person."""

    field: str
    weight: float
    text: str | Promise = ""

    @property
    def speaks_for(self) -> bool:
        """Whether it makes one person likelier."""
        return self.weight > 0


Comparison = Callable[[Patient, Patient], Reason | None]


def compare(one: Patient, other: Patient) -> list[Reason]:
    """All that can be said, in the order of the form."""
    reasons = [*names_reasons(one, other)]
    reasons += [found for comparison in _FIELDS if (found := comparison(one, other))]
    return reasons


def names_reasons(one: Patient, other: Patient) -> list[Reason]:
    """Given and family name, each for itself or, if that fits better, swapped."""
    straight = [
        _given(one.given, other),
        _family(one.family, other.family),
    ]
    crossed = _crossed(one, other)
    found = [reason for reason in straight if reason]
    if crossed and crossed.weight > sum(reason.weight for reason in found):
        return [crossed]
    return found


def _given(given: str, other: Patient) -> Reason | None:
    mine = real_words(given)
    theirs = real_words(f"{other.given} {other.name_used}")
    if not mine or not theirs:
        return None
    if mine[0] == theirs[0]:
        return Reason("given", 4.5, _("Same given name"))
    if set(mine) & set(theirs):
        return Reason("given", 3.0, _("A given name in common"))
    if any(other_names(word) & set(theirs) for word in mine):
        return Reason("given", 3.5, _("Given name is a nickname"))
    closeness = max(_closeness(word, their) for word in mine for their in theirs)
    if closeness >= CLOSE:
        return Reason("given", 3.0, _("Given name is spelled almost the same"))
    if closeness >= NEAR:
        return Reason("given", 0.5, _("Given name is similar"))
    if min(len(mine[0]), len(theirs[0])) == 1 and mine[0][0] == theirs[0][0]:
        return Reason("given", 1.0, _("Same initial"))
    return Reason("given", -8.0, _("Different given name"))


def _family(mine: str, theirs: str) -> Reason | None:
    one, other = real_words(mine), real_words(theirs)
    if not one or not other:
        return None
    if one == other or "".join(one) == "".join(other):
        return Reason("family", 6.0, _("Same family name"))
    if set(one) & set(other):
        return Reason("family", 4.5, _("A family name in common"))
    closeness = _closeness("".join(one), "".join(other))
    if closeness >= CLOSE:
        return Reason("family", 4.0, _("Family name is spelled almost the same"))
    if closeness >= NEAR:
        return Reason("family", 1.0, _("Family name is similar"))
    return Reason("family", -3.0, _("Different family name"))


def _crossed(one: Patient, other: Patient) -> Reason | None:
    given, family = real_words(one.given), real_words(one.family)
    if not given or not family:
        return None
    fits = _closeness("".join(given), fold(other.family).replace(" ", "")) >= CLOSE
    if fits and _closeness("".join(family), fold(other.given).replace(" ", "")) >= CLOSE:
        return Reason("family", 8.5, _("Given and family name are swapped"))
    return None


def _birth_date(one: Patient, other: Patient) -> Reason | None:
    mine = real_birth_date(one.birth_date, is_estimated=one.birth_date_estimated)
    theirs = real_birth_date(other.birth_date, is_estimated=other.birth_date_estimated)
    if mine is None or theirs is None:
        return None
    if mine == theirs:
        return Reason("birth_date", 8.0, _("Same birth date"))
    if swapped(mine) == theirs:
        return Reason("birth_date", 6.0, _("Birth date with day and month swapped"))
    if OSA.distance(f"{mine:%Y%m%d}", f"{theirs:%Y%m%d}") == 1:
        return Reason("birth_date", 4.0, _("Birth date differs in one digit"))
    if abs((mine - theirs).days) <= 366:
        return Reason("birth_date", -2.0, _("Birth date near but different"))
    return Reason("birth_date", -6.0, _("Different birth date"))


def _gender(one: Patient, other: Patient) -> Reason | None:
    told = {Patient.Gender.FEMALE, Patient.Gender.MALE}
    if one.gender not in told or other.gender not in told:
        return None
    if one.gender == other.gender:
        return Reason("gender", 1.0)
    return Reason("gender", -4.0, _("Different sex"))


def _phone(one: Patient, other: Patient) -> Reason | None:
    mine, theirs = real_phone(one.phone), real_phone(other.phone)
    if not mine or not theirs:
        return None
    if mine == theirs or (min(len(mine), len(theirs)) == 7 and mine[-7:] == theirs[-7:]):
        return Reason("phone", 6.0, _("Same phone number"))
    if OSA.distance(mine, theirs) == 1:
        return Reason("phone", 4.0, _("Phone number differs in one digit"))
    return Reason("phone", -0.5)


def _email(one: Patient, other: Patient) -> Reason | None:
    if not one.email or not other.email:
        return None
    same = one.email.lower() == other.email.lower()
    return Reason("email", 6.0, _("Same e-mail")) if same else None


def _address(one: Patient, other: Patient) -> Reason | None:
    mine, theirs = fold(one.line), fold(other.line)
    if not mine or not theirs:
        return None
    near = one.postal_code[:5] == other.postal_code[:5] or fold(one.city) == fold(other.city)
    if near and _closeness(mine, theirs) >= CLOSE:
        return Reason("line", 4.0, _("Same address"))
    return Reason("line", -0.5)


_FIELDS: tuple[Comparison, ...] = (_birth_date, _gender, _phone, _email, _address)


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
