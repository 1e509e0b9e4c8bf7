"""Who is here, and what is said about waiting."""

from datetime import timedelta

import pytest

from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.queue.calling import call_next, seat_patient
from osler.clinic.scheduling.queue.lengths import Figures, visit_lengths
from osler.clinic.scheduling.queue.queueing import set_priority
from osler.clinic.scheduling.queue.waiting_room import (
    about_minutes,
    priority_history,
    usual_waits,
    waiting_room,
)
from osler.kernel.errors import Denied
from tests.clinic.scheduling.conftest import MONDAY, at

pytestmark = pytest.mark.django_db


def test_everybody_stands_in_one_place(act, nina, hall):
    queue, room = hall.queue(), hall.room()
    entries = [hall.walks_in(queue) for _ in range(4)]
    with act(nina):
        seat_patient(call_next(queue, room=room, actor=nina), actor=nina)
        call_next(queue, room=room, actor=nina)
        found = waiting_room(nina, site=hall.site)

    shown = [[one.token for one in part] for part in (found.in_rooms, found.called, found.waiting)]
    assert shown == [["A01"], ["A02"], ["A03", "A04"]]
    assert {one.pk for one in found.all()} == {one.pk for one in entries}


@pytest.mark.parametrize(
    ("minutes", "about"), [([0], 5), ([1, 2, 9], 5), ([5], 5), ([6], 10), ([24, 26], 25), ([22, 23, 90], 25)]
)
def test_a_median_is_told_up_to_the_next_five_minutes(minutes, about):
    assert about_minutes([timedelta(minutes=one) for one in minutes]) == about


def test_nothing_is_told_of_fewer_than_five_and_only_the_last_ten_count(act, bob, hall):
    queue = hall.queue()
    told = []
    for number in range(14):
        entry = hall.walks_in(queue)
        with act(bob):
            visit = Appointment.objects.get(pk=entry.appointment_id)
            visit.arrived_at = at(8, number)
            visit.roomed_at = visit.arrived_at + timedelta(minutes=60 if number < 4 else 20)
            visit.status = "fulfilled"
            visit.save()
            told.append(usual_waits(bob, site=hall.site).get(queue.id))

    assert (told[:4], told[4], told[-1]) == ([None] * 4, 60, 20)


def test_the_history_of_the_priority_tells_who_and_why(act, nina, bob, hall):
    entry = hall.stored(hall.walks_in(hall.queue()))
    with act(nina):
        set_priority(entry, priority=2, reason="Fever", actor=nina)
    with act(bob):
        set_priority(entry, priority=0, reason="Gone", actor=bob)
        found = priority_history(bob, entry)

    assert [(one.label, one.reason, one.who) for one in found] == [
        ("Walk-in", "Gone", "Bob Diaz"),
        ("Urgent", "Fever", "Nina Cole"),
        ("Walk-in", "", "Bob Diaz"),
    ]


def test_lengths_leave_out_what_was_not_measured(act, bob, alice, hall):
    entry = hall.walks_in(hall.queue())
    with act(bob):
        visit = Appointment.objects.get(pk=entry.appointment_id)
        visit.roomed_at = at(8, 12)
        visit.status = "checked-in"
        visit.save()
    with act(alice):
        [line] = visit_lengths(
            alice, first=MONDAY.date(), last=MONDAY.date(), zone=hall.site.zone, by="queue"
        )

    nothing = Figures(0, None, None)
    assert (line.name, list(line.figures)) == ("A · Queue A", [Figures(1, 12, 12), nothing, nothing, nothing])


def test_who_reads_no_visits_measures_none(act, bill, hall):
    with act(bill), pytest.raises(Denied):
        visit_lengths(bill, first=MONDAY.date(), last=MONDAY.date(), zone=hall.site.zone)
