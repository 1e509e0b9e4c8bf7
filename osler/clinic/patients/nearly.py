"""Whoever is nearly what was typed: a date or phone number with a slip, a name that begins otherwise.

Asked only when nobody fits: a few tokens of each range are looked at, never all.
"""

from datetime import date

from django.db.models import Q
from rapidfuzz.distance import OSA

from osler.clinic.patients.asked import Asked, Number
from osler.clinic.patients.likeness import swapped
from osler.clinic.patients.models import Patient
from osler.clinic.patients.names_asked import Fit, begins, fit_of, sounding_like
from osler.clinic.patients.placeholders import real_phone
from osler.clinic.patients.sounds import sounding

LOCAL = 7
"""Digits of a phone number without its area."""


def ranges_of(asked: Asked) -> list[Q]:
    """Where those may be found who nearly fit dates and numbers: by their names, or by part of the phone."""
    if asked.words:
        whole = begins("n", asked.words[0])
        return [*sounding_like(asked.words), whole]
    return [
        begins("p", part)
        for number in asked.numbers
        if len(number.digits) >= LOCAL
        for part in (number.digits[-10:][:6], number.digits[-LOCAL:][:4])
    ]


def wider(words: list[str]) -> list[Q]:
    """Where those may be found of whom one word is right, or sounds so, and the other begins otherwise."""
    pair = words[:2] if len(words) > 1 else []
    return [one for word in pair for one in (Q(kind="n", token=word), sounding(word))]


def is_near(patient: Patient, asked: Asked) -> bool:
    """Whether a patient fits but for a slip in a date or a number."""
    named = not asked.words or fit_of(patient, asked.words) is not Fit.NONE
    dated = all(_is_near_date(patient.birth_date, days) for days in asked.birth_dates)
    return named and dated and all(_is_near_phone(patient.phone, number) for number in asked.numbers)


def _is_near_date(born: date | None, days: frozenset[date]) -> bool:
    if born is None:
        return False
    return any(
        born == swapped(day) or OSA.distance(f"{born:%Y%m%d}", f"{day:%Y%m%d}", score_cutoff=1) <= 1
        for day in days
    )


def _is_near_phone(phone: str, number: Number) -> bool:
    wanted, known = number.digits[-10:], real_phone(phone)
    if len(wanted) < LOCAL or not known:
        return False
    length = min(len(wanted), len(known))
    return OSA.distance(wanted[-length:], known[-length:], score_cutoff=1) <= 1
