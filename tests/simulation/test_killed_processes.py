"""kill -9 of every process of an installation while clients write to it (A58, A59, A26).

Nothing acknowledged is lost, nothing is there twice, and it serves again by itself: within 10 s on a
quiet machine, which the log tells and no assertion measures. Small by default; `OSLER_FULL=1 python3
tools/dev.py test tests/simulation -n 0 --log-cli-level=INFO` kills each process five times.
"""

import logging
import random
import re
import time
import urllib.request
from collections.abc import Callable
from http.client import HTTPResponse
from pathlib import Path

import psycopg
import pytest
from aiosmtpd.controller import Controller

from osler.ops.supervisor.cluster import ADMIN
from tests.environment import FULL
from tests.simulation.installation import PATIENCE, WEB_WORKERS, Embedded, is_alive, sockets, until
from tests.simulation.trail import changes
from tests.simulation.writers import Bookings, Desk, Load, doors_of

log = logging.getLogger(__name__)
pytestmark = pytest.mark.slow
KILLS = 5 if FULL else 1
KEPT = ("postgres", "web", "web worker", "worker", "stream")
UNDELIVERED = "SELECT count(*) FROM jobs_outboxevent WHERE delivered_at IS NULL"
EFFECTS = """
SELECT (SELECT count(*) FROM jobs_outboxevent WHERE name = 'AppointmentBooked'),
       (SELECT count(*) FROM communication_notice WHERE kind = 'appointment-booked'),
       (SELECT count(DISTINCT effect_key) FROM communication_notice),
       (SELECT count(*) FROM scheduling_appointment)
"""
UNFINISHED = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('doing', 'failed')"
WAITING = "SELECT count(*) FROM communication_notice WHERE status = 'queued'"


def killed_under_load(
    clinic: Embedded, desk: Desk, chance: random.Random, kill: Callable[[], object], what: str
) -> Load:
    """Clients write, something is killed, they go on; every promise about what was written is held."""
    load = Load(clinic, doors_of(clinic, desk))
    with load.running():
        for _ in range(KILLS):
            begun = time.monotonic()
            until(lambda at=begun: load.everybody_wrote(at), "writes before the kill")
            time.sleep(chance.uniform(0, 0.3))
            kill()
            killed_at = time.monotonic()
            served = until(lambda at=killed_at: load.everybody_wrote(at, 1), "writes after the kill")
            ready = served + until(lambda: clinic.status("/readyz") == 200, "readiness")
            log.info("%s: every door writes again after %.2f s, ready after %.2f s", what, served, ready)
    figures = load.verdict(KILLS)
    doubtful = load.resend()
    log.info("%s: %s (acknowledged, stored, acknowledged + in flight); %s resent", what, figures, doubtful)
    assert load.faults == []
    assert [(acked, stored) for acked, stored, _ in load.verdict(0).values()] == [
        (len(writes), len(writes)) for writes in load.writes.values()
    ]
    with psycopg.connect(clinic.cluster.dsn(ADMIN)) as admin:
        log.info("%s: %s changes, each with its event", what, changes(admin))
    return load


def test_postgresql(clinic: Embedded, desk: Desk, chance: random.Random) -> None:
    killed_under_load(clinic, desk, chance, lambda: clinic.kill("postgres"), "PostgreSQL")

    if FULL:  # otherwise once, after all that is done here
        clinic.prove()


def test_a_web_worker(clinic: Embedded, desk: Desk, chance: random.Random) -> None:
    killed_under_load(
        clinic, desk, chance, lambda: clinic.kill("web worker", chance.randrange(WEB_WORKERS)), "web worker"
    )


def test_the_web_server(clinic: Embedded, desk: Desk, chance: random.Random) -> None:
    def kill() -> None:
        workers, _ = clinic.pids("web worker"), clinic.kill("web")
        until(lambda: not any(map(is_alive, workers)), "the end of the killed server's workers")

    killed_under_load(clinic, desk, chance, kill, "web server")


