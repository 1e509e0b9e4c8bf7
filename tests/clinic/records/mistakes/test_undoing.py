"""Undo: each step is taken back exactly, by who may take it, unless something has changed since."""

import pytest

from osler.clinic.records.allergies.recording import (
    active_allergies,
    record_allergy,
    record_no_known_allergies,
)
from osler.clinic.records.conditions.diagnosing import (
    add_diagnosis,
    add_problem,
    reopen_problem,
    resolve_problem,
)
from osler.clinic.records.errors import (
    AllergiesExist,
    AlreadyRecorded,
    AlreadyResulted,
    NothingToUndo,
    UnsafeMedication,
)
from osler.clinic.records.medications.prescribing import stop_medication
from osler.clinic.records.medications.statements import record_statement
from osler.clinic.records.mistakes.kinds import KINDS, name_of
from osler.clinic.records.mistakes.marking import enter_in_error
from osler.clinic.records.mistakes.undoing import undo_step
from osler.clinic.records.models import (
    AllergyIntolerance,
    Condition,
    MedicationRequest,
    Observation,
    ServiceRequest,
)
from osler.clinic.records.observations.vitals import correct_vital, record_vitals
from osler.kernel.coding import Coding
from osler.kernel.errors import Denied, StaleVersion
from tests.clinic.records.mistakes.conftest import MAKERS, PENICILLIN, reading

MARKED = tuple(kind for kind in MAKERS if kind != "order")
ENDED = {"problem": resolve_problem, "prescribed": stop_medication, "told": stop_medication}


def now(row):
    """As it is stored."""
    return type(row).objects.get(id=row.id)


def state_of(row) -> list[object]:
    """What a step may have changed."""
    stored = now(row)
    return [getattr(stored, name) for name in KINDS[name_of(row)].columns]


@pytest.mark.parametrize("kind", MARKED)
def test_what_was_just_recorded_is_marked_as_wrong(act, alice, made, kind):
    row = made(kind)
    with act(alice):
        assert undo_step(row, version=1, actor=alice) == [row]
        assert KINDS[name_of(row)].is_wrong(now(row))


def test_an_order_just_placed_is_revoked(act, alice, made, announced):
    row = made("order")
    with act(alice):
        undo_step(row, version=1, actor=alice)
        assert now(row).status == "revoked"
        assert announced()[-1] == "OrderRevoked"
        with pytest.raises(NothingToUndo):
            undo_step(now(row), version=2, actor=alice)


def test_an_order_with_a_result_stays(act, alice, order, entered):
    entered()
    with act(alice):
        row = ServiceRequest.objects.get(id=order.id)
        before = (row.status, row.version)
        with pytest.raises((AlreadyResulted, NothingToUndo)):
            undo_step(row, version=row.version, actor=alice)
        assert (now(row).status, now(row).version) == before


@pytest.mark.parametrize("kind", MARKED)
def test_a_wrong_entry_that_was_right_stands_again(act, alice, made, kind):
    row = made(kind)
    before = None
    with act(alice):
        before = state_of(row)
        enter_in_error(row, why="slip", actor=alice, version=1)
    with act(alice):
        undo_step(now(row), version=2, actor=alice)
        assert state_of(row) == before
        assert now(row).version == 3


@pytest.mark.parametrize("kind", ENDED)
def test_what_was_ended_is_as_it_was(act, alice, made, kind):
    row = made(kind)
    with act(alice):
        before = state_of(row)
    with act(alice):
        ENDED[kind](row, actor=alice, version=1)
        assert state_of(row) != before
    with act(alice):
        undo_step(now(row), version=2, actor=alice)
        assert state_of(row) == before


@pytest.mark.parametrize("status", ["on-hold", "active"])
def test_a_medication_on_hold_is_on_hold_again(act, alice, made, status):
    row = made("prescribed")
    with act(alice):
        row.status = status
        row.save()
    with act(alice):
        stop_medication(row, reason="Cough", actor=alice)
        assert now(row).stop_reason == "Cough"
    with act(alice):
        undo_step(now(row), version=3, actor=alice)
        assert (now(row).status, now(row).stop_reason, now(row).ended_at) == (status, "", None)


def test_all_entries_of_a_problem_live_again_and_no_other(act, alice, visit, dana_patient):
    with act(alice):
        long_over = Condition.objects.create(
            patient=dana_patient,
            system="http://hl7.org/fhir/sid/icd-10-cm",
            code="I10",
            display="Essential (primary) hypertension",
            clinical_status="resolved",
        )
        diagnosis = add_diagnosis(visit, code="I10", actor=alice)
        problem = add_problem(dana_patient, code="I10", actor=alice)
        Condition.objects.filter(id=diagnosis.id).update(clinical_status="recurrence")
    with act(alice):
        resolve_problem(problem, actor=alice)
        assert {row.clinical_status for row in Condition.objects.all()} == {"resolved"}
    with act(alice):
        undone = undo_step(now(problem), version=2, actor=alice)
        assert [row.id for row in undone] == [problem.id, diagnosis.id]
        states = [now(row).clinical_status for row in (problem, diagnosis, long_over)]
        assert states == ["active", "recurrence", "resolved"]
        assert now(problem).abated_at is None


def test_a_problem_reopened_is_over_again(act, alice, made):
    row = made("problem")
    with act(alice):
        resolve_problem(row, actor=alice)
        before = state_of(row)
    with act(alice):
        reopen_problem(row, actor=alice)
    with act(alice):
        undo_step(now(row), version=3, actor=alice)
        assert state_of(row) == before


