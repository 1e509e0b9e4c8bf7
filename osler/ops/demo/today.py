"""Today in full swing: some visits done, some in rooms, some waiting, the rest to come."""

from collections.abc import Collection
from datetime import date, timedelta
from itertools import cycle

from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.wall_time import instant_of, set_period
from osler.foundation.directory.models import Practitioner
from osler.kernel import clock
from osler.ops.demo.chance import Chance
from osler.ops.demo.days import SLOTS, Days, add_draft, add_visit, visit_of
from osler.ops.demo.house import House
from osler.ops.demo.stages import SEEN, bring_to, give_rooms, show_every_stage, stage_by_clock, stage_of

BUSY = 0.7  # the share of today's times that are taken


def make_today(house: House, patients: list[Patient], chance: Chance, *, today: date) -> list[Appointment]:
    """A day's appointments as far as the clock has come; on a weekend too, so that the board lives.

    The demo patient is the doctor's patient of the next hour.
    """
    now, rows = clock.now(), []
    pool = cycle(chance.sample(patients[1:], min(len(patients) - 1, 400)))
    for doctor, site in house.clinicians:
        for at in SLOTS:
            if not chance.happens(BUSY):
                continue
            start = instant_of(today, at, zone=house.zone)
            appointment = Appointment(
                patient=next(pool),
                practitioner=doctor,
                location=site,
                service=house.services["Office visit"],
            )
            set_period(appointment, start, end=start + timedelta(minutes=20), zone=house.zone)
            bring_to(appointment, stage_by_clock(start, now, chance), now=now, chance=chance)
            rows.append(appointment)
    show_every_stage(rows, now=now, chance=chance)
    give_rooms(rows, house.rooms)
    place_demo_patient(rows, patients[0], house.clinicians[0][0])
    days = Days(appointments=rows)
    add_visits(days, rows, chance, today)
    days.write()
    return rows


def add_visits(
    days: Days, rows: list[Appointment], chance: Chance, today: date, *, unsigned: Collection[object] = ()
) -> None:
    """What was written so far: signed notes of what is over, drafts of what goes on; each
    clinician has one visit that is over and whose note is not signed yet, unless there is one."""
    unsigned = set(unsigned)
    for row in rows:
        reason = chance.reason(row.patient.birth_date, today)
        row.reason = row.reason or reason["reason"]
        stage = stage_of(row)
        if stage == "fulfilled" and row.practitioner_id in unsigned:
            add_visit(days, row, reason, chance)
        elif stage in ("fulfilled", SEEN):
            unsigned.add(row.practitioner_id)
            add_draft(days, row, reason, chance)
        elif stage == "checked-in":
            days.encounters.append(visit_of(row, "arrived"))


def place_demo_patient(rows: list[Appointment], patient: Patient, doctor: Practitioner) -> None:
    """The first visit of the demo's doctor that is still to come belongs to the demo's patient."""
    waiting = [
        row for row in rows if row.practitioner_id == doctor.id and row.status in ("booked", "arrived")
    ]
    if waiting:
        waiting[0].patient, waiting[0].reason = patient, "Diabetes review"
