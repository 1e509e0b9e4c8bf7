"""Booking, moving and confirming in the portal."""

from datetime import timedelta

import pytest
import time_machine

from osler.clinic.scheduling.appointments.booking import book_appointment
from osler.clinic.scheduling.models import Appointment
from osler.foundation.jobs.outbox import SystemActor
from tests.clinic.scheduling.conftest import MONDAY, at, slot  # noqa: F401  fixtures
from tests.web.portal.booking.conftest import values


@pytest.fixture
def mine(portal_of, dana):
    return portal_of(dana)


@pytest.fixture
def stored(act, organization):
    def read():
        with act(SystemActor(organization.id)):
            return [
                (one.status, one.starts_at, one.reason)
                for one in Appointment.objects.order_by("period_start")
            ]

    return read


@pytest.fixture
def booked(act, bob, dana_patient, office, slot):  # noqa: F811
    with act(bob):
        return book_appointment(dana_patient, slot=slot(9, day=3), service=office, reason="Knee", actor=bob)


def offered(portal, path):
    return values(portal.get(path).content.decode())


def test_a_time_is_held_then_booked(mine, office, osei, stored):
    assert "Office visit" in mine.get("visits/book/").content.decode()
    path = f"visits/book/{office.id}/"

    held = mine.post(path, {"slot": offered(mine, path)[0]})

    assert stored() == [("pending", at(10), "")]
    assert "10 a.m." in mine.client.get(held.url).content.decode()
    done = mine.client.post(held.url, {"patient": str(mine.patient_id), "version": "1", "reason": "My knee"})
    assert done.url == f"{mine.home}visits/"
    assert stored() == [("booked", at(10), "My knee")]


def test_a_held_time_is_given_back(mine, office, osei, stored):
    path = f"visits/book/{office.id}/"
    held = mine.post(path, {"slot": offered(mine, path)[0]})

    mine.client.post(held.url, {"patient": str(mine.patient_id), "version": "1", "give-back": "1"})

    assert [one[0] for one in stored()] == ["cancelled"]
    assert mine.client.get(held.url).url == f"{mine.home}visits/"


def test_after_ten_minutes_it_is_booked_if_nobody_took_it(mine, office, osei, bob, act, slot, stored, sam):  # noqa: F811
    path = f"visits/book/{office.id}/"
    held = mine.post(path, {"slot": offered(mine, path)[0]})
    with time_machine.travel(MONDAY + timedelta(minutes=11), tick=False):
        assert "The ten minutes are over" in mine.client.get(held.url).content.decode()
        with act(bob):
            book_appointment(sam, slot=slot(10), service=office, actor=bob)
        answer = mine.client.post(held.url, {"patient": str(mine.patient_id), "version": "1"})
    assert answer.status_code == 409
    assert [one[0] for one in stored()] == ["pending", "booked"]


def test_a_visit_is_moved(mine, office, osei, booked, stored):
    path = f"visits/{booked.id}/move/"
    assert path in mine.get("visits/").content.decode()

    done = mine.post(path, {"slot": offered(mine, path)[0], "version": booked.version})

    assert done.url == f"{mine.home}visits/"
    assert stored() == [("booked", at(10), "Knee")]


def test_after_the_cut_off_nothing_is_moved(mine, booked, stored, act, organization, office):
    path = f"visits/{booked.id}/move/"
    chosen = offered(mine, path)[0]
    with act(SystemActor(organization.id)):
        office.change_until_minutes = 4 * 24 * 60
        office.save()

    assert path not in mine.get("visits/").content.decode()
    assert mine.post(path, {"slot": chosen, "version": booked.version}).url == f"{mine.home}visits/"
    assert stored() == [("booked", at(9, day=3), "Knee")]


def test_a_visit_is_confirmed_and_put_into_a_calendar(mine, booked, act, organization):
    assert mine.post(f"visits/{booked.id}/confirm/", {"version": booked.version}).status_code == 302

    with act(SystemActor(organization.id)):
        row = Appointment.objects.get()
        assert (row.is_confirmed, row.confirmed_by) == (True, "portal")
    text = mine.get(f"visits/{booked.id}/visit.ics").content.decode()
    assert f"UID:{booked.id}@osler\r\n" in text
    assert f"SEQUENCE:{row.version}\r\n" in text
    assert "Knee" not in text and "Rivera" not in text


@pytest.mark.parametrize("path", ["visits/{}/move/", "visits/{}/visit.ics", "visits/held/{}/"])
def test_nothing_of_others_is_opened(portal_of, act, bob, office, slot, sam, dana, path):  # noqa: F811
    with act(bob):
        theirs = book_appointment(sam, slot=slot(11), service=office, actor=bob)
    assert portal_of(dana).get(path.format(theirs.id)).status_code == 404


def test_a_kind_that_is_only_asked_for_is_not_booked(mine, act, organization, office, osei, stored):
    with act(SystemActor(organization.id)):
        office.self_booking = "asked"
        office.save()
    assert mine.get(f"visits/book/{office.id}/").status_code == 404
    assert "visits/book/" not in mine.get("visits/").content.decode()
    assert stored() == []
