"""What patients answer to a reminder by its link: confirmed, cancelled, called, or told that it is over."""

from datetime import timedelta

import pytest
import time_machine

from osler.clinic.communication.errors import LinkOver
from osler.clinic.communication.models import Notice, OptOut, PatientReply
from osler.clinic.communication.reminding.answering import answer_by_link, reader_of
from osler.clinic.communication.reminding.replies import open_replies, reopen_reply, settle_reply
from osler.clinic.scheduling.appointments.booking import cancel_appointment, reschedule_appointment
from osler.clinic.scheduling.appointments.confirming import confirm_appointment, take_back_confirmation
from osler.clinic.scheduling.errors import TimePassed
from osler.clinic.scheduling.models import Appointment
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel.errors import Denied, Missing
from osler.kernel.states import ImpossibleMove
from tests.clinic.communication.reminding.conftest import START


@pytest.fixture
def reminded(act, organization, ladder, booked, tick):
    """A visit and the notice that went out for it."""

    def go(before: timedelta = timedelta(hours=48)) -> tuple[Appointment, Notice]:
        visit = booked()
        tick(START - before)
        with act(SystemActor(organization.id)):
            return visit, Notice.objects.get()

    return go


@pytest.fixture
def stored(act, organization):
    def now(visit: Appointment) -> Appointment:
        with act(SystemActor(organization.id)):
            return Appointment.objects.get(pk=visit.pk)

    return now


def answers(act, notice, *wishes):
    reader = reader_of(notice)
    for wish in wishes:
        with act(reader):
            answer_by_link(notice, wish=wish, actor=reader)


def hours_before(hours: float):
    return time_machine.travel(START - timedelta(hours=hours), tick=False)


def test_confirming_is_noted_once(act, reminded, stored) -> None:
    visit, notice = reminded()
    with hours_before(47):
        answers(act, notice, "confirm")
    first = stored(visit)
    with hours_before(46):
        answers(act, notice, "confirm")
    again = stored(visit)

    assert (first.confirmed_by, first.confirmed_at) == ("link", START - timedelta(hours=47))
    assert (again.confirmed_at, again.version, first.is_confirmed) == (
        first.confirmed_at,
        first.version,
        True,
    )


def test_cancelling_frees_the_time_and_ends_the_link(act, reminded, stored) -> None:
    visit, notice = reminded()
    with hours_before(47):
        answers(act, notice, "confirm", "cancel")
        assert (stored(visit).status, stored(visit).confirmed_at) == ("cancelled", None)
        with act(reader_of(notice)), pytest.raises(LinkOver):
            answer_by_link(notice, wish="confirm", actor=reader_of(notice))


def test_too_late_to_cancel_is_a_line_for_the_desk(act, bob, reminded, stored) -> None:
    visit, notice = reminded(timedelta(hours=30))
    with hours_before(23):
        answers(act, notice, "cancel")
    with act(bob):
        [row] = open_replies(bob)
        assert (row.wish, row.why, row.appointment_id) == ("cancel", "too-late", visit.id)
    assert stored(visit).status == "booked"


def test_a_call_is_asked_for_once_until_it_is_settled(act, bob, reminded) -> None:
    _visit, notice = reminded()
    with hours_before(47):
        answers(act, notice, "call")
    with hours_before(46):
        answers(act, notice, "call")
    with act(bob):
        [row] = open_replies(bob)
        settle_reply(row, version=row.version, actor=bob)
        assert list(open_replies(bob)) == []
        reopen_reply(row, version=row.version, actor=bob)
        assert list(open_replies(bob)) == [row]
        with pytest.raises(ImpossibleMove):
            reopen_reply(row, version=row.version, actor=bob)


def test_no_more_reminders_and_again(act, organization, patient, reminded) -> None:
    _visit, notice = reminded()
    with hours_before(47):
        answers(act, notice, "stop")
    with act(SystemActor(organization.id)):
        assert OptOut.objects.values_list("channel", "address", "source", "ended_at").get() == (
            "email", patient.email, "link", None,
        )  # fmt: skip
    with hours_before(46):
        answers(act, notice, "start")
    with act(SystemActor(organization.id)):
        assert OptOut.objects.get().ended_at is not None


def test_the_link_is_over_when_the_visit_is_moved_or_past(act, bob, slot_later, reminded, stored) -> None:
    visit, notice = reminded()
    with hours_before(47), act(bob):
        confirm_appointment(visit, actor=bob)
        reschedule_appointment(visit, slot=slot_later, overbook_reason="moved", actor=bob)
        assert (visit.confirmed_at, visit.confirmed_by) == (None, "")
    for hours in (46, -1):
        with hours_before(hours), act(reader_of(notice)), pytest.raises(LinkOver):
            answer_by_link(notice, wish="confirm", actor=reader_of(notice))
    assert stored(visit).confirmed_at is None


@pytest.fixture
def slot_later(act, bob, site):
    from osler.clinic.scheduling.calendars.availability import slot_at
    from osler.foundation.directory.models import Practitioner

    with act(bob):
        practitioner = Practitioner.objects.create(given="Ada", family="Osei")
    return slot_at(START + timedelta(days=1), practitioner=practitioner, location=site, minutes=20)


def test_the_desk_confirms_takes_back_and_an_undo_of_cancelling_keeps_it(act, bob, booked) -> None:
    visit = booked()
    with hours_before(47), act(bob):
        confirm_appointment(visit, actor=bob)
        assert (visit.confirmed_by, visit.is_confirmed) == ("desk", True)
        cancel_appointment(visit, actor=bob)
        assert (visit.confirmed_by, visit.is_confirmed) == ("desk", False)
        with pytest.raises(ImpossibleMove):
            confirm_appointment(visit, actor=bob)
    other = booked(START + timedelta(hours=1))
    with act(bob), time_machine.travel(START + timedelta(hours=2), tick=False), pytest.raises(TimePassed):
        confirm_appointment(other, actor=bob)
    with act(bob), hours_before(2):
        confirm_appointment(other, actor=bob)
        take_back_confirmation(other, version=other.version, actor=bob)
        assert other.confirmed_at is None


@pytest.mark.parametrize("who", ["bill", "lena", "petra", "adam", "charlie"])
def test_who_neither_confirms_nor_reads_answers(act, organization, request, reminded, stored, who) -> None:
    visit, notice = reminded()
    with hours_before(47):
        answers(act, notice, "call")
    actor = request.getfixturevalue(who)
    with act(actor), hours_before(46), pytest.raises((Denied, Missing)):
        confirm_appointment(visit, actor=actor)
    with act(SystemActor(organization.id)):
        reply = PatientReply.objects.get()
    with act(actor), pytest.raises((Denied, Missing)):
        settle_reply(reply, version=reply.version, actor=actor)
    with act(SystemActor(organization.id)):
        assert PatientReply.objects.get().status == "open"
    assert stored(visit).confirmed_at is None
