"""Absences in the browser's terms: what stands in one is shown before it is noted."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from osler.clinic.scheduling.appointments.booking import book_appointment
from osler.clinic.scheduling.calendars.availability import slot_at
from osler.clinic.scheduling.calendars.hours import Span, add_hours, open_schedule
from osler.clinic.scheduling.models import Absence, Appointment
from osler.foundation.audit.models import AuditEvent
from osler.foundation.directory.models import Practitioner

NEW_YORK = ZoneInfo("America/New_York")
MONDAY = datetime(2027, 3, 1, 8, 0, tzinfo=NEW_YORK)


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def kern(act, adam, site):
    with act(adam):
        practitioner = Practitioner.objects.create(prefix="Dr.", given="Ida", family="Kern")
        schedule = open_schedule(practitioner, location=site, actor=adam)
        hours = Span(time(9), time(17))
        add_hours(schedule, weekdays=range(5), span=hours, first_day=date(2027, 1, 1), actor=adam)
    return practitioner


@pytest.fixture
def visit(act, bob, dana_patient, kern, site):
    start = MONDAY + timedelta(days=1, hours=2)
    with act(bob):
        slot = slot_at(start, practitioner=kern, location=site, minutes=20)
        return book_appointment(dana_patient, slot=slot, actor=bob)


def filled(who, **changes):
    return {"who": who, "first_day": "02-Mar-2027", "reason": "Leave"} | changes


def noted(act, adam):
    with act(adam):
        return list(Absence.objects.order_by("id"))


def test_without_visits_in_it_it_is_noted_at_once(act, client_of, adam, kern):
    client = client_of(adam)
    done = client.post("/absences/new/", filled(f"person-{kern.id}"))
    (absence,) = noted(act, adam)
    page = client.get("/absences/").content.decode()

    assert (done.status_code, done["Location"]) == (302, "/absences/")
    assert absence.period.lower == datetime(2027, 3, 2, tzinfo=NEW_YORK)
    assert absence.period.upper == datetime(2027, 3, 3, tzinfo=NEW_YORK)
    assert "Dr. Ida Kern" in page
    assert "Leave" in page


def test_times_of_the_clock_are_those_of_the_place(act, client_of, adam, kern, site):
    fields = filled(f"site-{site.id}", last_day="03-Mar-2027", starts="13:00", ends="15:30")
    client_of(adam).post("/absences/new/", fields)
    (absence,) = noted(act, adam)

    assert absence.location_id == site.id
    assert absence.period.lower == datetime(2027, 3, 2, 13, tzinfo=NEW_YORK)
    assert absence.period.upper == datetime(2027, 3, 3, 15, 30, tzinfo=NEW_YORK)


@pytest.mark.parametrize("who", ["person", "site", "clinic"])
def test_visits_in_it_are_shown_first_without_names(act, client_of, adam, kern, site, visit, who):
    key = {"person": f"person-{kern.id}", "site": f"site-{site.id}", "clinic": "clinic"}[who]
    client = client_of(adam)
    asked = client.post("/absences/new/", filled(key))
    words = asked.content.decode()

    assert asked.status_code == 200
    assert "1 visit is booked in this time" in words
    assert "02-Mar-2027 10:00" in words
    assert str(visit.id) in words
    assert "Rivera" not in words
    assert noted(act, adam) == []

    done = client.post("/absences/new/", filled(key) | {"seen": [str(visit.id)]})
    assert done.status_code == 302
    assert len(noted(act, adam)) == 1
    with act(adam):
        assert Appointment.objects.get(pk=visit.id).status == "booked"


def test_a_visit_booked_since_is_shown_again(act, client_of, adam, bob, dana_patient, kern, site, visit):
    with act(bob):
        slot = slot_at(visit.period.upper, practitioner=kern, location=site, minutes=20)
        book_appointment(dana_patient, slot=slot, actor=bob)
    answer = client_of(adam).post(
        "/absences/new/", filled(f"person-{kern.id}") | {"seen": [str(visit.id), "x"]}
    )

    assert answer.status_code == 409
    assert "2 visits are booked in this time" in answer.content.decode()
    assert noted(act, adam) == []


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"who": "person-0"}, 422),
        ({"first_day": "soon"}, 422),
        ({"last_day": "01-Mar-2027"}, 422),
        ({"starts": "12:00", "ends": "11:00"}, 422),
        ({"first_day": "14-Mar-2027", "starts": "02:30"}, 422),
    ],
)
def test_what_cannot_be_is_refused(act, client_of, adam, kern, changes, status):
    answer = client_of(adam).post("/absences/new/", filled(f"person-{kern.id}") | changes)

    assert answer.status_code == status
    assert noted(act, adam) == []


def test_taking_back_can_be_undone(act, client_of, adam, kern):
    client = client_of(adam)
    client.post("/absences/new/", filled(f"person-{kern.id}"))
    (absence,) = noted(act, adam)
    seen = []
    for version, step in enumerate(("take-back", "restore"), 1):
        answer = client.post(f"/absences/{absence.id}/{step}/?version={version}")
        seen.append((answer.status_code, noted(act, adam)[0].active))

    assert seen == [(302, False), (302, True)]


def test_the_desk_sees_whom_to_move_and_it_is_in_the_trail(act, client_of, adam, bob, kern, visit):
    client_of(adam).post("/absences/new/", filled(f"person-{kern.id}") | {"seen": [str(visit.id)]})
    (absence,) = noted(act, adam)
    desk, plans = client_of(bob), client_of(adam)
    page = desk.get(f"/absences/{absence.id}/visits/").content.decode()

    assert "1 to move" in desk.get("/absences/").content.decode()
    assert "Rivera, Dana" in page
    assert f"/appointments/{visit.id}/move/" in page
    assert plans.get(f"/absences/{absence.id}/visits/").status_code == 403
    assert desk.post("/absences/new/", filled("clinic")).status_code == 403
    assert desk.post(f"/absences/{absence.id}/take-back/").status_code == 403
    with act(bob):
        (event,) = AuditEvent.objects.filter(actor_id=bob.user_id, detail="absence")
        assert event.patient_ids == [visit.patient_id]
