"""Appointment, Reservation, WeeklyHours, Absence: what the database refuses, what a row knows."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import product

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from osler.clinic.scheduling.models import (
    Absence,
    Appointment,
    Reservation,
    Schedule,
    WeeklyHours,
)
from osler.kernel.constraints import constraint_of
from osler.kernel.periods import period
from osler.kernel.states import ImpossibleMove, can_move, move
from tests.clinic.scheduling.conftest import at

pytestmark = pytest.mark.django_db


def appointment(patient, practitioner, site, *, hour=9, minute=0, **fields) -> Appointment:
    start = at(hour, minute)
    return Appointment(
        patient=patient,
        practitioner=practitioner,
        location=site,
        **{"period": period(start, start + timedelta(minutes=20)), **fields},
    )


def refused(*rows) -> str:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        type(rows[0]).objects.bulk_create(rows)
    return constraint_of(error.value)


# What the database refuses


def test_two_appointments_of_a_clinician_never_overlap(act, bob, osei, site, patient, other_patient):
    with act(bob):
        first = appointment(patient, osei, site)
        second = appointment(other_patient, osei, site, minute=10)

        assert refused(first, second) == "appointment_no_overlap"
        assert Appointment.objects.count() == 0


def test_touching_appointments_are_allowed(act, bob, osei, site, patient, other_patient):
    with act(bob):
        Appointment.objects.bulk_create(
            [
                appointment(patient, osei, site),
                appointment(other_patient, osei, site, minute=20),
            ]
        )

        assert Reservation.objects.count() == 2


def test_raw_sql_cannot_book_twice_either(act, bob, osei, site, patient):
    insert = """
        INSERT INTO scheduling_appointment (id, organization_id, version, patient_id, practitioner_id,
            status, period, local_fold, zone, lane, overbook_reason, reason, wishes, cancellation_reason)
        SELECT uuidv7(), %s, 1, %s, %s, 'booked', tstzrange(%s, %s), 0, '', 0, '', '', '', ''"""
    values = [bob.organization_id, patient.id, osei.id, at(9), at(10)]
    with act(bob), connection.cursor() as cursor:
        cursor.execute(insert, values)
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            cursor.execute(insert, values)

        assert constraint_of(error.value) == "appointment_no_overlap"
        assert Reservation.objects.count() == 1


def test_an_update_past_save_cannot_overlap(act, bob, osei, site, patient, other_patient):
    with act(bob):
        appointment(patient, osei, site).save()
        appointment(other_patient, osei, site, hour=10).save()
        moved = Appointment.objects.filter(patient=other_patient)
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            moved.update(period=period(at(9), at(9, 20)))

        assert constraint_of(error.value) == "appointment_no_overlap"
        assert moved.get().period.lower == at(10)


def test_a_cancelled_time_can_be_booked_again_and_not_revived(act, bob, osei, site, patient, other_patient):
    with act(bob):
        appointment(patient, osei, site, status="cancelled").save()
        appointment(other_patient, osei, site).save()
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            Appointment.objects.filter(patient=patient).update(status="booked")

        assert constraint_of(error.value) == "appointment_no_overlap"


def test_a_room_is_never_held_twice(act, bob, osei, ruiz, site, room, patient, other_patient):
    with act(bob):
        first = appointment(patient, osei, site, room=room)
        second = appointment(other_patient, ruiz, site, room=room)

        assert refused(first, second) == "appointment_no_overlap"


def test_a_finished_visit_gives_its_room_back_and_keeps_its_clinician(
    act, bob, osei, ruiz, site, room, patient, other_patient
):
    with act(bob):
        appointment(patient, osei, site, room=room, status="fulfilled").save()
        appointment(other_patient, ruiz, site, room=room).save()

        assert set(Reservation.objects.values_list("resource_id", flat=True)) == {
            osei.id,
            ruiz.id,
            room.id,
        }


def test_the_web_role_cannot_touch_reservations(act, bob, osei, site, patient):
    with act(bob):
        appointment(patient, osei, site).save()
        for statement in ("DELETE FROM", "TRUNCATE"):
            with (
                pytest.raises(ProgrammingError),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(f"{statement} scheduling_reservation")

        assert Reservation.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        pytest.param(
            {"period": (at(9), at(9))},
            "appointment_period_not_empty",
            id="empty period",
        ),
        pytest.param(
            {"period": None},
            "appointment_booked_has_period",
            id="booked without a period",
        ),
        pytest.param(
            {"local_fold": 2, "local_start": at(9)},
            "appointment_fold_known",
            id="third reading of a clock",
        ),
        pytest.param({"lane": 1}, "appointment_overbooked_with_reason", id="lane without reason"),
    ],
)
def test_an_impossible_row_is_refused(act, bob, osei, site, patient, fields, constraint):
    with act(bob):
        assert refused(appointment(patient, osei, site, **fields)) == constraint


def test_one_request_a_service_is_open(act, bob, visit, patient):
    wish = {"patient": patient, "service": visit, "status": "proposed"}
    with act(bob):
        Appointment.objects.bulk_create([Appointment(**wish | {"status": "cancelled"})])
        Appointment.objects.bulk_create([Appointment(**wish)])

        assert refused(Appointment(**wish)) == "appointment_asked_once_a_service"


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        pytest.param({"weekday": 7}, "weeklyhours_weekday_known", id="eighth weekday"),
        pytest.param({"ends": time(9)}, "weeklyhours_not_empty", id="ends when it starts"),
    ],
)
def test_impossible_hours_are_refused(act, bob, osei, fields, constraint):
    hours = {
        "weekday": 0,
        "starts": time(9),
        "ends": time(12),
        "valid_period": (date(2027, 1, 1), None),
    }
    with act(bob):
        schedule = Schedule.objects.get()

        assert refused(WeeklyHours(schedule=schedule, **hours | fields)) == constraint


def test_one_schedule_a_site(act, bob, osei, site):
    with act(bob):
        assert refused(Schedule(practitioner=osei, location=site)) == "schedule_once_a_site"


def test_an_absence_has_a_length(act, bob, osei):
    with act(bob):
        assert refused(Absence(practitioner=osei, period=(at(9), at(9)))) == "absence_not_empty"


# What a row knows


def test_a_period_written_alone_is_a_promised_wall_time(act, bob, osei, site, patient):
    with act(bob):
        row = appointment(patient, osei, site, hour=9, minute=40)
        row.save()
        row.refresh_from_db()

        assert row.local_start == datetime(2027, 3, 1, 9, 40, tzinfo=UTC)
        assert (row.zone, row.local_fold) == ("America/New_York", 0)
        assert (row.period_start, row.period_end) == (at(9, 40), at(10))


@pytest.mark.parametrize(
    ("hour_utc", "fold"),
    [(5, 0), (6, 1), (7, 0)],
    ids=["first 01:30", "second 01:30", "02:30"],
)
def test_a_doubled_hour_is_told_apart(act, bob, osei, site, patient, hour_utc, fold):
    start = datetime(2027, 11, 7, hour_utc, 30, tzinfo=UTC)
    with act(bob):
        row = appointment(patient, osei, site, period=period(start, start + timedelta(minutes=20)))
        row.save()
        row.refresh_from_db()

        assert row.local_fold == fold


# Which rows


def test_upcoming_are_booked_and_not_over(act, bob, osei, site, patient):
    with act(bob):
        rows = {
            name: appointment(patient, osei, site, hour=hour, status=status)
            for name, hour, status in (
                ("over", 9, "booked"),
                ("running", 10, "arrived"),
                ("next", 11, "booked"),
                ("cancelled", 12, "cancelled"),
            )
        }
        for row in rows.values():
            row.save()

        assert list(Appointment.objects.upcoming(at(10, 10))) == [
            rows["running"],
            rows["next"],
        ]
        assert list(Appointment.objects.upcoming(at(9, 20))) == [
            rows["running"],
            rows["next"],
        ]


def test_starting_in_takes_its_start_and_not_its_end(act, bob, osei, site, patient):
    with act(bob):
        for hour in (9, 10, 11):
            appointment(patient, osei, site, hour=hour).save()
        found = Appointment.objects.starting_in(at(9), at(11)).order_by("period_start")

        assert [row.period.lower for row in found] == [at(9), at(10)]


# How it may change

ALLOWED = {(before, after) for before, targets in Appointment.TRANSITIONS.items() for after in targets}


def test_every_status_is_placed():
    assert set(Appointment.TRANSITIONS) == set(Appointment.Status.values)


@pytest.mark.parametrize(("before", "after"), list(product(Appointment.Status.values, repeat=2)))
def test_the_square_of_states(before, after):
    row = Appointment(status=before)

    if (before, after) in ALLOWED:
        move(row, after, transitions=Appointment.TRANSITIONS)
        assert row.status == after
    else:
        assert not can_move(Appointment.TRANSITIONS, current=before, to=after)
        with pytest.raises(ImpossibleMove):
            move(row, after, transitions=Appointment.TRANSITIONS)
        assert row.status == before
