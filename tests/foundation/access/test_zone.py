"""It is the site's day and hour on every page, wherever the server stands."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

import pytest
import time_machine
from django.test.signals import template_rendered
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from osler.config import urls as root
from osler.foundation.access.actors import load_actor
from osler.foundation.access.models import RoleAssignment
from osler.foundation.access.roles import Role
from osler.foundation.directory.models import Location
from osler.foundation.jobs.outbox import SystemActor
from tests.conftest import new_actor

AUCKLAND, HONOLULU = "Pacific/Auckland", "Pacific/Honolulu"
ELSEWHERE = ("/portal/", "/accounts/")
EVENING = datetime(2026, 6, 30, 20, 0, tzinfo=UTC)  # 1 July, 8:00 in Auckland


def named(patterns, **given) -> Iterator[tuple[str, str]]:
    """Name and address of each route that needs no argument, or only what is given."""
    for one in patterns:
        if hasattr(one, "url_patterns"):
            yield from named(one.url_patterns, **given)
        elif one.name and one.callback and getattr(one.callback, "rule", None):
            for arguments in ({}, given):
                with suppress(NoReverseMatch):
                    yield one.name, reverse(one.name, kwargs=arguments)
                    break


@pytest.fixture
def sites(act, organization):
    with act(SystemActor(organization.id)):
        first = Location.objects.create(name="Auckland", form="si", zone=AUCKLAND)
        Location.objects.create(name="Honolulu", form="si", zone=HONOLULU)
    return first


@pytest.fixture
def zones_used() -> Iterator[set[str]]:
    """The zones in which templates were rendered."""
    found: set[str] = set()

    def note(**_) -> None:
        found.add(timezone.get_current_timezone_name())

    template_rendered.connect(note)
    yield found
    template_rendered.disconnect(note)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.PATIENT, Role.PROXY)])
def test_every_page_of_staff_is_drawn_in_the_zone_of_the_site(
    organization, sites, client_of, zones_used, role
):
    actor = new_actor(organization, role, "Rita Moe", practitioner=role in (Role.PHYSICIAN, Role.NURSE))
    client, drawn = client_of(actor), 0
    with time_machine.travel(EVENING, tick=False):
        for name, address in named(root.urlpatterns):
            if address.startswith(ELSEWHERE) or name.startswith("ui-"):
                continue
            zones_used.clear()
            if client.get(address).status_code == 200 and zones_used:
                assert zones_used <= {AUCKLAND}, (name, zones_used)
                drawn += 1
    assert drawn >= 2


def test_every_page_of_the_portal_is_drawn_in_the_zone_of_the_clinic(sites, client_of, dana, zones_used):
    client, drawn = client_of(dana), 0
    for name, address in named(root.urlpatterns, patient_id=dana.patient_id):
        if address.startswith("/portal/") and address != "/portal/":
            zones_used.clear()
            if client.get(address).status_code == 200:
                assert zones_used == {AUCKLAND}, name
                drawn += 1
    assert drawn >= 9


def test_who_works_at_a_facility_has_its_day(act, organization, sites):
    bob = new_actor(organization, Role.RECEPTION, "Bob Diaz")
    assert bob.zone == AUCKLAND
    with act(SystemActor(organization.id)):
        honolulu = Location.objects.get(name="Honolulu")
        RoleAssignment.objects.filter(user_id=bob.user_id).update(facility=honolulu)
    found = load_actor(bob.user_id)
    assert found is not None
    assert (found[0].facility_id, found[0].zone) == (honolulu.id, HONOLULU)


def test_without_a_site_it_is_the_installations_zone(bob):
    assert bob.zone == ""


def test_the_zone_of_one_request_is_not_that_of_the_next(client_of, bob, client, sites, organization):
    client_of(new_actor(organization, Role.RECEPTION, "Bob Diaz")).get("/home/")
    client.get("/")
    assert timezone.get_current_timezone_name() != AUCKLAND


def test_today_at_the_desk_is_the_sites_today(organization, sites, client_of):
    cashier = new_actor(organization, Role.BILLING, "Bill Fox")
    with time_machine.travel(EVENING, tick=False):
        page = client_of(cashier).get("/billing/takings/").content.decode()
    assert "2026-07-01" in page
    assert "2026-06-30" not in page.replace("day=2026-06-30", "")
