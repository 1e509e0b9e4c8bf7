"""What becomes of requests when the database goes away, and when it is back."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection, connections
from django.test import Client

from osler.foundation.access.actors import Actor
from osler.foundation.access.roles import Role
from osler.ops.supervisor.cluster import ADMIN
from tests.conftest import Clinic, new_actor, new_patient, signed_in
from tests.databases import CLUSTER
from tests.interop.fhir.conftest import Api


@pytest.fixture
def alice(live_clinic: Clinic) -> Actor:
    return new_actor(live_clinic.organization, Role.PHYSICIAN, "Alice Bell", practitioner=True)


@pytest.fixture
def no_database() -> Iterator[None]:
    """Nobody is at the socket."""
    connections.close_all()
    place = connection.settings_dict["HOST"]
    connection.settings_dict["HOST"] = "/nowhere"
    yield
    connection.close()
    connection.settings_dict["HOST"] = place


def cut(clinic: Clinic) -> int:
    """End our connection from the other side, and see it gone; the id of its process."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (process,) = cursor.fetchone()
    with psycopg.connect(CLUSTER.dsn(ADMIN, clinic.name), autocommit=True) as admin:
        assert admin.execute("SELECT pg_terminate_backend(%s, 10000)", [process]).fetchone() == (True,)
    return int(process)


def test_a_connection_that_died_is_replaced_before_it_is_needed(live_clinic: Clinic, alice: Actor) -> None:
    patient = new_patient(live_clinic.organization)
    api, pages = Api(alice), signed_in(Client(), alice)
    answers = []

    for ask in (
        lambda: api.get(f"/Patient/{patient.id}"),
        lambda: pages.get(f"/patients/{patient.id}/"),
        lambda: Client().get("/fhir/R4/metadata"),
    ):
        process = cut(live_clinic)
        answers.append(ask().status_code)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            assert cursor.fetchone() != (process,)

    assert answers == [200, 200, 200]


def test_while_it_is_away_every_door_says_so(live_clinic: Clinic, alice: Actor, no_database: None) -> None:
    visitor = Client(raise_request_exception=False)
    visitor.cookies["osler_staff"] = "somebody"
    api = visitor.get("/fhir/R4/Patient/1", HTTP_AUTHORIZATION="Bearer osl_x")
    page = visitor.get("/home/")

    assert (api.status_code, api["Retry-After"], api.json()["issue"][0]["code"]) == (503, "5", "transient")
    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert "whether this last step was done is not known" in page.content.decode()
    assert visitor.get("/readyz").status_code == 503
    assert visitor.get("/healthz").status_code == 200
