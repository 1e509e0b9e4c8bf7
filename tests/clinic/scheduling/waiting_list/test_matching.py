"""Whom a free time suits and who comes first: a table of wishes, and the order as a property."""

import itertools
import os
import random
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from osler.clinic.scheduling.calendars.availability import Slot
from osler.clinic.scheduling.models import Appointment, WaitlistEntry
from osler.clinic.scheduling.waiting_list.matching import Match, fit_of, ranked, reasons_of, suits
from osler.kernel.keys import uuid7
from osler.kernel.periods import period

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
OSEI, RUIZ, MAIN, NORTH = (UUID(int=number) for number in range(1, 5))


def slot_in(hours: float, *, by: UUID = OSEI, at: UUID = MAIN) -> Slot:
    start = NOW + timedelta(hours=hours)
    return Slot(by, at, start, start + timedelta(minutes=20), "America/New_York")


def entry(**wishes: object) -> WaitlistEntry:
    had = wishes.pop("had", None)
    replaces = Appointment(status="booked", period=period(had, had + timedelta(minutes=20))) if had else None
    fields = {"joined_at": NOW, "notice_minutes": 120, **wishes}
    return WaitlistEntry(appointment=Appointment(status="waitlist"), replaces=replaces, **fields)


# Twelve o'clock in London is seven in the morning in New York, on a Monday.
@pytest.mark.parametrize(
    ("wishes", "hours", "is_wanted"),
    [
        ({}, 2, True),
        ({}, 1.99, False),
        ({"notice_minutes": 60}, 1, True),
        ({"practitioner_id": OSEI}, 2, True),
        ({"practitioner_id": RUIZ}, 2, False),
        ({"location_id": MAIN}, 2, True),
        ({"location_id": NORTH}, 2, False),
        ({"weekdays": [0]}, 2, True),
        ({"weekdays": [1, 2]}, 2, False),
        ({"parts": ["morning"]}, 4.9, True),
        ({"parts": ["morning"]}, 5, False),
        ({"parts": ["afternoon"]}, 5, True),
        ({"parts": ["evening"]}, 10, True),
        ({"not_before": date(2027, 3, 1)}, 2, True),
        ({"not_before": date(2027, 3, 2)}, 16.9, False),
        ({"not_before": date(2027, 3, 2)}, 17, True),
        ({"not_after": date(2027, 3, 1)}, 16.9, True),
        ({"not_after": date(2027, 3, 1)}, 17, False),
        ({"had": NOW + timedelta(hours=48)}, 47, True),
        ({"had": NOW + timedelta(hours=48)}, 48, False),
    ],
)
def test_a_time_suits_whoever_wants_it_soon_enough(wishes, hours, is_wanted):
    assert suits(entry(**wishes), slot_in(hours), now=NOW) is is_wanted


def test_fit_counts_the_wishes_that_are_met_and_that_nothing_is_left_over():
    slot = slot_in(2)

    assert fit_of(entry(), slot, until=slot.end + timedelta(minutes=20)) == ()
    assert fit_of(entry(), slot, until=slot.end) == ("whole",)
    asked = entry(practitioner_id=OSEI, weekdays=[0])
    assert fit_of(asked, slot, until=slot.end) == ("clinician", "day", "whole")


def test_the_first_is_told_why():
    slot = slot_in(2)
    urgent, asked, old, new = (
        Match(entry(**wishes), slot, fit)
        for wishes, fit in (
            ({"priority": 2, "joined_at": NOW}, ()),
            ({"joined_at": NOW}, ("clinician",)),
            ({"joined_at": NOW - timedelta(days=2)}, ()),
            ({"joined_at": NOW - timedelta(days=1)}, ()),
        )
    )

    assert ranked([new, old, asked, urgent]) == [urgent, asked, old, new]
    assert reasons_of(urgent, [new, old, asked, urgent]) == ["urgent"]
    assert reasons_of(asked, [new, old, asked]) == ["clinician"]
    assert reasons_of(old, [new, old]) == ["longest"]
    assert reasons_of(new, [new]) == []


def test_nobody_comes_before_one_who_is_more_urgent_fits_better_or_has_waited_longer():
    seed = int(os.environ.get("OSLER_SEED", "1867"))
    print(f"seed {seed}")
    chance = random.Random(seed)
    slot = slot_in(2)
    for _round in range(2_000 if os.environ.get("OSLER_FULL") else 200):
        matches = [
            Match(
                entry(
                    id=uuid7(),
                    priority=chance.randrange(3),
                    joined_at=NOW - timedelta(days=chance.randrange(4)),
                ),
                slot,
                tuple("abc"[: chance.randrange(4)]),
            )
            for _one in range(chance.randrange(2, 9))
        ]
        order = ranked(matches)
        assert ranked(chance.sample(matches, len(matches))) == order
        for first, second in itertools.pairwise(order):
            a, b = first.entry, second.entry
            assert a.priority >= b.priority
            if a.priority == b.priority:
                assert len(first.fit) >= len(second.fit)
                if len(first.fit) == len(second.fit):
                    assert a.joined_at <= b.joined_at
