"""When reminders are due: a table of cases, and any visit, zone, ladder and quiet hours by chance."""

import random
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from osler.clinic.communication.reminding.timing import (
    MARGIN,
    Quiet,
    Step,
    due_at,
    is_quiet,
    quiet_ends,
    steps_due,
)
from tests.environment import FULL, SEED

NIGHT = Quiet(time(21), time(8))
NONE = Quiet(time(0), time(0))
NEW_YORK, TICK = "America/New_York", timedelta(minutes=5)
ZONES = (
    NEW_YORK,
    "America/St_Johns",
    "Europe/Madrid",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "America/Santiago",
    "UTC",
)
LEADS = [timedelta(minutes=m) for m in (30, 45, 60, 180, 300, 720, 1440, 2880, 4320, 10_080, 20_160)]
CASES = 2_000 if FULL else 150


def wall(text: str, zone: str = NEW_YORK, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def days(count: int) -> Step:
    return Step(timedelta(days=count), "email")


def hours(count: float) -> Step:
    return Step(timedelta(hours=count), "email")


@pytest.mark.parametrize(
    ("start", "step", "quiet", "due"),
    [
        ("2027-03-10 14:00", days(7), NIGHT, "2027-03-03 14:00"),
        ("2027-03-10 14:00", hours(3), NIGHT, "2027-03-10 11:00"),
        ("2027-03-10 08:00", hours(3), NIGHT, "2027-03-09 20:45"),
        ("2027-03-10 08:20", days(2), NIGHT, "2027-03-08 08:20"),
        ("2027-03-10 07:30", days(2), NIGHT, "2027-03-07 20:45"),
        ("2027-03-10 00:30", hours(1), NIGHT, "2027-03-09 20:45"),
        ("2027-03-10 20:50", days(1), NIGHT, "2027-03-09 20:45"),
        ("2027-03-10 08:00", hours(3), NONE, "2027-03-10 05:00"),
        ("2027-03-10 15:00", hours(1), Quiet(time(13), time(16)), "2027-03-10 12:45"),
        # Clocks go forward on 14 March: a day is counted on the wall, hours in elapsed time.
        ("2027-03-14 14:00", days(1), NIGHT, "2027-03-13 14:00"),
        ("2027-03-14 10:00", hours(12), NONE, "2027-03-13 21:00"),
        # That reading does not exist the day before: the offset before the gap is taken.
        ("2027-03-15 02:30", days(1), NONE, "2027-03-14 03:30"),
        # Clocks go back on 7 November.
        ("2027-11-07 14:00", days(1), NIGHT, "2027-11-06 14:00"),
        ("2027-11-07 10:00", hours(12), NONE, "2027-11-06 23:00"),
    ],
)
def test_when_a_step_goes_out(start, step, quiet, due) -> None:
    assert due_at(wall(start), step, zone=NEW_YORK, quiet=quiet) == wall(due)


LADDER = [days(7), hours(48), hours(3)]


@pytest.mark.parametrize(
    ("now", "gone", "due"),
    [
        ("2027-03-03 13:59", [], []),
        ("2027-03-03 14:00", [], [days(7)]),
        ("2027-03-06 14:00", [], [days(7)]),
        ("2027-03-07 02:00", [], []),  # half of the week is over, and it is night
        ("2027-03-07 09:00", [], []),
        ("2027-03-08 13:59", [], []),
        ("2027-03-08 14:00", [], [hours(48)]),
        ("2027-03-09 13:59", [], [hours(48)]),
        ("2027-03-09 14:00", [], []),
        ("2027-03-10 11:00", [], [hours(3)]),
        ("2027-03-10 12:29", [], [hours(3)]),
        ("2027-03-10 12:30", [], []),
        ("2027-03-10 14:00", [], []),
        # A clock was put back after the nearer one had gone.
        ("2027-03-09 10:00", [hours(3)], []),
        ("2027-03-09 10:00", [days(7)], [hours(48)]),
    ],
)
def test_which_steps_are_due(now, gone, due) -> None:
    leads = [step.lead for step in gone]
    found = steps_due(wall("2027-03-10 14:00"), LADDER, now=wall(now), zone=NEW_YORK, quiet=NIGHT, gone=leads)

    assert found == due


def test_two_channels_of_the_same_lead_go_together() -> None:
    both = [Step(timedelta(hours=48), "email"), Step(timedelta(hours=48), "sms")]

    assert (
        steps_due(wall("2027-03-10 14:00"), both, now=wall("2027-03-08 14:00"), zone=NEW_YORK, quiet=NIGHT)
        == both
    )


def test_quiet_hours_have_ends() -> None:
    assert is_quiet(wall("2027-03-09 21:00"), zone=NEW_YORK, quiet=NIGHT)
    assert not is_quiet(wall("2027-03-09 20:59"), zone=NEW_YORK, quiet=NIGHT)
    assert not is_quiet(wall("2027-03-09 08:00"), zone=NEW_YORK, quiet=NIGHT)
    assert quiet_ends(wall("2027-03-09 22:00"), zone=NEW_YORK, quiet=NIGHT) == wall("2027-03-10 08:00")
    assert quiet_ends(wall("2027-03-09 03:00"), zone=NEW_YORK, quiet=NIGHT) == wall("2027-03-09 08:00")


def by_chance(chance: random.Random) -> tuple[datetime, str, Quiet, list[Step]]:
    """A visit near a change of clocks as often as not."""
    zone = chance.choice(ZONES)
    day = chance.choice(
        (datetime(2027, 3, 28), datetime(2027, 3, 14), datetime(2027, 11, 7), datetime(2027, 4, 4))
    )
    at = day + timedelta(days=chance.randint(-4, 4), minutes=5 * chance.randrange(288))
    start = at.replace(tzinfo=ZoneInfo(zone), fold=chance.randint(0, 1)).astimezone(UTC)
    since = time(chance.randrange(18, 24), chance.choice((0, 30)))
    quiet = chance.choice((NONE, Quiet(since, time(chance.randrange(5, 10))), Quiet(time(13), time(15))))
    steps = [Step(lead, "email") for lead in chance.sample(LEADS, chance.randint(1, 4))]
    return start, zone, quiet, steps


def test_any_visit_gets_each_reminder_once_and_none_at_night_or_late() -> None:
    """A clock that ticks every five minutes and is put back an hour; visits that are booked at any time."""
    seed = SEED or random.SystemRandom().randrange(1, 2**31)
    print(f"OSLER_SEED={seed}")
    chance = random.Random(seed)
    for _case in range(CASES):
        start, zone, quiet, steps = by_chance(chance)
        booked = start - chance.choice((timedelta(days=16), timedelta(hours=chance.randint(1, 200))))
        sent: dict[timedelta, datetime] = {}
        now, is_back = booked, False
        while now < start + TICK:
            for step in steps_due(start, steps, now=now, zone=zone, quiet=quiet, gone=list(sent)):
                if step.lead in sent:
                    continue
                assert now < start
                assert not is_quiet(now, zone=zone, quiet=quiet)
                assert start - now > step.lead / 2
                assert all(step.lead < lead for lead in sent)
                sent[step.lead] = now
            if not is_back and chance.random() < 0.001:
                now, is_back = now - timedelta(hours=1), True
            now += TICK
        missed(start, steps, booked=booked, sent=sent, zone=zone, quiet=quiet)


def missed(start, steps, *, booked, sent, zone, quiet) -> None:
    """Every step whose time came after the booking has gone, at that time, unless a nearer one had it too."""
    dues = {step.lead: due_at(start, step, zone=zone, quiet=quiet) for step in steps}
    for lead, due in dues.items():
        assert due < start or lead == timedelta(0)
        nearer = any(other < lead and at - due < timedelta(hours=2) for other, at in dues.items())
        is_useful = start - due - MARGIN > lead / 2 and not is_quiet(due, zone=zone, quiet=quiet)
        if due >= booked and not nearer and is_useful:
            assert lead in sent, (start, zone, quiet, lead, due, booked)
            assert sent[lead] - due < TICK, (start, zone, quiet, lead, due, sent[lead])
