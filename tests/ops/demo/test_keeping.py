"""The demo clinic goes on: after a night, a weekend and two months its day is as alive as the first."""

from collections import Counter
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from osler.clinic.billing.models import ChargeItem
from osler.clinic.records.models import ClinicalNote, Encounter
from osler.clinic.records.results.worklists import stage_counts
from osler.clinic.scheduling.calendars.availability import next_free_slots
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.queries import WITH_CLINICIAN, day_sheet
from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel import clock
from osler.ops.demo import keeping
from osler.ops.demo.finding import find_house
from osler.ops.demo.keeping import bring_today_up, keep_up
from tests.demo import demo_clinic

ALL = {"booked", "arrived", "checked-in", WITH_CLINICIAN, "fulfilled", "noshow", "cancelled"}


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """The demo clinic of the run, made before the Thursday from which the days are counted."""
    with django_db_blocker.unblock(), demo_clinic("kept") as (_, house):
        yield house


def thursday(house):
    """Half past ten on the next Thursday, at the clinic."""
    now = datetime.now(ZoneInfo(house.zone))
    day = now.date() + timedelta(days=(3 - now.weekday()) % 7 or 7)
    return datetime.combine(day, time(10, 30), tzinfo=ZoneInfo(house.zone))


def states(house, moment):
    """The stages of each site's board, as it is on a day."""
    day = moment.date()
    return [
        Counter(row.stage for row in day_sheet(house.actors["reception"], day=day, site=site))
        for site in house.sites
    ]


def open_before(moment):
    start = moment.replace(hour=0, minute=0)
    return Appointment.objects.filter(
        status__in=("booked", "arrived", "checked-in"), period_start__lt=start
    ).count()


def look(house, days, hour):
    """Somebody starts the demo so many days after that Thursday; returns when, and the way there."""
    then = (thursday(house) + timedelta(days=days)).replace(hour=hour)
    return then, time_machine.travel(then, tick=False)


@pytest.mark.parametrize(("days", "hour"), [(1, 10), (2, 10), (4, 3), (5, 20), (12, 11)])
def test_whenever_one_looks_the_day_is_in_full_swing(made, django_db_blocker, tmp_path, days, hour):
    then, travel = look(made, days, hour)
    with django_db_blocker.unblock(), travel:
        bring_today_up(now=clock.now())
        house = find_house()
        assert house is not None
        with acting(SystemActor(house.organization.id)):
            assert [ALL - set(stages) for stages in states(house, then)] == [set(), set(), set()]
            assert min(sum(stages.values()) for stages in states(house, then)) >= 20

        keep_up(tmp_path, now=clock.now())
        with acting(SystemActor(house.organization.id)):
            assert open_before(then) == 0
            past = Encounter.objects.filter(started_at__lt=then.replace(hour=0, minute=0))
            assert not past.exclude(status__in=("finished", "cancelled", "entered-in-error")).exists()
            assert not ClinicalNote.objects.filter(encounter__in=past, status="preliminary").exists()
            ahead = Appointment.objects.filter(status="booked", period_start__gt=then + timedelta(days=50))
            assert ahead.filter(period_start__lt=then + timedelta(days=61)).count() >= 12
            waiting = stage_counts(actor=house.actors["lab"])
            assert min(waiting.values()) > 0
            assert waiting["to-collect"] >= 12
            assert next_free_slots(limit=1)
            assert ChargeItem.objects.filter(status="billable").exists()


def test_after_months_the_first_look_finds_a_whole_day(made, django_db_blocker):
    then, travel = look(made, 100, 10)
    with django_db_blocker.unblock(), travel:
        moved = bring_today_up(now=clock.now())
        house = find_house()
        with acting(SystemActor(house.organization.id)):
            assert [ALL - set(stages) for stages in states(house, then)] == [set(), set(), set()]

    assert moved > 100


def test_as_the_day_goes_on_its_visits_do(made, django_db_blocker):
    _, morning = look(made, 14, 9)
    then, afternoon = look(made, 14, 14)
    with django_db_blocker.unblock():
        with morning:
            bring_today_up(now=clock.now())
        with afternoon:
            bring_today_up(now=clock.now())
            house = find_house()
            with acting(SystemActor(house.organization.id)):
                late = Appointment.objects.filter(
                    period_start__gt=then.replace(hour=0), period_start__lt=then - timedelta(minutes=50)
                )
                assert not late.filter(status__in=("booked", "arrived", "checked-in")).exists()
                assert late.filter(status="fulfilled").count() > 40


def test_what_somebody_has_just_touched_is_left_alone(made, django_db_blocker, tmp_path, monkeypatch):
    _, travel = look(made, 15, 10)
    with django_db_blocker.unblock(), travel:
        keep_up(tmp_path, now=clock.now())
        house = find_house()
        monkeypatch.setattr(keeping, "IN_USE", timedelta(days=9999))
        seen = []
        for _ in range(2):
            with acting(SystemActor(house.organization.id)):
                seen.append(list(Appointment.objects.order_by("id").values_list("id", "status", "version")))
            assert keep_up(tmp_path, now=clock.now()) == []

    assert seen[0] == seen[1]


def test_where_there_is_no_demo_clinic_nothing_is_done(db, tmp_path):
    assert bring_today_up(now=clock.now()) == 0
    assert keep_up(tmp_path, now=clock.now()) == []
    assert list(tmp_path.iterdir()) == []
