"""Recording vital signs, correcting them, and taking back what was wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from osler.clinic.patients.models import Patient
from osler.clinic.records.authorship import author_id
from osler.clinic.records.encounters.visit import note_triage, require_open
from osler.clinic.records.errors import Implausible, NothingMeasured, UnknownCode, WeightChanged
from osler.clinic.records.models import Encounter, Observation, ObservationComponent
from osler.clinic.records.observations.intake import PRESSURES, TAKEN, in_own_unit
from osler.clinic.records.observations.trends import BLOOD_PRESSURE, HIDDEN, worse
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.terminology.ranges import interpret
from osler.foundation.terminology.vital_signs import VitalSign, vital_signs
from osler.kernel import clock
from osler.kernel.coding import LOINC

MOST_CHANGE = Decimal("0.30")
ADULT_YEARS = 18
INFANT_DAYS = 730
INFANT_SPAN = timedelta(days=30)


@dataclass(frozen=True)
class VitalReading:
    """One value as it was read off, with its unit (UCUM)."""

    key: str
    value: Decimal
    unit: str


@dataclass(frozen=True)
class _Measured:
    sign: VitalSign
    value: Decimal


def record_vitals(
    encounter: Encounter,
    *,
    readings: Sequence[VitalReading],
    actor: Actor,
    at: datetime | None = None,
    is_confirmed: bool = False,
) -> list[Observation]:
    """Write down a set of vital signs, each judged by age; the BMI is computed.

    A weight more than 30 % off the last one is refused with WeightChanged until `is_confirmed`.
    """
    decide(actor, "record", Observation)
    require_open(encounter)
    taken_at = at or clock.now()
    measured = _checked(readings)
    if not is_confirmed and "weight" in measured:
        ask_about_weight(encounter.patient, measured["weight"].value, at=taken_at, actor=actor)
    writer = _Writer(encounter, actor=actor, at=taken_at)
    rows = [writer.write(one) for key, one in measured.items() if key not in PRESSURES]
    if "systolic" in measured:
        rows.append(writer.write_pressure([measured[key] for key in PRESSURES]))
    bmi = _body_mass_index(encounter.patient, measured, at=taken_at, actor=actor)
    if bmi is not None:
        rows.append(writer.write(bmi))
    note_triage(encounter)
    return rows


def _checked(readings: Sequence[VitalReading]) -> dict[str, _Measured]:
    known = vital_signs()
    measured: dict[str, _Measured] = {}
    for reading in readings:
        if reading.key not in TAKEN:
            raise UnknownCode(field=reading.key)
        sign = known[reading.key]
        value = in_own_unit(sign, reading.value, reading.unit)
        measured[reading.key] = _Measured(sign, value)
    if not measured:
        raise NothingMeasured
    if len(measured.keys() & set(PRESSURES)) == 1:
        missing = next(key for key in PRESSURES if key not in measured)
        raise NothingMeasured(_("A blood pressure has two numbers."), field=missing)
    if "systolic" in measured and measured["systolic"].value <= measured["diastolic"].value:
        raise Implausible(field="diastolic")
    return measured


def ask_about_weight(patient: Patient, new: Decimal, *, at: datetime, actor: Actor) -> None:
    """Raise WeightChanged if a weight, in kilograms, is far from the last one."""
    last = _last(patient, "weight", actor=actor)
    if last is None or last.value is None or not last.value:
        return
    if _is_infant(patient, at) and (last.effective_at or at) < at - INFANT_SPAN:
        return
    if abs(new - last.value) > last.value * MOST_CHANGE:
        raise WeightChanged(
            _("%(new).1f kg now, %(last).1f kg before. Is the unit right?")
            % {"new": new, "last": last.value},
            field="weight",
        )


def _is_infant(patient: Patient, at: datetime) -> bool:
    return patient.birth_date is not None and (at.date() - patient.birth_date).days < INFANT_DAYS


def _last(patient: Patient, key: str, *, actor: Actor) -> Observation | None:
    sign = vital_signs()[key]
    return (
        scoped(Observation, actor)
        .filter(patient=patient, code=sign.code, unit=sign.unit, value__isnull=False)
        .exclude(status__in=HIDDEN)
        .order_by("-effective_at", "-id")
        .first()
    )


def _body_mass_index(
    patient: Patient, measured: dict[str, _Measured], *, at: datetime, actor: Actor
) -> _Measured | None:
    """Weight by height squared; an adult's height may be the last known one."""
    if "weight" not in measured:
        return None
    height = measured["height"].value if "height" in measured else None
    born = patient.birth_date
    if height is None and born and (at.date() - born).days >= ADULT_YEARS * 365.25:
        known = _last(patient, "height", actor=actor)
        height = known.value if known else None
    if not height:
        return None
    meters = height / 100
    value = (measured["weight"].value / (meters * meters)).quantize(Decimal("0.1"))
    sign = vital_signs()["bmi"]
    return _Measured(sign, value) if sign.is_plausible(value) else None


