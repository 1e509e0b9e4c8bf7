"""Today in full swing: some visits done, some in rooms, some waiting, the rest to come."""

from datetime import date, datetime, timedelta

from osler.clinic.patients.models import Patient
from osler.clinic.records.models import Encounter
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.requests import request_appointment
from osler.clinic.scheduling.wall_time import instant_of, set_period
from osler.kernel import clock
from osler.ops.demo.chance import Chance, table
from osler.ops.demo.days import SLOTS
from osler.ops.demo.house import House
from osler.ops.demo.writing import write

BUSY = 0.7  # the share of today's times that are taken
WISHES = ("Mornings", "After four o'clock", "Any day but Tuesday", "As soon as possible")


def make_today(house: House, patients: list[Patient], chance: Chance, *, today: date) -> list[Appointment]:
    """A day's appointments as far as the clock has come; on a weekend too, so that the board lives.

    The demo patient is the doctor's patient of the next hour.
    """
    now, rows, visits = clock.now(), [], []
    pool = iter(chance.sample(patients[1:], min(len(patients) - 1, 400)))
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
                reason=chance.choice(table("reasons"))["reason"],
            )
            set_period(appointment, start, end=start + timedelta(minutes=20), zone=house.zone)
            _progress(appointment, start, now, chance)
            rows.append(appointment)
            if appointment.status in ("checked-in", "fulfilled"):
                visits.append(_visit_of(appointment, now))
    _place_demo_patient(rows, patients[0], now)
    write(rows)
    write(visits)
    return rows


def _progress(appointment: Appointment, start: datetime, now: datetime, chance: Chance) -> None:
    late = (now - start) / timedelta(minutes=1)
    if late > 45:
        appointment.status = "noshow" if chance.happens(0.06) else "fulfilled"
        if appointment.status == "fulfilled":
            appointment.arrived_at = start - timedelta(minutes=chance.randint(0, 12))
            appointment.roomed_at = start + timedelta(minutes=chance.randint(2, 12))
            appointment.started_at = appointment.roomed_at + timedelta(minutes=4)
            appointment.finished_at = appointment.started_at + timedelta(minutes=chance.randint(10, 20))
    elif late > 5:
        appointment.status = "checked-in"
        appointment.arrived_at = start - timedelta(minutes=chance.randint(0, 12))
        appointment.roomed_at = start + timedelta(minutes=chance.randint(0, 5))
    elif late > -25 and chance.happens(0.7):
        appointment.status = "arrived"
        appointment.arrived_at = min(now, start) - timedelta(minutes=chance.randint(1, 18))


def _visit_of(appointment: Appointment, now: datetime) -> Encounter:
    is_over = appointment.status == "fulfilled"
    return Encounter(
        patient=appointment.patient,
        appointment=appointment,
        practitioner=appointment.practitioner,
        location=appointment.location,
        status="finished" if is_over else "arrived",
        reason=appointment.reason,
        display="Office visit",
        started_at=min(appointment.roomed_at or now, now),
        finished_at=appointment.finished_at if is_over else None,
    )


def _place_demo_patient(rows: list[Appointment], patient: Patient, now: datetime) -> None:
    """The first visit of the demo's doctor that is still to come belongs to the demo's patient."""
    doctor = rows[0].practitioner_id
    waiting = [row for row in rows if row.practitioner_id == doctor and row.status in ("booked", "arrived")]
    if waiting:
        waiting[0].patient, waiting[0].reason = patient, "Diabetes review"


def make_requests(house: House, patients: list[Patient], chance: Chance) -> None:
    """Patients who have asked for an appointment and wait for the desk."""
    actor = house.actors["reception"]
    for patient in chance.sample(patients[1:], 6):
        request_appointment(
            patient,
            service=house.services[chance.choice(["Office visit", "Annual physical", "Blood test"])],
            wishes=chance.choice(WISHES),
            reason=chance.choice(table("reasons"))["reason"],
            actor=actor,
        )
