"""Who is due by a rule or an overdue follow-up, who leaves the list by himself, and how often anybody is
written to."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osler.clinic.communication.errors import AgesReversed, RuleNamed
from osler.clinic.communication.models import Notice, RecallRule, RecallStep
from osler.clinic.communication.recalling.due import months_on, note_step, queue_recalls, recalls
from osler.clinic.communication.recalling.rules import retire_rule, save_rule
from osler.clinic.records.models import Condition, ServiceRequest
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.wall_time import set_period
from osler.foundation.directory.models import HealthcareService
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel.errors import Denied
from tests.conftest import new_patient

NOW = datetime(2027, 3, 1, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def house(organization):
    return SystemActor(organization.id)


@pytest.fixture
def check(act, house) -> HealthcareService:
    with act(house):
        return HealthcareService.objects.create(name="Check-up")


@pytest.fixture
def rule(act, adam, check) -> RecallRule:
    with act(adam):
        return save_rule(
            RecallRule(
                name="Feet",
                service=check,
                every_months=12,
                age_from=40,
                age_to=60,
                sex="female",
                condition="E11",
                message_weeks=4,
            ),
            actor=adam,
        )


@pytest.fixture
def dina(act, organization, house):
    """Forty-six, with the problem that the rule is about."""
    patient = new_patient(organization, given="Dina", email="dina@home.test", contact_by="email")
    with act(house):
        Condition(patient=patient, display="Diabetes", code="E11.9").save()
    return patient


@pytest.fixture
def visit(act, house, site, check):
    def make(patient, days: int, status: str) -> None:
        row = Appointment(patient=patient, service=check, location=site, status=status)
        start = NOW + timedelta(days=days)
        set_period(row, start, end=start + timedelta(minutes=20), zone=site.zone)
        with act(house):
            row.save()

    return make


@pytest.fixture
def due(act, bob):
    def names() -> list[tuple[str, str, date | None]]:
        with act(bob):
            return [(row.patient.given, row.name, row.since) for row in recalls(bob)]

    return names


def test_a_rule_concerns_whom_it_says(act, house, organization, rule, dina, due):
    for fields in (
        {"given": "Man", "gender": "male"},
        {"given": "Young", "birth_date": date(1987, 3, 2)},
        {"given": "Old", "birth_date": date(1966, 3, 1)},
        {"given": "Gone", "active": False},
    ):
        patient = new_patient(organization, **fields)
        with act(house):
            Condition(patient=patient, display="Diabetes", code="E11.9").save()
    well = new_patient(organization, given="Well")
    with act(house):
        Condition(patient=well, display="Diabetes", code="E11.9", clinical_status="resolved").save()

    assert due() == [("Dina", "Feet", None)]


@pytest.mark.parametrize(
    ("days", "status", "is_due"),
    [(-200, "fulfilled", False), (-400, "fulfilled", True), (-200, "noshow", True), (30, "booked", False)],
)
def test_who_was_here_lately_or_is_booked_is_not_due(rule, dina, visit, due, days, status, is_due):
    visit(dina, days, status)

    assert [name for name, _rule, _since in due()] == ["Dina"] * is_due


def test_it_says_since_when(rule, dina, visit, due):
    visit(dina, -400, "fulfilled")
    assert due() == [("Dina", "Feet", date(2027, 1, 25))]


def test_an_overdue_follow_up_stands_first_until_it_is_declined(act, alice, bob, house, rule, dina, due):
    with act(house):
        order = ServiceRequest(
            patient=dina, category="follow-up", display="See again", due_on=date(2027, 2, 1), authored_at=NOW
        )
        order.save()
    assert due() == [("Dina", "See again", date(2027, 2, 1)), ("Dina", "Feet", None)]
    with act(bob):
        note_step(dina, said="contacted", order=order, actor=bob)
        assert [row.last.said for row in recalls(bob)[:1]] == ["contacted"]
    with act(bob), time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        note_step(dina, said="declined", order=order, actor=bob)
    assert due() == [("Dina", "Feet", None)]


def test_who_declines_is_asked_again_when_the_time_is_over(act, bob, rule, dina, due):
    with act(bob):
        note_step(dina, said="declined", rule=rule, actor=bob)
    assert due() == []
    with time_machine.travel(NOW + timedelta(days=367), tick=False):
        assert due() == [("Dina", "Feet", None)]


def test_messages_go_at_most_every_so_many_weeks_by_day_and_say_nothing(act, house, rule, dina):
    for days, hour, expected in ((0, 4, 0), (0, 15, 1), (0, 16, 0), (27, 15, 0), (28, 15, 1)):
        moment = NOW.replace(hour=hour) + timedelta(days=days)
        with time_machine.travel(moment, tick=False), act(house):
            assert queue_recalls(now=moment) == expected
    with act(house):
        notices = list(Notice.objects.order_by("id"))
        assert [one.to_address for one in notices] == ["dina@home.test"] * 2
        for private in ("Dina", "Feet", "Check-up", "Diabetes"):
            assert private not in notices[0].body
        assert RecallStep.objects.filter(said="message").count() == 2


def test_so_many_at_a_time_are_written_to_each_once_by_asking_for_the_clinic_once(
    act, house, organization, rule
):
    for number in range(5):
        patient = new_patient(organization, given=f"P{number}", email=f"p{number}@a.test", contact_by="email")
        with act(house):
            Condition(patient=patient, display="Diabetes", code="E11.9").save()
    counts = []
    while not counts or counts[-1]:
        with act(house), CaptureQueriesContext(connection) as asked:
            counts.append(queue_recalls(now=NOW, limit=2))
        assert len([one for one in asked if 'FROM "directory_organization"' in one["sql"]]) == 1
    assert counts == [2, 2, 1, 0]
    with act(house):
        assert sorted(Notice.objects.values_list("to_address", flat=True)) == [
            f"p{number}@a.test" for number in range(5)
        ]


def test_a_list_of_thirty_asks_as_much_as_one_of_three(act, bob, house, organization, rule, visit):
    counts = []
    for number in range(30):
        patient = new_patient(organization, given=f"P{number:02}")
        with act(house):
            Condition(patient=patient, display="Diabetes", code="E11.9").save()
        visit(patient, -400 - number, "fulfilled")
        if number in {2, 29}:
            with act(bob), CaptureQueriesContext(connection) as asked:
                assert len(recalls(bob)) == number + 1
            counts.append(len(asked))
    assert counts[0] == counts[1]


def test_nobody_is_listed_in_another_clinic(act, bob, charlie, rule, dina):
    with act(bob):
        assert [row.patient for row in recalls(charlie)] == []
    with act(charlie):
        assert recalls(charlie) == []


@pytest.mark.parametrize(
    ("zone", "start", "since"),
    [
        ("America/New_York", (2026, 1, 24, 20), date(2027, 1, 24)),  # the next day in UTC
        ("Asia/Kolkata", (2026, 1, 25, 3), date(2027, 1, 25)),  # the day before in UTC
        ("UTC", (2026, 1, 25, 3), date(2027, 1, 25)),
    ],
)
def test_since_is_the_day_that_it_was_at_the_place(
    act, house, site, check, rule, dina, due, zone, start, since
):
    row = Appointment(patient=dina, service=check, location=site, status="fulfilled")
    begins = datetime(*start, tzinfo=ZoneInfo(zone))
    set_period(row, begins, end=begins + timedelta(minutes=20), zone=zone)
    with act(house):
        row.save()
    assert due() == [("Dina", "Feet", since)]


def test_rules_are_the_administrators_and_hold_together(act, adam, bob, check, rule):
    with act(bob), pytest.raises(Denied):
        save_rule(RecallRule(name="Other", service=check, every_months=6), actor=bob)
    with act(adam):
        for fields, refusal in (
            ({"name": "Feet"}, RuleNamed),
            ({"age_from": 50, "age_to": 40}, AgesReversed),
        ):
            with pytest.raises(refusal):
                save_rule(
                    RecallRule(**{"name": "X", "service": check, "every_months": 6, **fields}), actor=adam
                )
        assert RecallRule.objects.count() == 1
        retire_rule(rule, version=rule.version, actor=adam)
    with act(bob):
        assert recalls(bob) == []


def test_months_end_where_a_month_is_shorter():
    assert months_on(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert months_on(date(2028, 3, 31), -1) == date(2028, 2, 29)
    assert months_on(date(2027, 3, 1), -12) == date(2026, 3, 1)
