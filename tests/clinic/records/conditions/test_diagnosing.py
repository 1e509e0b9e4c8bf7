"""Diagnoses of a visit and the problem list."""

import pytest
from django.db import IntegrityError, transaction

from osler.clinic.records.conditions.diagnosing import (
    add_diagnosis,
    add_problem,
    reopen_problem,
    resolve_problem,
)
from osler.clinic.records.encounters.visit import finish_encounter
from osler.clinic.records.errors import AlreadyRecorded, EncounterClosed, UnknownCode
from osler.clinic.records.mistakes.marking import enter_in_error
from osler.clinic.records.models import Condition
from osler.clinic.records.summary import LIVE, problem_list
from osler.kernel.constraints import constraint_of
from osler.kernel.errors import Denied, StaleVersion


def test_diagnoses_are_ranked_in_the_order_given(act, alice, visit):
    with act(alice):
        first = add_diagnosis(visit, code="J06.9", actor=alice)
        second = add_diagnosis(visit, code="i10", actor=alice)

        assert [(row.code, row.rank, row.category) for row in (first, second)] == [
            ("J06.9", 1, "encounter-diagnosis"),
            ("I10", 2, "encounter-diagnosis"),
        ]
        with pytest.raises(AlreadyRecorded):
            add_diagnosis(visit, code="J06.9", actor=alice)
        with pytest.raises(UnknownCode):
            add_diagnosis(visit, code="the flu", actor=alice)
        assert Condition.objects.count() == 2


def test_database_refuses_a_rank_twice_but_not_beside_a_wrong_entry(act, alice, visit):
    with act(alice):
        first = add_diagnosis(visit, code="J06.9", actor=alice)
        twin = Condition(patient=visit.patient, encounter=visit, code="X", rank=1)
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            Condition.objects.bulk_create([twin])
        assert constraint_of(caught.value) == "condition_rank_unique_in_encounter"

        enter_in_error(first, actor=alice, version=1)
        Condition.objects.bulk_create([twin])
        assert Condition.objects.filter(rank=1).count() == 2


def test_a_finished_visit_takes_no_diagnosis(act, alice, visit):
    with act(alice):
        finish_encounter(visit, actor=alice)
        with pytest.raises(EncounterClosed):
            add_diagnosis(visit, code="J06.9", actor=alice)
        assert Condition.objects.count() == 0


def test_problem_is_resolved_with_all_its_entries_and_reopened(act, alice, visit, dana_patient):
    with act(alice):
        add_diagnosis(visit, code="I10", actor=alice)
        problem = add_problem(dana_patient, code="I10", actor=alice)
        with pytest.raises(AlreadyRecorded):
            add_problem(dana_patient, code="I10", actor=alice)
        with pytest.raises(StaleVersion):
            resolve_problem(problem, actor=alice, version=5)
        resolve_problem(problem, actor=alice, version=1)
        assert [row.clinical_status in LIVE for row in Condition.objects.all()] == [False, False]

        reopen_problem(problem, actor=alice)
        assert [row.code for row in problem_list(dana_patient, actor=alice)] == ["I10"]
        enter_in_error(problem, actor=alice)
        assert Condition.objects.get(id=problem.id).verification_status == "entered-in-error"


def test_nurse_diagnoses_nothing(act, nina, visit, dana_patient):
    with act(nina):
        with pytest.raises(Denied):
            add_diagnosis(visit, code="I10", actor=nina)
        with pytest.raises(Denied):
            add_problem(dana_patient, code="I10", actor=nina)
        assert Condition.objects.count() == 0
