"""Queues and screens at the administrator's: made, changed, closed, opened again."""

import re

import pytest
from django.test import Client

from osler.clinic.scheduling.models import Queue, QueueMember, QueueScreen
from osler.foundation.directory.models import HealthcareService

pytestmark = pytest.mark.django_db
PAGE = "/administration/queues/"


@pytest.fixture
def desk(client_of, adam):
    return client_of(adam)


@pytest.fixture
def service(act, adam, site):
    with act(adam):
        return HealthcareService.objects.create(name="Blood test")


@pytest.fixture
def form(site, service):
    return {"site": site.id, "name": "Laboratory", "letter": "l", "missed_after": 3, "services": [service.id]}


@pytest.fixture
def queue(act, adam, desk, form):
    assert desk.post(f"{PAGE}new/", form).status_code == 302
    with act(adam):
        return Queue.objects.get()


def test_a_queue_is_made_changed_closed_and_opened_again(act, adam, desk, form, queue, service):
    page = desk.get(PAGE).content.decode()
    assert (queue.letter, "Laboratory" in page, "Blood test" in page) == ("L", True, True)
    assert desk.post(f"{PAGE}{queue.id}/", form | {"name": "Lab", "version": 9}).status_code == 412
    changed = form | {"name": "Lab", "services": [], "version": queue.version}
    assert desk.post(f"{PAGE}{queue.id}/", changed).status_code == 302
    with act(adam):
        assert Queue.objects.values_list("name", "letter", "active").get() == ("Lab", "L", True)
        assert QueueMember.objects.filter(active=True).count() == 0
    assert desk.post(f"{PAGE}{queue.id}/close/", {"version": queue.version + 1}).status_code == 302
    assert "Open again" in desk.get(PAGE).content.decode()
    assert desk.post(f"{PAGE}{queue.id}/reopen/", {"version": queue.version + 2}).status_code == 302
    with act(adam):
        assert Queue.objects.get().active


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"letter": "7"}, 422),
        ({"letter": ""}, 422),
        ({"name": ""}, 422),
        ({"missed_after": 0}, 422),
        ({"name": "Other"}, 409),
        ({"letter": "M"}, 409),
    ],
    ids=["digit", "no letter", "no name", "never missed", "letter twice", "name twice"],
)
def test_what_is_wrong_is_said_and_nothing_is_made(act, adam, desk, form, queue, wrong, status):
    assert desk.post(f"{PAGE}new/", form | wrong).status_code == status
    with act(adam):
        assert Queue.objects.count() == 1


def test_a_screen_has_an_address_until_it_is_closed(act, adam, desk, site):
    assert desk.post("/administration/screens/new/", {"site": site.id, "name": "Hall"}).status_code == 302
    address = re.search(r"/screen/[\w-]+/", desk.get(PAGE).content.decode())[0]
    with act(adam):
        screen = QueueScreen.objects.get()

    assert Client().get(address).status_code == 200
    assert desk.post(f"/administration/screens/{screen.id}/close/", {"version": 9}).status_code == 412
    assert desk.post(f"/administration/screens/{screen.id}/close/", {"version": 1}).status_code == 302
    assert Client().get(address).status_code == 404
    assert address not in desk.get(PAGE).content.decode()
    assert desk.post(f"/administration/screens/{screen.id}/reopen/", {"version": 2}).status_code == 302
    assert Client().get(address).status_code == 200


def test_only_administrators_set_queues(act, client_of, bob, charlie, adam, form, queue):
    assert client_of(bob).post(f"{PAGE}new/", form | {"letter": "M", "name": "M"}).status_code == 403
    assert client_of(bob).get(PAGE).status_code == 403
    assert client_of(charlie).post(f"{PAGE}{queue.id}/close/", {"version": 1}).status_code == 403
    with act(adam):
        assert Queue.objects.count() == 1
