"""The doctor names what is ill, and does not die of it."""

from pathlib import Path
from typing import Any

import pytest

from osler.clinic.communication.models import Notice
from osler.clinic.patients.models import Patient
from osler.clinic.records.models import DiagnosticReport, ServiceRequest
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import Organization, Practitioner
from osler.foundation.jobs.outbox import SystemActor
from osler.ops import diagnosis
from osler.ops.diagnosis import examine

NOWHERE = "http://127.0.0.1:9"


@pytest.mark.django_db(databases=["default", "owner"])
def test_each_part_is_told_in_order(tmp_path: Path) -> None:
    found = {finding.part: finding for finding in examine(tmp_path, NOWHERE)}

    assert list(found) == [
        "disk",
        "keys",
        "database",
        "migrations",
        "web role",
        "routes",
        "worker",
        "jobs",
        "seals",
        "clocks",
        "results",
        "notices",
        "pages",
    ]
    assert found["migrations"].words == "all applied"
    assert found["web role"].is_well
    assert found["routes"].is_well
    assert found["database"].words == "fsync is off: a power cut would lose what was saved"
    assert found["worker"].words == "none: run osler serve, or osler worker"
    assert found["pages"].words == f"{NOWHERE} does not answer: run osler serve"


def test_key_that_others_can_read_is_ill(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "sealing").write_text("secret")
    (tmp_path / "keys" / "sealing").chmod(0o644)

    assert diagnosis.keys(tmp_path) == (False, "others can read sealing")

    (tmp_path / "keys" / "sealing").chmod(0o600)
    assert diagnosis.keys(tmp_path)[0] is True


def test_part_that_cannot_be_looked_at_is_ill(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Any:
        raise ImportError("no module named plan")

    monkeypatch.setattr(diagnosis, "routes", broken)

    found = {finding.part: finding for finding in examine(tmp_path, NOWHERE)}

    assert (found["routes"].is_well, found["routes"].words) == (False, "ImportError: no module named plan")
    assert len(found) == 13


def test_a_mail_in_doubt_and_a_result_without_owner_are_ill(
    organization: Organization, dana_patient: Patient
) -> None:
    assert diagnosis.notices() == (True, "none failed")
    assert diagnosis.results() == (True, "every abnormal one has an owner")
    with acting(SystemActor(organization.id)):
        sent = {"kind": "invoice", "to_address": "d@home.test", "subject": "News", "body": "Sign in"}
        Notice(patient=dana_patient, effect_key="invoice:1", status="failed", **sent).save()
        order = ServiceRequest.objects.create(patient=dana_patient, category="laboratory", code="4548-4")
        left = Practitioner.objects.create(family="Gone", active=False)
        DiagnosticReport.objects.create(
            patient=dana_patient, order=order, owner=left, status="final", code="4548-4", is_abnormal=True
        )

    assert diagnosis.notices() == (False, "1 failed or unknown: see Administration, Mail")
    assert diagnosis.results() == (
        False,
        "1 abnormal ones have no owner: they stand in every physician's inbox",
    )
