"""Abnormal results that nobody owns: seen by the laboratory and by every physician."""

import pytest

from osler.clinic.records.encounters.visit import start_encounter
from osler.clinic.records.models import DiagnosticReport
from osler.clinic.records.orders.ordering import order_test
from osler.clinic.records.results.entering import collect_specimen, enter_result
from osler.clinic.records.results.verifying import verify_report
from osler.clinic.records.results.worklists import ownerless_reports
from osler.foundation.access.roles import Role
from osler.foundation.audit.models import AuditEvent
from osler.foundation.directory.models import Practitioner
from tests.conftest import new_actor
from tests.web.workspace.conftest import about
from tests.web.workspace.laboratory.test_orders import VALUES


@pytest.fixture
def report(act, adam, alice, lena, dana_patient):
    """A critical result whose physician has left meanwhile."""
    with act(alice):
        order = order_test(start_encounter(dana_patient, actor=alice), test="24321-2", actor=alice)
    with act(lena):
        collect_specimen(order, actor=lena)
        report = verify_report(enter_result(order, values=VALUES, actor=lena), actor=lena)
    with act(adam):
        Practitioner.objects.filter(pk=alice.practitioner_id).update(active=False)
    return report


def test_every_physician_has_it_in_the_inbox_until_one_acts(act, client_of, organization, report):
    owen = new_actor(organization, Role.PHYSICIAN, "Owen Park", practitioner=True)
    client = client_of(owen)
    page = client.get("/inbox/?section=ownerless")

    assert [entry.id for entry in page.context["entries"]] == [report.id]
    done = client.post(f"/reports/{report.id}/acknowledge/", about(report))
    assert done.status_code == 302
    assert client.get("/inbox/?section=ownerless").context["entries"] == []
    with act(owen):
        assert DiagnosticReport.objects.get().acknowledged_by_id == owen.practitioner_id


def test_the_laboratory_sees_it_and_that_is_in_the_trail(act, client_of, lena, report):
    page = client_of(lena).get("/lab/?stage=to-collect")

    assert "Abnormal results without an owner" in page.content.decode()
    assert page.context["ownerless"] == [report]
    with act(lena):
        event = AuditEvent.objects.filter(actor_id=lena.user_id, detail="worklist").latest("id")
        assert event.patient_ids == [report.patient_id]


def test_one_that_is_owned_stands_nowhere(act, client_of, adam, alice, lena, report):
    with act(adam):
        Practitioner.objects.filter(pk=alice.practitioner_id).update(active=True)
    with act(lena):
        assert not ownerless_reports(actor=lena).exists()
    assert "without an owner" not in client_of(lena).get("/lab/").content.decode()


def test_a_stranger_sees_none(act, client_of, charlie, report):
    assert client_of(charlie).get("/inbox/").context["entries"] == []
