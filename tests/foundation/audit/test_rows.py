"""What every row promises: tenant, version, history, audit."""

import pytest
from django.db import connection, transaction
from django.db.utils import DataError, InternalError, ProgrammingError

from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import NOBODY, Actor
from osler.foundation.audit.context import acting
from osler.foundation.audit.models import AuditEvent
from osler.kernel.errors import StaleVersion
from tests.conftest import new_patient


def test_an_update_makes_a_new_version_and_keeps_the_old_one(dana_patient: Patient, bob: Actor) -> None:
    with acting(bob):
        patient = Patient.objects.get(pk=dana_patient.pk)
        patient.given = "Daniela"
        patient.save()

        stored = Patient.objects.get(pk=patient.pk)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT version, content ->> 'given' FROM audit_rowhistory WHERE row_id = %s", [patient.pk]
            )
            history = cursor.fetchall()

    assert (patient.version, stored.version, stored.given) == (2, 2, "Daniela")
    assert history == [(1, "Dana")]


def test_who_saves_an_old_version_is_refused_and_nothing_changes(dana_patient: Patient, bob: Actor) -> None:
    with acting(bob):
        first, second = Patient.objects.get(pk=dana_patient.pk), Patient.objects.get(pk=dana_patient.pk)
        first.given = "First"
        first.save()

        second.given = "Second"
        with pytest.raises(StaleVersion), transaction.atomic():
            second.save()

        stored = Patient.objects.get(pk=dana_patient.pk)
    assert (stored.given, stored.version) == ("First", 2)


def test_each_write_leaves_one_event_also_by_raw_sql(dana_patient: Patient, bob: Actor) -> None:
    with acting(bob, reason="spelling"), connection.cursor() as cursor:
        cursor.execute("UPDATE patients_patient SET given = 'Dan' WHERE id = %s", [dana_patient.pk])

        events = (
            AuditEvent.objects.filter(entity_id=dana_patient.pk)
            .order_by("id")
            .values_list("action", "version", "actor_id", "patient_id", "reason")
        )
        found = list(events)
    assert found == [
        ("C", 1, None, dana_patient.pk, ""),
        ("U", 2, bob.user_id, dana_patient.pk, "spelling"),
    ]


def test_without_a_context_nothing_is_seen_and_nothing_is_written(dana_patient: Patient) -> None:
    with acting(NOBODY):
        assert Patient.objects.count() == 0
        with pytest.raises((ProgrammingError, InternalError, DataError)), transaction.atomic():
            Patient(given="Nobody's").save()


def test_another_tenant_sees_and_changes_nothing(dana_patient: Patient, charlie: Actor) -> None:
    with acting(charlie):
        assert Patient.objects.count() == 0
        assert Patient.objects.filter(pk=dana_patient.pk).update(given="Stolen") == 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM audit_rowhistory")
            assert cursor.fetchone() == (0,)


def test_a_portal_connection_sees_one_patient(
    dana_patient: Patient, dana: Actor, organization: object
) -> None:
    new_patient(organization, given="Other")  # type: ignore[arg-type]
    with acting(dana):
        assert [patient.pk for patient in Patient.objects.all()] == [dana_patient.pk]


FORGED = {
    "organization_id": "uuidv7()",
    "actor_id": "uuidv7()",
    "actor_role": "'physician'",
    "recorded_at": "now() - interval '1 day'",
    "xact": "'3'::xid8",
    "request_id": "uuidv7()",
    "reason": "'none'",
    "version": "3",
}


@pytest.mark.parametrize("column", FORGED)
def test_the_web_role_cannot_say_who_did_what_when(dana_patient: Patient, bob: Actor, column: str) -> None:
    with acting(bob):
        before = AuditEvent.objects.count()
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            _execute(
                f"INSERT INTO audit_event (action, entity, {column}) VALUES ('R', 'x', {FORGED[column]})"
            )
        assert AuditEvent.objects.count() == before


@pytest.mark.parametrize("action", ["C", "U", "D"])
def test_the_web_role_cannot_say_that_something_was_changed(
    dana_patient: Patient, bob: Actor, action: str
) -> None:
    with acting(bob):
        before = AuditEvent.objects.count()
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            _execute(f"INSERT INTO audit_event (action, entity) VALUES ('{action}', 'patients_patient')")
        assert AuditEvent.objects.count() == before


def test_what_the_web_role_reads_bears_who_acts(dana_patient: Patient, bob: Actor) -> None:
    with acting(bob, reason="a reason"):
        _execute("INSERT INTO audit_event (action, entity) VALUES ('R', 'by_raw_sql')")
        [event] = AuditEvent.objects.filter(entity="by_raw_sql")
    said = (event.organization_id, event.actor_id, event.actor_role, event.reason)
    assert said == (bob.organization_id, bob.user_id, bob.role_name, "a reason")
    assert event.request_id is not None


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_trail_is_append_only(dana_patient: Patient, bob: Actor) -> None:
    for statement in (
        "UPDATE audit_event SET reason = 'x'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
    ):
        with (
            acting(bob),
            pytest.raises(ProgrammingError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
