"""Who comes to wait, under which number, in which order."""

import itertools
import random
from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from osler.clinic.scheduling.appointments.booking import book_appointment, reinstate_appointment
from osler.clinic.scheduling.appointments.checkin import (
    check_in_patient,
    mark_no_show,
    start_visit,
    undo_check_in,
)
from osler.clinic.scheduling.errors import PriorityReasonNeeded, QueueClosed, QueuedAlready
from osler.clinic.scheduling.models import Appointment, QueueEntry, Reservation
from osler.clinic.scheduling.queue.queueing import set_priority, take_back_walk_in, take_in_walk_in
from osler.clinic.scheduling.queue.queues import close_queue
from osler.foundation.directory.models import Practitioner
from osler.foundation.jobs.models import OutboxEvent
from osler.kernel import clock
from osler.kernel.constraints import constraint_of
from osler.kernel.errors import Denied, Missing, StaleVersion
from osler.kernel.states import ImpossibleMove
from tests.clinic.scheduling.conftest import MONDAY, at
from tests.environment import SEED

pytestmark = pytest.mark.django_db
Priority = QueueEntry.Priority


def test_a_walk_in_is_a_visit_that_has_arrived_and_holds_nobody(act, bob, hall, visit):
    queue, patient = hall.queue(), hall.patient()
    with act(bob):
        before = OutboxEvent.objects.count()
        entry = take_in_walk_in(patient, queue=queue, service=visit, reason="Cough", actor=bob)

        stored = Appointment.objects.get()
        assert (stored.status, stored.is_walk_in, stored.practitioner_id) == ("arrived", True, None)
        assert (stored.arrived_at, stored.starts_at, stored.ends_at) == (
            clock.now(),
            clock.now(),
            clock.now() + timedelta(minutes=20),
        )
        assert (stored.location_id, stored.zone, stored.reason) == (hall.site.id, hall.site.zone, "Cough")
        assert Reservation.objects.count() == 0
        assert (entry.token, entry.day, entry.get_priority_display()) == ("A01", date(2027, 3, 1), "Walk-in")
        assert OutboxEvent.objects.count() == before + 1


def test_numbers_count_by_letter_site_and_day(act, bob, hall):
    first, second = hall.queue("A"), hall.queue("B")
    came = [hall.walks_in(queue).token for queue in (first, first, second, first)]
    with time_machine.travel(MONDAY + timedelta(days=1), tick=False):
        came.append(hall.walks_in(first).token)

    assert came == ["A01", "A02", "B01", "A03", "A01"]


def test_a_booked_visit_that_arrives_waits_in_the_same_queue_and_keeps_its_number(act, bob, hall):
    queue = hall.queue()
    hall.walks_in(queue)
    appointment = hall.arrives(9)
    entry = hall.entry_of(appointment)
    assert (entry.token, entry.priority, entry.waits_from) == ("A02", Priority.APPOINTMENT, at(9))

    with act(bob):
        undo_check_in(appointment, actor=bob)
        assert list(QueueEntry.objects.waiting().values_list("number", flat=True)) == [1]
        check_in_patient(appointment, actor=bob)
        assert list(QueueEntry.objects.waiting().order_by("number").values_list("number", flat=True)) == [
            1,
            2,
        ]
        assert QueueEntry.objects.count() == 2


def test_a_site_without_queues_goes_on_as_before(act, bob, hall):
    appointment = hall.arrives(9)
    with act(bob):
        assert (appointment.status, QueueEntry.objects.count()) == ("arrived", 0)


def test_a_visit_waits_where_its_clinician_else_its_service_else_nobody_is_named(
    act, bob, hall, osei, ruiz, slot
):
    echo, blood = hall.service("Echo"), hall.service("Blood test")
    hall.queue("A")
    hall.queue("B", members=[osei])
    hall.queue("C", members=[echo])
    cases = ((osei, echo, "B"), (ruiz, echo, "C"), (ruiz, blood, "A"))
    found = []
    for hour, (who, service, _letter) in enumerate(cases, start=9):
        with act(bob):
            booked = book_appointment(hall.patient(), slot=slot(hour, by=who), service=service, actor=bob)
            check_in_patient(booked, actor=bob)
        found.append(hall.entry_of(booked).letter)

    assert found == [letter for _who, _service, letter in cases]


