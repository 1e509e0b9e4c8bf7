"""From entered to final, to corrected; every final result has an owner."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osler.clinic.records.errors import IncompleteResult, NoOwner, NotFinal
from osler.clinic.records.models import DiagnosticReport, Observation, ServiceRequest
from osler.clinic.records.results.corrections import corrections_of
from osler.clinic.records.results.entering import enter_result
from osler.clinic.records.results.releasing import release_report
from osler.clinic.records.results.verifying import amend_report, verify_report
from osler.clinic.records.results.worklists import ownerless_reports
from osler.foundation.directory.models import Practitioner
from osler.kernel.constraints import constraint_of
from osler.kernel.errors import Denied, StaleVersion
from osler.kernel.states import ImpossibleMove, can_move
from tests.clinic.records.conftest import POTASSIUM

FINAL = {"amended", "corrected", "entered-in-error"}
SQUARE = {
    "registered": {"partial", "preliminary", "final", "cancelled"},
    "partial": {"preliminary", "final", "cancelled"},
    "preliminary": {"final", "cancelled", "entered-in-error"},
    "final": FINAL | {"appended"},
    "amended": FINAL,
    "corrected": FINAL,
    "appended": FINAL,
    "cancelled": set(),
    "entered-in-error": set(),
    "unknown": set(),
}


@pytest.mark.parametrize("current", list(DiagnosticReport.Status))
@pytest.mark.parametrize("to", list(DiagnosticReport.Status))
def test_states_move_along_the_table_only(current, to):
    moves = can_move(DiagnosticReport.TRANSITIONS, current=current, to=to)
    assert moves is (to in SQUARE[current])


@pytest.mark.parametrize("status", ["final", "amended", "corrected", "appended"])
def test_database_refuses_a_final_result_without_owner(act, lena, entered, status):
    report = entered()
    with act(lena), pytest.raises(IntegrityError) as caught, transaction.atomic():
        DiagnosticReport.objects.filter(id=report.id).update(status=status)

    assert constraint_of(caught.value) == "diagnosticreport_final_has_owner"


def test_verified_result_goes_to_the_requester_and_the_patient(act, alice, lena, order, entered, announced):
    report = entered(**{POTASSIUM: "6.9"})
    with act(lena):
        verify_report(report, actor=lena, version=report.version)

        stored = DiagnosticReport.objects.get()
        assert (stored.status, stored.owner_id, stored.is_critical) == (
            "final",
            alice.practitioner_id,
            True,
        )
        assert stored.released_at is not None
        assert ServiceRequest.objects.get(id=order.id).status == "completed"
        assert {row.status for row in Observation.objects.all()} == {"final"}
        assert announced()[-2:] == ["ReportReleased", "ReportVerified"]
        with pytest.raises(ImpossibleMove):
            verify_report(stored, actor=lena)


def test_held_result_waits_for_the_physician(act, alice, lena, order, entered, announced):
    with act(alice):
        ServiceRequest.objects.filter(id=order.id).update(hold_release=True)
    report = entered()
    with act(lena):
        verify_report(DiagnosticReport.objects.get(id=report.id), actor=lena)
        assert DiagnosticReport.objects.get().released_at is None
        assert "ReportReleased" not in announced()
        with pytest.raises(Denied):
            release_report(DiagnosticReport.objects.get(), actor=lena)
    with act(alice):
        released = release_report(DiagnosticReport.objects.get(), actor=alice)
        assert release_report(released, actor=alice).released_at == released.released_at
        assert announced().count("ReportReleased") == 1


def test_entered_values_are_not_released(act, alice, entered):
    report = entered()
    with act(alice):
        with pytest.raises(NotFinal):
            release_report(report, actor=alice)
        assert DiagnosticReport.objects.get().released_at is None


def test_incomplete_or_stale_results_are_not_verified(act, lena, collected):
    with act(lena):
        report = enter_result(collected, values={POTASSIUM: "4.1"}, actor=lena)
        with pytest.raises(StaleVersion):
            verify_report(report, actor=lena, version=77)
        with pytest.raises(IncompleteResult), transaction.atomic():
            verify_report(report, actor=lena)
        assert DiagnosticReport.objects.get().status == "preliminary"


def test_nobody_who_has_left_owns_a_result(act, alice, adam, lena, entered):
    report = entered()
    with act(adam):
        Practitioner.objects.filter(id=alice.practitioner_id).update(active=False)
    with act(lena):
        with pytest.raises(NoOwner), transaction.atomic():
            verify_report(DiagnosticReport.objects.get(id=report.id), actor=lena)
        assert DiagnosticReport.objects.get().status == "preliminary"


def test_correction_shows_the_old_value_and_goes_to_the_owner_again(act, alice, lena, entered, announced):
    report = entered(**{POTASSIUM: "6.9"})
    with act(lena):
        with pytest.raises(NotFinal):
            amend_report(report, values={POTASSIUM: "4.9"}, reason="Hemolyzed", actor=lena)
        verify_report(report, actor=lena)
        amend_report(report, values={POTASSIUM: "4.9"}, reason="Hemolyzed", actor=lena)

        stored = DiagnosticReport.objects.get()
        rows = list(Observation.objects.filter(report=stored))
        assert (stored.status, stored.is_critical, stored.acknowledged_at) == ("corrected", False, None)
        assert stored.conclusion == "Hemolyzed"
        assert {row.status for row in rows if row.code == POTASSIUM} == {"corrected"}
        assert [(old.name, old.value) for old in corrections_of(rows)] == [("Potassium", Decimal("6.9"))]
        assert announced()[-1] == "ReportVerified"


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    potassium=st.decimals("1", "9", places=1),
    steps=st.lists(st.sampled_from(["verify", "amend", "verify again"]), max_size=3),
)
def test_each_abnormal_final_result_has_an_owner(act, lena, collected, potassium, steps):
    with act(lena), transaction.atomic():
        values = {POTASSIUM: str(potassium)}
        entry = {"2345-7": "88", "3094-0": "14", "2160-0": "0.9", "2951-2": "140"}
        entry |= {"2075-0": "101", "2028-9": "25", "17861-6": "9.4"}
        collected.refresh_from_db()
        report = enter_result(collected, values=entry | values, actor=lena)
        for step in steps:
            deed = verify_report if step.startswith("verify") else None
            try:
                with transaction.atomic():
                    if deed:
                        deed(report, actor=lena)
                    else:
                        amend_report(report, values=values, reason="Again", actor=lena)
            except (ImpossibleMove, NotFinal):
                report.refresh_from_db()
        assert ownerless_reports(actor=lena).count() == 0
        transaction.set_rollback(True)
