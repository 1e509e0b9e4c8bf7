"""A visit as a whole, also one that came from elsewhere."""

import pytest

from osler.clinic.records.encounters.reading import visit_record
from osler.clinic.records.models import Condition, Encounter, Immunization, Procedure
from osler.kernel import clock


@pytest.fixture
def visit(act, alice, dana_patient) -> Encounter:
    with act(alice):
        return Encounter.objects.create(patient=dana_patient, status="finished", started_at=clock.now())


def test_a_visit_of_which_nothing_is_known_is_empty(act, alice, visit):
    with act(alice):
        assert visit_record(visit, actor=alice).is_empty


def test_an_imported_visit_shows_problems_procedures_and_vaccines(act, alice, visit):
    given = {"patient": visit.patient, "encounter": visit}
    with act(alice):
        noted = Condition.objects.create(**given, display="Asthma", category=Condition.Category.PROBLEM)
        coded = Condition.objects.create(**given, display="Cough", category=Condition.Category.ENCOUNTER)
        done = Procedure.objects.create(**given, display="Spirometry")
        dose = Immunization.objects.create(**given, display="Influenza")
        Procedure.objects.create(**given, display="Wrong", status="entered-in-error")
        Immunization.objects.create(**given, display="Refused", status="not-done")

        record = visit_record(visit, actor=alice)

    assert (record.problems, record.diagnoses) == ([noted], [coded])
    assert (record.procedures, record.immunizations) == ([done], [dose])
    assert not record.is_empty
