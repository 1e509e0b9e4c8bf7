"""A reminder goes once, whatever is killed (A52): few kills by default, 200 with OSLER_FULL=1."""

import random
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from osler.clinic.communication.models import Notice, ReminderLadder, ReminderStep
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.wall_time import set_period
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import Location
from osler.foundation.jobs.outbox import SystemActor
from osler.interop.gateways.loopback_phones import DROPS, TWICE, LoopbackPhones
from tests.conftest import Clinic, new_patient
from tests.environment import FULL, SEED
from tests.foundation.jobs.running import environment, free_port

pytestmark = pytest.mark.slow
NOW = datetime(2027, 3, 8, 19, 0, tzinfo=UTC)
VISITS, KILLS = (60, 200) if FULL else (16, 5)


def booked(clinic: Clinic) -> tuple[set[str], set[str]]:
    """Visits in two days; the numbers of those that hold, and of those that are cancelled."""
    held, cancelled = set(), set()
    with acting(SystemActor(clinic.organization.id)):
        site = Location.objects.create(name="Main Street", zone="America/New_York")
        ladder = ReminderLadder.objects.create(quiet_from="21:00", quiet_until="08:00")
        for minutes in (2 * 1440, 180):
            ReminderStep.objects.create(ladder=ladder, lead_minutes=minutes, by="sms")
    for number in range(VISITS):
        ending = {5: TWICE, 7: DROPS}.get(number, f"{1000 + number}")
        patient = new_patient(clinic.organization, phone=f"+1413555{ending}")
        with acting(SystemActor(clinic.organization.id)):
            status = "cancelled" if number % 8 == 3 else "booked"
            visit = Appointment(patient=patient, location=site, status=status)
            start = NOW + timedelta(hours=47, minutes=number % 30)
            set_period(visit, start, end=start + timedelta(minutes=20), zone=site.zone)
            visit.save()
        (held if status == "booked" else cancelled).add(patient.phone)
    return held, cancelled


def test_killed_workers_send_each_reminder_once_none_is_missing_and_none_goes_after_a_cancel(
    live_clinic: Clinic, tmp_path: Path
) -> None:
    seed = SEED or random.SystemRandom().randrange(1, 2**31)
    print(f"OSLER_SEED={seed}")
    held, cancelled = booked(live_clinic)
    arguments = [str(KILLS), str(seed), NOW.isoformat(), str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.interop.gateways.reminding", *arguments],
        env=environment(live_clinic.name, free_port()),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]

    with acting(SystemActor(live_clinic.organization.id)):
        notices = dict(Notice.objects.values_list("to_address", "status"))
        assert Notice.objects.count() == len(notices)
    shown = Counter(text.number for text in LoopbackPhones(tmp_path).texts(limit=1000))
    assert set(notices) == held  # none is missing
    assert set(notices.values()) <= {"sent", "unknown"}  # whoever died with one in hand left it to a person
    assert set(shown) & cancelled == set()
    doubled = {number for number, count in shown.items() if count > 1}
    assert doubled <= {number for number in held if number.endswith(TWICE)}  # by the network, not by us
    assert {number for number, status in notices.items() if status == "sent"} <= set(shown)
