"""The day sheet, the calendar's hours, and what became of an appointment."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osler.clinic.patients.models import Flag, Patient
from osler.clinic.scheduling.appointments.booking import (
    book_appointment,
    cancel_appointment,
    reschedule_appointment,
)
from osler.clinic.scheduling.appointments.checkin import check_in_patient, room_patient, start_visit
from osler.clinic.scheduling.appointments.history import appointment_history
from osler.clinic.scheduling.models import Absence
from osler.clinic.scheduling.queries import (
    calendar_entries,
    day_sheet,
    open_hours,
    schedules_of,
)
from osler.foundation.directory.models import Location
from osler.kernel import clock
from osler.kernel.errors import Denied, Missing
from tests.clinic.scheduling.conftest import at

pytestmark = pytest.mark.django_db
MONDAY = date(2027, 3, 1)


def test_a_row_says_what_the_desk_needs(act, bob, patient, visit, slot, site):
    with act(bob):
        Flag.objects.create(patient=patient, text="Fall risk")
        booked = book_appointment(patient, slot=slot(9, 40), service=visit, reason="Cough", actor=bob)
        (row,) = day_sheet(bob, day=MONDAY, site=site)

        assert (row.id, row.version, row.stage, row.minutes) == (
            booked.id,
            1,
            "booked",
            20,
        )
        assert (row.patient_name, row.mrn) == ("Okafor, Ada", Patient.objects.get().mrn)
        assert (row.practitioner_name, row.service_name) == (
            "Dr. Ada Osei",
            "Office visit",
        )
        assert (row.start.isoformat(), row.has_alert, row.has_namesake) == (
            "2027-03-01T09:40:00-05:00",
            True,
            False,
        )


def test_a_sheet_is_one_statement(act, bob, patient, other_patient, slot, site):
    with act(bob):
        for minute in (0, 20, 40):
            book_appointment(patient, slot=slot(9, minute), actor=bob)
        with CaptureQueriesContext(connection) as queries:
            sheet = day_sheet(bob, day=MONDAY, site=site)

    assert (len(sheet), len(queries)) == (3, 1)


def test_it_keeps_to_day_site_and_clinician(act, bob, patient, osei, ruiz, slot, site):
    with act(bob):
        first = book_appointment(patient, slot=slot(9), actor=bob)
        second = book_appointment(patient, slot=slot(9, by=ruiz), actor=bob)
        book_appointment(patient, slot=slot(9, day=1), actor=bob)
        elsewhere = Location.objects.create(name="Other site")

        assert [row.id for row in day_sheet(bob, day=MONDAY)] == [first.id, second.id]
        assert [row.id for row in day_sheet(bob, day=MONDAY, practitioners=[ruiz.id])] == [second.id]
        assert day_sheet(bob, day=MONDAY, site=elsewhere) == []


def test_stages_tell_who_waits_and_who_is_seen(act, alice, patient, slot):
    with act(alice):
        booked = book_appointment(patient, slot=slot(9), actor=alice)

        def row():
            return day_sheet(alice, day=MONDAY)[0]

        assert (row().waiting_since, row().is_late(at(9, 10))) == (None, False)
        assert row().is_late(at(9, 11))
        check_in_patient(booked, actor=alice)
        assert (row().stage, row().waiting_since) == ("arrived", clock.now())
        assert not row().is_late(at(9, 30))
        room_patient(booked, actor=alice)
        assert (row().stage, row().waiting_since) == ("checked-in", clock.now())
        start_visit(booked, actor=alice)
        assert (row().stage, row().waiting_since) == ("in-progress", None)


def test_namesakes_are_marked(act, bob, patient, other_patient, slot):
    with act(bob):
        twin = Patient.objects.create(given="ada", family="OKÁFOR", birth_date=date(1990, 1, 1))
        for minute, who in ((0, patient), (20, other_patient), (40, twin)):
            book_appointment(who, slot=slot(9, minute), actor=bob)

        assert [row.has_namesake for row in day_sheet(bob, day=MONDAY)] == [
            True,
            False,
            True,
        ]


@pytest.mark.parametrize("who", ["lena", "bill", "adam", "petra"])
def test_roles_without_the_right_see_no_sheet(act, request, who):
    actor = request.getfixturevalue(who)
    with act(actor), pytest.raises(Denied):
        day_sheet(actor, day=MONDAY)


def test_strangers_and_patients_see_their_own_alone(act, bob, charlie, dana, dana_patient, patient, slot):
    with act(bob):
        own = book_appointment(dana_patient, slot=slot(9), actor=bob)
        book_appointment(patient, slot=slot(9, 20), actor=bob)
    with act(charlie):
        assert day_sheet(charlie, day=MONDAY) == []
    with act(dana):
        found = calendar_entries(dana, start=at(0), end=at(0, day=1))
        assert [row.id for row in found] == [own.id]


def test_open_hours_leave_absences_out(act, bob, osei, ruiz, site):
    with act(bob):
        Absence.objects.create(practitioner=osei, period=(at(10), at(14)))
        found = open_hours(start=at(0), end=at(0, day=1), site=site, practitioners=[osei.id])

        assert [(one.start, one.end) for one in found] == [
            (at(9), at(10)),
            (at(14), at(17)),
        ]
        assert [one.practitioner for one in schedules_of(site)] == [osei, ruiz]


def test_the_history_says_who_moved_it(act, bob, alice, patient, osei, ruiz, slot):
    with act(bob):
        booked = book_appointment(patient, slot=slot(9), actor=bob)
    with act(alice):
        reschedule_appointment(booked, slot=slot(10, by=ruiz), actor=alice)
        cancel_appointment(booked, actor=alice)
        entries = appointment_history(alice, booked)

        assert [(entry.role, entry.is_first) for entry in entries] == [
            ("physician", False),
            ("physician", False),
            ("reception", True),
        ]
        assert [(one.field, one.before, one.after) for one in entries[1].changes] == [
            ("start", at(9), at(10)),
            ("practitioner", "Dr. Ada Osei", "Dr. Luz Ruiz"),
        ]
        assert [(one.field, one.before, one.after) for one in entries[0].changes] == [
            ("status", "booked", "cancelled")
        ]
        assert entries[2].at <= entries[0].at + timedelta(0)


def test_a_stranger_reads_no_history(act, bob, charlie, patient, slot):
    with act(bob):
        booked = book_appointment(patient, slot=slot(9), actor=bob)
    with act(charlie), pytest.raises(Missing):
        appointment_history(charlie, booked)
