"""How many cases, from which seed; a clinic full of people to try them on."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.test.utils import override_settings

from osler.foundation.access.actors import load_actor
from osler.foundation.accounts.models import User
from osler.interop.fhir.doors.tokens import forget_callers
from osler.ops.demo.house import House
from tests import databases
from tests.conftest import signed_in
from tests.demo import make_demo
from tests.environment import CASES, SEED
from tests.hostile.clinic import Clinic
from tests.interop.fhir.conftest import api, chart  # noqa: F401

START = SEED or random.SystemRandom().randrange(1, 2**31)
ROLES = ("reception", "nurse", "doctor", "lab", "billing", "admin", "privacy")


def cases(modest: int) -> int:
    """How many cases to try: OSLER_CASES, or a modest number."""
    return CASES or modest


@pytest.fixture
def chance() -> random.Random:
    """The seed is printed when a test fails; OSLER_SEED repeats it."""
    print(f"OSLER_SEED={START}")
    return random.Random(START)


def doors_of(house: House) -> dict[str, Client]:
    """A client of each role, of the patient, and of nobody; errors of views become 500s."""
    clients = {"nobody": Client(raise_request_exception=False)}
    for name in ROLES:
        clients[name] = signed_in(Client(raise_request_exception=False), house.actors[name])
    found = load_actor(User.objects.get(email="patient@demo.test").pk, realm="portal")
    assert found is not None
    clients["patient"] = signed_in(Client(raise_request_exception=False), found[0])
    return clients


@pytest.fixture(scope="module")
def clinic(django_db_setup: None, django_db_blocker: Any) -> Iterator[Clinic]:
    """All that each role can reach in the demo clinic, found once; in a database of its own."""
    with django_db_blocker.unblock():
        demo, house = databases.made_once("demo", make_demo)
        with override_settings(TIME_ZONE=house.zone):
            source, found = databases.made_once("house", lambda: Clinic(house, doors_of(house)), demo)
            with databases.pointed_clone("house", source) as name:
                found.doors, found.database = doors_of(found.house), name
                yield found


@pytest.fixture(scope="module")
def doors(clinic: Clinic) -> dict[str, Client]:
    """A client of each role."""
    return clinic.doors


@pytest.fixture(scope="module")
def full_house(clinic: Clinic) -> House:
    """The clinic's people and things."""
    return clinic.house


@pytest.fixture(autouse=True)
def fresh_callers() -> None:
    """No token of another test's clinic is remembered."""
    forget_callers()