def test_the_statement_that_none_is_known_stands_again(act, alice, dana_patient):
    with act(alice):
        none = record_no_known_allergies(dana_patient, actor=alice)
    with act(alice):
        allergy = record_allergy(dana_patient, substance=PENICILLIN, actor=alice)
    with act(alice):
        undo_step(allergy, version=1, actor=alice)
        assert list(active_allergies(dana_patient, actor=alice)) == [none]


def test_it_does_not_stand_beside_an_allergy_recorded_since(act, alice, dana_patient):
    with act(alice):
        record_no_known_allergies(dana_patient, actor=alice)
    with act(alice):
        allergy = record_allergy(dana_patient, substance=PENICILLIN, actor=alice)
    with act(alice):
        other = record_allergy(dana_patient, substance=Coding("", "", "Latex"), actor=alice)
    with act(alice):
        assert undo_step(allergy, version=1, actor=alice) == [allergy]
        assert list(active_allergies(dana_patient, actor=alice)) == [other]


def test_a_set_of_vital_signs_goes_and_comes_as_a_whole(act, nina, visit):
    readings = [
        reading("weight", "70", "kg"),
        reading("height", "175", "cm"),
        reading("systolic", "120", "mm[Hg]"),
        reading("diastolic", "80", "mm[Hg]"),
    ]
    with act(nina):
        earlier = record_vitals(visit, readings=[reading("pulse", "70", "/min")], actor=nina)
    with act(nina):
        rows = record_vitals(visit, readings=readings, actor=nina)
    with act(nina):
        assert {row.id for row in undo_step(rows[0], version=1, actor=nina)} == {row.id for row in rows}
        assert [row.id for row in Observation.objects.filter(status="final")] == [earlier[0].id]
    with act(nina):
        undo_step(now(rows[0]), version=2, actor=nina)
        assert {row.status for row in Observation.objects.all()} == {"final"}


@pytest.mark.parametrize("kind", MAKERS)
def test_another_version_undoes_nothing(act, alice, made, kind):
    row = made(kind)
    with act(alice):
        for version in (0, 2):
            with pytest.raises(StaleVersion, match="Nothing was undone"):
                undo_step(row, version=version, actor=alice)
        assert now(row).version == 1


@pytest.mark.parametrize("kind", MAKERS)
def test_who_may_not_record_it_undoes_nothing(act, alice, bob, lena, nina, made, kind):
    row = made(kind)
    others = (bob, lena) if kind in ("allergy", "vital", "told") else (bob, lena, nina)
    with act(alice):
        for actor in others:
            with pytest.raises(Denied):
                undo_step(row, version=1, actor=actor)
        assert now(row).version == 1


def test_a_corrected_value_is_no_step_to_undo(act, nina, visit):
    with act(nina):
        (row,) = record_vitals(visit, readings=[reading("pulse", "180", "/min")], actor=nina)
    with act(nina):
        correct_vital(row, readings=[reading("pulse", "80", "/min")], actor=nina)
    with act(nina):
        with pytest.raises(NothingToUndo):
            undo_step(now(row), version=2, actor=nina)
        assert (now(row).status, now(row).value) == ("corrected", 80)


def test_words_added_to_an_entry_are_no_step_to_undo(act, alice, made):
    row = made("problem")
    with act(alice):
        row.note = "Since the spring."
        row.save()
    with act(alice):
        with pytest.raises(NothingToUndo):
            undo_step(now(row), version=2, actor=alice)
        assert (now(row).clinical_status, now(row).note) == ("active", "Since the spring.")


@pytest.mark.parametrize("kind", ["allergy", "problem", "diagnosis", "told"])
def test_what_was_recorded_again_meanwhile_stands_once(act, alice, visit, made, kind):
    row = made(kind)
    with act(alice):
        enter_in_error(row, actor=alice)
    with act(alice):
        MAKERS[kind](visit, alice)
    with act(alice):
        with pytest.raises(AlreadyRecorded):
            undo_step(now(row), version=2, actor=alice)
        assert KINDS[name_of(row)].is_wrong(now(row))
        assert type(row).objects.count() == 2


def test_a_prescription_comes_back_only_if_it_is_safe_now(act, alice, visit, made):
    row = made("prescribed")
    with act(alice):
        stop_medication(row, actor=alice)
    with act(alice):
        substance = Coding("", "", "lisinopril")
        record_allergy(visit.patient, substance=substance, actor=alice)
    with act(alice):
        with pytest.raises(UnsafeMedication):
            undo_step(now(row), version=2, actor=alice)
        assert MedicationRequest.objects.get().status == "stopped"


def test_none_known_does_not_come_back_beside_an_allergy(act, alice, dana_patient):
    with act(alice):
        none = record_no_known_allergies(dana_patient, actor=alice)
    with act(alice):
        enter_in_error(none, actor=alice)
    with act(alice):
        record_allergy(dana_patient, substance=PENICILLIN, actor=alice)
    with act(alice):
        with pytest.raises(AllergiesExist):
            undo_step(now(none), version=2, actor=alice)
        assert AllergyIntolerance.objects.filter(verification_status="entered-in-error").count() == 1


def test_the_same_thing_told_once_more_is_refused(act, alice, dana_patient, made):
    row = made("told")
    with act(alice):
        stop_medication(row, actor=alice)
    with act(alice):
        record_statement(dana_patient, words="fish OIL", actor=alice)
    with act(alice):
        with pytest.raises(AlreadyRecorded):
            undo_step(now(row), version=2, actor=alice)
        assert now(row).status == "stopped"
