"""How many cases, from which seed; a clinic full of people to try them on."""

import random
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.test import Client

from osler.foundation.access.actors import NOBODY, load_actor
from osler.foundation.accounts.models import User
from osler.foundation.audit.context import acting
from osler.interop.fhir.doors.tokens import forget_callers
from osler.kernel import clock
from osler.ops.demo.house import House
from osler.ops.demo.making import make_clinic
from osler.ops.demo.zone import HOME
from tests.conftest import signed_in
from tests.environment import CASES, SEED
from tests.hostile.clinic import Clinic
from tests.interop.fhir.conftest import api, chart  # noqa: F401

START = SEED or random.SystemRandom().randrange(1, 2**31)
PATIENTS = 320
ROLES = ("reception", "nurse", "doctor", "lab", "billing", "admin", "privacy")


def cases(modest: int) -> int:
    """How many cases to try: OSLER_CASES, or a modest number."""
    return CASES or modest


@pytest.fixture
def chance() -> random.Random:
    """The seed is printed when a test fails; OSLER_SEED repeats it."""
    print(f"OSLER_SEED={START}")
    return random.Random(START)


@pytest.fixture(scope="module")
def full_house(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[House]:
    """The demo clinic, undone when the module is done."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        house = make_clinic(seed=1867, count=PATIENTS, today=clock.today(ZoneInfo(HOME)))
        with acting(NOBODY):
            pass  # whoever acted last in making it acts no longer: requests find a connection of nobody's
        yield house
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def doors(full_house: House) -> dict[str, Client]:
    """A client of each role, of the patient, and of nobody; errors of views become 500s."""
    clients = {"nobody": Client(raise_request_exception=False)}
    for name in ROLES:
        clients[name] = signed_in(Client(raise_request_exception=False), full_house.actors[name])
    found = load_actor(User.objects.get(email="patient@demo.test").pk, realm="portal")
    assert found is not None
    clients["patient"] = signed_in(Client(raise_request_exception=False), found[0])
    return clients


@pytest.fixture(scope="module")
def clinic(full_house: House, doors: dict[str, Client]) -> Clinic:
    """All that each role can reach."""
    return Clinic(full_house, doors)


@pytest.fixture(autouse=True)
def fresh_callers() -> None:
    """No token of another test's clinic is remembered."""
    forget_callers()
