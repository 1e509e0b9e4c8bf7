"""What a change gives back of a clinician's time: no minute that is still held, and each once."""

from collections.abc import Callable

import pytest

from osler.clinic.scheduling.appointments.booking import (
    book_appointment,
    cancel_appointment,
    reinstate_appointment,
    reschedule_appointment,
)
from osler.clinic.scheduling.appointments.checkin import mark_no_show
from osler.clinic.scheduling.appointments.undoing import take_back_move
from osler.clinic.scheduling.models import Appointment, FreedTime
from osler.clinic.scheduling.waiting_list.freeing import without
from osler.foundation.jobs.models import OutboxEvent
from osler.foundation.jobs.outbox import deliver_events
from tests.clinic.scheduling.appointments.test_booking import stored
from tests.clinic.scheduling.conftest import NEW_YORK, at

Freed = list[tuple[str, str, str, str]]


@pytest.fixture
def deliver(organization) -> Callable[[], None]:
    return lambda: deliver_events(str(organization.id))


@pytest.fixture
def freed(act, bob, deliver) -> Callable[[], Freed]:
    """What was freed: whose, from when until when, and why; the calendar has told each once."""

    def rows() -> Freed:
        deliver()
        with act(bob):
            found = FreedTime.objects.filter(filled_at=None).select_related("practitioner")
            told = OutboxEvent.objects.filter(name="TimeFreed").values_list("payload__start", flat=True)
            assert sorted(told) == sorted(row.starts_at.isoformat() for row in FreedTime.objects.all())
            return sorted(
                (row.practitioner.family, clock_of(row.starts_at), clock_of(row.ends_at), row.why)
                for row in found
            )

    return rows


def clock_of(instant) -> str:
    wall = instant.astimezone(NEW_YORK)
    return f"{wall.hour}:{wall:%M}"


@pytest.fixture
def mine(act, bob, patient, slot, deliver) -> Appointment:
    """An hour from nine on."""
    with act(bob):
        made = book_appointment(patient, slot=slot(9, minutes=60), actor=bob)
    deliver()
    return made


@pytest.fixture
def change(act, bob, mine, slot, ruiz, room):
    """One change of the visit after the other; between them nobody has heard of any."""

    def move(hour: int, minute: int = 0, **rest):
        return lambda: reschedule_appointment(stored(mine), slot=slot(hour, minute, **rest), actor=bob)

    def note():
        row = stored(mine)
        row.reason = "Knee"
        row.save()

    deeds = {
        "cancel": lambda: cancel_appointment(stored(mine), actor=bob),
        "miss": lambda: mark_no_show(stored(mine), actor=bob),
        "again": lambda: reinstate_appointment(stored(mine), actor=bob),
        "undo": lambda: take_back_move(stored(mine), actor=bob),
        "note": note,
        "ten": move(10, minutes=60),
        "eleven": move(11, minutes=60),
        "room": move(9, minutes=60, room=room),
        "ruiz": move(9, minutes=60, by=ruiz),
        "later": move(9, 20, minutes=60),
        "shorter": move(9, 20, minutes=20),
        "longer": move(9, minutes=120),
    }

    def do(*names: str) -> None:
        for name in names:
            with act(bob):
                deeds[name]()

    return do


@pytest.mark.parametrize(
    ("deeds", "expected"),
    [
        (["ten"], ["9:00 10:00 moved"]),
        (["ruiz"], ["9:00 10:00 moved"]),
        (["room"], []),
        (["longer"], []),
        (["later"], ["9:00 9:20 moved"]),
        (["shorter"], ["9:00 9:20 moved", "9:40 10:00 moved"]),
        (["ten", "eleven"], ["9:00 10:00 moved", "10:00 11:00 moved"]),
        (["later", "eleven"], ["9:00 9:20 moved", "9:20 10:20 moved"]),
        (["ten", "undo"], ["10:00 11:00 moved"]),
        (["ten", "cancel"], ["9:00 10:00 moved", "10:00 11:00 cancelled"]),
        (["room", "cancel"], ["9:00 10:00 cancelled"]),
        (["cancel", "note"], ["9:00 10:00 cancelled"]),
        (["cancel", "again"], []),
        (["miss", "note"], ["9:00 10:00 missed"]),
        (["ten", "note", "room"], ["10:00 11:00 moved"]),
    ],
)
def test_changes_give_back_what_nobody_holds_whenever_the_news_is_heard(change, freed, deeds, expected):
    change(*deeds)

    assert [" ".join(row[1:]) for row in freed()] == sorted(expected)
    assert {row[0] for row in freed()} <= {"Osei"}


def test_a_later_change_of_the_room_alone_gives_nothing_back_again(change, freed, act, bob, mine, room, slot):
    change("ten")
    assert len(freed()) == 1
    with act(bob):
        reschedule_appointment(stored(mine), slot=slot(10, minutes=60, room=room), actor=bob)

    assert freed() == [("Osei", "9:00", "10:00", "moved")]


def test_a_time_is_free_when_the_last_who_was_booked_in_it_has_left(
    act, bob, change, freed, other_patient, slot
):
    with act(bob):
        beside = book_appointment(other_patient, slot=slot(9, minutes=60), overbook_reason="Pain", actor=bob)
    change("cancel")
    assert freed() == []
    with act(bob):
        cancel_appointment(stored(beside), actor=bob)
    assert freed() == [("Osei", "9:00", "10:00", "cancelled")]


def test_who_was_booked_beside_frees_nothing_while_the_first_is_there(
    act, bob, mine, freed, other_patient, slot
):
    with act(bob):
        beside = book_appointment(other_patient, slot=slot(9, minutes=60), overbook_reason="Pain", actor=bob)
        cancel_appointment(stored(beside), actor=bob)
    assert freed() == []


def test_a_time_that_was_booked_again_before_anybody_heard_was_freed_and_filled(
    act, bob, change, freed, other_patient, slot
):
    change("cancel")
    with act(bob):
        book_appointment(other_patient, slot=slot(9, minutes=60), actor=bob)

    assert freed() == []
    with act(bob):
        assert list(FreedTime.objects.values_list("why", "is_void")) == [("cancelled", False)]


@pytest.mark.parametrize(("deed", "why"), [("ten", "moved"), ("cancel", "cancelled"), ("miss", "missed")])
def test_news_that_was_written_before_versions_were_said_is_of_the_present_one(
    act, bob, change, freed, deed, why
):
    change(deed)
    with act(bob):
        for event in OutboxEvent.objects.filter(delivered_at=None):
            event.payload.pop("version")
            event.save()

    assert freed() == [("Osei", "9:00", "10:00", why)]


@pytest.mark.parametrize(
    ("others", "left"),
    [
        ([], [(2, 8)]),
        ([(0, 2), (8, 9)], [(2, 8)]),
        ([(0, 9)], []),
        ([(0, 4), (3, 5)], [(5, 8)]),
        ([(6, 9), (3, 4)], [(2, 3), (4, 6)]),
        ([(2, 3), (7, 8)], [(3, 7)]),
    ],
)
def test_of_a_stretch_is_left_what_is_in_no_other(others, left):
    def hours(pairs):
        return [(at(first), at(last)) for first, last in pairs]

    assert without((at(2), at(8)), hours(others)) == hours(left)
