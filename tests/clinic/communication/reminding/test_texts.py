"""Replies by text: each once, to the visit that was named last, and to the desk when that is not sure."""

from datetime import timedelta

import pytest
import time_machine

from osler.clinic.communication.models import Notice, OptOut, PatientReply
from osler.clinic.communication.reminding.meanings import meaning_of
from osler.clinic.communication.reminding.texts import Text, note_delivery, take_text
from osler.clinic.scheduling.models import Appointment
from osler.foundation.jobs.outbox import SystemActor
from tests.clinic.communication.reminding.conftest import START
from tests.conftest import new_patient

NUMBER = "+14135550142"


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("1", "confirm"), (" 1. ", "confirm"), ("C", "confirm"), ("Yes!", "confirm"), ("SÍ", "confirm"),
        ("si", "confirm"), ("１", "confirm"), ("2", "cancel"), ("Cancel", "cancel"), ("CANCELAR", "cancel"),
        ("stop", "stop"), ("STOP ALL", "stop"), ("Alto", "stop"), ("start", "start"), ("help", "help"),
        ("Ayuda", "help"), ("", "other"), ("12", "other"), ("1 2", "other"), ("yes but later", "other"),
        ("don't stop", "other"), ("I cannot cancel", "other"), ("\u202e1", "confirm"), ("1" * 5000, "other"),
    ],
)  # fmt: skip
def test_only_a_whole_known_word_means_anything(words, wish) -> None:
    assert meaning_of(words) == wish


@pytest.fixture
def texted(act, organization, ladder, booked, tick):
    """A visit whose patient was reminded by text two days before, at its hour."""

    def go(start=START, **fields) -> Appointment:
        whose = new_patient(organization, contact_by="sms", **{"phone": "413 555 0142", **fields})
        visit = booked(start, whose=whose)
        tick(start - timedelta(hours=48))
        with act(SystemActor(organization.id)):
            Notice.objects.filter(appointment=visit).update(
                status="sent", sent_at=start - timedelta(hours=48)
            )
        return visit

    return go


@pytest.fixture
def says(organization):
    def say(words: str, *, key: str = "a", number: str = NUMBER, hours: float = 47) -> PatientReply | None:
        at = START - timedelta(hours=hours)
        with time_machine.travel(at, tick=False):
            return take_text(Text(key, number, words, at), organization_id=organization.id)

    return say


@pytest.fixture
def rows(act, organization):
    def found(model, *fields):
        with act(SystemActor(organization.id)):
            return list(model.objects.order_by("id").values_list(*fields))

    return found


def answers(rows) -> list[str]:
    return [body for kind, body in rows(Notice, "kind", "body") if kind == "text-answer"]


def test_one_confirms_and_is_taken_once(texted, says, rows) -> None:
    texted()
    assert says("1").status == "done"
    assert says("1") is None

    assert rows(Appointment, "confirmed_by", "status") == [("text", "booked")]
    assert rows(PatientReply, "wish", "status", "why") == [("confirm", "done", "")]
    assert answers(rows) == ["Thank you. We expect you: Wed 10-Mar 2 p.m."]


def test_two_cancels_until_the_cut_off(texted, says, rows) -> None:
    texted()
    says("2")

    assert rows(Appointment, "status") == [("cancelled",)]
    assert answers(rows) == ["Your visit is cancelled: Wed 10-Mar 2 p.m."]


def test_later_it_is_a_line_for_the_desk_and_a_word_to_call(texted, says, rows) -> None:
    texted()
    says("2", hours=3)

    assert rows(Appointment, "status") == [("booked",)]
    assert rows(PatientReply, "wish", "status", "why") == [("cancel", "open", "too-late")]
    assert answers(rows)[0].startswith("It is too late to cancel by text message. Please call us")


def test_stop_is_heeded_for_everybody_at_the_number_and_start_takes_it_back(texted, says, rows) -> None:
    texted()
    texted(START + timedelta(hours=2), given="Eve")
    says("ALTO")
    assert [row[:2] for row in rows(OptOut, "channel", "address", "ended_at")] == [("sms", NUMBER)] * 2
    assert rows(Appointment, "status", "confirmed_by") == [("booked", "")] * 2
    says("START", key="b")
    assert [row[0] is None for row in rows(OptOut, "ended_at")] == [False, False]
    assert len(answers(rows)) == 2


def test_what_is_no_known_word_is_kept_sealed_for_the_desk(act, bob, texted, says, rows) -> None:
    visit = texted()
    says("Can I come at four? I have a rash")

    assert rows(PatientReply, "wish", "status", "appointment_id") == [("other", "open", visit.id)]
    with act(bob):
        row = PatientReply.objects.get()
        assert row.body == "Can I come at four? I have a rash"
        assert b"rash" not in bytes(row.body_sealed)


def test_a_shared_phone_answers_for_the_visit_that_was_named_last(texted, says, rows) -> None:
    texted()
    texted(START + timedelta(hours=2), given="Eve")
    says("1", hours=40)

    assert rows(Appointment, "confirmed_by") == [("",), ("text",)]


def test_two_visits_named_at_the_same_time_are_for_a_person_to_tell_apart(texted, says, rows) -> None:
    texted()
    texted(START + timedelta(minutes=5), given="Eve")
    says("1")

    assert rows(Appointment, "confirmed_by") == [("",), ("",)]
    assert rows(PatientReply, "status", "why", "patient_id") == [("open", "ambiguous", None)]


def test_a_stranger_is_for_the_desk_and_gets_no_answer(texted, says, rows) -> None:
    texted()
    says("2", number="+14135550199")

    assert rows(Appointment, "status") == [("booked",)]
    assert rows(PatientReply, "status", "why", "patient_id") == [("open", "nobody", None)]
    assert answers(rows) == []


def test_a_visit_that_was_moved_meanwhile_is_not_touched(act, organization, texted, says, rows) -> None:
    visit = texted()
    with act(SystemActor(organization.id)):
        Appointment.objects.filter(pk=visit.pk).update(status="cancelled")
    says("1")

    assert rows(Appointment, "status", "confirmed_by") == [("cancelled", "")]
    assert rows(PatientReply, "status", "why") == [("open", "over")]


def test_two_machines_that_answer_each_other_stop(texted, says, rows) -> None:
    texted()
    for number in range(30):
        says("Thank you for your message", key=f"k{number}")

    assert len(answers(rows)) == 20
    assert len(rows(PatientReply, "id")) == 30


@pytest.mark.parametrize(
    ("before", "is_delivered", "after"),
    [
        ("sent", True, "sent"), ("unknown", True, "sent"), ("sent", False, "failed"),
        ("unknown", False, "failed"), ("failed", True, "failed"), ("settled", True, "settled"),
        ("queued", True, "queued"),
    ],
)  # fmt: skip
def test_a_report_of_delivery(act, organization, texted, before, is_delivered, after) -> None:
    texted()
    with act(SystemActor(organization.id)):
        Notice.objects.update(status=before)
        for _again in range(2):
            notice = Notice.objects.get()
            note_delivery(notice, is_delivered=is_delivered, at=START)
        stored = Notice.objects.get()
    assert (stored.status, stored.delivered_at) == (after, START if is_delivered else None)