class _Writer:
    """Writes the observations of one set: same encounter, time and hand."""

    def __init__(self, encounter: Encounter, *, actor: Actor, at: datetime) -> None:
        self.encounter, self.at = encounter, at
        self.author = author_id(actor)

    def write(self, one: _Measured) -> Observation:
        row = self._row(one.sign.code, one.sign.display)
        judge(row, one.sign, one.value, patient=self.encounter.patient, at=self.at)
        row.save(force_insert=True)
        return row

    def write_pressure(self, parts: Sequence[_Measured]) -> Observation:
        row = self._row(BLOOD_PRESSURE, "Blood pressure")
        components = [self._component(row, place, one) for place, one in enumerate(parts)]
        row.interpretation = worse(*(part.interpretation for part in components))
        row.pending_components = components
        row.save(force_insert=True)
        for component in components:
            component.save(force_insert=True)
        return row

    def _row(self, code: str, display: str) -> Observation:
        return Observation(
            patient_id=self.encounter.patient_id,
            encounter=self.encounter,
            performer_id=self.author,
            category="vital-signs",
            system=LOINC,
            code=code,
            display=display,
            effective_at=self.at,
            issued_at=clock.now(),
        )

    def _component(self, row: Observation, place: int, one: _Measured) -> ObservationComponent:
        component = ObservationComponent(
            observation=row,
            patient_id=row.patient_id,
            position=place,
            code=one.sign.code,
            display=one.sign.display,
        )
        judge(component, one.sign, one.value, patient=self.encounter.patient, at=self.at)
        return component


def judge(
    row: Observation | ObservationComponent,
    sign: VitalSign,
    value: Decimal,
    *,
    patient: Patient,
    at: datetime,
) -> None:
    """Set value and unit, and what the range of the patient's age says to it."""
    row.value, row.unit = value, sign.unit
    judgement = interpret(sign.code, value, unit=sign.unit, patient=patient, at=at)
    row.interpretation = judgement.code
    row.range_low, row.range_high = judgement.low, judgement.high


def correct_vital(
    observation: Observation,
    *,
    readings: Sequence[VitalReading],
    actor: Actor,
    version: int | None = None,
) -> Observation:
    """Put another value in place of a wrong one: the row says `corrected`, the old value stays
    in its history. A blood pressure is corrected with both numbers."""
    decide(actor, "record", observation)
    observation.require_version(version)
    measured = {one.sign.code: one for one in _checked(readings).values()}
    at = observation.effective_at or clock.now()
    parts = list(observation.components.order_by("position"))
    for part in parts:
        if part.code not in measured:
            raise UnknownCode(field=part.code)
        one = measured[part.code]
        judge(part, one.sign, one.value, patient=observation.patient, at=at)
        part.save()
    if parts:
        observation.interpretation = worse(*(part.interpretation for part in parts))
    elif observation.code in measured:
        one = measured[observation.code]
        judge(observation, one.sign, one.value, patient=observation.patient, at=at)
    else:
        raise UnknownCode(field="value")
    observation.status = Observation.Status.CORRECTED
    observation.performer_id = author_id(actor)
    observation.save()
    return observation
