"""Minimum necessary: what each role can read of the record."""

from decimal import Decimal

import pytest

from osler.clinic.records.models import (
    ClinicalNote,
    DiagnosticReport,
    Encounter,
    Observation,
    ServiceRequest,
)
from osler.clinic.records.notes.writing import autosave_note, open_note, sign_note
from osler.clinic.records.observations.vitals import VitalReading, record_vitals
from osler.clinic.records.orders.follow_ups import set_follow_up
from osler.clinic.records.results.releasing import release_report
from osler.clinic.records.results.verifying import verify_report
from osler.foundation.access.policy import decide, scoped
from osler.kernel.errors import Denied, Missing

MODELS = (Encounter, ClinicalNote, Observation, ServiceRequest, DiagnosticReport)


@pytest.fixture
def chart(act, alice, nina, lena, visit, order, entered):
    """A visit with pulse, signed note, follow-up, and a held result of eight values."""
    with act(nina):
        record_vitals(visit, readings=[VitalReading("pulse", Decimal(80), "/min")], actor=nina)
    with act(alice):
        note = open_note(visit, actor=alice)
        autosave_note(note, parts={"plan": "Rest."}, version=1, actor=alice)
        sign_note(note, actor=alice)
        set_follow_up(visit, weeks=4, actor=alice)
        ServiceRequest.objects.filter(id=order.id).update(hold_release=True)
    report = entered()
    with act(lena):
        return verify_report(DiagnosticReport.objects.get(id=report.id), actor=lena)


def counts(actor) -> list[int | None]:
    found: list[int | None] = []
    for model in MODELS:
        try:
            found.append(scoped(model, actor).count())
        except Denied:
            found.append(None)
    return found


def test_each_role_sees_what_its_work_needs(
    act, chart, alice, nina, lena, bob, bill, adam, petra, charlie, dana, dora
):
    table = {
        alice: [1, 1, 9, 2, 1],
        nina: [1, 1, 9, 2, 1],
        lena: [None, None, 8, 1, 1],
        bob: [None, None, None, 1, None],
        bill: [1, None, None, None, None],
        adam: [None] * 5,
        petra: [None] * 5,
        charlie: [0] * 5,
        dana: [1, 1, 1, 2, 0],
        dora: [1, 1, 1, 2, 0],
    }
    for actor, expected in table.items():
        with act(actor):
            assert (actor.name, counts(actor)) == (actor.name, expected)


def test_patient_sees_the_result_once_it_is_released(act, chart, alice, dana):
    with act(dana), pytest.raises(Missing):
        decide(dana, "read", chart)
    with act(alice):
        release_report(DiagnosticReport.objects.get(), actor=alice)
    with act(dana):
        decide(dana, "read", DiagnosticReport.objects.get())
        assert counts(dana) == [1, 1, 9, 2, 1]