@pytest.mark.parametrize(
    ("arrives", "counts_from"),
    [((8, 40), (9, 0)), ((9, 0), (9, 0)), ((9, 10), (9, 0)), ((9, 11), (9, 11))],
    ids=["early", "on the minute", "ten minutes are forgiven", "late"],
)
def test_waiting_counts_from_the_appointed_time_for_who_was_there(act, bob, hall, slot, arrives, counts_from):
    hall.queue()
    with act(bob):
        booked = book_appointment(hall.patient(), slot=slot(9), actor=bob)
    with time_machine.travel(at(*arrives), tick=False), act(bob):
        check_in_patient(booked, actor=bob)

    assert hall.entry_of(booked).waits_from == at(*counts_from)


def test_nobody_waits_twice_in_a_queue(act, bob, hall):
    queue, other, patient = hall.queue("A"), hall.queue("B"), hall.patient()
    hall.walks_in(queue, patient=patient)
    with act(bob):
        with pytest.raises(QueuedAlready):
            take_in_walk_in(patient, queue=queue, actor=bob)
        assert (Appointment.objects.count(), QueueEntry.objects.count()) == (1, 1)
    assert hall.walks_in(other, patient=patient).token == "B01"


def test_a_closed_queue_takes_nobody_in(act, adam, bob, hall):
    queue, patient = hall.queue(), hall.patient()
    with act(adam):
        close_queue(queue, version=queue.version, actor=adam)
    with act(bob):
        with pytest.raises(QueueClosed):
            take_in_walk_in(patient, queue=queue, actor=bob)
        assert Appointment.objects.count() == 0


def test_who_may_not_book_takes_nobody_in(act, bill, lena, dana, hall):
    queue, patient = hall.queue(), hall.patient()
    for actor, refusal in ((bill, Denied), (lena, Denied), (dana, Missing)):
        with act(actor), pytest.raises(refusal):
            take_in_walk_in(patient, queue=queue, actor=actor)
    with act(hall.bob):
        assert (Appointment.objects.count(), QueueEntry.objects.count()) == (0, 0)


def test_a_walk_in_is_taken_back_without_telling_anybody(act, bob, hall):
    entry = hall.stored(hall.walks_in(hall.queue()))
    with act(bob):
        told = OutboxEvent.objects.count()
        take_back_walk_in(entry, version=entry.version, actor=bob)
        assert entry.appointment.status == "cancelled"
        assert (QueueEntry.objects.waiting().count(), OutboxEvent.objects.count()) == (0, told)
        with pytest.raises(ImpossibleMove):
            take_back_walk_in(entry, actor=bob)


def test_what_cannot_wait_says_why(act, bob, hall):
    queue = hall.queue()
    entry = hall.stored(hall.walks_in(queue))
    with act(bob):
        with pytest.raises(PriorityReasonNeeded):
            set_priority(entry, priority=Priority.URGENT, reason=" ", actor=bob)
        with pytest.raises(StaleVersion):
            set_priority(entry, priority=Priority.URGENT, reason="Fever", version=9, actor=bob)
        assert QueueEntry.objects.get().priority == Priority.WALK_IN
        set_priority(entry, priority=Priority.URGENT, reason="Fever", actor=bob)
        assert QueueEntry.objects.values_list("priority", "priority_reason").get() == (2, "Fever")
        set_priority(entry, priority=0, reason="Fever is gone", actor=bob)
        assert QueueEntry.objects.values_list("priority", "priority_reason").get() == (4, "Fever is gone")


def test_the_laboratory_does_not_rank(act, lena, hall):
    entry = hall.stored(hall.walks_in(hall.queue()))
    with act(lena), pytest.raises(Denied):
        set_priority(entry, priority=Priority.URGENT, reason="Fever", actor=lena)


