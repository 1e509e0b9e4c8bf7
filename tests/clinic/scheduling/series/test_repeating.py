"""Repeated visits: shown, booked, moved, cancelled and booked again as a whole or not at all."""

from datetime import time

import pytest

from osler.clinic.scheduling.appointments.booking import (
    book_appointment,
    cancel_appointment,
)
from osler.clinic.scheduling.appointments.lanes import slot_of
from osler.clinic.scheduling.calendars.absences import absence_between, note_absence
from osler.clinic.scheduling.errors import SeriesAlone, SeriesTooShort, SlotTaken
from osler.clinic.scheduling.models import Appointment, Reservation, Series
from osler.clinic.scheduling.series.moving import move_series
from osler.clinic.scheduling.series.preview import CLOSED, FREE, TAKEN, look_at, wish_for
from osler.clinic.scheduling.series.repeating import (
    Reach,
    book_series,
    cancel_series,
    reinstate_series,
    versions_of,
)
from osler.kernel.errors import Refusal
from tests.clinic.scheduling.conftest import at
from tests.clinic.scheduling.series.conftest import WEEKLY, member, numbered, shifted

pytestmark = pytest.mark.django_db


def test_a_series_is_booked_whole(act, bob, book):
    series = book()

    with act(bob):
        assert numbered(series) == [
            (1, "03-01 10:00", "booked"),
            (2, "03-08 10:00", "booked"),
            (3, "03-15 10:00", "booked"),
            (4, "03-22 10:00", "booked"),
        ]
        starts = [one.period.lower for one in Appointment.objects.order_by("period_start")]
        assert series.occurrence_count == 4
    assert [start.hour for start in starts] == [15, 15, 14, 14]  # clocks go forward on 14 March


def test_the_preview_tells_what_is_free_and_what_could_be_taken_instead(
    act, bob, adam, book, osei, visit, slot, other_patient
):
    with act(bob):
        book_appointment(other_patient, slot=slot(10, day=7), service=visit, actor=bob)
    with act(adam):
        absence = absence_between(at(0, day=14), at(0, day=15), practitioner=osei)
        note_absence(absence, actor=adam)
    with act(bob):
        wishes = [wish_for(slot(10), day, time(10)) for day in WEEKLY.days(count=4)]
        seen = look_at(wishes, service=visit)

    assert [one.answer for one in seen] == [FREE, TAKEN, CLOSED, FREE]
    assert [one.instead and f"{one.instead.local_start:%m-%d %H:%M}" for one in seen] == [
        None,
        "03-08 09:40",
        "03-16 09:00",
        None,
    ]


def test_the_preview_takes_the_same_few_statements_for_any_number_of_days(
    act, bob, visit, slot, osei, django_assert_num_queries
):
    with act(bob):
        for count in (2, 20):
            wishes = [wish_for(slot(10), day, time(10)) for day in WEEKLY.days(count=count)]
            with django_assert_num_queries(1):
                look_at(wishes, service=visit)
            wishes = [wish_for(slot(8), day, time(8)) for day in WEEKLY.days(count=count)]
            with django_assert_num_queries(2):
                look_at(wishes, service=visit)


def test_one_taken_time_books_nothing(act, bob, book, visit, slot, other_patient):
    with act(bob):
        book_appointment(other_patient, slot=slot(10, day=14), service=visit, actor=bob)

    with pytest.raises(SlotTaken):
        book()

    with act(bob):
        assert (Appointment.objects.count(), Series.objects.count(), Reservation.objects.count()) == (1, 0, 1)


def test_too_few_or_what_needs_another_before_it_is_no_series(act, bob, adam, book, visit, patient):
    with pytest.raises(SeriesTooShort), act(bob):
        book_series(patient, rule=WEEKLY, pattern=None, planned=[], actor=bob)
    with act(adam):
        blood = type(visit).objects.create(name="Blood test")
        visit.needs_before = blood
        visit.save()
    with pytest.raises(SeriesAlone):
        book()
    with act(bob):
        assert Series.objects.count() == 0


def test_cancelling_the_following_and_taking_it_back_restores_exactly(act, bob, book, slot):
    series = book()
    with act(bob):
        cancel_appointment(member(series, 4), reason="Snow", actor=bob)
        before = Appointment.objects.order_by("id").values(
            "id", "status", "period", "confirmed_at", "cancellation_reason"
        )
        held, rows = Reservation.objects.count(), list(before)
        second = member(series, 2)
        gone = cancel_series(
            second, reach=Reach.FOLLOWING, reason="Moved away", version=second.version, actor=bob
        )

        assert [status for _n, _t, status in numbered(series)] == [
            "booked",
            "cancelled",
            "cancelled",
            "cancelled",
        ]
        assert Reservation.objects.count() == 1
        seen = versions_of(gone)
        places = {one.recurrence_id: slot_of(one) for one in gone}
        reinstate_series(member(series, 2), places=places, seen=seen, actor=bob)

        assert list(before.all()) == rows
        assert Reservation.objects.count() == held


def test_an_undo_whose_time_is_gone_changes_nothing(act, bob, book, visit, slot, other_patient):
    series = book()
    with act(bob):
        first = member(series, 1)
        gone = cancel_series(first, reach=Reach.ALL, actor=bob)
        book_appointment(other_patient, slot=slot(10, day=14), service=visit, actor=bob)
        places = {one.recurrence_id: slot_of(one) for one in gone}
        with pytest.raises(SlotTaken):
            reinstate_series(member(series, 1), places=places, seen=versions_of(gone), actor=bob)

        assert {status for _n, _t, status in numbered(series)} == {"cancelled"}


def test_what_is_over_is_not_cancelled(act, bob, book):
    series = book()
    with act(bob):
        Appointment.objects.filter(recurrence_id=1).update(status="arrived")
        Appointment.objects.filter(recurrence_id=2).update(status="noshow")
        gone = cancel_series(member(series, 1), reach=Reach.ALL, actor=bob)

        assert [one.recurrence_id for one in gone] == [3, 4]
        assert [status for _n, _t, status in numbered(series)] == [
            "arrived",
            "noshow",
            "cancelled",
            "cancelled",
        ]


def test_strangers_and_patients_change_no_series(act, bob, charlie, dana, book, slot):
    series = book()
    with act(bob):
        first = member(series, 1)
        args = shifted(first, slot(11), reach=Reach.ALL, bob=bob)
        before = numbered(series)
    for who in (charlie, dana):
        with act(who), pytest.raises(Refusal):
            move_series(first, reach=Reach.ALL, to=slot(11), **args, actor=who)
        with act(who), pytest.raises(Refusal):
            cancel_series(first, reach=Reach.ALL, actor=who)
    with act(bob):
        assert numbered(series) == before
