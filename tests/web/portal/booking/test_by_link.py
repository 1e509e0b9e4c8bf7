"""A visit is moved, cancelled and put into a calendar by whoever has its link."""

import re

import pytest
import time_machine

from osler.clinic.communication.models import Notice
from osler.clinic.scheduling.models import Appointment
from osler.foundation.jobs.outbox import SystemActor
from tests.clinic.scheduling.conftest import at
from tests.web.portal.booking.conftest import PERSON, choose, code_in, values


@pytest.fixture
def link(visitor, told):
    """The link of a visit on Thursday at nine, booked on the public page."""
    late = [
        one for one in values(visitor.get(visitor.times).content.decode()) if one.startswith("2027-03-04")
    ]
    visitor.post(visitor.times, {"slot": late[0]})
    asked = visitor.post(f"{visitor.home}who/", PERSON)
    return visitor.post(asked.url, {"code": code_in(told()[0].body)}).url


@pytest.fixture
def stored(act, organization):
    def read():
        with act(SystemActor(organization.id)):
            return [(one.status, one.starts_at, one.patient_moves) for one in Appointment.objects.all()]

    return read


def test_moved_by_link_the_new_link_is_another(visitor, link, told, stored, act, organization):
    assert stored() == [("booked", at(9, day=3), 0)]
    assert f"{link}move/" in visitor.get(link).content.decode()
    offered = values(visitor.get(f"{link}move/").content.decode())

    moved = visitor.post(f"{link}move/", {"slot": offered[0]})

    assert stored() == [("booked", at(10), 1)]
    assert moved.url != link
    assert (visitor.get(link).status_code, visitor.get(moved.url).status_code) == (404, 200)
    [newest] = [one for one in told() if one.kind == "appointment-moved"]
    assert (newest.kind, newest.to, moved.url in newest.body) == (
        "appointment-moved",
        "lucia@home.test",
        True,
    )
    with act(SystemActor(organization.id)):
        assert Notice.objects.filter(kind="appointment-moved").count() == 1


def test_the_calendar_entry_keeps_its_name_and_counts_on(visitor, link, stored):
    def entry(address):
        text = visitor.get(f"{address}visit.ics").content.decode()
        return re.search(r"UID:(\S+)", text)[1], int(re.search(r"SEQUENCE:(\d+)", text)[1]), text

    before = entry(link)
    offered = values(visitor.get(f"{link}move/").content.decode())
    after = entry(visitor.post(f"{link}move/", {"slot": offered[0]}).url)

    assert (after[0], after[1] > before[1]) == (before[0], True)
    assert "DTSTART:20270301T150000Z" in after[2]
    assert "My knee" not in after[2] and "Ortega" not in after[2]


def test_after_the_cut_off_it_is_not_moved(visitor, link, stored):
    later = values(visitor.get(f"{link}move/").content.decode())[-1]
    with time_machine.travel(at(9, 1, day=2), tick=False):
        assert f"{link}move/" not in visitor.get(link).content.decode()
        assert visitor.post(f"{link}move/", {"slot": later}).url == link
    assert stored() == [("booked", at(9, day=3), 0)]


def test_cancelled_by_link_the_time_is_free_at_once(visitor, link, stored):
    visitor.post(link, {"answer": "cancel"})
    assert [one[0] for one in stored()] == ["cancelled"]
    assert any(
        one.startswith("2027-03-04T14:00") for one in values(visitor.get(visitor.times).content.decode())
    )
    assert visitor.get(f"{link}move/").status_code == 404


def test_a_link_that_is_none_opens_nothing(visitor, link):
    forged = link[:-6] + ("AAAAA/" if not link.endswith("AAAAA/") else "BBBBB/")
    for page in ("", "move/", "visit.ics"):
        assert visitor.get(forged + page).status_code == 404


def test_choosing_after_the_visit_is_another_hold(visitor, link, stored):
    assert choose(visitor).status_code == 302
    assert len(stored()) == 1
