"""The screen of a waiting room: numbers and rooms, no word of anybody, nothing to find out."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from osler.clinic.scheduling.models import QueueScreen
from osler.clinic.scheduling.queue.calling import call_next, seat_patient
from osler.clinic.scheduling.queue.queues import close_screen, open_screen, reopen_screen
from osler.clinic.scheduling.queue.screens import token_of
from osler.foundation.audit.models import AuditEvent
from osler.foundation.directory.models import Location
from osler.kernel.keys import uuid7
from osler.web.portal.screen import WRONG
from tests.clinic.scheduling.conftest import MONDAY, hall, monday, osei, slot  # noqa: F401  fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def screen(act, adam, site):
    with act(adam):
        return open_screen(site, name="Ground floor", actor=adam)


@pytest.fixture
def link(screen) -> str:
    return f"/screen/{token_of(screen)}/"


@pytest.fixture
def called(act, nina, hall):  # noqa: F811
    """One who is called, one who waits, one who sits in a room; each with much to keep quiet about."""
    queue, service = hall.queue(name="Oncology"), hall.service("Chemotherapy")
    rooms = [hall.room(name) for name in ("Room 1", "Room 2")]
    entries = [
        hall.walks_in(queue, service=service, reason="Biopsy", priority=2, priority_reason="Bleeding")
        for _ in range(3)
    ]
    with act(nina):
        seat_patient(call_next(queue, room=rooms[0], actor=nina), actor=nina)
        call_next(queue, room=rooms[1], actor=nina)
    return entries


def test_it_shows_the_call_and_no_word_of_anybody(link, called, bob, nina):
    page = Client().get(link)
    words = page.content.decode()

    assert page.status_code == 200
    assert re.findall(r'<th scope="row">(\w+)</th><td>([^<]+)</td>', words) == [("A02", "Room 2")]
    private = [
        "Walker",
        "Will",
        "WW",
        "1970",
        "Oncology",
        "Chemotherapy",
        "Biopsy",
        "Bleeding",
        "Cole",
        "Ground floor",
    ]
    private += [str(one.id) for one in called] + [str(one.patient_id) for one in called]
    private += [one.patient.mrn for one in called] + ["A01", "A03", "Urgent", "Walk-in"]
    assert [word for word in private if word in words] == []
    assert "no-store" in page["Cache-Control"]
    assert page.cookies == {}


def test_the_part_that_is_fetched_is_the_calls_alone(link, called):
    part = Client().get(f"{link}?part=1").content.decode()

    assert ("A02" in part, "<html" in part, "<script" in part) == (True, False, False)


def test_it_refreshes_itself_where_no_scripts_run_and_says_when_it_was_drawn(link):
    page = Client().get(link).content.decode()

    assert '<noscript><meta http-equiv="refresh" content="10"></noscript>' in page
    assert "08:00:00</time>" in page


def test_a_call_is_new_for_half_a_minute(link, called):
    assert 'class="is-new"' in Client().get(link).content.decode()
    with time_machine.travel(MONDAY + timedelta(seconds=31), tick=False):
        assert 'class="is-new"' not in Client().get(link).content.decode()


def test_yesterdays_calls_are_over(link, called):
    with time_machine.travel(MONDAY + timedelta(days=1), tick=False):
        assert "A02" not in Client().get(link).content.decode()


def test_looking_reads_no_patient(act, adam, link, called):
    with act(adam):
        before = AuditEvent.objects.count()
    Client().get(link)
    with act(adam):
        assert AuditEvent.objects.count() == before


def test_closed_never_made_and_nonsense_look_alike(act, adam, organization, screen, link, called):
    never = QueueScreen(organization_id=organization.id, id=uuid7())
    with act(adam):
        close_screen(screen, version=screen.version, actor=adam)
    tampered = link[:-3] + ("A" if link[-3] != "A" else "B") + link[-2:]
    answers = [
        Client().get(one)
        for one in (link, f"/screen/{token_of(never)}/", tampered, "/screen/x/", "/screen/é/")
    ]

    assert {one.status_code for one in answers} == {404}
    assert len({one.content for one in answers}) == 1
    with act(adam):
        reopen_screen(screen, version=screen.version, actor=adam)
    assert Client().get(link).status_code == 200


def test_guesses_are_counted(link, called):
    for _guess in range(WRONG.tries):
        assert Client().get("/screen/" + "A" * 43 + "/").status_code == 404
    assert Client().get("/screen/" + "A" * 43 + "/").status_code == 429
    assert Client().get(link).status_code == 200


def test_nothing_is_done_there(link):
    assert Client().post(link).status_code == 405


def test_another_clinics_screen_shows_its_own_calls(act, charlie, called):
    with act(charlie):
        site = Location.objects.create(name="Elsewhere", form="si", zone="America/New_York")
        other = QueueScreen.objects.create(site=site, name="Hall")
    page = Client().get(f"/screen/{token_of(other)}/").content.decode()

    assert ("Elsewhere" in page, "A02" in page) == (True, False)
