"""Absences and holidays: what they close, what stands in them, and the way back."""

import pytest
from django.db import IntegrityError, transaction

from osler.clinic.scheduling.appointments.booking import book_appointment, cancel_appointment
from osler.clinic.scheduling.calendars.absences import (
    BookedMeanwhile,
    absence_between,
    absences,
    appointments_in,
    held_in,
    note_absence,
    restore_absence,
    take_back_absence,
)
from osler.clinic.scheduling.calendars.availability import next_free_slots, slot_at
from osler.clinic.scheduling.errors import AbsenceEmpty, OutsideSchedule
from osler.clinic.scheduling.models import Absence
from osler.foundation.directory.models import Location
from osler.kernel import clock
from osler.kernel.errors import Denied, StaleVersion
from tests.clinic.scheduling.conftest import at, keep_schedule


def book(patient, practitioner, site, start, actor):
    slot = slot_at(start, practitioner=practitioner, location=site, minutes=20)
    return book_appointment(patient, slot=slot, actor=actor)


def away(**whose):
    return absence_between(at(9), at(12), reason=" Leave ", **whose)


def first_clock(practitioner):
    (slot,) = next_free_slots([practitioner], limit=1)
    return slot.clock


def state():
    return list(Absence.objects.order_by("id").values_list("id", "version", "active"))


def test_an_absence_closes_its_time_until_it_is_taken_back(act, adam, bob, dana_patient, osei, ruiz, site):
    with act(adam):
        absence = note_absence(away(practitioner=osei), actor=adam)
        assert (absence.who, absence.reason) == ("Dr. Ada Osei", "Leave")
        assert (first_clock(osei), first_clock(ruiz)) == ("13:00", "09:00")
        assert list(absences(actor=adam, after=clock.now())) == [absence]
    with act(bob), pytest.raises(OutsideSchedule):
        book(dana_patient, osei, site, at(9), bob)
    with act(adam):
        take_back_absence(absence, version=1, actor=adam)
        assert first_clock(osei) == "09:00"
        assert list(absences(actor=adam, after=clock.now())) == []
        restore_absence(absence, version=2, actor=adam)
        assert first_clock(osei) == "13:00"


def test_a_holiday_of_the_clinic_closes_every_calendar_and_one_of_a_site_its_own(act, adam, osei, ruiz, site):
    with act(adam):
        north = Location.objects.create(name="North", form="si", zone="America/New_York")
        keep_schedule(ruiz, north)
        absence = note_absence(away(location=site), actor=adam)
        assert absence.who == "Main Street"
        assert (first_clock(osei), first_clock(ruiz)) == ("13:00", "09:00")
        assert {slot.location_name for slot in next_free_slots([ruiz], limit=3)} == {"North"}
        everybody = note_absence(away(), actor=adam)
        assert everybody.who == "The whole clinic"
        assert (first_clock(osei), first_clock(ruiz)) == ("13:00", "13:00")


def test_what_stands_in_it_is_shown_without_names_to_who_may_not_see_them(
    act, adam, bob, dana_patient, osei, ruiz, site
):
    with act(bob):
        inside = book(dana_patient, osei, site, at(11, 40), bob)
        outside = book(dana_patient, osei, site, at(13), bob)
        of_another = book(dana_patient, ruiz, site, at(10), bob)
        gone = book(dana_patient, osei, site, at(9), bob)
        cancel_appointment(gone, actor=bob)
        assert list(appointments_in(away(practitioner=osei), actor=bob)) == [inside]
        assert list(appointments_in(away(), actor=bob)) == [of_another, inside]
        assert list(appointments_in(away(location=site), actor=bob)) == [of_another, inside]
    with act(adam):
        held = list(held_in(away(practitioner=osei), actor=adam))
        assert [one.appointment_id for one in held] == [inside.id]
        with pytest.raises(Denied):
            appointments_in(away(practitioner=osei), actor=adam)
        absence = note_absence(away(practitioner=osei), seen=[inside.id], actor=adam)
    with act(bob):
        assert list(appointments_in(absence, actor=bob)) == [inside]
        inside.refresh_from_db()
        assert (inside.status, outside.status) == ("booked", "booked")


def test_what_was_booked_since_it_was_shown_is_shown_again(act, adam, bob, dana_patient, osei, site):
    with act(bob):
        first = book(dana_patient, osei, site, at(9), bob)
        second = book(dana_patient, osei, site, at(9, 20), bob)
    with act(adam):
        with pytest.raises(BookedMeanwhile) as refused:
            note_absence(away(practitioner=osei), seen=[first.id], actor=adam)
        assert [one.appointment_id for one in refused.value.held] == [first.id, second.id]
        assert state() == []


def test_an_absence_has_a_length_and_one_kind_of_owner(act, adam, osei, site):
    with act(adam):
        for end in (at(9), at(8)):
            with pytest.raises(AbsenceEmpty):
                absence_between(at(9), end, practitioner=osei)
        with pytest.raises(IntegrityError), transaction.atomic():
            away(practitioner=osei, location=site).save()
        assert state() == []


def test_who_saw_another_version_or_has_no_right_changes_nothing(act, adam, alice, bob, osei):
    with act(adam):
        absence = note_absence(away(practitioner=osei), actor=adam)
        before = state()
        with pytest.raises(StaleVersion):
            take_back_absence(absence, version=9, actor=adam)
        assert state() == before
    for other in (alice, bob):
        with act(other):
            for deed in (
                lambda other=other: note_absence(away(practitioner=osei), actor=other),
                lambda other=other: take_back_absence(absence, version=1, actor=other),
            ):
                with pytest.raises(Denied):
                    deed()
            assert state() == before
