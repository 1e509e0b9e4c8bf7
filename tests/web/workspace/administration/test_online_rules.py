"""An administrator says who books a kind of visit without the desk, and within which rules."""

import pytest
from django.urls import reverse

from osler.foundation.directory.models import HealthcareService
from osler.foundation.jobs.outbox import SystemActor
from osler.web.workspace.administration.forms import PARTS, ServiceForm

RULES = {
    "self_booking": "anybody",
    "online_lead_minutes": 60,
    "online_days_ahead": 30,
    "online_open_visits": 1,
    "online_moves": 0,
    "change_until_minutes": 120,
    "video_url": "https://video.test/room",
}
FORM = {
    "name": "Office visit",
    "kind": "physician",
    "duration_minutes": 20,
    "buffer_before_minutes": 0,
    "buffer_after_minutes": 0,
    "places": 1,
    "online_booking": "on",
    "active": "on",
    **RULES,
}


@pytest.fixture
def stored(act, organization):
    def read():
        with act(SystemActor(organization.id)):
            return list(HealthcareService.objects.values(*RULES))

    return read


def test_the_rules_stand_at_the_service(client_of, adam, stored):
    assert client_of(adam).post(reverse("service-new"), FORM).status_code == 302
    assert stored() == [RULES]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("self_booking", "machines"),
        ("online_days_ahead", 0),
        ("online_days_ahead", 366),
        ("online_open_visits", 0),
        ("online_moves", -1),
        ("change_until_minutes", ""),
        ("video_url", "javascript:alert(1)"),
    ],
)
def test_rules_that_are_none_are_refused(client_of, adam, stored, field, value):
    assert client_of(adam).post(reverse("service-new"), FORM | {field: value}).status_code == 422
    assert stored() == []


def test_each_field_of_a_service_stands_in_one_part_of_the_form():
    shown = [name for _title, names in PARTS for name in names]

    assert sorted(shown) == sorted(ServiceForm.base_fields)
