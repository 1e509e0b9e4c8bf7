"""Free slots: against a slow and simple reckoning minute by minute, and shown = bookable.

Twenty cases a run, with OSLER_FULL=1 sixty.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.appointments.booking import book_appointment, cancel_appointment
from osler.clinic.scheduling.calendars.availability import (
    free_slots,
    next_free_slot,
    next_free_slots,
)
from osler.clinic.scheduling.models import (
    Absence,
    Appointment,
    Schedule,
    WeeklyHours,
)
from osler.foundation.directory.models import HealthcareService, Location, Practitioner
from osler.kernel.periods import period
from tests.clinic.scheduling.conftest import MONDAY, at
from tests.environment import FULL

pytestmark = pytest.mark.django_db


def starts(slots) -> list[datetime]:
    return [slot.start for slot in slots]


def test_a_day_is_cut_into_slots(act, bob, osei, visit):
    with act(bob):
        found = free_slots([osei], start=at(0), end=at(0, day=1), service=visit)

        assert len(found) == 21
        assert (found[0].local_start.isoformat(), found[8].start, found[9].start) == (
            "2027-03-01T09:00:00-05:00",
            at(11, 40),
            at(13),
        )


def test_it_is_one_statement(act, bob, osei, ruiz, visit):
    with act(bob), CaptureQueriesContext(connection) as queries:
        free_slots(start=at(0), end=at(0, day=30), service=visit, limit=500)

    assert len(queries) == 1


def test_what_is_booked_absent_or_over_is_not_shown(act, bob, osei, visit, patient, slot):
    with act(bob), time_machine.travel(MONDAY.replace(hour=9, minute=30), tick=False):
        book_appointment(patient, slot=slot(9, 40), actor=bob)
        Absence.objects.create(practitioner=osei, period=(at(10, 10), at(16)))
        found = free_slots([osei], start=at(0), end=at(0, day=1), service=visit)

        assert starts(found) == [at(16), at(16, 20), at(16, 40)]


def test_portal_and_staff_see_the_same(act, bob, dana, osei, visit, patient, slot):
    with act(bob):
        book_appointment(patient, slot=slot(9), actor=bob)
        for_staff = free_slots(start=at(0), end=at(0, day=7), service=visit)
    with act(dana):
        assert Appointment.objects.count() == 0
        assert free_slots(start=at(0), end=at(0, day=7), service=visit) == for_staff


def test_another_clinic_sees_none(act, charlie, osei, visit):
    with act(charlie):
        assert free_slots([osei], start=at(0), end=at(0, day=7), service=visit) == []


def test_the_next_free_slot_is_the_earliest_of_anybody(act, bob, osei, ruiz, visit, patient, slot):
    with act(bob):
        book_appointment(patient, slot=slot(9, by=osei), actor=bob)
        found = next_free_slot([osei, ruiz], service=visit)

        assert (found.start, found.practitioner_name) == (at(9), "Dr. Luz Ruiz")


def test_it_looks_four_months_ahead(act, bob, osei, visit):
    with act(bob):
        Absence.objects.create(practitioner=osei, period=(at(0), at(0, day=90)))
        assert next_free_slot([osei], service=visit).start.date() == date(2027, 5, 31)

        Absence.objects.create(practitioner=osei, period=(at(0), at(0, day=400)))
        assert next_free_slots([osei], service=visit) == []


def test_a_room_in_use_closes_the_slot(act, bob, osei, ruiz, room, visit, patient, slot):
    with act(bob):
        Schedule.objects.filter(practitioner=osei).update(room=room)
        book_appointment(patient, slot=slot(9, room=room, by=ruiz), actor=bob)

        assert next_free_slot([osei], service=visit).start == at(9, 20)


# Against the slow reckoning

ZONES = [
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "UTC",
]
FIRST_DAYS = [
    date(2027, 3, 13),
    date(2027, 11, 6),
    date(2027, 3, 27),
    date(2027, 4, 3),
    date(2027, 6, 7),
]
quarter = st.integers(0, 95)
spans = st.tuples(st.integers(0, 3 * 96 - 1), st.integers(1, 12))


def wall_instant(day: date, minute: int, *, zone: ZoneInfo) -> datetime:
    """As PostgreSQL reads a wall time: by the offset before a gap, the later of two readings."""
    local = datetime.combine(day, time(minute // 60, minute % 60), tzinfo=zone)
    first, second = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    return max(first, second) if second.astimezone(zone).replace(fold=0) == local else first


def reckoned(case, *, zone: ZoneInfo, now: datetime, end: datetime) -> list[datetime]:
    """Every candidate looked at by itself, minute by minute."""
    taken = {
        begin + timedelta(minutes=i)
        for begin, minutes in [*case["absences"], *case["booked"]]
        for i in range(minutes)
    }
    opened, candidates = set(), set()
    for offset in range(-1, 5):
        day = case["day"] + timedelta(days=offset)
        for weekday, opens, closes in case["hours"]:
            if day.weekday() != weekday:
                continue
            begin = wall_instant(day, opens * 15, zone=zone)
            stop = wall_instant(day, closes * 15, zone=zone)
            minutes = max(0, int((stop - begin).total_seconds() // 60))
            opened |= {begin + timedelta(minutes=i) for i in range(minutes)}
            candidates |= {
                begin + timedelta(minutes=i) for i in range(0, minutes - case["duration"] + 1, case["step"])
            }
    return sorted(
        start
        for start in candidates
        if now <= start < end
        and all(
            moment in opened and moment not in taken
            for moment in (start + timedelta(minutes=i) for i in range(case["duration"]))
        )
    )


@st.composite
def cases(draw):
    zone = draw(st.sampled_from(ZONES))
    day = draw(st.sampled_from(FIRST_DAYS))
    midnight = datetime.combine(day, time.min, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    hours = draw(
        st.lists(st.tuples(st.integers(0, 6), quarter, quarter), max_size=6).map(
            lambda rows: [(w, min(a, b), max(a, b)) for w, a, b in rows if a != b]
        )
    )
    instants = st.lists(spans, max_size=5).map(
        lambda rows: [(midnight + timedelta(minutes=15 * a), 15 * n) for a, n in rows]
    )
    return {
        "zone": zone,
        "day": day,
        "hours": _apart([(day.weekday(), 0, 40), ((day.weekday() + 1) % 7, 4, 60), *hours]),
        "absences": draw(instants),
        "booked": draw(instants),
        "duration": draw(st.sampled_from([10, 20, 45])),
        "step": draw(st.sampled_from([10, 20, 30])),
    }


def _apart(hours):
    """Hours without those that overlap earlier ones: the database takes no others."""
    kept = []
    for weekday, opens, closes in hours:
        if not any(weekday == w and opens < b and a < closes for w, a, b in kept):
            kept.append((weekday, opens, closes))
    return kept


@settings(
    max_examples=60 if FULL else 20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(case=cases())
def test_free_slots_are_what_a_slow_reckoning_finds(act, bob, patient, case):
    zone = ZoneInfo(case["zone"])
    midnight = datetime.combine(case["day"], time.min, tzinfo=zone).astimezone(UTC)
    now, end = midnight + timedelta(minutes=35), midnight + timedelta(days=3)
    with act(bob), transaction.atomic(), time_machine.travel(now, tick=False):
        practitioner, service = _keep(case, patient)
        found = free_slots([practitioner], start=midnight, end=end, service=service, limit=9999)

        assert starts(found) == reckoned(case, zone=zone, now=now, end=end)
        _book_all(found, service, patient, actor=bob)
        transaction.set_rollback(True)


def _keep(case, patient: Patient) -> tuple[Practitioner, HealthcareService]:
    site = Location.objects.create(name="Site", zone=case["zone"])
    practitioner = Practitioner.objects.create(family="Oracle")
    service = HealthcareService.objects.create(name="X", duration_minutes=case["duration"])
    schedule = Schedule.objects.create(practitioner=practitioner, location=site, slot_minutes=case["step"])
    for weekday, opens, closes in case["hours"]:
        WeeklyHours.objects.create(
            schedule=schedule,
            weekday=weekday,
            starts=time(opens // 4, opens % 4 * 15),
            ends=time(closes // 4, closes % 4 * 15),
            valid_period=(date(2027, 1, 1), None),
        )
    for begin, minutes in case["absences"]:
        Absence.objects.create(
            practitioner=practitioner,
            period=period(begin, begin + timedelta(minutes=minutes)),
        )
    for lane, (begin, minutes) in enumerate(case["booked"]):
        Appointment.objects.create(
            patient=patient,
            practitioner=practitioner,
            location=site,
            lane=lane,
            overbook_reason="oracle",
            period=period(begin, begin + timedelta(minutes=minutes)),
        )
    return practitioner, service


def _book_all(found, service: HealthcareService, patient: Patient, *, actor) -> None:
    """What is shown can be booked: three of them, one after the other."""
    for slot in found[:: max(1, len(found) // 3)][:3]:
        cancel_appointment(
            book_appointment(patient, slot=slot, service=service, actor=actor),
            actor=actor,
        )
