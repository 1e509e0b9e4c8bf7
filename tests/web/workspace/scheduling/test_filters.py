"""What an address says, and what it may not say."""

from datetime import date

import pytest
from django.test import RequestFactory

from osler.clinic.scheduling.models import Schedule
from osler.foundation.directory.models import Location
from osler.web.workspace.scheduling.filters import read_day, read_filters, way_back

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "day"),
    [("2027-03-01", date(2027, 3, 1)), ("2027-02-30", None), ("", None), ("9999-01-01", None), ("x", None)],
)
def test_days(text, day):
    assert read_day(text) == day


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/board/?day=2027-03-01", "/board/?day=2027-03-01"),
        ("//evil.example/", "/home/"),
        ("https://evil.example/", "/home/"),
        ("javascript:alert(1)", "/home/"),
        ("", "/home/"),
    ],
)
def test_the_way_back_stays_in_the_house(text, path):
    assert way_back(RequestFactory().get("/", {"next": text}), "/home/") == path


def test_the_address_says_what_was_chosen(act, bob, osei, ruiz, site):
    with act(bob):
        harbor = Location.objects.create(name="Harbor")
        Schedule.objects.create(practitioner=ruiz, location=harbor)
        request = RequestFactory().get(
            "/", {"site": str(harbor.id), "practitioner": str(ruiz.id), "day": "2027-03-04", "view": "week"}
        )
        request.actor = bob
        filters = read_filters(request, path="/calendar/", keep=("view",))

        assert (filters.site, filters.practitioner, filters.practitioners) == (harbor, ruiz, [ruiz])
        assert filters.days_on(1) == (
            f"/calendar/?day=2027-03-05&site={harbor.id}&practitioner={ruiz.id}&view=week"
        )
        assert filters.url(day=None, view=None, practitioner=None) == f"/calendar/?site={harbor.id}"


def test_one_site_needs_no_choice(act, bob, osei, site):
    with act(bob):
        request = RequestFactory().get("/")
        request.actor = bob
        filters = read_filters(request, path="/board/")

        assert (filters.site, filters.url(), filters.zone) == (site, "/board/", "America/New_York")
