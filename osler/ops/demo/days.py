"""A year of appointments behind and two months ahead, with the visits that came of them."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from osler.clinic.patients.models import Patient
from osler.clinic.records.models import ClinicalNote, Condition, Encounter, Observation, ObservationComponent
from osler.clinic.records.notes.digest import note_digest
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.wall_time import instant_of, set_period
from osler.foundation.audit.writing import made, write
from osler.foundation.directory.models import Location, Practitioner
from osler.kernel.coding import ICD10CM, LOINC
from osler.ops.demo.chance import Chance, table
from osler.ops.demo.house import House

BEHIND, AHEAD = 365, 60
SLOTS = [time(hour, minute) for hour in (8, 9, 10, 11, 13, 14, 15, 16) for minute in (0, 20, 40)]
MORNING = 12  # slots before lunch


SEEN_SHARE = 0.15


def booked_share(offset: int) -> float:
    """The share of the times of a day ahead that is taken: more, the nearer it is."""
    return max(0.05, 0.5 - offset / 100)


@dataclass
class Days:
    """Rows of all days, written together."""

    appointments: list[Appointment] = field(default_factory=list)
    encounters: list[Encounter] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    notes: list[ClinicalNote] = field(default_factory=list)
    vitals: list[Observation] = field(default_factory=list)
    components: list[ObservationComponent] = field(default_factory=list)

    def write(self) -> None:
        for rows in (
            self.appointments,
            self.encounters,
            self.conditions,
            self.notes,
            self.vitals,
            self.components,
        ):
            write(rows)  # type: ignore[misc]


def make_days(
    house: House,
    patients: list[Patient],
    doctors: dict[object, Practitioner],
    chance: Chance,
    *,
    today: date,
    behind: int = BEHIND,
) -> Days:
    """Past days are done, with a no-show here and there; days ahead are booked, fuller the nearer."""
    panel: dict[object, list[Patient]] = {}
    for patient in patients:
        panel.setdefault(doctors[patient.id].id, []).append(patient)
    days = Days()
    for offset in range(-behind, AHEAD + 1):
        day = today + timedelta(days=offset)
        if day.weekday() >= 5 or offset == 0:
            continue
        for number, (doctor, site) in enumerate(house.clinicians):
            open_slots = SLOTS[:MORNING] if day.weekday() == number % 5 else SLOTS
            share = SEEN_SHARE if offset < 0 else booked_share(offset)
            wanted = sum(chance.happens(share) for _ in open_slots)
            for at in sorted(chance.sample(open_slots, wanted)):
                patient = chance.choice(panel[doctor.id])
                if patient.birth_date is not None and patient.birth_date >= day:
                    continue
                _visit(
                    days, house, patient, doctor, site, datetime.combine(day, at), chance, is_past=offset < 0
                )
    _past_of_demo_patient(days, house, patients[0], chance, today)
    days.write()
    return days


def _past_of_demo_patient(days: Days, house: House, patient: Patient, chance: Chance, today: date) -> None:
    """Two visits in the lunch break, when nobody else is booked: what the portal has to tell."""
    doctor, site = house.clinicians[0]
    review = next(row for row in table("reasons") if row["reason"] == "Diabetes review")
    for back in (11, 101):
        start = instant_of(today - timedelta(days=back), time(12, 10), zone=house.zone)
        appointment = Appointment(
            patient=patient,
            practitioner=doctor,
            location=site,
            service=house.services["Office visit"],
            status="fulfilled",
            reason=review["reason"],
        )
        set_period(appointment, start, end=start + timedelta(minutes=20), zone=house.zone)
        pass_through(appointment, chance)
        days.appointments.append(appointment)
        add_visit(days, appointment, review, chance)


def _visit(  # noqa: PLR0913  a visit has that many sides
    days: Days,
    house: House,
    patient: Patient,
    doctor: Practitioner,
    site: Location,
    local: datetime,
    chance: Chance,
    *,
    is_past: bool,
) -> None:
    reason = chance.reason(patient.birth_date, local.date())
    start = instant_of(local.date(), local.time(), zone=house.zone)
    end = start + timedelta(minutes=20)
    kind = chance.random()
    status = (
        "booked" if not is_past else "noshow" if kind < 0.06 else "cancelled" if kind < 0.11 else "fulfilled"
    )
    appointment = made(
        Appointment,
        patient_id=patient.id,
        practitioner_id=doctor.id,
        location_id=site.id,
        service_id=house.services["Office visit"].id,
        status=status,
        reason=reason["reason"],
    )
    set_period(appointment, start, end=end, zone=house.zone)
    days.appointments.append(appointment)
    if status == "fulfilled":
        pass_through(appointment, chance)
        add_visit(days, appointment, reason, chance)


def pass_through(appointment: Appointment, chance: Chance) -> None:
    """Give an appointment that is over the times of its steps."""
    start = appointment.starts_at
    assert start is not None
    appointment.arrived_at = start - timedelta(minutes=chance.randint(-4, 15))
    appointment.roomed_at = start + timedelta(minutes=chance.randint(1, 12))
    appointment.started_at = appointment.roomed_at + timedelta(minutes=chance.randint(2, 9))
    appointment.finished_at = appointment.started_at + timedelta(minutes=chance.randint(9, 26))


def visit_of(appointment: Appointment, status: str) -> Encounter:
    """The visit of an appointment, at this status."""
    return made(
        Encounter,
        patient_id=appointment.patient_id,
        appointment_id=appointment.id,
        practitioner_id=appointment.practitioner_id,
        location_id=appointment.location_id,
        status=status,
        reason=appointment.reason,
        display="Office visit",
        started_at=appointment.roomed_at,
        finished_at=appointment.finished_at if status == "finished" else None,
    )


def add_draft(days: Days, appointment: Appointment, reason: dict[str, str], chance: Chance) -> None:
    """A visit whose note is begun and not signed."""
    encounter = visit_of(appointment, "in-progress")
    days.encounters.append(encounter)
    days.notes.append(
        made(
            ClinicalNote,
            patient_id=appointment.patient_id,
            encounter_id=encounter.id,
            author_id=appointment.practitioner_id,
            subjective=reason["subjective"],
            saved_at=appointment.started_at,
        )
    )
    assert encounter.started_at is not None
    _vitals(days, encounter, encounter.started_at, chance)


def add_visit(days: Days, appointment: Appointment, reason: dict[str, str], chance: Chance) -> None:
    """A visit that is over, with its diagnosis, signed note and vital signs."""
    encounter = visit_of(appointment, "finished")
    began, ended = encounter.started_at, encounter.finished_at
    assert began is not None and ended is not None
    days.encounters.append(encounter)
    days.conditions.append(
        made(
            Condition,
            patient_id=appointment.patient_id,
            encounter_id=encounter.id,
            category="encounter-diagnosis",
            rank=1,
            system=ICD10CM,
            code=reason["code"],
            display=reason["display"],
            clinical_status="active" if reason["lasts"] else "resolved",
            recorded_at=ended,
            recorder_id=appointment.practitioner_id,
        )
    )
    note = made(
        ClinicalNote,
        patient_id=appointment.patient_id,
        encounter_id=encounter.id,
        author_id=appointment.practitioner_id,
        status="final",
        subjective=reason["subjective"],
        assessment=reason["assessment"],
        plan=reason["plan"],
        saved_at=ended,
        signed_at=ended + timedelta(minutes=chance.randint(1, 50)),
    )
    note.digest = note_digest(note)
    days.notes.append(note)
    _vitals(days, encounter, began, chance)


def _vitals(days: Days, encounter: Encounter, at: datetime, chance: Chance) -> None:
    shared = {
        "patient_id": encounter.patient_id,
        "encounter_id": encounter.id,
        "category": "vital-signs",
        "system": LOINC,
        "effective_at": at,
        "issued_at": at,
    }
    pulse = Decimal(round(chance.gauss(73, 8)))
    rate = {"code": "8867-4", "display": "Heart rate", "value": pulse, "unit": "/min"}
    days.vitals.append(made(Observation, **shared, **rate))
    pressure = made(Observation, **shared, code="85354-9", display="Blood pressure")
    days.vitals.append(pressure)
    parts = (("8480-6", "Systolic blood pressure", 128, 12), ("8462-4", "Diastolic blood pressure", 79, 7))
    for position, (code, display, usual, spread) in enumerate(parts):
        value = Decimal(round(chance.gauss(usual, spread)))
        high = Decimal(139 if position == 0 else 89)
        part = made(
            ObservationComponent,
            observation_id=pressure.id,
            patient_id=encounter.patient_id,
            position=position,
            code=code,
            display=display,
            value=value,
            unit="mm[Hg]",
            range_high=high,
            interpretation="H" if value > high else "N",
        )
        days.components.append(part)
        pressure.pending_components = [*(pressure.pending_components or ()), part]
