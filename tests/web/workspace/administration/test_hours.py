"""Working hours in the browser's terms: who reads, who plans, and the way back."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from osler.clinic.scheduling.calendars.availability import next_free_slots
from osler.clinic.scheduling.calendars.hours import Span, add_hours, open_schedule
from osler.clinic.scheduling.models import Schedule, WeeklyHours
from osler.foundation.directory.models import Location, Practitioner
from osler.kernel import clock


@pytest.fixture
def kern(act, adam):
    with act(adam):
        return Practitioner.objects.create(prefix="Dr.", given="Ida", family="Kern")


@pytest.fixture
def hours(act, adam, kern, site):
    with act(adam):
        schedule = open_schedule(kern, location=site, actor=adam)
        (row,) = add_hours(
            schedule,
            weekdays=[0],
            span=Span(time(9), time(12)),
            first_day=date(2020, 1, 1),
            actor=adam,
        )
    return row


def filled(site, **changes):
    return {
        "location": str(site.id),
        "weekdays": ["0", "2"],
        "starts": "09:00",
        "ends": "12:30",
        "first_day": "01-Jan-2020",
        "last_day": "",
    } | changes


def state(act, adam):
    with act(adam):
        rows = WeeklyHours.objects.order_by("weekday").values_list("weekday", "starts", "ends", "active")
        return list(rows)


def test_hours_are_noted_and_the_clinician_can_be_booked(act, client_of, adam, kern, site):
    client = client_of(adam)
    done = client.post(f"/hours/{kern.id}/add/", filled(site))
    page = client.get(f"/hours/{kern.id}/").content.decode()
    week = client.get("/hours/").content.decode()

    assert done.status_code == 302
    assert state(act, adam) == [(0, time(9), time(12, 30), True), (2, time(9), time(12, 30), True)]
    assert page.count("09:00–12:30") == 4  # twice in the table, twice in the history
    assert "Adam Gray" in page
    assert week.count("09:00–12:30") == 2
    with act(adam):
        tonight = datetime.combine(clock.now() + timedelta(days=1), time(0), UTC)  # today it may be over
        assert next_free_slots([kern], after=tonight, limit=1)[0].clock == "09:00"


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"ends": "08:00"}, 422, "The end must be later than the beginning"),
        ({"last_day": "01-Jan-2019"}, 422, "The last day must not lie before the first"),
        ({"weekdays": []}, 422, "Weekdays"),
        ({"weekdays": ["9"]}, 422, "Weekdays"),
        ({"starts": "noon"}, 422, "From"),
        ({"weekdays": ["1", "0"]}, 409, "Other hours are noted"),
    ],
)
def test_what_is_refused_is_said_and_nothing_is_noted(
    act, client_of, adam, kern, site, hours, changes, status, said
):
    before = state(act, adam)
    answer = client_of(adam).post(f"/hours/{kern.id}/add/", filled(site) | changes)

    assert answer.status_code == status
    assert said in answer.content.decode()
    assert state(act, adam) == before


def test_a_refusal_opens_no_site(act, client_of, adam, kern, site):
    client_of(adam).post(f"/hours/{kern.id}/add/", filled(site, ends="08:00"))

    with act(adam):
        assert Schedule.objects.count() == 0


def test_ending_and_taking_back_can_be_undone(act, client_of, adam, kern, hours):
    client = client_of(adam)
    steps = [("end", "1"), ("go-on", "2"), ("take-back", "3"), ("restore", "4")]
    seen = []
    for step, version in steps:
        answer = client.post(f"/hours/rows/{hours.id}/{step}/", {"version": version})
        with act(adam):
            row = WeeklyHours.objects.get(pk=hours.id)
        seen.append((answer.status_code, row.last_day, row.active))

    assert seen == [
        (302, clock.today(), True),
        (302, None, True),
        (302, None, False),
        (302, None, True),
    ]


def test_slots_and_room_are_amended(act, client_of, adam, kern, hours, site):
    with act(adam):
        room = Location.objects.create(name="Room 1", form="ro", part_of=site, zone=site.zone)
    client = client_of(adam)
    url = f"/hours/schedules/{hours.schedule_id}/"
    done = client.post(url, {"version": "1", "slot_minutes": "30", "room": str(room.id), "active": "on"})
    stale = client.post(url, {"version": "1", "slot_minutes": "10", "active": "on"})
    wrong = client.post(url, {"version": "2", "slot_minutes": "0", "active": "on"})

    assert (done.status_code, stale.status_code, wrong.status_code) == (302, 412, 422)
    with act(adam):
        schedule = Schedule.objects.get(pk=hours.schedule_id)
    assert (schedule.slot_minutes, schedule.room_id, schedule.active) == (30, room.id, True)


def test_the_desk_reads_and_does_not_plan(act, client_of, adam, bob, alice, kern, hours, site):
    before = state(act, adam)
    for reader in (bob, alice):
        client = client_of(reader)
        page = client.get(f"/hours/{kern.id}/")
        assert page.status_code == 200
        assert "09:00–12:00" in page.content.decode()
        assert "Add hours" not in page.content.decode()
        assert client.get("/hours/").status_code == 200
        assert client.post(f"/hours/{kern.id}/add/", filled(site)).status_code == 403
        assert client.post(f"/hours/rows/{hours.id}/end/").status_code == 403

    assert state(act, adam) == before
