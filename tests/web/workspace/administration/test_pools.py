"""Pools at the administrator's: made, changed, retired, taken back; needed by services."""

import pytest

from osler.clinic.scheduling.models import Need, Pool, PoolMember
from osler.foundation.directory.models import HealthcareService, Location
from tests.web.workspace.administration.test_online_rules import RULES

pytestmark = pytest.mark.django_db
PAGE = "/administration/pools/"


@pytest.fixture
def desk(client_of, adam):
    return client_of(adam)


@pytest.fixture
def room(act, adam, site):
    with act(adam):
        return Location.objects.create(name="Echo 1", form="ro", part_of=site, zone=site.zone)


@pytest.fixture
def pool(act, adam, desk, room):
    assert desk.post(f"{PAGE}new/", {"name": "Echo rooms", "places": [room.id]}).status_code == 302
    with act(adam):
        return Pool.objects.get()


def members(act, adam):
    with act(adam):
        return [
            str(one.location) for one in PoolMember.objects.filter(active=True).order_by("location__name")
        ]


def test_a_pool_is_made_changed_retired_and_taken_back(act, adam, desk, site, pool, room):
    page = desk.get(PAGE).content.decode()
    assert ("Echo rooms" in page, "Echo 1" in page) == (True, True)
    with act(adam):
        other = Location.objects.create(name="Echo 2", form="ro", part_of=site, zone=site.zone)
    form = {"name": "Echo", "places": [other.id], "version": pool.version}
    assert desk.post(f"{PAGE}{pool.id}/", {**form, "version": 9}).status_code == 412
    assert members(act, adam) == ["Echo 1"]
    assert desk.post(f"{PAGE}{pool.id}/", form).status_code == 302
    assert members(act, adam) == ["Echo 2"]
    assert desk.post(f"{PAGE}{pool.id}/retire/", {"version": pool.version + 1}).status_code == 302
    retired = desk.get(PAGE).content.decode()
    assert ("Need again" in retired, "Need no more" in retired) == (True, False)
    assert desk.post(f"{PAGE}{pool.id}/restore/", {"version": pool.version + 2}).status_code == 302
    with act(adam):
        assert Pool.objects.get().active


@pytest.mark.parametrize(("form", "words"), [({"name": ""}, "required"), ({"name": "Echo rooms"}, "already")])
def test_what_is_wrong_is_said_at_its_field(act, adam, desk, pool, form, words):
    answer = desk.post(f"{PAGE}new/", form)
    assert answer.status_code in (409, 422)
    assert words in answer.content.decode()
    with act(adam):
        assert Pool.objects.count() == 1


def test_a_site_or_a_strangers_room_is_no_member(act, adam, charlie, client_of, desk, site, pool):
    answer = desk.post(f"{PAGE}{pool.id}/", {"name": "Echo", "places": [site.id], "version": pool.version})
    assert answer.status_code == 422
    assert members(act, adam) == ["Echo 1"]
    assert client_of(charlie).get(f"{PAGE}{pool.id}/").status_code == 403


def test_a_service_says_what_it_needs(act, adam, desk, pool):
    new = "/administration/services/new/"
    form = {
        "name": "Echo",
        "kind": "imaging",
        "duration_minutes": 30,
        "buffer_before_minutes": 5,
        "buffer_after_minutes": 10,
        "places": 1,
        "active": "on",
        **RULES,
    }
    assert "Echo rooms" in desk.get(new).content.decode()
    assert desk.post(new, {**form, "needs": [pool.id]}).status_code == 302
    with act(adam):
        service = HealthcareService.objects.get()
        assert (service.buffer_before_minutes, service.buffer_after_minutes, service.places) == (5, 10, 1)
        assert list(Need.objects.values_list("pool_id", "active")) == [(pool.id, True)]
    page = f"/administration/services/{service.id}/"
    assert "checked" in desk.get(page).content.decode().split("Echo rooms")[0].rsplit("<input", 1)[1]
    assert desk.post(page, {**form, "places": 0, "version": service.version}).status_code == 422
    assert desk.post(page, {**form, "version": service.version}).status_code == 302
    with act(adam):
        assert list(Need.objects.values_list("active", flat=True)) == [False]
    assert "Echo" in desk.get(PAGE).content.decode()
