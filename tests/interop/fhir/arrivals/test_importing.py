"""What becomes of resources that arrive."""

import json
from decimal import Decimal

import pytest
from django.db import connection

from osler.clinic.patients.models import Patient, PatientIdentifier
from osler.clinic.records.models import Condition, Observation, ObservationComponent
from osler.foundation.audit.context import acting
from osler.foundation.audit.models import AuditEvent
from osler.foundation.directory.models import Practitioner
from osler.foundation.jobs.outbox import SystemActor
from osler.interop.fhir.arrivals import importing
from osler.interop.fhir.arrivals.running import Wish, import_resources
from osler.interop.fhir.lossless import read_json
from osler.interop.fhir.models import SourceRecord, StoredResource
from tests.interop.fhir.conftest import bring, id_here
from tests.interop.fhir.examples import example

LOINC = "http://loinc.org"


def patient(source_id="p1", **more):
    return {
        "resourceType": "Patient",
        "id": source_id,
        "name": [{"family": "Levin", "given": ["Ann"]}],
        "birthDate": "1970-01-02",
        **more,
    }


def observation(source_id="o1", subject="Patient/p1", **more):
    return {
        "resourceType": "Observation",
        "id": source_id,
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": "8302-2"}]},
        "subject": {"reference": subject},
        **more,
    }


def counts(tally):
    return tally.created, tally.changed, tally.unchanged, len(tally.refusals)


@pytest.fixture
def inside(organization):
    """Inside the tenant."""
    with acting(SystemActor(organization.id)):
        yield


def test_the_second_time_nothing_changes(organization):
    batch = [patient(), observation()]

    assert counts(bring(organization, *batch)) == (2, 0, 0, 0)
    assert counts(bring(organization, *batch)) == (0, 0, 2, 0)


def test_a_changed_resource_becomes_a_new_version_and_the_old_one_is_history(organization, inside):
    bring(organization, patient(), observation(valueQuantity={"value": Decimal("1.80"), "unit": "m"}))

    tally = bring(organization, observation(valueQuantity={"value": Decimal("1.81"), "unit": "m"}))

    [row] = Observation.objects.all()
    assert counts(tally) == (0, 1, 0, 0)
    assert (row.version, row.value) == (2, Decimal("1.810000"))
    assert '"value":1.81' in row.resource


def test_an_old_file_never_undoes_a_newer_one(organization, inside):
    old, new = observation(status="preliminary"), observation(status="final")
    bring(organization, patient(), old)
    bring(organization, new)

    assert counts(bring(organization, old)) == (0, 0, 1, 0)
    assert Observation.objects.get().status == "final"


def test_references_of_every_form_lead_to_what_is_here(organization, inside):
    full = "urn:uuid:3f2a3a2e-0d1c-4c7e-9d0e-8f5a5c1d2e3f"
    whom = {
        "resourceType": "Practitioner",
        "id": "d1",
        "name": [{"family": "Holt"}],
        "identifier": [{"system": "urn:x", "value": "9"}],
    }
    bring(organization, patient(), full_url=full)
    by_identifier = observation("o3", performer=[{"reference": "Practitioner?identifier=urn:x|9"}])
    bring(organization, whom, observation("o2", "Patient/p1"), by_identifier)

    key = id_here(organization, "Patient", "p1")
    found = {
        row.resource and read_json(row.resource)["subject"]["reference"] for row in Observation.objects.all()
    }
    assert found == {f"Patient/{key}"}
    assert (
        Observation.objects.get(id=id_here(organization, "Observation", "o3")).performer
        == Practitioner.objects.get()
    )


def test_what_refers_to_somebody_who_comes_later_waits_with_his_id(organization, inside):
    bring(organization, observation())
    [stored] = StoredResource.objects.all()
    assert stored.patient_id is None
    reference = read_json(stored.resource)["subject"]["reference"]

    bring(organization, patient())

    assert reference == f"Patient/{Patient.objects.get().id}"


def test_one_bad_resource_spoils_nothing_but_what_needs_it(organization, inside):
    bad = patient("p2", gender="x")

    tally = bring(
        organization,
        patient(),
        bad,
        observation(),
        observation("o2", "Patient/p2"),
        observation("o3", code=7),
    )

    assert counts(tally) == (2, 0, 0, 3)
    assert [(each.index, each.path) for each in tally.refusals] == [
        (1, "Patient.gender"),
        (4, "Observation.code"),
        (3, ""),
    ]
    assert "its patient was refused (entry 1)" in tally.refusals[2].reason
    assert Patient.objects.count() == 1


def test_a_row_that_the_database_refuses_does_not_take_others_with_it(organization, inside, monkeypatch):
    real = importing.place

    def spoil(each, placed):
        real(each, placed)
        if each.key.source_id == "o2":
            each.columns["patient_id"] = None

    monkeypatch.setattr(importing, "place", spoil)

    tally = bring(organization, patient(), *(observation(f"o{n}") for n in range(1, 6)))

    assert counts(tally) == (5, 0, 0, 1)
    assert tally.refusals[0].index == 2
    assert "database refuses it" in tally.refusals[0].reason


