"""A clinician's secret link: times and the word Visit, for whoever has it, until it is ended."""

import hashlib

import pytest
from django.test import Client
from django.urls import reverse

from osler.clinic.scheduling.appointments.booking import book_appointment, cancel_appointment
from osler.clinic.scheduling.calendars.availability import slot_at
from osler.clinic.scheduling.calendars.feeds import SECRET
from osler.clinic.scheduling.models import Appointment, CalendarFeed
from osler.foundation.accounts.links import named_in
from osler.foundation.directory.models import Practitioner
from osler.foundation.jobs.outbox import SystemActor
from tests.clinic.scheduling.conftest import at, keep_schedule, monday, patient, visit  # noqa: F401  fixtures
from tests.web.portal.conftest import each_on_its_own  # noqa: F401  fixture


@pytest.fixture
def doctor(act, bob, alice, site):
    with act(bob):
        practitioner = Practitioner.objects.get(pk=alice.practitioner_id)
        keep_schedule(practitioner, site)
    return practitioner


@pytest.fixture
def booked(act, bob, doctor, site, patient, visit):  # noqa: F811
    with act(bob):
        free = slot_at(at(9), practitioner=doctor, location=site, minutes=20)
        return book_appointment(patient, slot=free, service=visit, reason="Knee", actor=bob)


def link_of(client):
    page = client.post(reverse("calendar-link")).content.decode()
    return page.partition('value="http')[2].partition('"')[0].partition("/calendar/")[2]


def test_times_and_nothing_else(client_of, alice, booked, act, bob, each_on_its_own, organization):  # noqa: F811
    path = f"/calendar/{link_of(client_of(alice))}"
    phone = each_on_its_own(Client(), organization)

    answer = phone.get(path)

    text = answer.content.decode()
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert "DTSTART:20270301T140000Z\r\n" in text
    assert "SUMMARY:Visit\r\n" in text
    assert not any(word in text for word in ("Okafor", "Ada", "Knee", "Main"))
    assert phone.get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    with act(bob):
        cancel_appointment(Appointment.objects.get(), actor=bob)
    changed = phone.get(path, headers={"If-None-Match": answer["ETag"]})
    assert (changed.status_code, "DTSTART" in changed.content.decode()) == (200, False)


def test_a_link_that_was_ended_or_never_was_opens_nothing(
    client_of,
    alice,
    booked,
    each_on_its_own,  # noqa: F811
    organization,
):
    client = client_of(alice)
    first = f"/calendar/{link_of(client)}"
    second = f"/calendar/{link_of(client)}"
    phone = each_on_its_own(Client(), organization)

    assert (phone.get(first).status_code, phone.get(second).status_code) == (404, 200)
    assert phone.get(second.replace(".ics", "A.ics")).status_code == 404
    client.post(reverse("calendar-link"), {"end": "1"})
    assert phone.get(second).status_code == 404


@pytest.mark.parametrize("end", ["account", "calendar"])
def test_the_link_of_somebody_who_left_opens_nothing(
    client_of,
    alice,
    booked,
    each_on_its_own,  # noqa: F811
    act,
    organization,
    end,
):
    link = f"/calendar/{link_of(client_of(alice))}"
    with act(SystemActor(organization.id)):
        who = Practitioner.objects.select_related("user").get(pk=alice.practitioner_id)
        left = who.user if end == "account" else who
        setattr(left, "is_active" if end == "account" else "active", False)
        left.save()

    assert each_on_its_own(Client(), organization).get(link).status_code == 404


def test_the_secret_is_kept_nowhere(client_of, alice, booked, act, organization):
    key = link_of(client_of(alice)).removeprefix("feed/").removesuffix(".ics")
    with act(SystemActor(organization.id)):
        [row] = CalendarFeed.objects.all()
    assert row.secret_hash == hashlib.sha256(named_in(key, length=SECRET).proof).hexdigest()
    assert row.practitioner_id == alice.practitioner_id
