"""Waiting for one's turn: how long, in which order, and what is told after it."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, connections
from psycopg.types.range import Range

from osler.clinic.scheduling.appointments import lanes
from osler.clinic.scheduling.appointments.booking import book_appointment
from osler.clinic.scheduling.appointments.lanes import lock_resources
from osler.clinic.scheduling.errors import AskedAlready, ScheduleBusy, SlotTaken
from osler.clinic.scheduling.models import Appointment
from osler.foundation.audit.context import acting
from osler.kernel import clock
from osler.kernel.constraints import declared
from tests.simulation.clients import BusyClinic, at_once


@pytest.fixture
def clinic(live_tenant) -> BusyClinic:
    return BusyClinic().open(practitioners=2, patients=1)


def test_a_long_wait_ends_in_a_refusal_that_changes_nothing(clinic, monkeypatch):
    monkeypatch.setattr(lanes, "PATIENCE", "500ms")
    slot, patient = clinic.slots(1)[0], clinic.patients[0]
    is_locked, is_over = threading.Event(), threading.Event()

    def holder() -> None:
        with acting(clinic.actor):
            lock_resources([slot.practitioner_id])
            is_locked.set()
            is_over.wait(10)

    def latecomer() -> float:
        is_locked.wait(10)
        begun = time.perf_counter()
        try:
            with acting(clinic.actor):
                with pytest.raises(ScheduleBusy):
                    book_appointment(patient, slot=slot, actor=clinic.actor)
                with connection.cursor() as cursor:
                    cursor.execute("SELECT count(*) FROM scheduling_appointment")
                    assert cursor.fetchone() == (0,)
            return time.perf_counter() - begun
        finally:
            is_over.set()

    held, waited = at_once([holder, latecomer])

    assert (held.error, waited.error) == (None, None)
    assert waited.value >= 0.5


def test_locks_are_taken_in_one_order_whatever_the_caller_says(clinic):
    pair = [one.id for one in clinic.practitioners]

    def taking(resources: list) -> None:
        for _ in range(30):
            with acting(clinic.actor):
                lock_resources(resources)

    outcomes = at_once([lambda: taking(pair), lambda: taking(pair[::-1])] * 4)

    assert [one.error for one in outcomes if one.error] == []


def test_the_constraints_have_their_words():
    named = declared()

    assert named["appointment_no_overlap"] is SlotTaken
    assert named["appointment_asked_once_a_service"] is AskedAlready


def test_holds_that_are_over_are_looked_for_among_holds_alone(clinic):
    """Row-level security lets no range be compared before the row is known to be one's own."""
    starts = [clock.now() + timedelta(hours=hour) for hour in range(500)]
    with acting(clinic.actor):
        Appointment.objects.bulk_create(
            Appointment(
                patient=clinic.patients[0],
                organization_id=clinic.actor.organization_id,
                practitioner=clinic.practitioners[0],
                status=Appointment.Status.BOOKED,
                period=Range(start, start + timedelta(hours=1)),
            )
            for start in starts
        )
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE scheduling_reservation")  # what a planner knows of a full calendar
    with acting(clinic.actor), connection.cursor() as cursor:
        cursor.execute(
            "EXPLAIN SELECT FROM scheduling_reservation WHERE resource_id = ANY (%s)"
            " AND period && tstzrange(now(), now() + interval '1 hour') AND held_until <= now()",
            [[clinic.practitioners[0].id]],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "reservation_of_hold" in plan
