"""Processes that are killed in the middle of an import, and two that run one at once: nobody comes twice,
nobody is missing."""

import os
import random
import signal
import time
from datetime import date
from typing import Any

import pytest
from django.db import connections

from osler.clinic.patients.importing import taking
from osler.clinic.patients.importing.at_once import begin, finish
from osler.clinic.patients.models import ImportRow, Patient, PatientIdentifier, PatientImport
from osler.foundation.access.actors import Actor
from osler.foundation.access.roles import Role
from osler.foundation.audit.context import acting
from tests.conftest import new_actor
from tests.environment import FULL, SEED
from tools.bench.people_file import people_file

pytestmark = pytest.mark.slow
ROWS, BATCH, LONGEST = (20_000, 500, 15.0) if FULL else (600, 40, 1.0)
"""Rows of the file and of a batch, and after how many seconds a process is killed at the latest."""
KILLS = 6


@pytest.fixture
def admin(live_clinic: Any, monkeypatch: pytest.MonkeyPatch) -> Actor:
    monkeypatch.setattr(taking, "BATCH", BATCH)
    return new_actor(live_clinic.organization, Role.ADMINISTRATOR, "Adam Gray")


@pytest.fixture
def chance() -> random.Random:
    """The seed is printed when a test fails; OSLER_SEED repeats it."""
    seed = SEED or random.SystemRandom().randrange(1, 2**31)
    print(f"OSLER_SEED={seed}")
    return random.Random(seed)


def begun(admin: Actor, chance: random.Random) -> tuple[PatientImport, dict[int, int]]:
    made = people_file(ROWS, seed=chance.randrange(2**31), share=0.05, today=date(2026, 11, 1))
    return begin(made.text.encode(), name="people.csv", said=None, actor=admin), made.doubles


def working(patient_import: PatientImport, admin: Actor) -> int:
    """The id of a process that takes the import to its end."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            finish(patient_import, actor=admin, progress=lambda _done: None)
            code = 0
        finally:
            os._exit(code)
    return child


def require_whole(patient_import: PatientImport, admin: Actor) -> None:
    """Each row came to one end, and each row that was registered made one patient."""
    with acting(admin):
        patient_import.refresh_from_db()
        assert patient_import.status == "done"
        rows = list(ImportRow.objects.order_by("number"))
        assert [row.number for row in rows] == list(range(2, ROWS + 2))
        made = [row.made_id for row in rows if row.fate == "created"]
        assert sorted(made) == sorted(Patient.objects.values_list("id", flat=True))
        assert len(made) == len(set(made))
        numbers = PatientIdentifier.objects.values_list("value", flat=True)
        assert len(numbers) == len(set(numbers))


def test_an_import_that_is_killed_again_and_again_comes_to_its_end(
    admin: Actor, chance: random.Random
) -> None:
    patient_import, doubles = begun(admin, chance)
    halfway = 0
    for _kill in range(KILLS):
        child = working(patient_import, admin)
        time.sleep(chance.uniform(0.05, LONGEST))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with acting(admin):
            halfway += 0 < ImportRow.objects.count() < ROWS
    finish(patient_import, actor=admin, progress=lambda _done: None)
    require_whole(patient_import, admin)
    with acting(admin):
        held = set(ImportRow.objects.filter(fate="held").values_list("number", flat=True))
    assert len(held & set(doubles)) >= 0.8 * len(doubles)
    print(f"killed halfway: {halfway} of {KILLS}")


def test_two_processes_share_one_import(admin: Actor, chance: random.Random) -> None:
    patient_import, _doubles = begun(admin, chance)
    children = [working(patient_import, admin), working(patient_import, admin)]
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
    require_whole(patient_import, admin)
