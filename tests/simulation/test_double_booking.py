"""No double booking (A41): many clients, few slots, and every slot is sold exactly once.

Small by default; `OSLER_FULL=1 python3 tools/dev.py test tests/simulation --log-cli-level=INFO` runs
40 clients, 10,000 tries and 100 races, 64 clients and 10,000 tries of joint bookings and of moves, and tells
the times.
"""

import logging
import random
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection

from osler.clinic.scheduling.appointments.booking import (
    book_appointment,
    cancel_appointment,
    reinstate_appointment,
    reschedule_appointment,
)
from osler.clinic.scheduling.errors import ScheduleBusy, SlotTaken
from osler.clinic.scheduling.models import Appointment, Need, Pool, PoolMember, Reservation
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import HealthcareService, Location
from osler.kernel.errors import StaleVersion
from osler.kernel.retries import until_done
from osler.kernel.states import ImpossibleMove
from tests.environment import FULL
from tests.simulation.clients import BusyClinic, Outcome, at_once, race

log = logging.getLogger(__name__)
TRIES = 10_000 if FULL else 1_600
RACES = 100 if FULL else 4
CLIENTS = 40
OTHERS, TURNS = (64, 10_000 // 64 + 1) if FULL else (8, 50)
"""Of joint bookings, and of all that else is done to visits: how many clients, and how often each tries."""

_OVERLAPS = """
SELECT count(*) FROM scheduling_appointment a JOIN scheduling_appointment b
  ON a.id < b.id AND a.practitioner_id = b.practitioner_id AND a.lane = b.lane AND a.period && b.period
WHERE a.status IN ('booked', 'arrived', 'checked-in', 'fulfilled')
  AND b.status IN ('booked', 'arrived', 'checked-in', 'fulfilled')
"""


@pytest.fixture
def clinic(live_clinic) -> BusyClinic:
    return BusyClinic().open(practitioners=4, patients=50)


def booking(clinic: BusyClinic, slot, patient, **more: object) -> Callable[[], object]:
    def work() -> object:
        with acting(clinic.actor):
            return book_appointment(patient, slot=slot, actor=clinic.actor, **more).id

    return lambda: until_done(work)


def booked(clinic: BusyClinic) -> tuple[int, int, int]:
    """Appointments that hold time, reservations, and pairs that overlap in a lane."""

    with acting(clinic.actor), connection.cursor() as cursor:
        cursor.execute(_OVERLAPS)
        (overlaps,) = cursor.fetchone()
        holding = Appointment.objects.filter(status__in=Appointment.HOLDING)
        return holding.count(), Reservation.objects.count(), overlaps


def kinds(outcomes: list[Outcome]) -> Counter:
    return Counter(type(one.error).__name__ if one.error else "booked" for one in outcomes)


def percentile(outcomes: list[Outcome], share: float) -> float:
    seconds = sorted(one.seconds for one in outcomes)
    return seconds[min(len(seconds) - 1, int(len(seconds) * share))]


def test_200_slots_are_sold_200_times(clinic):
    slots = [slot for number in range(4) for slot in clinic.slots(50, practitioner=number)]

    def client(seed: int) -> Callable[[], Counter]:
        dice = random.Random(seed)

        def work() -> Counter:
            answers: Counter = Counter()
            for _ in range(TRIES // CLIENTS):
                try:
                    booking(clinic, dice.choice(slots), dice.choice(clinic.patients))()
                    answers["booked"] += 1
                except SlotTaken as taken:
                    assert len(taken.times) == 3
                    answers["taken"] += 1
                except ScheduleBusy:
                    answers["busy"] += 1
            return answers

        return work

    outcomes = at_once([client(seed) for seed in range(CLIENTS)])
    answers = sum((one.value for one in outcomes), Counter())
    log.info(f"{CLIENTS} clients, {TRIES} tries: {dict(answers)}")

    assert [one.error for one in outcomes if one.error] == []
    assert sum(answers.values()) == TRIES
    assert booked(clinic) == (answers["booked"], answers["booked"], 0)
    if answers["booked"] < len(slots):  # chance left some untried: sell the rest
        at_once([booking(clinic, slot, clinic.patients[0]) for slot in slots[:100]])
        at_once([booking(clinic, slot, clinic.patients[0]) for slot in slots[100:]])
    assert booked(clinic) == (200, 200, 0)


def test_a_device_that_all_need_is_sold_once_a_slot(clinic):
    """Four clinicians, two echo rooms: of each time two visits are had, by whom ever they are."""
    with acting(clinic.actor):
        site = clinic.slots(1)[0].location_id
        places = [Location(name=f"Echo {n}", form="ro", part_of_id=site) for n in range(2)]
        service = HealthcareService(name="Echo", duration_minutes=20, buffer_after_minutes=20)
        pool = Pool(name="Echo rooms")
        for row in (*places, service, pool):
            row.save()
        for row in (
            *(PoolMember(pool=pool, location=one) for one in places),
            Need(service=service, pool=pool),
        ):
            row.save()
    slots = [slot for number in range(4) for slot in clinic.slots(24, practitioner=number)[::2]]

    def client(seed: int) -> Callable[[], Counter]:
        dice = random.Random(seed)

        def work() -> Counter:
            answers: Counter = Counter()
            for slot in (dice.sample(slots, len(slots)) + dice.choices(slots, k=TURNS))[:TURNS]:
                booked = booking(clinic, slot, dice.choice(clinic.patients), service=service)
                try:
                    booked()
                    answers["booked"] += 1
                except (SlotTaken, ScheduleBusy) as refusal:
                    answers[type(refusal).__name__] += 1
            return answers

        return work

    outcomes = at_once([client(seed) for seed in range(OTHERS)])
    answers = sum((one.value for one in outcomes), Counter())
    log.info(f"two devices, {len(slots)} slots of four clinicians, {OTHERS} clients: {dict(answers)}")

    assert [one.error for one in outcomes if one.error] == []
    assert answers["booked"] == 24
    with acting(clinic.actor):
        taken = Counter(Reservation.objects.values_list("resource_id", flat=True))
        assert [taken[one.id] for one in places] == [12, 12]
        assert Reservation.objects.count() == 48


def test_fifty_at_once_on_one_slot_one_wins(clinic):
    slots = clinic.slots(RACES + 1)
    rounds = race([[booking(clinic, slot, patient) for slot in slots] for patient in clinic.patients])

    assert [kinds(outcomes) for outcomes in rounds] == [{"booked": 1, "SlotTaken": 49} for _ in slots]
    assert booked(clinic) == (len(slots), len(slots), 0)
    report(f"50 at once on one slot, 1 of 50 in {len(slots)} races", rounds[1:])


def test_fifty_at_once_on_fifty_slots_all_win(clinic):
    slots = clinic.slots(100)
    rounds = race(
        [
            [
                booking(clinic, slots[number], patient),
                booking(clinic, slots[number + 50], patient),
            ]
            for number, patient in enumerate(clinic.patients)
        ]
    )

    assert [kinds(outcomes) for outcomes in rounds] == [{"booked": 50}] * 2
    assert booked(clinic) == (100, 100, 0)
    report("50 at once on 50 slots of one clinician, 50 of 50", rounds[1:])


def report(words: str, rounds: list[list[Outcome]]) -> None:
    """Say how long it took, leaving out the first round of fresh connections."""
    seconds = [outcome for outcomes in rounds for outcome in outcomes]
    shares = ((0.5, "p50"), (0.99, "p99"), (1, "max"))
    figures = [f"{name} {percentile(seconds, share) * 1000:.0f} ms" for share, name in shares]
    log.info(f"{words}: {', '.join(figures)}")


def test_moving_cancelling_and_undoing_at_once_keep_the_promise(clinic):
    slots = [slot for number in range(2) for slot in clinic.slots(12, practitioner=number)]

    def client(seed: int) -> Callable[[], Counter]:
        dice = random.Random(seed)

        def one_deed() -> str:
            with acting(clinic.actor):
                return a_deed(clinic, dice, slots)

        def work() -> Counter:
            return Counter(until_done(one_deed) for _ in range(TURNS))

        return work

    outcomes = at_once([client(seed) for seed in range(OTHERS)])
    log.info(f"{OTHERS} clients: {dict(sum((one.value for one in outcomes), Counter()))}")

    assert [one.error for one in outcomes if one.error] == []
    holding, reservations, overlaps = booked(clinic)
    assert (holding, overlaps) == (reservations, 0)


def a_deed(clinic: BusyClinic, dice: random.Random, slots) -> str:
    """Book, move, cancel or undo something by chance; its name, or the refusal's."""
    slot, patient = dice.choice(slots), dice.choice(clinic.patients)
    found = list(Appointment.objects.order_by("?")[:1])
    name = dice.choice(["book", "move", "cancel", "undo", "overbook"]) if found else "book"
    actor = clinic.actor
    deeds = {
        "book": lambda: book_appointment(patient, slot=slot, actor=actor),
        "overbook": lambda: book_appointment(patient, slot=slot, overbook_reason="pain", actor=actor),
        "move": lambda: reschedule_appointment(found[0], slot=slot, actor=actor),
        "cancel": lambda: cancel_appointment(found[0], actor=actor),
        "undo": lambda: reinstate_appointment(found[0], actor=actor),
    }
    try:
        deeds[name]()
    except (SlotTaken, StaleVersion, ImpossibleMove, ScheduleBusy) as refusal:
        return type(refusal).__name__
    return name
