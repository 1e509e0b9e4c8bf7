"""The live stream as it really runs: who hears what, who is turned away, what a lost database does to it."""

import socket
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
import time_machine
from django.db import connections

from osler.clinic.communication.threads import open_thread
from osler.foundation.access.roles import Role
from osler.foundation.audit.context import acting
from osler.foundation.jobs.live import CHANNEL, TICKET_SECONDS, TOPICS, organization_of, tell, ticket
from osler.kernel.keys import uuid7
from osler.ops.supervisor.cluster import ADMIN
from tests import databases
from tests.conftest import Clinic, new_actor, new_organization, new_patient
from tests.foundation.jobs.running import free_port, running

SECONDS = 20


class Listener:
    """An open page."""

    def __init__(self, port: int, query: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        self.socket.sendall(f"GET /?{query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        self.heard = b""

    def until(self, words: bytes) -> str:
        """Everything heard until these words; fails when they do not come."""
        while words not in self.heard:
            more = self.socket.recv(4096)
            assert more, f"hung up after {self.heard!r}"
            self.heard += more
        return self.heard.decode()

    def rest(self) -> str:
        """Everything until the other side hangs up."""
        while more := self.socket.recv(4096):
            self.heard += more
        return self.heard.decode()

    def silence(self, seconds: float) -> bytes:
        """What comes within so long."""
        self.socket.settimeout(seconds)
        try:
            return self.socket.recv(4096)
        except TimeoutError:
            return b""
        finally:
            self.socket.settimeout(SECONDS)

    def close(self) -> None:
        self.socket.close()


@pytest.fixture(scope="module")
def clinic(django_db_setup: None, django_db_blocker: Any) -> Iterator[Clinic]:
    """One database for all that is heard here."""
    before = connections["default"].settings_dict["NAME"]
    with django_db_blocker.unblock(), databases.clone("stream") as name:
        databases.point_to(name)
        try:
            yield Clinic(name, new_organization())
        finally:
            connections.close_all()
            databases.point_to(before)


@pytest.fixture(scope="module")
def stream(clinic: Clinic) -> Iterator[int]:
    """The port of a running stream."""
    port = free_port()
    with running("stream", clinic.name, port) as log:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and listeners(clinic) == []:
            time.sleep(0.1)
        assert listeners(clinic), log.read_text()
        yield port + 1


def listeners(clinic: Clinic) -> list[int]:
    """The connections that listen."""
    with psycopg.connect(databases.CLUSTER.dsn(ADMIN, clinic.name)) as superuser:
        found = superuser.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = %s AND query = %s",
            [clinic.name, f"LISTEN {CHANNEL}"],
        )
        return [pid for (pid,) in found]


def notify(clinic: Clinic, topic: str, organization: UUID) -> None:
    with psycopg.connect(databases.CLUSTER.dsn(ADMIN, clinic.name), autocommit=True) as superuser:
        superuser.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{topic}:{organization}"])


def test_a_page_hears_its_own_tenant_and_learns_topics_only(clinic: Clinic, stream: int) -> None:
    here, there = clinic.organization.id, new_organization("Other").id
    page, other = Listener(stream, f"ticket={ticket(here)}"), Listener(stream, f"ticket={ticket(there)}")
    head = page.until(b"retry: 2000\n\n")
    other.until(b"retry: 2000\n\n")
    for topic in TOPICS:
        notify(clinic, topic, here)
    page.until(b"event: inbox\ndata: changed\n\n")
    notify(clinic, "board", there)

    assert head.startswith("HTTP/1.1 200 OK")
    assert "Content-Type: text/event-stream" in head
    assert "Cache-Control: no-store" in head
    events = page.heard.decode().split("retry: 2000\n\n")[1]
    assert events == "".join(f"event: {topic}\ndata: changed\n\n" for topic in TOPICS)
    assert other.until(b"event: board\ndata: changed\n\n").count("event: ") == 1
    assert page.silence(0.5) == b""
    for listener in (page, other):
        listener.close()


def test_a_change_in_the_clinic_is_heard_and_names_nobody(clinic: Clinic, stream: int) -> None:
    doctor = new_actor(clinic.organization, Role.PHYSICIAN, "Alice Bell", practitioner=True)
    patient = new_patient(clinic.organization, family="Zqcanary")
    page = Listener(stream, f"ticket={ticket(clinic.organization.id)}")
    page.until(b"retry: 2000\n\n")
    with acting(doctor):
        open_thread(patient, subject="Zqcanary", body="Zqcanary", actor=doctor)

    events = page.until(b"event: inbox\ndata: changed\n\n").split("retry: 2000\n\n")[1]
    assert set(events.split("\n\n")) == {"event: inbox\ndata: changed", ""}
    page.close()


def test_without_a_good_ticket_nothing_is_heard(clinic: Clinic, stream: int) -> None:
    good = ticket(clinic.organization.id)
    with time_machine.travel(time.time() - TICKET_SECONDS - 60):
        old = ticket(clinic.organization.id)
    for query in (
        "",
        "ticket=",
        f"ticket={old}",
        f"ticket={ticket(None)}",
        f"ticket={good[:-1]}{'A' if good[-1] != 'A' else 'B'}",
        f"ticket={clinic.organization.id}",
        f"ticket=x&ticket={good}",
        f"tocket={good}",
        f"ticket={'x' * 4000}",
    ):
        answer = Listener(stream, query).rest()
        assert answer.startswith("HTTP/1.1 403 Forbidden"), query
        assert "event" not in answer


@pytest.mark.parametrize(
    "words",
    [b"\r\n\r\n", b"GET\r\n\r\n", b"\xff\xfe\x00\r\n\r\n", b"GET //[ HTTP/1.1\r\n\r\n", b"x" * 40_000],
)
def test_what_is_no_request_is_hung_up_on_and_harms_nobody(clinic: Clinic, stream: int, words: bytes) -> None:
    page = Listener(stream, f"ticket={ticket(clinic.organization.id)}")
    page.until(b"retry: 2000\n\n")
    with socket.create_connection(("127.0.0.1", stream), timeout=SECONDS) as strange:
        strange.sendall(words)
        try:
            answer = strange.recv(4096)
        except ConnectionResetError:
            answer = b""
    notify(clinic, "board", clinic.organization.id)

    assert answer in (b"", b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    page.until(b"event: board\ndata: changed\n\n")
    page.close()


def test_after_the_database_was_lost_every_page_fetches_again(clinic: Clinic, stream: int) -> None:
    page = Listener(stream, f"ticket={ticket(clinic.organization.id)}")
    page.until(b"retry: 2000\n\n")
    with psycopg.connect(databases.CLUSTER.dsn(ADMIN, clinic.name), autocommit=True) as superuser:
        for pid in listeners(clinic):
            superuser.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    page.until(b"event: *\ndata: changed\n\n")
    notify(clinic, "lab", clinic.organization.id)
    page.until(b"event: lab\ndata: changed\n\n")
    page.close()


def test_a_ticket_names_its_tenant_until_it_is_old() -> None:
    key = uuid7()
    good = ticket(key)
    with time_machine.travel(time.time() + TICKET_SECONDS + 1):
        late = organization_of(good)

    assert organization_of(good) == str(key)
    assert (late, organization_of(ticket(None)), organization_of(""), organization_of("a:b:c")) == (None,) * 4


def test_only_known_topics_are_told() -> None:
    with pytest.raises(ValueError, match="unknown topic"):
        tell("patients_patient", "names")
