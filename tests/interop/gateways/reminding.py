"""Workers that remind until they are killed: `-m tests.interop.gateways.reminding KILLS SEED NOW FOLDER`.

Each is a fork that queues what is due and sends it, over and over, by a clock that may stand an hour back,
until it is killed -9. The last one is let live until nothing is left.
"""

import os
import random
import signal
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import django

LONGEST = 0.4  # seconds of a life after the first tick


def tick(now: datetime) -> None:
    """What the clock and the sender do."""
    import time_machine

    from osler.clinic.communication.reminding.planning import queue_due_reminders
    from osler.foundation.audit.context import acting
    from osler.foundation.directory.tenants import tenants
    from osler.foundation.jobs.outbox import SystemActor
    from osler.interop.gateways.texts import send_texts

    with time_machine.travel(now, tick=False):
        for organization_id, _name in tenants():
            with acting(SystemActor(organization_id)):
                queue_due_reminders(now=now, limit=3)
            send_texts(organization_id, limit=3)


def live(now: datetime, chance: random.Random, told: int, ticks: int | None) -> None:
    """Remind so many times, or for ever."""
    os.write(told, b".")
    while ticks is None or ticks > 0:
        back = timedelta(hours=1) if ticks is None and chance.random() < 0.3 else timedelta(0)
        tick(now - back)
        ticks = None if ticks is None else ticks - 1


def run(now: datetime, seed: int, *, life: float | None) -> None:
    """One process: killed after its life, or let finish."""
    hears, told = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            live(now, random.Random(seed), told, None if life is not None else 40)
            status = 0
        finally:
            os._exit(status)
    os.close(told)
    with os.fdopen(hears, "rb") as begun:
        begun.read(1)
        if life is not None:
            time.sleep(life)
            os.kill(child, signal.SIGKILL)
        _pid, status = os.waitpid(child, 0)
    if life is None and status:
        raise SystemExit("the last process did not finish")


def main(kills: int, seed: int, now: datetime, folder: Path) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "osler.config.settings"
    django.setup()
    from django.conf import settings

    settings.SMS_URL, settings.SMS_FOLDER = "loopback", folder
    chance = random.Random(seed)
    for _kill in range(kills):
        run(now, chance.randrange(2**31), life=chance.uniform(0, LONGEST))
    run(now, chance.randrange(2**31), life=None)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), datetime.fromisoformat(sys.argv[3]), Path(sys.argv[4]))
