"""Web processes that are killed in the middle of writing: `python -m tests.simulation.killing KILLS SEED`.

Runs in the environment of an installation. Each process is a fork that has the whole of Osler in it and
answers requests, registrations, changes and FHIR creates by chance, until it is killed -9.
"""

import json
import os
import random
import signal
import sys
import time
from itertools import count
from typing import Any

import django

from tests.simulation.staging import PASSWORD, RECEPTION

LIVES = 6  # as many writes, at the pace of this machine, before the longest-lived is killed
BEGUN, DONE = b"b", b"d"
LETTERS = "bcdfghklmnprstvw"


class Hand:
    """Writes through the pages and the FHIR door of this very process."""

    def __init__(self, token: str, patients: list[str]) -> None:
        from django.test import Client

        self.client, self.token, self.patients = Client(HTTP_HOST="127.0.0.1"), token, patients
        self.client.get("/")
        self.client.post("/", {"login": RECEPTION, "password": PASSWORD})

    def register(self, number: int, chance: random.Random) -> int:
        given, family = ("".join(chance.choices(LETTERS, k=9)).capitalize() for _ in range(2))
        form = {
            "given": given,
            "family": family,
            "birth_date": f"{chance.randrange(1, 13)}/14/{chance.randrange(1930, 2010)}",
            "gender": "male",
            "phone": f"555-{number % 1000:03}-{number // 1000 % 10_000:04}",
            "email": f"n{number}@kill.test",
            "idempotency_key": f"killing {number}",
        }
        return int(self.client.post("/patients/new/", form).status_code) - 302

    def amend(self, number: int, chance: random.Random) -> int:
        from osler.clinic.patients.models import Patient
        from osler.foundation.audit.context import acting
        from osler.foundation.directory.tenants import tenants
        from osler.foundation.jobs.outbox import SystemActor

        ((organization, _name),) = tenants()
        with acting(SystemActor(organization)):
            patient = Patient.objects.get(id=chance.choice(self.patients))
        form = {
            "given": "Reader",
            "family": patient.family,
            "birth_date": "3/14/1950",
            "gender": "male",
            "phone": f"555-{number % 1000:03}-0000",
            "contact_by": "email",
            "email": patient.email,
            "version": str(patient.version),
        }
        return int(self.client.post(f"/patients/{patient.id}/edit/", form).status_code) - 302

    def observe(self, number: int, chance: random.Random) -> int:
        body = {
            "resourceType": "Observation",
            "status": "final",
            "code": {"text": "Height"},
            "subject": {"reference": f"Patient/{chance.choice(self.patients)}"},
            "identifier": [{"system": "urn:kill", "value": str(number)}],
        }
        answer = self.client.post(
            "/fhir/R4/Observation",
            json.dumps(body),
            content_type="application/fhir+json",
            HTTP_AUTHORIZATION=f"Bearer {self.token}",
        )
        return int(answer.status_code) - 201


def live(hand: Hand, numbers: Any, seed: int, told: int) -> None:
    """Write for ever, telling of each write when it begins and when it is acknowledged."""
    chance = random.Random(seed)
    while True:
        deed, number = chance.choice([hand.register, hand.amend, hand.observe]), next(numbers)
        os.write(told, BEGUN + b"\n")
        missed = deed(number, chance)
        os.write(told, f"{deed.__name__} {number} {missed}\n".encode() + DONE + b"\n")


def kill_one(hand: Hand, numbers: Any, seed: int, life: float) -> list[str]:
    """What one process told until it was killed."""
    hears, told = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(hears)
        try:
            live(hand, numbers, seed, told)
        finally:
            os._exit(1)
    os.close(told)
    with os.fdopen(hears, "rb") as lines:
        first = lines.readline()
        time.sleep(life)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return [first.decode().strip(), *(line.decode().strip() for line in lines.readlines())]


def main(kills: int, seed: int, first: int, staged: dict[str, Any]) -> None:
    """Kill so many processes; print what they had acknowledged, and how many died while writing."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "osler.config.settings"
    django.setup()
    from django.db import connections

    chance = random.Random(seed)
    hand = Hand(staged["token"], staged["patients"])
    for number in range(2):  # all is loaded before the first fork, and the pace is known
        connections.close_all()
        begun = time.monotonic()
        for place, deed in enumerate((hand.register, hand.amend, hand.observe)):
            assert deed(first + 3 * number + place, chance) == 0, deed.__name__
        pace = (time.monotonic() - begun) / 3
    connections.close_all()
    acked: list[tuple[str, int]] = []
    refused, halfway = [], 0
    for number in range(kills):
        numbers = count(first + 1000 * (number + 1))
        said = kill_one(hand, numbers, chance.randrange(2**31), chance.uniform(0, LIVES * pace))
        halfway += said[-1] == BEGUN.decode()
        for line in said:
            if line.count(" ") == 2:
                name, which, missed = line.split()
                acked.append((name, int(which))) if missed == "0" else refused.append(line)
    print(json.dumps({"acked": acked, "refused": refused, "halfway": halfway}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), json.loads(sys.argv[4]))
