"""Processes that are killed in the middle of writes leave no change without its event, and no event
without its change (A26). `OSLER_FULL=1` kills a thousand of them."""

import json
import logging
import random
import subprocess
import sys

import psycopg
import pytest

from osler.ops.supervisor.cluster import ADMIN
from tests.environment import FULL
from tests.simulation.installation import Embedded
from tests.simulation.trail import changes
from tests.simulation.writers import Observations, Registrations

log = logging.getLogger(__name__)
pytestmark = pytest.mark.slow
KILLS = 1000 if FULL else 20
FIRST = 10_000_000  # beyond all numbers of other tests


def test_a_change_and_its_event_are_one(clinic: Embedded, chance: random.Random) -> None:
    given = [str(KILLS), str(chance.randrange(2**31)), str(FIRST), json.dumps(clinic.staged)]
    command = [sys.executable, "-m", "tests.simulation.killing", *given]
    done = subprocess.run(command, env=clinic.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])

    for name, door in (("register", Registrations), ("observe", Observations)):
        acked = {number for deed, number in told["acked"] if deed == name}
        stored = {number for (number,) in clinic.ask(door.stored_sql) if number and number >= FIRST}
        assert acked <= stored
        assert len(stored) <= len(acked) + told["halfway"] + 2  # those of before the first fork
    with psycopg.connect(clinic.cluster.dsn(ADMIN)) as admin:
        total = changes(admin)
    log.info(
        "%s processes killed, %s while writing; %s writes acknowledged; %s changes, each with its event",
        KILLS,
        told["halfway"],
        len(told["acked"]),
        total,
    )
    assert told["halfway"] > 0
    assert len(told["acked"]) > 0
    assert told["refused"] == []
