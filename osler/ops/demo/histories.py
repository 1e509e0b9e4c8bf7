"""Plausible histories: problems of the age, their medications, results that trend, allergies."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from osler.clinic.patients.models import Patient
from osler.clinic.records.models import (
    AllergyIntolerance,
    Condition,
    DiagnosticReport,
    Immunization,
    MedicationRequest,
    Observation,
)
from osler.clinic.records.models.allergies import NO_KNOWN_ALLERGY
from osler.foundation.audit.writing import made, write
from osler.foundation.directory.models import Practitioner
from osler.kernel.coding import CVX, ICD10CM, LOINC, RXNORM, SNOMED
from osler.ops.demo.chance import Chance, table

VACCINES = (
    ("140", "Influenza, seasonal, injectable"),
    ("213", "SARS-COV-2 (COVID-19) vaccine"),
    ("115", "Tdap"),
)
OWNERLESS_DAYS = 14


@dataclass
class Histories:
    """Rows that are gathered for all patients and written together."""

    conditions: list[Condition] = field(default_factory=list)
    medications: list[MedicationRequest] = field(default_factory=list)
    allergies: list[AllergyIntolerance] = field(default_factory=list)
    reports: list[DiagnosticReport] = field(default_factory=list)
    values: list[Observation] = field(default_factory=list)
    immunizations: list[Immunization] = field(default_factory=list)

    def write(self) -> None:
        """In an order that references allow."""
        for rows in (
            self.conditions,
            self.medications,
            self.allergies,
            self.reports,
            self.values,
            self.immunizations,
        ):
            write(rows)  # type: ignore[misc]


def make_histories(
    patients: list[Patient], doctors: dict[object, Practitioner], chance: Chance, *, today: date
) -> None:
    """What has been known of the patients before the appointments that the demo keeps."""
    all_of = Histories()
    for number, patient in enumerate(patients):
        doctor = doctors[patient.id]
        age = (today - (patient.birth_date or today)).days // 365
        keys = {"diabetes", "hypertension", "lipids"} if number == 0 else _chosen(chance, age)
        for profile in table("profiles"):
            if profile["key"] in keys:
                _profile(all_of, patient, doctor, profile, chance, today)
        _allergies(all_of, patient, doctor, chance, today, has_penicillin=number == 0)
        _vaccines(all_of, patient, chance, today)
    all_of.write()


def _chosen(chance: Chance, age: int) -> set[str]:
    return {
        row["key"]
        for row in table("profiles")
        if age >= int(row["from_age"]) and chance.happens(float(row["share"]))
    }


def noon(day: date) -> datetime:
    """Midday in UTC: a plausible hour for a fact of the past."""
    return datetime.combine(day, time(15), tzinfo=UTC)


def _profile(
    all_of: Histories,
    patient: Patient,
    doctor: Practitioner,
    row: dict[str, str],
    chance: Chance,
    today: date,
) -> None:
    since = today - timedelta(days=chance.randint(300, 2600))
    all_of.conditions.append(
        made(
            Condition,
            patient_id=patient.id,
            system=ICD10CM,
            code=row["code"],
            display=row["display"],
            onset_at=noon(since),
            recorded_at=noon(since),
            recorder_id=doctor.id,
        )
    )
    if row["drug"]:
        all_of.medications.append(
            made(
                MedicationRequest,
                patient_id=patient.id,
                requester_id=doctor.id,
                system=RXNORM if row["drug_code"] else "",
                code=row["drug_code"],
                display=row["drug"],
                ingredient=row["ingredient"],
                sig=row["sig"],
                quantity=Decimal(90),
                refills=3,
                authored_at=noon(since),
            )
        )
    for code in filter(None, row["tests"].split(";")):
        test = next(test for test in table("tests") if test["code"] == code)
        _course(all_of, patient, doctor, test, chance, today)


def _course(
    all_of: Histories,
    patient: Patient,
    doctor: Practitioner,
    test: dict[str, str],
    chance: Chance,
    today: date,
) -> None:
    """Six results over two and a half years, from bad to better: treatment works."""
    low, high = Decimal(test["low"]), Decimal(test["high"])
    start = today - timedelta(days=chance.randint(820, 900))
    for step in range(6):
        day = start + timedelta(days=step * 150 + chance.randint(-12, 12))
        if day >= today - timedelta(days=3):
            continue
        value = _value(test, step, chance)
        mark = "H" if value > high else "L" if value < low else "N"
        issued, seen = noon(day + timedelta(days=1)), noon(day + timedelta(days=2))
        said = {"system": LOINC, "code": test["code"], "display": test["display"]}
        shared = {"patient_id": patient.id, **said, "effective_at": noon(day), "issued_at": issued}
        report = made(
            DiagnosticReport,
            **shared,
            status="final",
            category="LAB",
            verified_at=issued,
            is_abnormal=mark != "N",
            owner_id=doctor.id,
            acknowledged_at=seen,
            acknowledged_by_id=doctor.id,
            released_at=seen,
        )
        all_of.reports.append(report)
        all_of.values.append(
            made(
                Observation,
                **shared,
                report_id=report.id,
                category="laboratory",
                value=value,
                unit=test["unit"],
                range_low=low,
                range_high=high,
                interpretation=mark,
            )
        )


def _value(test: dict[str, str], step: int, chance: Chance) -> Decimal:
    """The result of one step of a course, rounded as a laboratory would."""
    usual, spread, worse = float(test["usual"]), float(test["spread"]), float(test["worse"])
    raw = usual + worse * max(0.0, 1 - step / 4) + chance.gauss(0, spread)
    return round(Decimal(str(max(raw, 0.2))), 2 if usual < 10 else 1 if usual < 50 else 0)


def _in_life(patient: Patient, day: date, today: date) -> date:
    """The day, or for who was not born then the third day of life, never one to come."""
    born = patient.birth_date or day
    return min(max(day, born + timedelta(days=2)), today - timedelta(days=1))


def _allergies(
    all_of: Histories,
    patient: Patient,
    doctor: Practitioner,
    chance: Chance,
    today: date,
    *,
    has_penicillin: bool,
) -> None:
    """A third have one, half say that they have none, the rest were never asked."""
    recorded = noon(_in_life(patient, today - timedelta(days=chance.randint(200, 2000)), today))
    shared = {"patient_id": patient.id, "recorder_id": doctor.id, "recorded_at": recorded}
    kinds = table("allergies")
    if has_penicillin or chance.happens(0.3):
        row = kinds[0] if has_penicillin else chance.choice(kinds)
        all_of.allergies.append(made(AllergyIntolerance, **shared, **row))
    elif chance.happens(0.75):
        none_known = {"system": SNOMED, "code": NO_KNOWN_ALLERGY, "display": "No known allergy"}
        all_of.allergies.append(made(AllergyIntolerance, **shared, **none_known))


def _vaccines(all_of: Histories, patient: Patient, chance: Chance, today: date) -> None:
    for code, display in VACCINES:
        if chance.happens(0.5):
            day = noon(_in_life(patient, today - timedelta(days=chance.randint(20, 700)), today))
            all_of.immunizations.append(
                made(
                    Immunization,
                    patient_id=patient.id,
                    system=CVX,
                    code=code,
                    display=display,
                    occurred_at=day,
                )
            )
