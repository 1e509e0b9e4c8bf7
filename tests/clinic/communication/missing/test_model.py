"""The clinic learns from its own past: enough of it, without looking at who somebody is, and says why."""

import os
import random
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from osler.clinic.communication.errors import TooFewVisits
from osler.clinic.communication.missing.model import has_more_to_learn, latest_model, learn_no_shows
from osler.clinic.communication.missing.rates import no_show_rates, total
from osler.clinic.communication.missing.scoring import likely_free, risk_of
from osler.clinic.communication.models import NoShowGroup, NoShowModel, Notice
from osler.clinic.communication.reminding.ladders import add_step, begin_ladder
from osler.clinic.communication.reminding.planning import queue_due_reminders
from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.wall_time import set_period
from osler.foundation.directory.models import Practitioner
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel.errors import Denied

NOW = datetime(2027, 3, 1, 15, tzinfo=UTC)  # a Monday, ten in the morning in New York
PATIENTS, VISITS = 30, 20


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def house(organization):
    return SystemActor(organization.id)


def a_visit(patient, practitioner, site, start, status):
    visit = Appointment(patient=patient, practitioner=practitioner, location=site, status=status)
    set_period(visit, start, end=start + timedelta(minutes=20), zone=site.zone)
    return visit


@pytest.fixture
def people(act, house, site) -> list[Patient]:
    with act(house):
        return [
            Patient.objects.create(given=f"P{number}", family="X", gender=("male", "female")[number % 2],
                                   email=f"p{number}@home.test")
            for number in range(PATIENTS)
        ]  # fmt: skip


@pytest.fixture
def doctor(act, house) -> Practitioner:
    with act(house):
        return Practitioner.objects.create(given="Ada", family="Osei")


@pytest.fixture
def past(act, house, people, doctor, site) -> None:
    """Six hundred visits: of the first six patients most were missed, of the others hardly one."""
    seed = int(os.environ.get("OSLER_SEED", "1867"))
    print(f"seed {seed}")
    chance = random.Random(seed)
    rows = []
    for number in range(VISITS):
        for index, patient in enumerate(people):
            start = NOW - timedelta(days=7 * (VISITS - number)) + timedelta(minutes=20 * index)
            is_missed = chance.random() < (0.7 if index < 6 else 0.05)
            rows.append(a_visit(patient, doctor, site, start, "noshow" if is_missed else "fulfilled"))
    with act(house):
        Appointment.objects.bulk_create(rows)


def test_too_few_visits_are_no_model_and_nothing_is_said(act, house, adam, bob, people, doctor, site):
    with act(house):
        Appointment.objects.bulk_create(
            a_visit(people[0], doctor, site, NOW - timedelta(days=day + 2), "noshow") for day in range(40)
        )
        coming = a_visit(people[0], doctor, site, NOW + timedelta(days=2), "booked")
        coming.save()
    with act(adam), pytest.raises(TooFewVisits):
        learn_no_shows(actor=adam)
    with act(bob):
        assert (latest_model(), risk_of(coming, actor=bob), likely_free(bob, days=7)) == (None, None, [])


