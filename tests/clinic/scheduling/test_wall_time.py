"""An appointment keeps its wall time: every zone, every change of clocks from 2025 to 2037 (A53).

A run takes 150 zones of about 600; OSLER_FULL=1 takes all, and OSLER_SEED the same again.
"""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osler.clinic.scheduling.calendars.renewal import renew_periods
from osler.clinic.scheduling.errors import TimeDoubled, TimeSkipped
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.wall_time import (
    instant_of,
    readings,
    renewed_start,
    set_period,
)
from osler.foundation.jobs.models import OutboxEvent
from osler.kernel.periods import period
from tests.clinic.scheduling.conftest import at
from tests.environment import FULL, RUN

NEW_YORK = "America/New_York"
ZONES = sorted(available_timezones() - {"localtime", "Factory"})
SOME = ZONES if FULL else random.Random(RUN).sample(ZONES, 150)


def test_a_usual_time_has_one_instant():
    assert instant_of(date(2027, 3, 1), time(9), zone=NEW_YORK) == at(9)


def test_a_time_in_the_gap_is_refused():
    with pytest.raises(TimeSkipped):
        instant_of(date(2027, 3, 14), time(2, 30), zone=NEW_YORK)


def test_a_time_in_the_fold_is_asked():
    day, half_past_one = date(2027, 11, 7), time(1, 30)
    with pytest.raises(TimeDoubled):
        instant_of(day, half_past_one, zone=NEW_YORK)

    first, second = (instant_of(day, half_past_one, zone=NEW_YORK, fold=fold) for fold in (0, 1))
    assert (first, second) == (
        datetime(2027, 11, 7, 5, 30, tzinfo=UTC),
        datetime(2027, 11, 7, 6, 30, tzinfo=UTC),
    )


@cache
def changes(zone: str) -> tuple[datetime, ...]:
    """The instants at which clocks of a zone change, 2025 to 2037, to the minute."""
    return tuple(_changes(ZoneInfo(zone)))


def _changes(place: ZoneInfo) -> Iterator[datetime]:
    moment, last = datetime(2025, 1, 1, tzinfo=UTC), datetime(2038, 1, 1, tzinfo=UTC)
    while moment < last:
        following = moment + timedelta(days=7)
        if moment.astimezone(place).utcoffset() != following.astimezone(place).utcoffset():
            yield _bisect(place, moment, following)
        moment = following


def _bisect(place: ZoneInfo, low: datetime, high: datetime) -> datetime:
    before = low.astimezone(place).utcoffset()
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) // 2
        if middle.astimezone(place).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(second=0, microsecond=0)


def test_round_every_change_no_time_is_shifted():
    print(f"OSLER_SEED={RUN}")
    looked_at = 0
    for zone in SOME:
        place = ZoneInfo(zone)
        for change in changes(zone):
            for minutes in range(-180, 181, 15):
                instant = change + timedelta(minutes=minutes)
                local = instant.astimezone(place)
                found = readings(local.date(), local.time().replace(fold=0), zone=zone)

                assert instant in found and len(found) <= 2, (zone, instant)
                assert found[local.fold if len(found) == 2 else 0] == instant
                assert all(
                    moment.astimezone(place).replace(fold=0) == local.replace(fold=0) for moment in found
                )
                looked_at += 1
    assert looked_at > 80 * len(SOME)


def test_what_no_clock_shows_is_refused_round_every_change():
    print(f"OSLER_SEED={RUN}")
    skipped = 0
    for zone in SOME:
        place = ZoneInfo(zone)
        for change in changes(zone):
            before = (change - timedelta(minutes=1)).astimezone(place)
            after = change.astimezone(place)
            width = after.replace(tzinfo=UTC) - before.replace(tzinfo=UTC) - timedelta(minutes=1)
            if width <= timedelta(0):
                continue
            wall = after.replace(tzinfo=UTC) - width / 2
            assert readings(wall.date(), wall.time(), zone=zone) == [], (zone, wall)
            skipped += 1
    assert skipped > len(SOME)


@given(
    zone=st.sampled_from(ZONES),
    start=st.datetimes(datetime(2025, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC)),
)
def test_an_appointment_means_the_same_instant_again(zone, start):
    start = start.replace(second=0, microsecond=0)
    appointment = Appointment()
    set_period(appointment, start, end=start + timedelta(minutes=20), zone=zone)

    assert renewed_start(appointment) == start
    assert appointment.local_start.replace(tzinfo=None) == start.astimezone(ZoneInfo(zone)).replace(
        tzinfo=None, fold=0
    )


@pytest.mark.django_db
def test_new_rules_keep_the_promised_wall_time(act, bob, osei, site, patient):
    """As if New York gave up summer time: instants stored by the old rules move, readings stay."""
    promised = [datetime(2027, 6, 1, 9, minute, tzinfo=UTC) for minute in (0, 20, 40)]
    with act(bob):
        for local in promised:
            wrong = local + timedelta(hours=5)
            Appointment.objects.create(
                patient=patient,
                practitioner=osei,
                location=site,
                local_start=local,
                zone=NEW_YORK,
                period=period(wrong, wrong + timedelta(minutes=20)),
            )
        renewal = renew_periods(after=at(8))

        assert (len(renewal.moved), renewal.clashing) == (3, [])
        assert [
            row.wall_start.replace(tzinfo=UTC) for row in Appointment.objects.order_by("period_start")
        ] == promised
        assert renew_periods(after=at(8)).moved == []
        assert not OutboxEvent.objects.exists()  # the clock says what was promised: nobody is told


@pytest.mark.django_db
def test_a_reading_that_new_rules_skip_is_told(act, bob, osei, site, patient):
    local = datetime(2027, 3, 14, 2, 30, tzinfo=UTC)
    with act(bob):
        start = local + timedelta(hours=4)
        Appointment.objects.create(
            patient=patient,
            practitioner=osei,
            location=site,
            local_start=local,
            zone=NEW_YORK,
            period=period(start, start + timedelta(minutes=20)),
        )
        renewal = renew_periods(after=at(8))

        assert len(renewal.moved) == 1
        assert [event.name for event in OutboxEvent.objects.all()] == ["AppointmentMoved"]


@pytest.mark.django_db
def test_new_rules_never_book_twice(act, bob, osei, site, patient, other_patient):
    local = datetime(2027, 6, 1, 9, tzinfo=UTC)
    with act(bob):
        for who, shift in ((patient, 4), (other_patient, 5)):
            start = local + timedelta(hours=shift)
            Appointment.objects.create(
                patient=who,
                practitioner=osei,
                location=site,
                local_start=local,
                zone=NEW_YORK,
                period=period(start, start + timedelta(minutes=20)),
            )
        renewal = renew_periods(after=at(8))

        assert [row.patient for row in renewal.clashing] == [other_patient]
        assert Appointment.objects.get(patient=other_patient).period.lower == local + timedelta(hours=5)
