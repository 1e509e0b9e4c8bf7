"""Reminders are found from the appointments: each step of each occurrence once, whatever happens between."""

from datetime import timedelta

import pytest
import time_machine

from osler.clinic.communication.errors import NothingToSend
from osler.clinic.communication.models import Notice
from osler.clinic.communication.notices import body_of
from osler.clinic.communication.reminding.ladders import amend_ladder, begin_ladder, end_step
from osler.clinic.communication.reminding.opting_out import opt_in, opt_out
from osler.clinic.communication.reminding.planning import queue_due_reminders, remind_again
from osler.clinic.scheduling.appointments.booking import cancel_appointment, reinstate_appointment
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.wall_time import set_period
from osler.foundation.directory.models import HealthcareService
from osler.foundation.jobs.models import OutboxEvent
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel.errors import Denied
from osler.kernel.periods import period
from osler.kernel.states import ImpossibleMove
from tests.clinic.communication.reminding.conftest import START
from tests.conftest import new_patient

WEEK, TWO_DAYS, THREE_HOURS = 10_080, 2_880, 180
BEFORE = (timedelta(days=7), timedelta(hours=48), timedelta(hours=3))


def test_a_thousand_ticks_send_each_step_once(ladder, booked, tick, queued) -> None:
    booked()
    now, last = START - timedelta(days=8), START + timedelta(hours=1)
    pause = (last - now) / 1000
    ticks = 0
    while now < last:
        tick(now)
        now, ticks = now + pause, ticks + 1

    assert ticks >= 1000
    assert queued() == [("email", WEEK), ("email", TWO_DAYS), ("email", THREE_HOURS)]


def test_a_clock_that_is_put_back_doubles_nothing(ladder, booked, tick, queued) -> None:
    booked()
    for lead in BEFORE:
        at = START - lead
        for minutes in (0, 5, -60, -30, 0, 30):
            tick(at + timedelta(minutes=minutes))

    assert queued() == [("email", WEEK), ("email", TWO_DAYS), ("email", THREE_HOURS)]


def test_several_are_woken_for_once_and_the_sender_hears(act, organization, ladder, booked, tick) -> None:
    booked()
    booked(START + timedelta(hours=1))
    with act(SystemActor(organization.id)):
        assert queue_due_reminders(now=START - timedelta(days=6), limit=1) == 1
        assert queue_due_reminders(now=START - timedelta(days=6), limit=1) == 1
        assert queue_due_reminders(now=START - timedelta(days=6), limit=1) == 0
        assert OutboxEvent.objects.filter(name="NoticeQueued").count() == 2


def test_a_move_is_reminded_of_anew_and_the_way_back_is_not(
    act, organization, ladder, booked, tick, queued
) -> None:
    visit, later = booked(), START + timedelta(hours=2)
    tick(START - timedelta(days=6))
    for start in (later, START):
        with act(SystemActor(organization.id)):
            set_period(visit, start, end=start + timedelta(minutes=20), zone=visit.zone)
            visit.save()
        tick(START - timedelta(days=6))

    assert queued() == [("email", WEEK), ("email", WEEK)]


def test_a_cancelled_visit_is_not_reminded_of_and_one_that_is_booked_again_is_later(
    act, bob, ladder, booked, tick, queued
) -> None:
    visit = booked()
    tick(START - timedelta(days=7))
    with time_machine.travel(START - timedelta(days=4), tick=False), act(bob):
        cancel_appointment(visit, actor=bob)
    tick(START - timedelta(hours=48))
    assert queued() == [("email", WEEK)]
    with time_machine.travel(START - timedelta(hours=47), tick=False), act(bob):
        reinstate_appointment(visit, actor=bob)
    tick(START - timedelta(hours=46))
    tick(START - timedelta(hours=3))
    assert queued() == [("email", WEEK), ("email", TWO_DAYS), ("email", THREE_HOURS)]


@pytest.mark.parametrize(
    ("fields", "reached"),
    [
        ({"contact_by": "email"}, [("email", TWO_DAYS)]),
        ({"contact_by": "sms"}, [("sms", TWO_DAYS)]),
        ({"contact_by": "phone"}, []),
        ({"contact_by": "none"}, []),
        ({"contact_by": "email", "email": ""}, []),
        ({"contact_by": "sms", "phone": "555"}, []),
    ],
)
def test_a_step_goes_as_the_patient_prefers(
    organization, ladder, booked, tick, queued, fields, reached
) -> None:
    whose = new_patient(organization, **{"email": "a@home.test", "phone": "413 555 0142", **fields})
    booked(whose=whose)
    tick(START - timedelta(hours=48))

    assert queued() == reached


def test_an_email_step_goes_to_whoever_has_an_address_and_wants_contact(
    organization, ladder, booked, tick, queued
) -> None:
    for contact_by in ("sms", "none"):
        booked(whose=new_patient(organization, email="a@home.test", contact_by=contact_by))
    tick(START - timedelta(days=7))

    assert queued() == [("email", WEEK)]


def test_without_a_way_for_texts_none_is_queued(settings, organization, ladder, booked, tick, queued) -> None:
    settings.SMS_URL = ""
    booked(whose=new_patient(organization, email="a@home.test", contact_by="sms"))
    tick(START - timedelta(hours=48))

    assert queued() == []


