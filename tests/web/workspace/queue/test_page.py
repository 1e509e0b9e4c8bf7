"""The queue on the screen of those who work with it."""

import pytest

from osler.clinic.scheduling.queue.calling import call_next, finish_here, seat_patient
from osler.foundation.audit.models import AuditEvent
from osler.kernel.keys import uuid7

pytestmark = pytest.mark.django_db


def test_who_waits_is_called_and_sits_is_shown_to_each_role(
    act, client_of, bob, nina, alice, lena, hall, queue, room
):
    for _ in range(3):
        hall.walks_in(queue)
    with act(nina):
        seat_patient(call_next(queue, room=room, actor=nina), actor=nina)
        call_next(queue, room=room, actor=nina)

    for actor, calls in ((bob, False), (nina, True), (alice, True), (lena, True)):
        page = client_of(actor).get("/queue/").content.decode()
        for words in (
            "A01",
            "A02",
            "A03",
            "Walker 0, Will",
            "Walker 2, Will",
            "Room 1",
            "Being called",
            "In rooms",
        ):
            assert words in page, words
        assert ("Call next" in page) is calls
    with act(bob):
        seen = AuditEvent.objects.filter(action="R", entity="scheduling_queueentry", actor_id=bob.user_id)
        assert [len(one.patient_ids) for one in seen] == [3]


def test_htmx_gets_the_lists_alone(client_of, bob, queue):
    page = client_of(bob).get("/queue/", headers={"HX-Request": "true"})

    assert page.templates[0].name == "workspace/queue/queue_list.html"
    assert b"<html" not in page.content


def test_a_clinic_without_queues_is_told_how_one_comes_about(client_of, bob, site):
    page = client_of(bob).get("/queue/")

    assert (page.status_code, "No queue yet" in page.content.decode()) == (200, True)


def test_another_clinic_sees_nobody(client_of, charlie, elsewhere, hall, queue):
    hall.walks_in(queue)

    page = client_of(charlie).get(f"/queue/?site={queue.site_id}").content.decode()
    assert ("Elsewhere" in page, "Walker" in page) == (True, False)
    assert client_of(charlie).get(f"/queue/entries/{hall.came[0].id}/slip/").status_code == 404


def test_it_costs_the_same_for_one_and_for_many(client_of, cost_of, nina, hall, queue):
    hall.walks_in(queue)
    one = cost_of(client_of(nina), "/queue/")
    for _ in range(4):
        hall.walks_in(queue)

    assert cost_of(client_of(nina), "/queue/") == one


def test_the_usual_wait_is_told_from_five_on(act, client_of, nina, hall, queue, room):
    page = client_of(nina)
    for _ in range(5):
        hall.walks_in(queue)
    for number in range(5):
        assert ("about 5 min" in page.get("/queue/").content.decode()) is False, number
        with act(nina):
            seated = seat_patient(call_next(queue, room=room, actor=nina), actor=nina)
            finish_here(seated, actor=nina)

    assert "about 5 min" in page.get("/queue/").content.decode()


def test_a_queue_or_site_that_is_none_shows_the_first(client_of, bob, queue):
    for query in (f"?site={uuid7()}", f"?queue={uuid7()}", "?site=x&queue=y"):
        assert client_of(bob).get(f"/queue/{query}").status_code == 200
