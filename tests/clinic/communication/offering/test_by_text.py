"""An offer is answered by text: yes takes the time, no declines it, anything else is for a person."""

from datetime import timedelta

import pytest

from osler.clinic.communication.models import Notice, PatientReply
from osler.clinic.communication.reminding.texts import Text, take_text
from osler.clinic.scheduling.appointments.booking import book_appointment
from osler.clinic.scheduling.models import Appointment, WaitlistOffer
from osler.kernel import clock

NUMBER = "+14135550142"


@pytest.fixture
def offered(act, house, morning, waits, cancel, offers):
    """Dana and Eve wait; a time is free, and Dana has a text message about it."""
    waits("Dana")
    waits("Eve")
    cancel(morning[0])
    send(act, house)
    assert offers() == [("Dana", "09:00", "open")]
    return WaitlistOffer


def send(act, house, *, minutes=0, **of):
    """What is queued has gone out, so many minutes ago."""
    with act(house):
        at = clock.now() - timedelta(minutes=minutes)
        Notice.objects.filter(status="queued", **of).update(status="sent", sent_at=at)


@pytest.fixture
def says(organization, deliver):
    def say(words, key="a"):
        reply = take_text(Text(key, NUMBER, words, clock.now()), organization_id=organization.id)
        deliver()
        return reply

    return say


@pytest.fixture
def stands(act, house):
    """Dana's visit, what is kept of her replies, and the last answer to her number."""

    def read():
        with act(house):
            visits = Appointment.objects.filter(patient__given="Dana").values_list("status", flat=True)
            replies = PatientReply.objects.order_by("id").values_list("wish", "status", "why")
            answers = Notice.objects.filter(kind="text-answer").order_by("id").values_list("body", flat=True)
            return [*visits], [*replies], list(answers)[-1:]

    return read


@pytest.mark.parametrize("words", ["1", "Yes", "SÍ"])
def test_yes_takes_the_time_once(offered, offers, says, stands, words):
    assert says(words).status == "done"
    assert says(words) is None

    assert offers() == [("Dana", "09:00", "accepted")]
    assert stands() == (
        ["booked"],
        [("confirm", "done", "")],
        ["Thank you. We expect you: Tue 02-Mar 9 a.m."],
    )


@pytest.mark.parametrize("words", ["2", "No", "no, gracias", "cancel"])
def test_no_declines_it_and_the_next_is_asked(offered, offers, says, stands, words):
    says(words)

    assert offers() == [("Dana", "09:00", "declined"), ("Eve", "09:00", "open")]
    assert stands() == (
        ["waitlist"],
        [("cancel", "done", "")],
        ["Thank you. You stay on the list of Test Clinic."],
    )


@pytest.mark.parametrize("words", ["Is ten possible?", "maybe", "1 or 2"])
def test_other_words_are_for_a_person(offered, offers, says, stands, words):
    says(words)

    assert offers() == [("Dana", "09:00", "open")]
    assert stands() == (
        ["waitlist"],
        [("other", "open", "offered")],
        ["Thank you. Somebody of Test Clinic reads this and calls you."],
    )


def test_whoever_is_second_reads_that_it_is_gone(act, bob, offered, offers, says, stands, slot, patient):
    with act(bob):
        book_appointment(patient, slot=slot(9, day=1), actor=bob)
    says("1")

    assert offers()[0] == ("Dana", "09:00", "taken")
    assert stands() == (
        ["waitlist"],
        [("confirm", "done", "gone")],
        ["This time is no longer free. You stay on the list of Test Clinic."],
    )


@pytest.mark.parametrize(("minutes", "is_for_desk"), [(5, True), (15, False)])
def test_a_reminder_of_the_same_minutes_makes_it_a_persons_to_tell(
    act, house, offered, offers, says, stands, patient, minutes, is_for_desk
):
    with act(house):
        Notice(
            patient=patient,
            organization_id=house.organization_id,
            effect_key="r",
            kind="visit-reminder",
            channel="sms",
            to_address=NUMBER,
            status="sent",
            sent_at=clock.now() - timedelta(minutes=minutes),
        ).save()
    says("1")

    visits, replies, _answers = stands()
    assert (visits, replies) == (
        (["waitlist"], [("confirm", "open", "offered")])
        if is_for_desk
        else (["booked"], [("confirm", "done", "")])
    )


def test_a_reminder_that_went_out_later_is_what_a_reply_is_about(act, house, offered, says, stands, patient):
    send(act, house)
    with act(house):
        Notice.objects.filter(offer__isnull=False).update(sent_at=clock.now() - timedelta(hours=1))
        Notice(
            patient=patient,
            organization_id=house.organization_id,
            effect_key="r",
            kind="visit-reminder",
            channel="sms",
            to_address=NUMBER,
            status="sent",
            sent_at=clock.now(),
        ).save()
    says("1")

    visits, replies, _answers = stands()
    assert (visits, replies) == (["waitlist"], [("confirm", "open", "over")])


def test_two_offers_to_one_number_are_a_persons_to_tell(act, house, offered, morning, cancel, says, stands):
    cancel(morning[1])
    send(act, house)
    says("1")

    visits, replies, _answers = stands()
    assert (visits, replies) == (["waitlist"], [("confirm", "open", "offered")])
