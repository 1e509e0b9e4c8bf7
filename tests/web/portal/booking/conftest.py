"""A clinic that books online: a clinician with hours, two kinds of visit, a door; on a Monday at eight."""

import re
from types import SimpleNamespace

import pytest
from django.test import Client

from osler.clinic.communication.models import Notice
from osler.clinic.communication.notices import body_of
from osler.foundation.directory.models import HealthcareService
from osler.foundation.jobs.outbox import SystemActor, deliver_events
from tests.clinic.intake.staging import prepared
from tests.clinic.scheduling.conftest import monday, osei  # noqa: F401  fixtures

PERSON = {
    "given": "Lucía",
    "family": "Ortega",
    "birth_date": "20 May 1985",
    "email": "Lucia@Home.test",
    "phone": "(413) 555-0177",
    "reach": "email",
    "reason": "My knee",
}


@pytest.fixture
def office(act, organization):
    with act(SystemActor(organization.id)):
        return HealthcareService.objects.create(name="Office visit", self_booking="anybody")


@pytest.fixture
def visitor(organization, adam, osei, office, each_on_its_own):  # noqa: F811
    """A browser at the public door, and what it does there."""
    questionnaire = prepared(organization, adam)

    def browser():
        client = each_on_its_own(Client(), organization)
        client.home = f"/book/{questionnaire.address}/"
        client.times = f"{client.home}{office.id}/"
        return client

    client = browser()
    client.another = browser
    return client


@pytest.fixture
def told(act, organization):
    """What was sent, after the worker has been: newest first (the clock stands still), as it goes out."""
    order: list[str] = []

    def read():
        deliver_events(str(organization.id))
        with act(SystemActor(organization.id)):
            found = {one.effect_key: one for one in Notice.objects.order_by("effect_key")}
            order[:0] = [key for key in found if key not in order]
            return [
                SimpleNamespace(notice=one, kind=one.kind, to=one.to_address, body=body_of(one))
                for one in (found[key] for key in order)
            ]

    return read


def values(page: str) -> list[str]:
    """The times that a page offers."""
    return re.findall(r'name="slot" value="([^"]+)"', page)


def choose(client, number: int = 0):
    offered = values(client.get(client.times).content.decode())
    return client.post(client.times, {"slot": offered[number]})


def code_in(body: str) -> str:
    found = re.search(r"\b(\d{6})\b", body)
    assert found, body
    return found[1]
