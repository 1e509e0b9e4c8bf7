"""The day board: what it shows to whom, and at what price."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from osler.clinic.scheduling.appointments.booking import book_appointment
from osler.clinic.scheduling.appointments.checkin import check_in_patient, mark_no_show
from osler.foundation.audit.models import AuditEvent
from tests.clinic.scheduling.conftest import MONDAY
from tests.web.workspace.conftest import about

pytestmark = pytest.mark.django_db


def statements(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len([one for one in queries if one["sql"] not in ("BEGIN", "COMMIT")])


def test_the_desk_sees_who_is_expected(client_of, bob, booked, patient):
    page = client_of(bob).get("/board/")

    assert page.status_code == 200
    assert page.templates[0].name == "workspace/scheduling/board.html"
    for words in ("Okafor, Ada", "14-Jul-1945", patient.mrn, "09:00", "Dr. Ada Osei", "Cough"):
        assert words in page.content.decode(), words


def test_htmx_gets_the_list_alone(client_of, bob, booked):
    page = client_of(bob).get("/board/", headers={"HX-Request": "true"})

    assert page.templates[0].name == "workspace/scheduling/board_list.html"
    assert b"<html" not in page.content


def test_the_steps_are_counted_anew_with_the_list(act, client_of, bob, booked):
    client = client_of(bob)
    with act(bob):
        check_in_patient(booked, actor=bob)

    words = " ".join(client.get("/board/live/").content.decode().split())

    assert 'Arrived <span class="count">1</span>' in words
    assert 'Booked <span class="count">' not in words


def test_one_row_and_three_rows_cost_the_same(act, bob, client_of, booked, patient, slot):
    client = client_of(bob)
    one = statements(client, "/board/live/")
    with act(bob):
        for minute in (20, 40):
            book_appointment(patient, slot=slot(9, minute), actor=bob)

    assert statements(client, "/board/live/") == one
    assert one <= 8 + 2  # insurances and faces of the day; two savepoints, for the tests run in a transaction


def test_what_is_shown_is_audited(act, client_of, bob, booked, patient):
    client_of(bob).get("/board/")
    with act(bob):
        event = AuditEvent.objects.get(action="R", entity="scheduling_appointment")

    assert (event.patient_ids, event.actor_id, event.detail) == ([patient.id], bob.user_id, "board")


def test_polling_does_not_keep_a_session_awake():
    from osler.web.workspace.scheduling.board import board, board_live

    assert (board.rule.polls, board_live.rule.polls) == (False, True)


@pytest.mark.parametrize("who", ["lena", "bill", "adam", "petra"])
def test_other_roles_are_refused(client_of, request, who):
    assert client_of(request.getfixturevalue(who)).get("/board/").status_code == 403


def test_patients_do_not_know_of_it(client_of, dana):
    assert client_of(dana).get("/board/").status_code == 302


def test_a_stranger_sees_an_empty_board(client_of, charlie, booked):
    page = client_of(charlie).get("/board/")

    assert (page.status_code, b"Okafor" in page.content) == (200, False)


def test_each_role_is_offered_its_next_step(act, alice, bob, nina, client_of, booked):
    assert "check-in" in client_of(bob).get("/board/").content.decode()
    with act(bob):
        check_in_patient(booked, actor=bob)

    assert f"{booked.id}/room/" in client_of(nina).get("/board/").content.decode()
    assert f"{booked.id}/room/" not in client_of(bob).get("/board/").content.decode()
    assert reverse("encounter-start", args=[booked.id]) in client_of(alice).get("/board/").content.decode()


def test_who_should_be_here_is_late(client_of, bob, booked):
    with time_machine.travel(MONDAY.replace(hour=9, minute=25), tick=False):
        page = client_of(bob).get("/board/").content.decode()

    assert "25 min late" in page
    assert f"{booked.id}/no-show/" in page


def test_a_walk_in_is_marked_and_is_no_overbooking(client_of, bob, booked, hall):
    assert "Walk-in" not in client_of(bob).get("/board/").content.decode()
    hall.walks_in(hall.queue("A"))

    page = client_of(bob).get("/board/").content.decode()

    assert page.count("Walk-in") == 1
    assert "Overbooked</span>" not in page


def test_filters_narrow_the_day(act, bob, client_of, booked, other_patient, ruiz, slot):
    with act(bob):
        missed = book_appointment(other_patient, slot=slot(10, by=ruiz), actor=bob)
        mark_no_show(missed, actor=bob)
    client = client_of(bob)

    def names(query: str) -> list[str]:
        page = client.get(f"/board/?{query}").content.decode()
        return [name for name in ("Okafor, Ada", "Abel, Ben") if name in page]

    assert names("") == ["Okafor, Ada", "Abel, Ben"]
    assert names("stage=noshow") == ["Abel, Ben"]
    assert names(f"practitioner={ruiz.id}") == ["Abel, Ben"]
    assert names("day=2027-03-02") == []
    assert names("group=clinician") == ["Okafor, Ada", "Abel, Ben"]
    assert names("group=time&day=nonsense&practitioner=x&site=y") == ["Okafor, Ada", "Abel, Ben"]


def test_a_page_that_fetches_itself_takes_no_toast(client_of, bob, booked):
    client = client_of(bob)
    client.post(f"/appointments/{booked.id}/check-in/", about(booked) | {"next": "/board/"})
    live = client.get("/board/live/", headers={"HX-Request": "true", "X-Live": "true"})
    answer = client.get("/board/", headers={"HX-Request": "true"})

    assert b"is checked in" not in live.content
    assert b"is checked in" in answer.content
