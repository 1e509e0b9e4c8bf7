"""A wrong entry is marked, named nowhere any more, and stays with who and why."""

import pytest
from django.db import connection

from osler.clinic.records.allergies.recording import active_allergies
from osler.clinic.records.conditions.favorites import favorite_codes
from osler.clinic.records.encounters.reading import visit_record
from osler.clinic.records.encounters.visit import finish_encounter
from osler.clinic.records.errors import AlreadyInError, LaboratoryValue
from osler.clinic.records.finding import find_in_chart
from osler.clinic.records.medications.active import active_medications, past_medications
from osler.clinic.records.medications.safety import alerts_against
from osler.clinic.records.mistakes.kinds import KINDS, name_of
from osler.clinic.records.mistakes.marking import enter_in_error
from osler.clinic.records.mistakes.reading import wrong_entries
from osler.clinic.records.models import (
    AllergyIntolerance,
    MedicationRequest,
    Observation,
)
from osler.clinic.records.observations.flowsheet import flowsheet
from osler.clinic.records.observations.trends import latest_lines
from osler.clinic.records.observations.vitals import record_vitals
from osler.clinic.records.summary import chart_summary
from osler.foundation.access.policy import scoped
from osler.foundation.audit.models import AuditEvent
from osler.foundation.terminology.medications import find_medication
from osler.kernel.errors import Denied, Missing, StaleVersion
from tests.clinic.records.mistakes.conftest import LISINOPRIL, reading

MARKED = ("allergy", "problem", "diagnosis", "vital", "prescribed", "told")
WORDS = {
    "allergy": "Penicillin G",
    "problem": "Essential (primary) hypertension",
    "diagnosis": "Acute upper respiratory infection, unspecified",
    "vital": "Heart rate",
    "prescribed": "lisinopril",
    "told": "Fish oil",
}


def everything_shown(patient, visit, *, actor) -> str:
    """All that the chart says of a patient without being asked for what was wrong."""
    amoxicillin, lisinopril = find_medication("308191"), find_medication(LISINOPRIL)
    shown = [
        chart_summary(patient, actor=actor),
        visit_record(visit, actor=actor),
        list(active_allergies(patient, actor=actor)),
        active_medications(patient, actor=actor),
        past_medications(patient, actor=actor),
        [alerts_against(patient, medication=one, actor=actor) for one in (amoxicillin, lisinopril)],
        latest_lines(patient, actor=actor),
        flowsheet(patient, actor=actor),
        favorite_codes(actor),
        [find_in_chart(patient, words[:6], actor=actor) for words in WORDS.values()],
    ]
    return repr(shown)


@pytest.mark.parametrize("kind", MARKED)
def test_a_wrong_entry_is_named_nowhere_any_more(act, alice, visit, dana_patient, made, kind):
    row = made(kind)
    with act(alice):
        before = everything_shown(dana_patient, visit, actor=alice)
        assert enter_in_error(row, why="slip", actor=alice, version=1) == [row]
        after = everything_shown(dana_patient, visit, actor=alice)

    name = repr(row) if kind not in ("prescribed", "told", "vital") else row.display
    assert (name in before, name in after) == (True, False)
    assert (WORDS[kind].casefold() in before.casefold(), WORDS[kind].casefold() in after.casefold()) == (
        True,
        False,
    )


@pytest.mark.parametrize("kind", MARKED)
def test_it_stays_with_who_and_why(act, alice, dana_patient, made, kind):
    row = made(kind)
    with act(alice):
        enter_in_error(row, why="other-patient", actor=alice, version=1)
        stored = type(row).objects.get(id=row.id)
        (mark,) = wrong_entries(dana_patient, name_of(row), actor=alice)
        events = AuditEvent.objects.filter(entity_id=row.id, action="U")

        assert KINDS[name_of(row)].is_wrong(stored)
        assert stored.version == 2
        assert (mark.row, mark.why, mark.is_ours) == (row, "Belongs to another patient", True)
        assert mark.who == "Alice Bell"
        assert [(event.actor_id, event.reason) for event in events] == [(alice.user_id, "other-patient")]
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('app.reason')")
            assert cursor.fetchone() == ("",)  # what is done next has no such reason


