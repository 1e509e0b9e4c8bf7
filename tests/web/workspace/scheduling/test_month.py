"""A month at a glance."""

from datetime import date

import pytest

from osler.foundation.audit.models import AuditEvent
from osler.web.workspace.scheduling.month import month_of, months_on

pytestmark = pytest.mark.django_db


def test_a_month_is_drawn_in_whole_weeks_and_leads_into_its_days(client_of, bob, booked):
    page = client_of(bob).get("/calendar/?view=month&day=2027-03-17")
    weeks = page.context["weeks"]
    (monday, *_rest) = weeks[0]

    assert [week[0].day for week in weeks] == [date(2027, 3, day) for day in (1, 8, 15, 22, 29)]
    assert (monday.load.visits, monday.load.free_percent, monday.tone) == (1, 95, "is-open")
    assert (monday.url, monday.is_today, monday.is_other_month) == ("/calendar/?day=2027-03-01", True, False)
    assert (weeks[-1][-1].day, weeks[-1][-1].is_other_month) == (date(2027, 4, 4), True)
    assert (page.context["previous_url"], page.context["next_url"]) == (
        "/calendar/?day=2027-02-01&view=month",
        "/calendar/?day=2027-04-01&view=month",
    )
    assert b"March 2027" in page.content
    assert b"Okafor" not in page.content


def test_it_is_audited_without_naming_anybody(act, client_of, bob, booked):
    client_of(bob).get("/calendar/?view=month")

    with act(bob):
        found = AuditEvent.objects.get(detail="calendar, a month's counts")
        assert (found.entity, found.patient_ids) == ("scheduling_appointment", [])


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2027, 2, 28), date(2027, 2, 1), date(2027, 2, 28)),
        (date(2027, 3, 31), date(2027, 3, 1), date(2027, 4, 4)),
        (date(2026, 12, 1), date(2026, 11, 30), date(2027, 1, 3)),
    ],
)
def test_whole_weeks(day, first, last):
    assert month_of(day) == (first, last)


def test_the_months_beside():
    assert (months_on(date(2027, 1, 31), -1), months_on(date(2027, 1, 31), 1)) == (
        date(2026, 12, 1),
        date(2027, 2, 1),
    )
