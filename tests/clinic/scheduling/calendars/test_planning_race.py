"""Who books while the hours are being changed meets the hours as they will be."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from osler.clinic.scheduling.appointments.booking import book_appointment
from osler.clinic.scheduling.calendars.absences import absence_between, note_absence, restore_absence
from osler.clinic.scheduling.calendars.hours import amend_schedule, end_hours, take_back_hours
from osler.clinic.scheduling.errors import OutsideSchedule
from osler.clinic.scheduling.models import Absence, Schedule, WeeklyHours
from osler.foundation.access.actors import Actor
from osler.foundation.access.roles import Role
from osler.foundation.audit.context import acting
from osler.kernel import clock
from osler.kernel.keys import uuid7
from tests.simulation.clients import BusyClinic, at_once

SOMEBODY_WAITS = """
SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
"""


@pytest.fixture
def clinic(live_tenant) -> BusyClinic:
    return BusyClinic().open(practitioners=1, patients=1)


@pytest.fixture
def planner(clinic) -> Actor:
    return Actor(
        user_id=uuid7(),
        name="Adam",
        organization_id=clinic.actor.organization_id,
        roles=frozenset({Role.ADMINISTRATOR}),
    )


def absence_of(clinic, slot) -> Absence:
    there = clinic.practitioners[0]
    return absence_between(slot.start - timedelta(hours=1), slot.end, practitioner=there)


def note(clinic, slot, actor):
    note_absence(absence_of(clinic, slot), actor=actor)


def restore(clinic, slot, actor):
    [absence] = Absence.objects.all()
    restore_absence(absence, version=absence.version, actor=actor)


def end(clinic, slot, actor):
    for hours in WeeklyHours.objects.all():
        end_hours(hours, last_day=clock.today(), version=hours.version, actor=actor)


def take_back(clinic, slot, actor):
    for hours in WeeklyHours.objects.all():
        take_back_hours(hours, version=hours.version, actor=actor)


def close(clinic, slot, actor):
    [schedule] = Schedule.objects.all()
    amend_schedule(schedule, room=None, slot_minutes=20, active=False, version=schedule.version, actor=actor)


@pytest.mark.parametrize("change", [note, restore, end, take_back, close])
def test_a_booking_meets_the_hours_as_they_will_be(clinic, planner, change):
    slot, patient = clinic.slots(1)[0], clinic.patients[0]
    if change is restore:
        with acting(planner):
            absence = absence_of(clinic, slot)
            absence.active = False
            absence.save()
    is_changed, is_booked = threading.Event(), threading.Event()

    def plan() -> None:
        with acting(planner):
            change(clinic, slot, planner)
            is_changed.set()
            with connection.cursor() as cursor:
                for _ in range(100):
                    cursor.execute(SOMEBODY_WAITS)
                    if cursor.fetchone()[0] or is_booked.wait(0.05):
                        break

    def book() -> None:
        is_changed.wait(10)
        try:
            with acting(clinic.actor):
                book_appointment(patient, slot=slot, actor=clinic.actor)
        finally:
            is_booked.set()

    planned, booked = at_once([plan, book])

    assert planned.error is None
    assert isinstance(booked.error, OutsideSchedule)
    with acting(clinic.actor), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM scheduling_appointment")
        assert cursor.fetchone() == (0,)
