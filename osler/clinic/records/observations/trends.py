"""The last values of every measurement of a patient, read in two statements."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from osler.clinic.patients.models import Patient
from osler.clinic.records.models import Observation, ObservationComponent
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.terminology.ranges import Judgement, interpret
from osler.kernel import clock

HIDDEN = ("entered-in-error", "cancelled", "registered")
BLOOD_PRESSURE, SYSTOLIC, DIASTOLIC = "85354-9", "8480-6", "8462-4"
# The same measurement under another LOINC code: shown in one line.
SAME_AS = {
    "55284-4": BLOOD_PRESSURE,
    "8331-1": "8310-5",
    "8332-9": "8310-5",
    "2710-2": "59408-5",
    "2708-6": "59408-5",
    "3141-9": "29463-7",
    "8308-9": "8302-2",
    "8306-3": "8302-2",
}
LAST_VALUES = 8
_BRACKETED = re.compile(r"\s*\[[^\]]*\]")
_SPECIMEN = re.compile(r"\s+(?:in|of|by)\s+(?:Serum|Plasma|Blood|Urine|Automated|Test|Stool|CAP).*$")


@dataclass(frozen=True)
class Reading:
    """One value at one time. `second` is the lower number of a blood pressure."""

    id: UUID
    at: datetime | None
    value: Decimal | None
    unit: str
    text: str
    interpretation: str
    low: Decimal | None
    high: Decimal | None
    status: str
    report_id: UUID | None
    encounter_id: UUID | None
    version: int
    second: Decimal | None = None

    @property
    def is_abnormal(self) -> bool:
        return self.interpretation not in ("", "N", "NEG", "IND")


@dataclass(frozen=True)
class Line:
    """One measurement with its last readings, the newest first."""

    code: str
    name: str
    full_name: str
    category: str
    readings: tuple[Reading, ...]

    @property
    def latest(self) -> Reading:
        return self.readings[0]

    @property
    def before(self) -> Reading | None:
        """The reading that the latest is compared with."""
        rest = [reading for reading in self.readings[1:] if reading.unit == self.latest.unit]
        return rest[0] if rest else None

    @property
    def delta(self) -> Decimal | None:
        """The change since the reading before, in the same unit."""
        before = self.before
        if before is None or before.value is None or self.latest.value is None:
            return None
        return self.latest.value - before.value

    @property
    def trend(self) -> list[Reading]:
        """The numbers in the unit of the latest one, the oldest first, for a spark line."""
        unit = self.latest.unit
        same = [r for r in self.readings if r.value is not None and r.unit == unit]
        return same[::-1]


def latest_lines(
    patient: Patient,
    *,
    actor: Actor,
    last: int = LAST_VALUES,
    category: str = "",
    until: datetime | None = None,
) -> list[Line]:
    """Every measurement of the patient with its last values (`until` then); the newest measurement first."""
    rows = _numbered(patient, actor=actor, category=category, until=until).filter(place__lte=last)
    by_code: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_code[SAME_AS.get(row["code"], row["code"]) or row["display"]].append(row)
    pressures = _pressures(by_code.get(BLOOD_PRESSURE, ()), actor=actor)
    lines = [_judged(_line(code, found[:last], pressures), patient) for code, found in by_code.items()]
    return [line for line in lines if line.latest.value is not None or line.latest.text]


def _numbered(patient: Patient, *, actor: Actor, category: str, until: datetime | None) -> QuerySet[Any, Any]:
    found = scoped(Observation, actor).filter(patient=patient).exclude(status__in=HIDDEN)
    if category:
        found = found.filter(category=category)
    if until is not None:
        found = found.filter(effective_at__lte=until)
    place = Window(
        RowNumber(),
        partition_by=["code", "display"],
        order_by=[F("effective_at").desc(nulls_last=True), F("id").desc()],
    )
    return (
        found.annotate(place=place)
        .order_by(F("effective_at").desc(nulls_last=True), "-id")
        .values(
            "id",
            "code",
            "display",
            "category",
            "effective_at",
            "value",
            "unit",
            "value_text",
            "interpretation",
            "range_low",
            "range_high",
            "status",
            "report_id",
            "encounter_id",
            "version",
        )
    )


def _line(code: str, rows: list[dict[str, Any]], pressures: dict[UUID, dict[str, Any]]) -> Line:
    readings = tuple(_with_pressure(_reading(row), pressures) for row in rows)
    newest = rows[0]
    return Line(
        code=code,
        name=short_name(newest["display"] or code),
        full_name=newest["display"] or code,
        category=newest["category"],
        readings=readings,
    )


def _judged(line: Line, patient: Patient) -> Line:
    """A value from outside that came without range and interpretation is judged by ours."""
    latest = line.latest
    if latest.at is None or latest.interpretation or latest.low is not None or latest.high is not None:
        return line
    if latest.second is not None:
        judgement = _pressure_judgement(latest, patient)
    elif latest.value is not None:
        judgement = interpret(line.code, latest.value, unit=latest.unit, patient=patient, at=latest.at)
    else:
        return line
    newest = replace(
        latest,
        interpretation=judgement.code,
        low=judgement.low,
        high=judgement.high,
    )
    return replace(line, readings=(newest, *line.readings[1:]))


def _pressure_judgement(latest: Reading, patient: Patient) -> Judgement:
    numbers = ((SYSTOLIC, latest.value), (DIASTOLIC, latest.second))
    codes = [
        interpret(code, value, unit=latest.unit, patient=patient, at=latest.at or clock.now()).code
        for code, value in numbers
        if value is not None
    ]
    return Judgement(worse(*codes)) if len(codes) == 2 else Judgement()


def _reading(row: dict[str, Any]) -> Reading:
    return Reading(
        id=row["id"],
        at=row["effective_at"],
        value=row["value"],
        unit=row["unit"],
        text=row["value_text"],
        interpretation=row["interpretation"],
        low=row["range_low"],
        high=row["range_high"],
        status=row["status"],
        report_id=row["report_id"],
        encounter_id=row["encounter_id"],
        version=row["version"],
    )


def _pressures(rows: Iterable[dict[str, Any]], *, actor: Actor) -> dict[UUID, dict[str, dict[str, Any]]]:
    """The parts of blood pressures, by observation and code; no statement if there are none."""
    ids = [row["id"] for row in rows]
    parts: dict[UUID, dict[str, dict[str, Any]]] = defaultdict(dict)
    if not ids:
        return parts
    found = scoped(ObservationComponent, actor).filter(observation_id__in=ids)
    for part in found.values("observation_id", "code", "value", "unit", "interpretation"):
        parts[part["observation_id"]][part["code"]] = dict(part)
    return parts


def _with_pressure(reading: Reading, pressures: dict[UUID, dict[str, Any]]) -> Reading:
    parts = pressures.get(reading.id, {})
    systolic, diastolic = parts.get(SYSTOLIC), parts.get(DIASTOLIC)
    if systolic is None or diastolic is None:
        return reading
    return replace(
        reading,
        value=systolic["value"],
        second=diastolic["value"],
        unit=systolic["unit"],
        interpretation=worse(systolic["interpretation"], diastolic["interpretation"]),
    )


def worse(one: str, other: str) -> str:
    """The graver of two interpretations."""
    order = ("HH", "LL", "AA", "HU", "LU", "H", "L", "A", "N")
    return next((mark for mark in order if mark in (one, other)), "")


def short_name(display: str) -> str:
    """A LOINC name without its property, specimen and method, as a clinician says it."""
    shorter = _SPECIMEN.sub("", _BRACKETED.sub("", display.replace("\u200b", "")))
    return shorter.strip() or display


# The order in which clinicians read them; others follow.
VITALS_ORDER = (
    BLOOD_PRESSURE,
    "8867-4",
    "8310-5",
    "9279-1",
    "59408-5",
    "29463-7",
    "39156-5",
    "8302-2",
    "9843-4",
    "72514-3",
)


def vitals_in_order(lines: Iterable[Line]) -> list[Line]:
    """Vital signs as they are read aloud: pressure, pulse, temperature, and so on."""
    places = {code: place for place, code in enumerate(VITALS_ORDER)}
    vitals = [line for line in lines if line.category == "vital-signs"]
    return sorted(vitals, key=lambda line: (places.get(line.code, len(places)), line.name))


def by_weight(lines: Iterable[Line]) -> list[Line]:
    """Abnormal results first, then what is followed most, then the newest."""
    return sorted(
        lines,
        key=lambda line: (
            not line.latest.is_abnormal,
            -len(line.trend),
            -line.latest.at.timestamp() if line.latest.at else 0.0,
            line.name,
        ),
    )
