"""A time is given back: who is asked, until when, and who is next."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection

from osler.clinic.communication.models import Notice
from osler.clinic.communication.offering.rounds import offer_now, offer_wished_for
from osler.clinic.communication.offering.telling import link_of, tell_of_offer
from osler.clinic.scheduling.appointments.booking import (
    cancel_appointment,
    reinstate_appointment,
    reschedule_appointment,
)
from osler.clinic.scheduling.calendars.absences import absence_between, note_absence, take_back_absence
from osler.clinic.scheduling.errors import HasOffer, OfferedToAnother, OfferOver, SlotTaken, WaitsAlready
from osler.clinic.scheduling.models import Absence, Appointment, FreedTime, WaitlistEntry, WaitlistOffer
from osler.clinic.scheduling.waiting_list.freeing import filling
from osler.clinic.scheduling.waiting_list.joining import (
    Wish,
    end_waiting_in_vain,
    join_waiting_list,
    leave_waiting_list,
    return_to_waiting_list,
)
from osler.clinic.scheduling.waiting_list.offering import (
    accept_offer,
    decline_offer,
    lapse_offers,
    make_offer,
)
from osler.foundation.jobs.outbox import _deliver_next
from osler.kernel.errors import Denied, Missing
from tests.clinic.scheduling.conftest import MONDAY, at
from tests.conftest import new_portal_actor


def the_offer(**which):
    return WaitlistOffer.objects.get(**which)


def test_a_cancelled_time_is_offered_to_the_best_match_and_to_nobody_else(
    morning, waits, cancel, offers, told
):
    waits("Early")
    waits("Late")
    waits("Urgent", priority=2)

    cancel(morning[1])

    assert offers() == [("Urgent", "09:20", "open")]
    assert told() == ["Urgent"]


def test_an_offer_that_lapses_goes_on_to_the_next_and_never_back(
    act, house, morning, waits, cancel, offers, told, deliver
):
    waits("First")
    waits("Second")
    cancel(morning[0])
    with act(house):
        [offer] = WaitlistOffer.objects.all()
        assert offer.expires_at == MONDAY + timedelta(hours=1)  # more than a day before: an hour

    for minutes, standing in (
        (59, [("First", "09:00", "open")]),
        (60, [("First", "09:00", "lapsed"), ("Second", "09:00", "open")]),
        (125, [("First", "09:00", "lapsed"), ("Second", "09:00", "lapsed")]),
        (600, [("First", "09:00", "lapsed"), ("Second", "09:00", "lapsed")]),
    ):
        with time_machine.travel(MONDAY + timedelta(minutes=minutes), tick=False):
            with act(house):
                lapse_offers()
            deliver()
            with act(house):
                offer_wished_for()
            assert offers() == standing
    assert told() == ["First", "Second"]


def test_nobody_is_asked_at_night_and_the_round_asks_in_the_morning(
    act, house, morning, waits, cancel, offers
):
    waits("Dana")
    night = MONDAY + timedelta(hours=14)  # ten in the evening
    with time_machine.travel(night, tick=False):
        cancel(morning[0])
        assert offers() == []
    with time_machine.travel(MONDAY.replace(hour=6) + timedelta(days=1), tick=False), act(house):
        assert offer_wished_for() == []
    with time_machine.travel(MONDAY.replace(hour=20, minute=30), tick=False), act(house):
        [offer] = offer_wished_for()
        # Twenty minutes would do; an hour into the quiet would not.
        assert offer.expires_at == MONDAY.replace(hour=20, minute=50)


def test_accepting_books_the_visit_that_waited(
    act, house, organization, morning, waits, cancel, offers, deliver
):
    entry = waits("Dana")
    cancel(morning[0])
    dana = new_portal_actor(entry.patient, "Dana")
    with act(dana):
        offer = the_offer()
        visit = accept_offer(offer, actor=dana)
        again = accept_offer(offer, actor=dana)

    deliver()
    with act(house):
        booked = Appointment.objects.get(pk=entry.appointment_id)
        assert (visit.id, again.id) == (booked.id, booked.id)
        assert (booked.status, booked.wall_clock, booked.practitioner_id) == (
            "booked",
            "09:00",
            offer.practitioner_id,
        )
        [freed] = FreedTime.objects.all()
        assert (freed.why, freed.by_offer, freed.is_void, freed.filled_at) == (
            "cancelled",
            True,
            False,
            MONDAY,
        )
    assert offers() == [("Dana", "09:00", "accepted")]


def test_accepting_to_come_earlier_moves_the_visit_and_its_old_time_goes_on(
    act, adam, bob, house, osei, morning, waits, cancel, booked, offers, deliver
):
    mine = booked(9, 0, day=8)
    with act(adam):
        note_absence(absence_between(at(9, 20, day=8), at(12, day=8), practitioner=osei), actor=adam)
    other = waits("Other", not_after=date(2027, 3, 9))
    entry = waits("", replaces=mine, priority=1)
    cancel(morning[2])
    assert offers() == [("Ada", "09:40", "open")]
    with act(bob):
        moved = accept_offer(the_offer(), actor=bob)
    deliver()

    with act(house):
        assert (moved.id, moved.wall_clock, moved.status) == (mine.id, "09:40", "booked")
        assert WaitlistEntry.objects.get(pk=entry.pk).appointment.status == "cancelled"
        assert WaitlistEntry.objects.get(pk=other.pk).is_waiting
    # What was his a week later is offered to who still waits.
    assert offers() == [("Ada", "09:40", "accepted"), ("Other", "09:00", "open")]


def test_a_time_that_somebody_else_has_booked_is_gone_and_nothing_changes(
    act, bob, house, morning, waits, cancel, booked, offers, deliver
):
    entry = waits("Dana")
    cancel(morning[0])
    booked(9, 0, day=1)
    with act(bob), pytest.raises(SlotTaken):
        accept_offer(the_offer(), actor=bob)
    deliver()

    with act(house):
        assert Appointment.objects.get(pk=entry.appointment_id).status == "waitlist"
    assert offers() == [("Dana", "09:00", "taken")]
    with act(bob), pytest.raises(OfferOver):
        accept_offer(the_offer(), actor=bob)


def test_a_late_yes_counts_while_the_time_is_free_and_with_nobody_else(
    act, bob, house, morning, waits, cancel, offers, deliver
):
    waits("First")
    waits("Second")
    cancel(morning[0])
    with time_machine.travel(MONDAY + timedelta(minutes=61), tick=False):
        with act(house):
            lapse_offers()
        deliver()
        with act(bob), pytest.raises(OfferedToAnother):
            accept_offer(the_offer(status="lapsed"), actor=bob)
        assert offers() == [("First", "09:00", "lapsed"), ("Second", "09:00", "open")]
        with act(bob):
            decline_offer(the_offer(status="open"), actor=bob)
            accept_offer(the_offer(status="lapsed"), actor=bob)
    assert offers() == [("First", "09:00", "accepted"), ("Second", "09:00", "declined")]


def test_the_database_itself_offers_a_time_to_one_and_one_time_to_a_person(
    act, house, morning, waits, cancel, slot
):
    first, second = waits("First"), waits("Second")
    cancel(morning[0])
    with act(house):
        with pytest.raises(OfferedToAnother):
            make_offer(second, slot(9, 10, day=1), until=MONDAY)
        with pytest.raises(HasOffer):
            make_offer(first, slot(14, day=2), until=MONDAY)
        assert WaitlistOffer.objects.count() == 1


def test_an_undone_cancellation_is_no_freed_time(act, bob, morning, cancel, deliver):
    cancel(morning[0])
    with act(bob):
        reinstate_appointment(Appointment.objects.get(pk=morning[0].pk), actor=bob)
    deliver()
    with act(bob):
        figures = filling(bob, days=30)
        assert (figures.freed, figures.filled, figures.percent) == (0, 0, None)


def test_a_moved_visit_frees_its_old_time_and_fills_the_new_one(
    act, bob, morning, waits, offers, deliver, slot
):
    waits("Dana")
    with act(bob):
        reschedule_appointment(Appointment.objects.get(pk=morning[0].pk), slot=slot(14, day=3), actor=bob)
    deliver()
    assert offers() == [("Dana", "09:00", "open")]
    with act(bob):
        assert list(FreedTime.objects.values_list("why", "filled_at")) == [("moved", None)]


def test_an_absence_that_ends_is_found_by_the_round_and_a_place_on_the_list_asks_at_once(
    act, adam, house, morning, waits, offers, deliver
):
    waits("Dana")
    deliver()
    assert offers() == []
    with act(adam):
        [absence] = Absence.objects.all()
        take_back_absence(absence, version=absence.version, actor=adam)
    deliver()
    assert offers() == []
    with act(house):
        offer_wished_for()
    waits("Next")
    deliver()
    assert offers() == [("Dana", "10:00", "open"), ("Next", "10:20", "open")]


def test_three_offers_without_an_answer_are_enough(act, house, bob, morning, waits, cancel, offers, deliver):
    waits("Silent")
    for number, visit in enumerate(morning):
        cancel(visit)
        with time_machine.travel(MONDAY + timedelta(hours=2 * number + 2), tick=False):
            with act(house):
                lapse_offers()
            deliver()
    with act(house):
        assert offer_wished_for() == []
    assert [status for _name, _at, status in offers()] == ["lapsed"] * 3


def test_a_crash_between_the_offer_and_its_message_sends_it_once(
    act, house, bob, morning, waits, offers, told
):
    waits("Dana")
    with act(bob):
        cancel_appointment(Appointment.objects.get(pk=morning[0].pk), actor=bob)
    while not offers():
        assert _deliver_next(house)
    assert told() == []  # here the worker dies

    while _deliver_next(house):
        pass
    with act(house):
        assert tell_of_offer(the_offer().id) is None  # told again, it is queued once
    assert (told(), offers()) == (["Dana"], [("Dana", "09:00", "open")])


def test_who_leaves_is_offered_nothing_and_may_come_back_to_his_place(
    act, bob, house, morning, waits, cancel, offers, deliver
):
    first = waits("First")
    waits("Second")
    cancel(morning[0])
    with act(bob):
        entry = WaitlistEntry.objects.get(pk=first.pk)
        leave_waiting_list(entry, actor=bob)
        return_to_waiting_list(entry, actor=bob)
    deliver()
    with act(bob):
        assert WaitlistEntry.objects.get(pk=first.pk).joined_at == first.joined_at
        decline_offer(the_offer(status="open"), actor=bob)
    assert offers() == [("First", "09:00", "withdrawn"), ("Second", "09:00", "declined")]


def test_a_visit_is_had_earlier_once_and_never_in_vain(act, bob, booked, waits):
    mine = booked(9, 0, day=8)
    entry = waits("", replaces=mine)
    with pytest.raises(WaitsAlready):
        waits("", replaces=mine)
    with act(bob):
        cancel_appointment(Appointment.objects.get(pk=mine.pk), actor=bob)
        assert end_waiting_in_vain() == 1
        assert end_waiting_in_vain() == 0
        assert WaitlistEntry.objects.get(pk=entry.pk).appointment.status == "cancelled"


def test_patients_join_and_answer_for_themselves_and_never_before_others(
    act, dana, dana_patient, charlie, bill, bob, visit, morning, waits, cancel, slot
):
    with act(dana):
        with pytest.raises(Denied):
            join_waiting_list(dana_patient, service=visit, priority=2, actor=dana)
        mine = join_waiting_list(dana_patient, service=visit, wish=Wish(weekdays=[1]), actor=dana)
    other = waits("Other", priority=2)
    cancel(morning[0])
    with act(bob):
        offer = the_offer(entry=other)
    for stranger in (dana, charlie):
        with act(stranger):
            assert not WaitlistOffer.objects.filter(pk=offer.pk).exists()
            with pytest.raises(Missing):
                accept_offer(offer, actor=stranger)
    with act(bill), pytest.raises(Denied):
        accept_offer(offer, actor=bill)
    with act(dana), pytest.raises(Denied):
        offer_now(mine, slot(14, day=2), actor=dana)
    with act(bob):
        assert the_offer(entry=other).status == "open"


def test_by_hand_a_free_time_is_offered_to_anybody_and_a_taken_one_to_nobody(
    act, bob, house, morning, waits, offers, slot
):
    waits("First")
    second = waits("Second")
    with act(bob):
        entry = WaitlistEntry.objects.get(pk=second.pk)
        with pytest.raises(SlotTaken):
            offer_now(entry, slot(9, day=1), actor=bob)
        offer_now(entry, slot(14, day=2), actor=bob)
    assert offers() == [("Second", "14:00", "open")]


def test_the_message_says_day_time_and_place_and_nothing_else(act, house, morning, waits, cancel):
    waits("Dana")
    cancel(morning[0])
    with act(house):
        notice = Notice.objects.get(kind="waitlist-offer")
        assert (notice.channel, notice.to_address) == ("sms", "+14135550142")
        assert notice.body == (
            "Test Clinic: a time is free on Tue 02-Mar 9 a.m., Main Street. Who says yes first has it. Reply"
            " 1 (yes) or 2 (no) by Mon 01-Mar 9 a.m., or here: {link}"
        )
        assert "/o/" in link_of(notice)


def test_whoever_wants_to_be_called_gets_no_message_and_stands_in_the_list(
    act, bob, house, morning, waits, cancel, offers, told
):
    entry = waits("Dana")
    with act(bob):
        type(entry.patient).objects.filter(pk=entry.patient_id).update(contact_by="phone")
    cancel(morning[0])
    assert (offers(), told()) == ([("Dana", "09:00", "open")], [])


def test_a_slot_of_one_clinic_is_never_shown_in_another(act, charlie, morning, waits, cancel):
    waits("Dana")
    cancel(morning[0])
    with act(charlie), connection.cursor() as cursor:
        for table in ("waitlistentry", "waitlistoffer", "freedtime"):
            cursor.execute(f"SELECT count(*) FROM scheduling_{table}")
            assert cursor.fetchone() == (0,)
