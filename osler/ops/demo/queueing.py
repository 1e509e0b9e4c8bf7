"""Queues of the demo: two at each site with a screen, and today's in full swing."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import Q

from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.models import Appointment, Queue, QueueEntry
from osler.clinic.scheduling.queries import day_bounds
from osler.clinic.scheduling.queue.queueing import enter_queue, take_in_walk_in
from osler.clinic.scheduling.queue.queues import open_screen, save_queue
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import Location
from osler.kernel import clock
from osler.ops.demo.chance import Chance
from osler.ops.demo.house import House

QUEUES = (("Clinicians", "A", ()), ("Laboratory", "L", ("Blood test", "Ultrasound")))
CAME = (
    ("Office visit", 4, ""),
    ("Nurse visit", 11, "Short of breath"),
    ("Blood test", 17, ""),
    ("Office visit", 26, ""),
)
"""Who comes without appointment to each site: for what, so many minutes ago, and why it cannot wait."""
LONGEST = timedelta(minutes=50)


def make_queues(house: House) -> None:
    """Set up the queues of each site and a screen in its waiting room."""
    actor = house.actors["admin"]
    with acting(actor, reason="demo"):
        for site in house.sites:
            for name, letter, services in QUEUES:
                queue = Queue(site=site, name=name, letter=letter)
                save_queue(queue, members=[house.services[one] for one in services], actor=actor)
            open_screen(site, name="Waiting room", actor=actor)


def bring_queue_up(house: House, patients: list[Patient], chance: Chance, *, today: date) -> None:
    """Who has come today has a number, in the order of coming; some came without appointment, and those of
    whom nobody has taken care for long have been seen meanwhile. Who acts is set."""
    now = clock.now()
    _see_to(now)
    start, end = day_bounds(today, zone=house.zone)
    of_today = Appointment.objects.filter(period_start__gte=start, period_start__lt=end)
    expected = set(of_today.values_list("patient_id", flat=True))
    rows = of_today.filter(arrived_at__isnull=False, queue_entries=None)
    for row in rows.select_related("location").order_by("arrived_at", "id"):
        enter_queue(row)
    others = [one for one in patients[1:] if one.id not in expected]
    pool = iter(chance.sample(others, min(len(others), len(CAME) * len(house.sites))))
    for site in house.sites:
        waiting = QueueEntry.objects.waiting()  # type: ignore[attr-defined]
        if not waiting.filter(site=site, appointment__is_walk_in=True).exists():
            _come(house, site, pool, now=now)


def _come(house: House, site: Location, pool: Iterator[Patient], *, now: datetime) -> None:
    actor = house.actors["reception"]
    open_ones = Queue.objects.filter(site=site, active=True).select_related("site")
    queues = {queue.letter: queue for queue in open_ones}
    for name, minutes, why in CAME:
        letter = "L" if name in QUEUES[1][2] else "A"
        patient = next(pool, None)
        if letter not in queues or patient is None:
            continue
        entry = take_in_walk_in(
            patient,
            queue=queues[letter],
            service=house.services.get(name),
            priority=2 if why else 4,
            priority_reason=why,
            actor=actor,
        )
        came = now - timedelta(minutes=minutes)
        entry.appointment.arrived_at = entry.waits_from = came
        entry.appointment.save()
        entry.save()


def _see_to(now: datetime) -> None:
    """Walk-ins who have waited for very long were seen, as the others of the day were."""
    waited = Q(status="arrived", arrived_at__lt=now - LONGEST)
    sat = Q(status="checked-in", arrived_at__lt=now - 10 * LONGEST)
    rows = Appointment.objects.filter(waited | sat, is_walk_in=True)
    for row in rows.select_for_update(of=("self",)):
        row.status = "fulfilled"
        row.roomed_at = row.roomed_at or row.arrived_at + timedelta(minutes=15)
        row.finished_at = row.roomed_at + timedelta(minutes=20)
        row.save()
