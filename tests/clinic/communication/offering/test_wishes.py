"""What suits is found and offered however much else is free before it, and a round asks the same for three as
for thirty."""

import os
import random
from datetime import date, time, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from osler.clinic.communication.offering.rounds import begin_round, offer_wished_for
from osler.clinic.scheduling.calendars.availability import FARTHEST, free_slots
from osler.clinic.scheduling.models import Appointment, Schedule, WaitlistEntry, WaitlistOffer, WeeklyHours
from osler.clinic.scheduling.waiting_list.joining import Wish, join_waiting_list
from osler.clinic.scheduling.waiting_list.matching import hours_of, suits
from osler.clinic.scheduling.waiting_list.offering import decline_offer, make_offer
from osler.clinic.scheduling.waiting_list.wished_times import Calendar
from osler.kernel import clock
from osler.kernel.periods import period
from tests.clinic.scheduling.conftest import MONDAY, at

PARTS = ("morning", "afternoon", "evening")


@pytest.fixture
def evenings(act, bob, osei) -> None:
    """On Thursdays somebody works until seven."""
    with act(bob):
        WeeklyHours.objects.create(
            schedule=Schedule.objects.get(practitioner=osei),
            weekday=3,
            starts=time(17),
            ends=time(19),
            valid_period=(date(2027, 1, 1), None),
        )


@pytest.fixture
def wants(act, bob, patient, visit, osei):
    def join(*, replaces: Appointment | None = None, **wish) -> WaitlistEntry:
        with act(bob):
            return join_waiting_list(
                patient,
                service=visit,
                wish=Wish(practitioner=osei, **wish),
                replaces=replaces,
                actor=bob,
            )

    return join


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({"parts": ["evening"]}, at(17, day=3)),
        ({"parts": ["evening", "morning"], "not_before": date(2027, 3, 4)}, at(9, day=3)),
        ({"parts": ["morning"], "weekdays": [4]}, at(9, day=4)),
        ({"not_before": date(2027, 4, 5)}, at(9, day=35)),
        ({"not_before": date(2027, 3, 3), "not_after": date(2027, 3, 3)}, at(9, day=2)),
        ({"notice_minutes": 13 * 1440}, at(9, day=14)),
    ],
)
def test_what_suits_is_offered_behind_any_number_of_other_free_times(
    act, house, evenings, wants, wish, expected
):
    wants(**wish)

    with act(house):
        [offer] = offer_wished_for()
        assert offer.starts_at == expected


def test_a_time_before_the_own_visit_is_found_and_one_after_it_is_none(act, house, evenings, wants, booked):
    wants(replaces=booked(9, day=4), parts=["evening"])
    with act(house):
        [offer] = offer_wished_for()
        assert offer.starts_at == at(17, day=3)


def test_no_time_after_the_own_visit_is_offered(act, house, evenings, wants, booked):
    wants(replaces=booked(9, day=3), parts=["evening"])
    with act(house):
        assert offer_wished_for() == []


def test_times_in_which_somebody_is_elsewhere_do_not_stand_in_the_way(act, house, wants, booked, ruiz):
    for hour, minutes, day in ((9, 180, 0), (13, 240, 0), (9, 180, 1)):  # thirty times
        booked(hour, day=day, minutes=minutes, by=ruiz)
    wants()
    with act(house):
        [offer] = offer_wished_for()
        assert offer.starts_at == at(13, day=1)


def test_times_that_were_declined_do_not_stand_in_the_way(act, bob, house, osei, visit, wants):
    entry = wants()
    with act(bob):
        *declined, next_one = free_slots([osei], start=at(10), end=at(18, day=4), service=visit, limit=31)
        for slot in declined:
            decline_offer(make_offer(entry, slot, until=at(18)), actor=bob)
    with act(house):
        [offer] = offer_wished_for()
        assert (entry.offers.count(), offer.starts_at) == (31, next_one.start)


def test_the_first_time_that_is_found_is_the_first_of_all_that_suit(act, house, osei, ruiz, evenings, visit):
    seed = int(os.environ.get("OSLER_SEED", "1867"))
    print(f"seed {seed}")
    chance = random.Random(seed)
    with act(house):
        now, calendar = clock.now(), Calendar()
        free = free_slots(start=now, end=now + FARTHEST, service=visit, limit=100_000)
        for _round in range(400 if os.environ.get("OSLER_FULL") else 40):
            had = now + timedelta(days=chance.randrange(1, 60)) if chance.random() < 0.3 else None
            first = MONDAY.date() + timedelta(days=chance.randrange(60))
            entry = WaitlistEntry(
                appointment=Appointment(status="waitlist", service=visit),
                replaces=Appointment(service=visit, period=period(had, had + timedelta(hours=1)))
                if had
                else None,
                practitioner=chance.choice([None, osei, ruiz]),
                weekdays=chance.sample(range(7), chance.randrange(4)),
                parts=chance.sample(PARTS, chance.randrange(4)),
                not_before=chance.choice([None, first]),
                not_after=chance.choice([None, first + timedelta(days=chance.randrange(9))]),
                notice_minutes=chance.choice([0, 120, 5 * 1440]),
            )
            found = next(calendar.wished(entry, now=now), None)
            wanted = [slot for slot in free if suits(entry, slot, now=now)]
            assert (found and found.start) == (wanted[0].start if wanted else None)


@pytest.mark.parametrize(
    ("parts", "hours"),
    [
        ([], ["- -"]),
        (PARTS, ["- -"]),
        (["morning"], ["- 12"]),
        (["afternoon", "morning"], ["- 17"]),
        (["evening", "afternoon"], ["12 -"]),
        (["morning", "evening"], ["- 12", "17 -"]),
    ],
)
def test_parts_that_adjoin_are_one_stretch_of_the_day(parts, hours):
    found = [" ".join(f"{one.hour}" if one else "-" for one in stretch) for stretch in hours_of(parts)]
    assert found == hours


def test_a_round_asks_no_more_for_thirty_than_for_three(act, house, waits):
    counts = []
    for number in range(30):
        waits(f"P{number:02}")
        if number in (2, 29):
            with act(house), transaction.atomic(), CaptureQueriesContext(connection) as asked:
                assert [offer.patient.given for offer in offer_wished_for()] == ["P00"]
                transaction.set_rollback(True)
            counts.append(len(asked))
    assert counts[0] == counts[1]


def test_at_night_nothing_is_looked_for(act, house, waits):
    waits("Dana")
    with time_machine.travel(MONDAY + timedelta(hours=14), tick=False), act(house):
        with CaptureQueriesContext(connection) as asked:
            assert begin_round().spans == []
        assert [one["sql"] for one in asked if "waitlist" in one["sql"] or "free_slots" in one["sql"]] == []
        assert WaitlistOffer.objects.count() == 0