def test_a_physician_who_starts_a_walk_in_holds_a_lane_beside_who_is_booked(act, alice, bob, hall, slot):
    entry, other = hall.stored(hall.walks_in(hall.queue())), hall.patient()
    with act(bob):
        doctor = Practitioner.objects.get(pk=alice.practitioner_id)
        booked = book_appointment(other, slot=slot(8, by=doctor), overbook_reason="Asked for", actor=bob)
    with act(alice):
        start_visit(entry.appointment, actor=alice)
        found = Appointment.objects.get(pk=entry.appointment_id)
        assert (found.practitioner_id, found.lane, found.overbook_reason) == (doctor.id, 1, "walk-in")
        assert Appointment.objects.get(pk=booked.pk).lane == 0
        holding = Reservation.objects.filter(resource_id=doctor.id).order_by("lane")
        assert list(holding.values_list("lane", "is_overbooked")) == [(0, True), (1, True)]


def test_a_no_show_that_is_taken_back_begins_anew(act, bob, hall):
    hall.queue()
    appointment = hall.arrives(9)
    with act(bob):
        QueueEntry.objects.update(unanswered=2)
        mark_no_show(appointment, actor=bob)
        reinstate_appointment(appointment, actor=bob)
        check_in_patient(appointment, actor=bob)
        assert QueueEntry.objects.values_list("unanswered", "number").get() == (0, 1)


def entries(dice: random.Random, now) -> list[QueueEntry]:
    """Rows of every kind, as they are never seen together."""
    return [
        QueueEntry(
            number=number,
            priority=dice.randint(1, 4),
            waits_from=now + timedelta(minutes=dice.randint(-90, 60)),
        )
        for number in range(dice.randint(2, 30))
    ]


def test_the_order_is_by_priority_then_by_who_has_waited_longest():
    print("seed", SEED)
    dice, now = random.Random(SEED), clock.now()
    for _round in range(200):
        rows = sorted(entries(dice, now), key=lambda one: one.order_at(now))
        for before, after in itertools.pairwise(rows):
            counts = [one.waits_from <= now for one in (before, after)]
            assert counts != [False, True]
            if all(counts):
                assert before.priority <= after.priority
            if before.priority == after.priority or not any(counts):
                assert before.waits_from <= after.waits_from


def test_nobody_is_overtaken_by_an_equal_who_came_later_however_time_goes_on():
    print("seed", SEED)
    dice, now = random.Random(SEED), clock.now()
    for _round in range(200):
        one, other = entries(dice, now)[:2]
        other.priority, other.waits_from = one.priority, one.waits_from + timedelta(seconds=1)
        for minutes in range(0, 120, 7):
            later = now + timedelta(minutes=minutes)
            assert one.order_at(later) < other.order_at(later)


def test_the_database_knows_the_same_order(act, bob, hall):
    print("seed", SEED)
    dice, queue, now = random.Random(SEED), hall.queue(), clock.now()
    for _ in range(12):
        hall.walks_in(queue)
    for _round in range(10):
        with act(bob):
            for entry in QueueEntry.objects.all():
                QueueEntry.objects.filter(pk=entry.pk).update(
                    priority=dice.randint(1, 4),
                    priority_reason="x",
                    waits_from=now + timedelta(minutes=dice.randint(-9, 9)),
                )
            rows = list(QueueEntry.objects.all())
            found = list(QueueEntry.objects.in_order(now).values_list("id", flat=True))
            assert found == [one.id for one in sorted(rows, key=lambda one: one.order_at(now))]


REFUSED = (
    ("queueentry_number_once_a_day", {"number": 1}),
    ("queueentry_number_sane", {"number": 0}),
    ("queueentry_number_sane", {"number": 1000}),
    ("queueentry_priority_known", {"priority": 5, "priority_reason": "x"}),
    ("queueentry_ahead_with_reason", {"priority": 2, "priority_reason": ""}),
    ("queueentry_called_into_room", {"called_at": MONDAY}),
)


@pytest.mark.parametrize(("name", "wrong"), REFUSED, ids=[f"{name}-{wrong}" for name, wrong in REFUSED])
def test_the_database_refuses_what_cannot_be(act, bob, hall, name, wrong):
    queue = hall.queue()
    _first, second = hall.walks_in(queue), hall.walks_in(queue)
    with act(bob):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            QueueEntry.objects.filter(pk=second.pk).update(**wrong)
        assert constraint_of(refused.value) == name
        QueueEntry.objects.filter(pk=second.pk).update(number=999, priority=1, priority_reason="x")
