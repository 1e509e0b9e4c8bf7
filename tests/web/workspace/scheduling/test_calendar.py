"""The calendar: columns, free times, week and list."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osler.clinic.scheduling.appointments.booking import book_appointment, cancel_appointment
from osler.foundation.audit.models import AuditEvent

pytestmark = pytest.mark.django_db


def test_a_day_has_a_column_for_each_clinician(client_of, bob, booked, osei, ruiz):
    page = client_of(bob).get("/calendar/")
    grid = page.context["grid"]

    assert [(column.title, len(column.entries), len(column.free)) for column in grid.columns] == [
        ("Dr. Ada Osei", 1, 20),
        ("Dr. Luz Ruiz", 0, 21),
    ]
    assert (grid.opens, grid.closes) == (8, 18)
    (entry,) = grid.columns[0].entries
    assert entry.classes == "visit is-neutral from-108 span-4 is-short"
    assert grid.columns[0].closed == [
        "calendar-off from-96 span-12",
        "calendar-off from-144 span-12",
        "calendar-off from-204 span-12",
    ]


def test_a_free_time_leads_to_booking_it(client_of, bob, osei, site):
    page = client_of(bob).get("/calendar/")
    first = page.context["grid"].columns[0].free[0]

    assert first.url == (
        f"/appointments/new/?practitioner={osei.id}&location={site.id}&start=2027-03-01T09%3A00-0500"
    )
    assert first.url.replace("&", "&amp;") in page.content.decode()


def test_a_day_off_has_no_columns(client_of, bob, osei):
    page = client_of(bob).get("/calendar/?day=2027-03-06")

    assert (page.status_code, page.context["grid"].columns) == (200, [])


def test_a_week_has_seven_days_of_one_clinician(client_of, bob, booked, ruiz):
    page = client_of(bob).get("/calendar/?view=week&day=2027-03-03")
    columns = page.context["grid"].columns

    assert [column.day.day for column in columns] == [1, 2, 3, 4, 5, 6, 7]
    assert [len(column.entries) for column in columns] == [1, 0, 0, 0, 0, 0, 0]
    assert {column.resource_id for column in columns} == {booked.practitioner_id}


def test_a_list_leaves_cancelled_visits_out(act, bob, client_of, booked, other_patient, slot):
    with act(bob):
        cancel_appointment(book_appointment(other_patient, slot=slot(10), actor=bob), actor=bob)
    page = client_of(bob).get("/calendar/?view=list")

    assert [(day.day, len(rows)) for day, rows in page.context["days"]] == [(1, 1)]


def test_more_visits_cost_no_more_statements(act, bob, client_of, booked, patient, slot):
    client = client_of(bob)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/calendar/live/")
        return len(queries)

    client.get("/calendar/live/")
    one = count()
    with act(bob):
        for minute in (20, 40):
            book_appointment(patient, slot=slot(9, minute), actor=bob)

    assert count() == one


def test_htmx_gets_the_body_alone_and_it_is_audited(act, client_of, bob, booked, patient):
    page = client_of(bob).get("/calendar/", headers={"HX-Request": "true"})

    assert page.templates[0].name == "workspace/scheduling/calendar_body.html"
    with act(bob):
        assert AuditEvent.objects.get(detail="calendar").patient_ids == [patient.id]


@pytest.mark.parametrize(("who", "status"), [("lena", 403), ("bill", 403), ("charlie", 200)])
def test_who_sees_it(client_of, request, booked, who, status):
    page = client_of(request.getfixturevalue(who)).get("/calendar/")

    assert (page.status_code, b"Okafor" in page.content) == (status, False)
