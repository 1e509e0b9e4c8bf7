"""Visits of the demo that are repeated, or need another one before them."""

from datetime import time, timedelta

from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.appointments.booking import book_appointment, cancel_appointment
from osler.clinic.scheduling.calendars.availability import next_free_slots, slot_at
from osler.clinic.scheduling.models import Series
from osler.clinic.scheduling.series.preview import look_at, wish_for
from osler.clinic.scheduling.series.recurrence import Recurrence
from osler.clinic.scheduling.series.repeating import Planned, book_series, visits_of
from osler.clinic.scheduling.wall_time import instant_of
from osler.foundation.audit.context import acting
from osler.kernel import clock
from osler.ops.demo.house import House

VISITS = 10
WHO_REPEATS, WHO_IS_REVIEWED = 61, 62


def make_series(house: House, patients: list[Patient]) -> None:
    """Dressing changes twice a week, at another time where others were first; a review after its test."""
    actor = house.actors["reception"]
    doctor, site = house.clinicians[-1]
    first = clock.today() + timedelta(days=1)
    days = frozenset({first.weekday(), (first.weekday() + 3) % 7})
    rule = Recurrence(Series.Recurrence.WEEKLY, 1, first, days)
    service = house.services["Dressing change"]
    with acting(actor, reason="demo"):
        start = instant_of(first, time(9, 20), zone=site.zone, fold=0)
        pattern = slot_at(start, practitioner=doctor, location=site, minutes=service.duration_minutes)
        wishes = [wish_for(pattern, day, time(9, 20)) for day in rule.days(count=2 * VISITS)]
        seen = look_at(wishes, service=service)
        found = [(one.wish.day, one.wish.slot if one.is_free else one.instead) for one in seen]
        planned = [Planned(day, slot) for day, slot in found if slot is not None][:VISITS]
        series = book_series(
            _of(patients, WHO_REPEATS),
            rule=rule,
            pattern=pattern,
            planned=planned,
            service=service,
            reason="Wound of the lower leg",
            actor=actor,
        )
        last = visits_of(series, actor=actor).last()
        if last is not None:
            cancel_appointment(last, reason="The patient is away", actor=actor)
        review = house.services["Diabetes review"]
        week = clock.now() + timedelta(days=7)
        for slot in next_free_slots(service=review, location=site, after=week, limit=1):
            book_appointment(_of(patients, WHO_IS_REVIEWED), slot=slot, service=review, actor=actor)


def _of(patients: list[Patient], number: int) -> Patient:
    return patients[min(number, len(patients) - 1)]
