"""The owner acts: acknowledge, forward, take back."""

import pytest

from osler.clinic.records.errors import AlreadyAcknowledged, NoOwner, NotFinal
from osler.clinic.records.models import DiagnosticReport
from osler.clinic.records.results.acknowledging import (
    acknowledge_report,
    forward_report,
    reopen_report,
)
from osler.clinic.records.results.verifying import verify_report
from osler.clinic.records.results.worklists import (
    inbox_reports,
    lab_worklist,
    stage_counts,
    unread_reports,
)
from osler.foundation.access.roles import Role
from osler.foundation.directory.models import Practitioner
from osler.kernel.errors import Denied, Missing, StaleVersion
from tests.conftest import new_actor


@pytest.fixture
def report(act, lena, entered) -> DiagnosticReport:
    made = entered()
    with act(lena):
        return verify_report(made, actor=lena)


def test_acknowledged_result_leaves_the_inbox_and_comes_back(act, alice, report):
    with act(alice):
        assert (list(inbox_reports(actor=alice)), unread_reports(alice)) == ([report], 1)
        with pytest.raises(StaleVersion):
            acknowledge_report(report, actor=alice, version=99)
        acknowledge_report(report, note="Called her.", actor=alice, version=report.version)

        stored = DiagnosticReport.objects.get()
        assert (stored.acknowledged_by_id, stored.acknowledgement) == (
            alice.practitioner_id,
            "Called her.",
        )
        assert unread_reports(alice) == 0
        with pytest.raises(AlreadyAcknowledged):
            acknowledge_report(stored, actor=alice)
        reopen_report(stored, actor=alice)
        assert (unread_reports(alice), DiagnosticReport.objects.get().acknowledgement) == (1, "")


def test_forwarded_result_belongs_to_the_colleague(act, organization, alice, nina, report):
    henry = new_actor(organization, Role.PHYSICIAN, "Henry Vance", practitioner=True)
    with act(alice):
        nurse = Practitioner.objects.get(id=nina.practitioner_id)
        with pytest.raises(NoOwner):
            forward_report(report, to=nurse, actor=alice)
        colleague = Practitioner.objects.get(id=henry.practitioner_id)
        forward_report(report, to=colleague, actor=alice)

        assert (unread_reports(alice), DiagnosticReport.objects.get().owner_id) == (0, colleague.id)
    with act(henry):
        assert unread_reports(henry) == 1


def test_who_may_not_acknowledge(act, nina, lena, charlie, report):
    for actor, refusal in ((nina, Denied), (lena, Denied), (charlie, Missing)):
        with act(actor), pytest.raises(refusal):
            acknowledge_report(report, actor=actor)
    with act(nina):
        assert DiagnosticReport.objects.get().acknowledged_at is None
        assert unread_reports(nina) == 0


def test_entered_values_are_not_acknowledged(act, alice, entered):
    report = entered()
    with act(alice), pytest.raises(NotFinal):
        acknowledge_report(report, actor=alice)


def test_worklist_goes_through_its_stages(act, lena, order, entered):
    with act(lena):
        assert [(row.id, row.stage) for row in lab_worklist(actor=lena, stage="to-collect")] == []
    report = entered()
    with act(lena):
        assert stage_counts(actor=lena) == {"to-collect": 0, "to-enter": 0, "to-verify": 1, "": 1}
        assert [row.id for row in lab_worklist(actor=lena)] == [order.id]
        verify_report(report, actor=lena)
        assert stage_counts(actor=lena)[""] == 0
        assert [row.id for row in lab_worklist(actor=lena, stage="done")] == [order.id]
