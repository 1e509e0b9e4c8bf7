"""Rows that the clinic writes speak FHIR from their first version on."""

import json
from decimal import Decimal

from osler.clinic.records.models import DiagnosticReport, Observation, ObservationComponent
from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor
from osler.interop.fhir.validation.verdict import validate
from tests.interop.fhir.conftest import bring, id_here
from tests.interop.fhir.examples import example


def pressure(patient):
    row = Observation(
        patient=patient,
        category="vital-signs",
        system="http://loinc.org",
        code="85354-9",
        display="Blood pressure",
    )
    parts = (("8480-6", "Systolic", "128"), ("8462-4", "Diastolic", "79.5"))
    row.pending_components = [
        ObservationComponent(
            observation=row,
            patient=patient,
            position=position,
            code=code,
            display=display,
            value=Decimal(value),
            unit="mm[Hg]",
        )
        for position, (code, display, value) in enumerate(parts)
    ]
    return row


def test_a_new_pressure_has_its_components_in_its_first_version(organization, dana_patient, api):
    with acting(SystemActor(organization.id)):
        row = pressure(dana_patient)
        row.save()
        for component in row.pending_components:
            component.save()

    body = json.loads(api.get(f"/Observation/{row.id}").content)

    values = [
        (part["code"]["coding"][0]["code"], part["valueQuantity"]["value"]) for part in body["component"]
    ]
    assert values == [("8480-6", 128), ("8462-4", 79.5)]
    assert body["meta"]["versionId"] == "1"
    assert validate(body) == []


def test_an_edit_of_an_imported_row_keeps_what_came_with_it(organization, api):
    bring(organization, {"resourceType": "Patient", "id": "p"}, {**example("Observation", "p"), "id": "o"})
    key = id_here(organization, "Observation", "o")
    before = json.loads(api.get(f"/Observation/{key}").content)

    with acting(SystemActor(organization.id)):
        row = Observation.objects.get(id=key)
        row.status = "amended"
        row.save()

    after = json.loads(api.get(f"/Observation/{key}").content)
    assert after.pop("meta")["versionId"] == "2"
    assert before.pop("meta")["versionId"] == "1"
    assert after == {**before, "status": "amended"}


def test_a_report_names_its_observations_once_they_are_there(organization, dana_patient, api):
    with acting(SystemActor(organization.id)):
        report = DiagnosticReport(patient=dana_patient, status="preliminary", code="x", display="Panel")
        report.save()
        row = Observation(patient=dana_patient, code="y", display="Sodium", report=report)
        row.save()
        report.conclusion = "fine"
        report.save()

    body = json.loads(api.get(f"/DiagnosticReport/{report.id}").content)

    assert body["result"] == [{"reference": f"Observation/{row.id}"}]
    assert body["conclusion"] == "fine"


def test_a_patient_registered_here_carries_his_mrn(dana_patient, api):
    body = json.loads(api.get(f"/Patient/{dana_patient.id}").content)

    assert [(each["system"], each["value"]) for each in body["identifier"]] == [
        ("urn:osler:mrn", dana_patient.mrn)
    ]
    assert [each["id"] for each in api.found(f"/Patient?identifier={dana_patient.mrn}")] == [
        str(dana_patient.id)
    ]
    assert validate(body) == []