def test_the_same_person_under_another_id_is_known_by_identifier_and_name(organization, inside):
    number = {"identifier": [{"system": "urn:ssn", "value": "1"}]}
    bring(organization, patient(**number), source="north")

    again = bring(organization, patient("x9", **number), source="south")
    more = bring(organization, patient("x9", **number, gender="female"), source="south")

    assert counts(again) == (0, 1, 0, 0)
    assert counts(more) == (0, 1, 0, 0)
    assert Patient.objects.get().gender == "female"


def test_who_shares_an_identifier_but_says_otherwise_is_somebody_else(organization, inside):
    number = {"identifier": [{"system": "urn:ssn", "value": "1"}]}
    bring(organization, patient(**number), source="north")

    tally = bring(organization, patient("twin", birthDate="1999-09-09", **number), source="south")

    assert counts(tally) == (1, 0, 0, 0)
    assert [note.path for note in tally.notes] == ["Patient.identifier"]
    assert PatientIdentifier.objects.count() == 1
    assert Patient.objects.count() == 2


def test_a_hospital_that_comes_with_each_bundle_is_one_and_keeps_what_was_said_of_it(organization, inside):
    little = {"resourceType": "Organization", "id": "h", "name": "Elm"}
    much = {**little, "telecom": [{"system": "phone", "value": "1"}]}
    other = {**little, "name": "Oak"}

    first = bring(organization, little, method="POST")
    second = bring(organization, much, method="POST")
    third = bring(organization, {**little, "meta": {"tag": [{"code": "x"}]}}, method="POST")
    fourth = bring(organization, other, method="POST")

    assert [counts(each) for each in (first, second, third, fourth)] == [
        (1, 0, 0, 0),
        (0, 1, 0, 0),
        (0, 0, 1, 0),
        (0, 0, 1, 0),
    ]
    assert "says otherwise" in fourth.notes[0].reason


def test_codes_components_and_numbers_reach_their_columns(organization, inside):
    bring(
        organization,
        patient(),
        {**example("Observation", "p1"), "id": "o"},
        {**example("Condition", "p1"), "id": "c"},
    )

    condition = Condition.objects.get()
    parts = ObservationComponent.objects.order_by("position").values_list("code", "value", "unit")
    assert list(parts) == [("8480-6", 120, "mm[Hg]"), ("8462-4", 80, "mm[Hg]")]
    assert (condition.code, condition.display, condition.clinical_status) == (
        "38341003",
        "Hypertension",
        "active",
    )
    assert condition.onset_at.isoformat() == "2019-03-01T05:00:00+00:00"


def test_observations_know_the_report_that_names_them(organization, inside):
    report = {**example("DiagnosticReport", "p1"), "id": "r", "result": [{"reference": "Observation/o1"}]}

    bring(organization, patient(), observation(), report)

    assert Observation.objects.get().report_id == id_here(organization, "DiagnosticReport", "r")


def test_types_without_a_model_stand_whole_in_the_compartment(organization, inside):
    goal = {
        "resourceType": "Goal",
        "id": "g",
        "lifecycleStatus": "active",
        "description": {"text": "walk"},
        "subject": {"reference": "Patient/p1"},
    }
    both = {
        "resourceType": "List",
        "id": "l",
        "status": "current",
        "mode": "working",
        "subject": {"reference": "Patient/p1"},
        "source": {"reference": "Patient/p2"},
    }

    bring(organization, patient(), patient("p2"), goal, both)

    stored = {row.resource_type: row for row in StoredResource.objects.all()}
    assert stored["Goal"].patient_id == id_here(organization, "Patient", "p1")
    assert stored["Goal"].status == "active"
    assert stored["List"].patient_id is None


def test_each_created_row_leaves_an_event_with_its_patient(organization, inside):
    bring(organization, patient(), observation())

    key = id_here(organization, "Patient", "p1")
    events = AuditEvent.objects.filter(action="C", patient_id=key).values_list("entity", flat=True)
    assert sorted(events) == ["patients_patient", "records_observation"]


def test_a_dry_run_counts_and_leaves_nothing(organization, tmp_path):
    (tmp_path / "Patient-1.json").write_text(json.dumps(patient()))

    seen = []
    tally = import_resources(
        Wish([tmp_path], dry_run=True),
        actor=SystemActor(organization.id),
        progress=lambda *each: seen.append(each),
    )

    assert counts(tally) == (1, 0, 0, 0)
    assert len(seen) == 1
    with acting(SystemActor(organization.id)):
        assert (Patient.objects.count(), SourceRecord.objects.count()) == (0, 0)


def test_ids_of_two_places_are_told_apart(organization, inside):
    bring(organization, patient("1"), source="north")

    assert counts(bring(organization, patient("1", birthDate="1999-01-01"), source="south")) == (1, 0, 0, 0)
    assert Patient.objects.count() == 2


def test_what_was_exported_from_here_is_known_when_it_comes_back(organization, inside):
    bring(organization, patient())
    key = id_here(organization, "Patient", "p1")

    tally = bring(organization, patient(str(key), gender="female"))

    assert counts(tally) == (0, 1, 0, 0)
    assert Patient.objects.get().gender == "female"


def test_a_batch_costs_a_fixed_number_of_statements(organization, inside, django_assert_max_num_queries):
    many = [observation(f"o{n}") for n in range(300)]

    with django_assert_max_num_queries(24):
        bring(organization, patient(), *many)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM records_observation")
        assert cursor.fetchone() == (300,)