def test_it_learns_who_misses_visits_and_gives_the_reasons(act, house, adam, bob, past, people, doctor, site):
    with act(house):
        often = a_visit(people[0], doctor, site, NOW + timedelta(days=2), "booked")
        seldom = a_visit(people[20], doctor, site, NOW + timedelta(days=2, hours=1), "booked")
        often.save()
        seldom.save()
    with act(adam):
        model = learn_no_shows(actor=adam)

    with act(bob):
        high, low = risk_of(often, actor=bob), risk_of(seldom, actor=bob)
        assert (high.is_high, low.is_high) == (True, False)
        assert high.share > 0.4 > 0.15 > low.share
        assert str(high.reasons[0][0]) in {
            "has missed visits before",
            "has missed many of the earlier visits",
        }
        assert len(high.reasons) == 3
        assert [row.appointment.id for row in likely_free(bob, days=7)] == [often.id]
    with act(adam):
        assert (model.visits, model.held_back) == (PATIENTS * VISITS, PATIENTS * VISITS // 5)
        assert model.auc > 0.75
        assert sum(model.bin_counts) == model.held_back
        groups = NoShowGroup.objects.filter(model=model, kind="sex").order_by("name")
        assert [group.name for group in groups] == ["female", "male"]
        for group in groups:
            assert abs(float(group.expected) - group.seen) < 0.12


def test_the_same_past_teaches_the_same(act, adam, past):
    with act(adam):
        one, two = learn_no_shows(actor=adam), learn_no_shows(actor=adam)
        assert (one.names, one.weights, one.auc) == (two.names, two.weights, two.auc)
        assert NoShowModel.objects.count() == 2


@pytest.mark.parametrize(
    ("hours_ago", "status", "is_walk_in", "is_more"),
    [
        (25, "fulfilled", False, True),
        (25, "noshow", False, True),
        (23, "noshow", False, False),  # not yet of the past
        (25, "cancelled", False, False),
        (25, "fulfilled", True, False),
    ],
)
def test_a_night_after_which_no_visit_was_added_teaches_nothing(
    act, house, past, people, doctor, site, hours_ago, status, is_walk_in, is_more
):
    with act(house):
        assert has_more_to_learn()  # nothing was learnt yet
        learn_no_shows(actor=None)
        assert not has_more_to_learn()
    with act(house), time_machine.travel(NOW + timedelta(days=1), tick=False):
        assert not has_more_to_learn()
        start = NOW + timedelta(days=1, hours=-hours_ago)
        visit = a_visit(people[0], doctor, site, start, status)
        visit.is_walk_in = is_walk_in
        visit.save()
        assert has_more_to_learn() is is_more


def test_a_visit_that_was_marked_late_teaches_something(act, house, past):
    with act(house):
        learn_no_shows(actor=None)
        visit = Appointment.objects.filter(status="fulfilled").order_by("period_start").last()
        visit.status = "noshow"
        visit.save()
        assert has_more_to_learn()


def test_only_an_administrator_has_it_learn(act, bob, past):
    with act(bob):
        with pytest.raises(Denied):
            learn_no_shows(actor=bob)
        assert NoShowModel.objects.count() == 0


def test_a_step_for_visits_at_risk_goes_to_those_alone(act, house, adam, past, people, doctor, site):
    with act(house):
        for index in (0, 20):
            a_visit(people[index], doctor, site, NOW + timedelta(hours=40, minutes=index), "booked").save()
    with act(adam):
        ladder = begin_ladder(actor=adam)
        for step in ladder.steps.all():
            step.active = False
            step.save()
        add_step(ladder, lead_minutes=60 * 60, by="email", at_risk=True, actor=adam)
    with act(house):
        assert queue_due_reminders(now=NOW) == 0  # nothing was learnt yet
        learn_no_shows(actor=None)
        assert queue_due_reminders(now=NOW) == 1
        assert list(Notice.objects.values_list("patient__given", flat=True)) == ["P0"]


def test_rates_count_what_was_due_and_what_was_missed(act, adam, bob, past):
    since, until = (NOW - timedelta(days=365)).date(), NOW.date()
    with act(adam):
        rates = no_show_rates(since=since, until=until, zone="America/New_York", actor=adam)
        missed = Appointment.objects.filter(status="noshow").count()
    assert [(rate.kind, rate.name, rate.visits, rate.missed) for rate in rates[:1]] == [
        ("practitioner", "Ada Osei", PATIENTS * VISITS, missed)
    ]
    assert (total(rates).visits, total(rates).missed) == (PATIENTS * VISITS, missed)
    assert [rate.name for rate in rates if rate.kind == "weekday"] == ["Monday"]