@pytest.mark.parametrize("kind", MARKED)
def test_another_version_and_a_second_time_change_nothing(act, alice, made, kind):
    row = made(kind)
    with act(alice):
        with pytest.raises(StaleVersion):
            enter_in_error(row, actor=alice, version=7)
        assert type(row).objects.get(id=row.id).version == 1
        enter_in_error(row, actor=alice, version=1)
        with pytest.raises(AlreadyInError):
            enter_in_error(row, actor=alice, version=2)
        assert type(row).objects.get(id=row.id).version == 2


@pytest.mark.parametrize(
    ("kind", "who"),
    [
        *((kind, who) for kind in MARKED for who in ("bob", "lena", "bill", "adam", "petra", "dana")),
        *((kind, "nina") for kind in ("problem", "diagnosis", "prescribed")),
        *((kind, "charlie") for kind in MARKED),
    ],
)
def test_nobody_else_marks_it(act, request, alice, made, kind, who):
    row, actor = made(kind), request.getfixturevalue(who)
    with act(alice), pytest.raises(Missing if who == "charlie" else Denied):
        enter_in_error(row, actor=actor, version=1)
    with act(alice):
        assert type(row).objects.get(id=row.id).version == 1


@pytest.mark.parametrize("kind", ["allergy", "vital", "told"])
def test_a_nurse_marks_what_a_nurse_records(act, nina, made, kind):
    row = made(kind)
    with act(nina):
        enter_in_error(row, actor=nina, version=1)
        assert type(row).objects.get(id=row.id).version == 2


@pytest.mark.parametrize("kind", MARKED)
def test_a_finished_visit_holds_no_list_entry(act, alice, visit, made, kind):
    """Its note is closed, and stays as it was signed; what stands in the lists may be wrong."""
    row = made(kind)
    with act(alice):
        finish_encounter(visit, actor=alice)
        enter_in_error(type(row).objects.get(id=row.id), actor=alice, version=1)
        assert KINDS[name_of(row)].is_wrong(type(row).objects.get(id=row.id))


@pytest.mark.parametrize("key", ["weight", "height"])
def test_a_body_mass_index_goes_with_what_it_was_computed_from(act, nina, visit, key):
    readings = [
        reading("weight", "70", "kg"),
        reading("height", "175", "cm"),
        reading("pulse", "70", "/min"),
    ]
    with act(nina):
        rows = {row.code: row for row in record_vitals(visit, readings=readings, actor=nina)}
        code = {"weight": "29463-7", "height": "8302-2"}[key]
        enter_in_error(rows[code], actor=nina, version=1)
        wrong = Observation.objects.filter(status="entered-in-error")
        assert {row.code for row in wrong} == {code, "39156-5"}

        again = record_vitals(visit, readings=readings, actor=nina, is_confirmed=True)
        assert {row.status for row in again} == {"final"}


def test_a_value_of_the_laboratory_is_corrected_there(act, alice, entered):
    entered()
    with act(alice):
        row = scoped(Observation, alice).filter(category="laboratory").first()
        with pytest.raises(LaboratoryValue):
            enter_in_error(row, actor=alice, version=row.version)
        assert Observation.objects.get(id=row.id).version == row.version


@pytest.mark.parametrize("status", [status.value for status in MedicationRequest.Status])
def test_a_prescription_of_any_state_may_be_wrong(act, alice, dana_patient, status):
    with act(alice):
        row = MedicationRequest.objects.create(patient=dana_patient, display="Drug", status=status)
        if status == "entered-in-error":
            with pytest.raises(AlreadyInError):
                enter_in_error(row, actor=alice, version=1)
        else:
            enter_in_error(row, actor=alice, version=1)
        assert MedicationRequest.objects.get().status == "entered-in-error"


def test_what_came_in_as_wrong_was_never_marked_here(act, alice, dana_patient):
    with act(alice):
        AllergyIntolerance.objects.create(
            patient=dana_patient, display="Latex", verification_status="entered-in-error", clinical_status=""
        )
        (mark,) = wrong_entries(dana_patient, "allergy", actor=alice)
        assert (mark.is_ours, mark.why) == (False, "")
