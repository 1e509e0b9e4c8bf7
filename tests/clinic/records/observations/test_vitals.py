"""Vital signs: units, limits of a living body, the 30 % question, corrections."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from osler.clinic.records.encounters.visit import finish_encounter
from osler.clinic.records.errors import (
    EncounterClosed,
    Implausible,
    MissingUnit,
    NothingMeasured,
    UnknownCode,
    UnknownUnit,
    WeightChanged,
)
from osler.clinic.records.mistakes.marking import enter_in_error
from osler.clinic.records.models import Observation, ObservationComponent
from osler.clinic.records.observations.intake import in_own_unit
from osler.clinic.records.observations.vitals import (
    VitalReading,
    correct_vital,
    record_vitals,
)
from osler.foundation.terminology.vital_signs import vital_signs
from osler.kernel.errors import Denied, StaleVersion


def reading(key: str, value: str, unit: str) -> VitalReading:
    return VitalReading(key, Decimal(value), unit)


PRESSURE = [reading("systolic", "152", "mm[Hg]"), reading("diastolic", "88", "mm[Hg]")]


def test_a_set_is_recorded_judged_and_triages_the_visit(act, nina, alice, visit):
    with act(nina):
        visit.status = "arrived"
        rows = record_vitals(
            visit,
            readings=[
                *PRESSURE,
                reading("weight", "70", "kg"),
                reading("height", "175", "cm"),
                reading("temperature", "98.6", "[degF]"),
            ],
            actor=nina,
        )

        found = {row.display: (row.value, row.unit, row.interpretation) for row in rows}
        parts = ObservationComponent.objects.order_by("position")
        assert found["Body temperature"] == (Decimal(37), "Cel", "N")
        assert found["Body mass index"] == (Decimal("22.9"), "kg/m2", "N")
        assert found["Blood pressure"][2] == "H"
        assert [(part.value, part.unit) for part in parts] == [(152, "mm[Hg]"), (88, "mm[Hg]")]
        assert visit.status == "triaged"


@pytest.mark.parametrize(
    ("readings", "refusal"),
    [
        pytest.param([], NothingMeasured, id="nothing"),
        pytest.param([reading("weight", "70", "")], MissingUnit, id="no unit"),
        pytest.param([reading("weight", "70", "cm")], UnknownUnit, id="a length"),
        pytest.param([reading("temperature", "98.6", "Cel")], Implausible, id="fahrenheit as celsius"),
        pytest.param([reading("pulse", "7", "/min")], Implausible, id="a slip"),
        pytest.param([reading("bmi", "22", "kg/m2")], UnknownCode, id="computed, not measured"),
        pytest.param(PRESSURE[:1], NothingMeasured, id="half a blood pressure"),
        pytest.param(
            [reading("systolic", "80", "mm[Hg]"), reading("diastolic", "120", "mm[Hg]")],
            Implausible,
            id="turned round",
        ),
    ],
)
def test_what_cannot_be_is_refused_whole(act, nina, visit, readings, refusal):
    with act(nina):
        with pytest.raises(refusal), transaction.atomic():
            record_vitals(visit, readings=[*readings, *readings], actor=nina)
        assert Observation.objects.count() == 0


def test_pounds_for_kilograms_are_asked_about(act, nina, visit):
    with act(nina):
        record_vitals(visit, readings=[reading("weight", "70", "kg")], actor=nina)
        with pytest.raises(WeightChanged), transaction.atomic():
            record_vitals(visit, readings=[reading("weight", "154", "kg")], actor=nina)
        assert Observation.objects.count() == 1

        record_vitals(visit, readings=[reading("weight", "154", "[lb_av]")], actor=nina)
        record_vitals(visit, readings=[reading("weight", "100", "kg")], is_confirmed=True, actor=nina)
        assert [row.value for row in Observation.objects.order_by("id")] == [
            Decimal(70),
            Decimal("69.853225"),
            Decimal(100),
        ]


def test_infants_may_grow_by_a_third_in_a_month(act, nina, bob, visit, dana_patient):
    with act(bob):
        dana_patient.birth_date = date.today().replace(day=1)
        dana_patient.save()
    with act(nina):
        record_vitals(visit, readings=[reading("weight", "3", "kg")], actor=nina)
        with pytest.raises(WeightChanged):
            record_vitals(visit, readings=[reading("weight", "4.5", "kg")], actor=nina)


def test_correction_keeps_the_old_value_in_the_history(act, nina, visit):
    with act(nina):
        (row,) = record_vitals(visit, readings=[reading("pulse", "180", "/min")], actor=nina)
        with pytest.raises(StaleVersion):
            correct_vital(row, readings=[reading("pulse", "80", "/min")], actor=nina, version=9)
        correct_vital(row, readings=[reading("pulse", "80", "/min")], actor=nina, version=1)

        stored = Observation.objects.get()
        with connection.cursor() as cursor:
            cursor.execute("SELECT content FROM audit_rowhistory WHERE row_id = %s", [row.id])
            (old,) = cursor.fetchone()
    assert (stored.value, stored.status, stored.interpretation) == (80, "corrected", "N")
    assert (Decimal(str(json.loads(old)["value"])), json.loads(old)["status"]) == (180, "final")


def test_blood_pressure_is_corrected_with_both_numbers(act, nina, visit):
    with act(nina):
        (row,) = record_vitals(visit, readings=PRESSURE, actor=nina)
        right = [reading("systolic", "122", "mm[Hg]"), reading("diastolic", "78", "mm[Hg]")]
        correct_vital(row, readings=right, actor=nina)

        parts = ObservationComponent.objects.order_by("position")
        assert [part.value for part in parts] == [122, 78]
        assert Observation.objects.get().status == "corrected"


def test_wrong_value_is_marked_and_stays(act, nina, visit):
    with act(nina):
        (row,) = record_vitals(visit, readings=[reading("pulse", "80", "/min")], actor=nina)
        enter_in_error(row, actor=nina, version=1)
        assert Observation.objects.get().status == "entered-in-error"


def test_reception_and_finished_visits_take_no_vitals(act, bob, nina, alice, visit):
    with act(bob), pytest.raises(Denied):
        record_vitals(visit, readings=PRESSURE, actor=bob)
    with act(alice):
        finish_encounter(visit, actor=alice)
    with act(nina), pytest.raises(EncounterClosed):
        record_vitals(visit, readings=PRESSURE, actor=nina)
    with act(nina):
        assert Observation.objects.count() == 0


@given(pounds=st.decimals("1", "800", places=2))
def test_pounds_become_kilograms_exactly(pounds):
    kilograms = in_own_unit(vital_signs()["weight"], pounds, "[lb_av]")
    assert kilograms == (pounds * Decimal("0.45359237")).quantize(Decimal("0.000001"))