def test_the_worker_loses_no_event_and_tells_none_twice(
    clinic: Embedded, desk: Desk, mail: Controller, chance: random.Random
) -> None:
    killed_under_load(clinic, desk, chance, lambda: clinic.kill("worker"), "worker")

    until(lambda: clinic.ask(UNDELIVERED) == [(0,)], "all events told")
    until(lambda: clinic.ask(UNFINISHED) == [(0,)], "no job left lying")
    until(lambda: clinic.ask(WAITING) == [(0,)], "all mails sent")
    ((booked, notices, keys, appointments),) = clinic.ask(EFFECTS)
    assert (booked, notices, keys) == (appointments,) * 3
    sent = [str(taken["Message-ID"]) for taken in mail.handler.taken]
    ((in_doubt,),) = clinic.ask("SELECT count(*) FROM communication_notice WHERE status = 'unknown'")
    assert len(sent) == len(set(sent))
    assert notices - in_doubt <= len(sent) <= notices
    log.info("%s bookings, %s notices, %s mails, %s in doubt", booked, notices, len(sent), in_doubt)


def test_the_live_stream(clinic: Embedded, desk: Desk) -> None:
    bookings = Bookings(clinic, desk)
    address = re.search(r'<meta name="live" content="([^"]+)"', desk.get("/board/").body)
    assert address is not None
    assert hears_of(clinic, address[1], bookings)
    for _ in range(KILLS):
        killed = clinic.kill("stream")
        until(lambda gone=killed: clinic.pids("stream") not in ([], [gone]), "another stream")
        assert hears_of(clinic, address[1], bookings)


def hears_of(clinic: Embedded, address: str, bookings: Bookings) -> bool:
    """Whether a page that listens is told of an appointment that is booked meanwhile."""
    line = urllib.request.Request(address)
    streams = []
    until(lambda: streams.append(opened(line)) or streams[-1], "somebody who lets pages listen")
    with streams[-1] as stream:
        load = Load(clinic, [bookings], clients=1)
        with load.running():
            until(lambda: load.everybody_wrote(0.0, 1), "a booking")
        return any(row == b"event: board\n" for row in iter(stream.readline, b""))


def opened(line: urllib.request.Request) -> HTTPResponse | None:
    try:
        return urllib.request.urlopen(line, timeout=PATIENCE)
    except OSError:
        return None


def test_the_supervisor_takes_all_along_and_comes_back(clinic: Embedded, desk: Desk) -> None:
    for _ in range(KILLS):
        load = Load(clinic, doors_of(clinic, desk))
        family = [
            pid for name in ("postgres", "web", "web worker", "worker", "stream") for pid in clinic.pids(name)
        ]
        assert len(family) == len(KEPT) - 1 + WEB_WORKERS
        with load.running():
            until(lambda now=load: now.everybody_wrote(0.0), "writes before the kill")
            clinic.kill("supervisor")
        ended = until(lambda pids=family: not any(map(is_alive, pids)), "the end of all children")
        back = clinic.serve()
        log.info("supervisor: children ended after %.2f s, the next start took %.2f s", ended, back)
        log.info("supervisor: %s, %s resent", load.verdict(1), load.resend())
        assert load.faults == []

    clinic.prove()


def test_the_children_are_copies_that_share_no_connection(clinic: Embedded) -> None:
    until(lambda: clinic.pids("stream") and clinic.status("/readyz") == 200, "all processes")
    (supervisor,) = clinic.pids("supervisor")
    until(lambda: not sockets(supervisor), "the end of what the start has asked")

    found = [sockets(clinic.pids(name)[0]) for name in ("web worker", "worker", "stream")]

    assert all(found)
    assert len(set().union(*found)) == sum(map(len, found))
    assert len(list(Path(f"/proc/{supervisor}/task").iterdir())) == 1
