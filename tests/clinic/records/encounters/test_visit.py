"""Starting and finishing visits."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from osler.clinic.records.encounters.visit import (
    enter_encounter_in_error,
    finish_encounter,
    start_encounter,
)
from osler.clinic.records.errors import (
    EncounterClosed,
    EncounterExists,
    NoPractitioner,
    NotCheckedIn,
    UnsignedNote,
)
from osler.clinic.records.models import ClinicalNote, Encounter
from osler.clinic.records.notes.writing import autosave_note, open_note, sign_note
from osler.clinic.scheduling.models import Appointment
from osler.kernel import clock
from osler.kernel.constraints import constraint_of, refusal_of
from osler.kernel.errors import Denied, Missing
from osler.kernel.periods import period
from osler.kernel.states import ImpossibleMove, can_move

STATES = list(Encounter.Status)


@pytest.fixture
def appointment(act, bob, dana_patient) -> Appointment:
    now = clock.now()
    with act(bob):
        return Appointment.objects.create(
            patient=dana_patient,
            status="arrived",
            period=period(now, now + timedelta(minutes=20)),
            local_start=now,
            zone="America/New_York",
            reason="Cough",
        )


def test_database_refuses_a_second_visit_of_an_appointment(act, alice, appointment, dana_patient):
    with act(alice):
        Encounter.objects.create(patient=dana_patient, appointment=appointment)
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            Encounter.objects.bulk_create([Encounter(patient=dana_patient, appointment=appointment)])

        assert constraint_of(caught.value) == "records_encounter_appointment_id_key"
        assert type(refusal_of(caught.value)) is EncounterExists
        assert Encounter.objects.count() == 1


def test_database_refuses_an_end_before_the_start(act, alice, visit):
    with act(alice), pytest.raises(IntegrityError) as caught, transaction.atomic():
        Encounter.objects.filter(id=visit.id).update(finished_at=visit.started_at - timedelta(hours=1))

    assert constraint_of(caught.value) == "encounter_ends_after_start"


@pytest.mark.parametrize("current", STATES)
@pytest.mark.parametrize("to", STATES)
def test_states_move_along_the_table_only(current, to):
    allowed = {
        ("planned", "arrived"),
        ("planned", "cancelled"),
        ("arrived", "triaged"),
        ("arrived", "in-progress"),
        ("arrived", "cancelled"),
        ("triaged", "in-progress"),
        ("triaged", "cancelled"),
        ("in-progress", "finished"),
        ("in-progress", "entered-in-error"),
        ("onleave", "in-progress"),
        ("onleave", "finished"),
        ("finished", "entered-in-error"),
    }

    assert can_move(Encounter.TRANSITIONS, current=current, to=to) is ((current, to) in allowed)


def test_nurse_opens_the_visit_and_the_physician_goes_on_in_it(act, alice, nina, appointment, announced):
    with act(nina):
        opened = start_encounter(appointment, actor=nina)
        assert (opened.status, opened.reason, opened.practitioner_id) == ("arrived", "Cough", None)
        appointment.refresh_from_db()
        assert (appointment.status, appointment.started_at) == ("checked-in", None)
    with act(alice):
        seen = start_encounter(appointment, actor=alice)

        assert seen.id == opened.id
        assert (seen.status, seen.practitioner_id) == ("in-progress", alice.practitioner_id)
        appointment.refresh_from_db()
        assert appointment.started_at is not None
        assert announced().count("EncounterStarted") == 1


def test_visit_waits_until_the_patient_is_checked_in(act, alice, appointment, announced):
    with act(alice):
        Appointment.objects.filter(id=appointment.id).update(status="booked")
        appointment.refresh_from_db()
        with pytest.raises(NotCheckedIn):
            start_encounter(appointment, actor=alice)

        assert Encounter.objects.count() == 0
        assert announced() == []


def test_reception_and_accounts_without_practitioner_start_no_visit(act, bob, alice, dana_patient):
    with act(bob), pytest.raises(Denied):
        start_encounter(dana_patient, actor=bob)
    nobody = type(alice)(**{**alice.__dict__, "practitioner_id": None})
    with act(alice), pytest.raises(NoPractitioner):
        start_encounter(dana_patient, actor=nobody)
    with act(alice):
        assert Encounter.objects.count() == 0


def test_finishing_needs_signed_notes_and_discards_empty_drafts(act, alice, nina, visit, announced):
    with act(nina):
        empty = open_note(visit, actor=nina)
    with act(alice):
        note = open_note(visit, actor=alice)
        autosave_note(note, parts={"plan": "Rest."}, version=note.version, actor=alice)
        with pytest.raises(UnsignedNote), transaction.atomic():
            finish_encounter(visit, actor=alice)
        visit.refresh_from_db()
        assert (visit.status, visit.finished_at) == ("in-progress", None)

        sign_note(note, actor=alice)
        finish_encounter(visit, actor=alice)

        visit.refresh_from_db()
        assert visit.status == "finished"
        assert ClinicalNote.objects.get(id=empty.id).status == "entered-in-error"
        assert announced()[-2:] == ["NoteSigned", "EncounterFinished"]


def test_finished_visit_takes_nothing_more(act, alice, visit):
    with act(alice):
        finish_encounter(visit, actor=alice)
        with pytest.raises(EncounterClosed):
            finish_encounter(visit, actor=alice)
        with pytest.raises(EncounterClosed):
            open_note(visit, actor=alice)
        assert ClinicalNote.objects.count() == 0


def test_stranger_does_not_know_of_the_visit(act, charlie, visit):
    with act(charlie), pytest.raises(Missing):
        finish_encounter(visit, actor=charlie)


def test_visit_opened_by_mistake_is_marked_and_stays(act, alice, visit):
    with act(alice):
        enter_encounter_in_error(visit, actor=alice)
        assert Encounter.objects.get(id=visit.id).status == "entered-in-error"
        with pytest.raises(ImpossibleMove):
            enter_encounter_in_error(visit, actor=alice)