def test_who_has_opted_out_gets_none_until_he_opts_in(
    act, bob, patient, ladder, booked, tick, queued
) -> None:
    booked()
    with act(bob):
        opt_out(patient, channel="email", source="desk", actor=bob)
    tick(START - timedelta(days=7))
    assert queued() == []
    with act(bob):
        opt_in(patient, channel="email", actor=bob)
    tick(START - timedelta(days=6))
    assert queued() == [("email", WEEK)]


def test_an_address_whose_reader_has_opted_out_gets_none_of_anybodys(
    act, bob, organization, patient, ladder, booked, tick, queued
) -> None:
    with act(bob):
        opt_out(patient, channel="email", source="link", address=patient.email, actor=bob)
    booked(whose=new_patient(organization, given="Eve", email=patient.email))
    tick(START - timedelta(days=7))

    assert queued() == []


def test_a_kind_of_visit_has_its_own_steps_or_none(
    act, adam, organization, ladder, booked, tick, queued
) -> None:
    with act(adam):
        service = HealthcareService.objects.create(name="Imaging")
        own = begin_ladder(service, actor=adam)
        for step in own.steps.exclude(lead_minutes=TWO_DAYS):
            end_step(step, actor=adam)
    visit = booked()
    with act(SystemActor(organization.id)):
        visit.service = service
        visit.save()
    for lead in BEFORE:
        tick(START - lead)
    assert queued() == [("email", TWO_DAYS)]
    with act(adam):
        amend_ladder(own, is_on=False, quiet_from=own.quiet_from, quiet_until=own.quiet_until, actor=adam)
    other = booked(START + timedelta(hours=1))
    with act(SystemActor(organization.id)):
        other.service = service
        other.save()
    tick(START - timedelta(hours=46))
    assert queued() == [("email", TWO_DAYS)]


def test_nothing_is_sent_before_the_clinic_has_begun(booked, tick, queued) -> None:
    booked()
    tick(START - timedelta(days=7))

    assert queued() == []


@pytest.mark.parametrize("language", ["en", "es-MX"])
@pytest.mark.parametrize("contact_by", ["email", "sms"])
def test_a_reminder_names_clinic_day_time_and_place_and_nothing_of_health(
    act, organization, site, ladder, booked, tick, language, contact_by
) -> None:
    whose = new_patient(
        organization, given="Zebedee", family="Quill", email="z@home.test", phone="4135550142",
        contact_by=contact_by, language=language,
    )  # fmt: skip
    visit = booked(whose=whose)
    with act(SystemActor(organization.id)):
        visit.service = HealthcareService.objects.create(name="Oncology follow-up")
        visit.reason = "chemotherapy"
        visit.save()
    tick(START - timedelta(hours=48))
    with act(SystemActor(organization.id)):
        notice = Notice.objects.get()
        words = notice.subject + body_of(notice)
    assert notice.language == language[:2]
    assert "Test Clinic" in words
    assert "Main Street" in words
    assert ("2 p.m." if language == "en" else "14:00") in words
    assert "/v/" in words
    assert "{link}" not in words
    for private in ("Zebedee", "Quill", whose.mrn, "1980", "Oncology", "chemotherapy", "Follow-up"):
        assert private not in words


def test_the_desk_sends_one_more(act, bob, ladder, booked, patient, queued) -> None:
    visit = booked()
    with time_machine.travel(START - timedelta(days=3), tick=False), act(bob):
        remind_again(visit, channel="sms", actor=bob)
        remind_again(visit, channel="sms", actor=bob)
        assert queued() == [("sms", None), ("sms", None)]
        opt_out(patient, channel="sms", source="desk", actor=bob)
        with pytest.raises(NothingToSend):
            remind_again(visit, channel="sms", actor=bob)
        assert queued() == [("sms", None), ("sms", None)]


@pytest.mark.parametrize("status", ["cancelled", "arrived", "noshow"])
def test_the_desk_reminds_of_no_visit_that_is_not_to_come(
    act, bob, organization, booked, queued, status
) -> None:
    visit = booked()
    with act(SystemActor(organization.id)):
        Appointment.objects.filter(pk=visit.pk).update(status=status)
        visit = Appointment.objects.get(pk=visit.pk)
    at = time_machine.travel(START - timedelta(days=3), tick=False)
    with at, act(bob), pytest.raises(ImpossibleMove):
        remind_again(visit, channel="email", actor=bob)
    assert queued() == []


@pytest.mark.parametrize("who", ["adam", "bill", "lena", "petra", "dana"])
def test_who_reminds_nobody(act, booked, queued, request, who) -> None:
    visit, actor = booked(), request.getfixturevalue(who)
    with time_machine.travel(START - timedelta(days=3), tick=False), act(actor), pytest.raises(Denied):
        remind_again(visit, channel="email", actor=actor)
    assert queued() == []


def test_a_wall_time_whose_instant_new_rules_move_is_the_same_promise(booked) -> None:
    visit = booked()
    promised = visit.occurrence
    visit.period = period(START + timedelta(hours=1), START + timedelta(hours=2))

    assert (promised, visit.occurrence) == ("2027-03-10T14:00 America/New_York",) * 2
