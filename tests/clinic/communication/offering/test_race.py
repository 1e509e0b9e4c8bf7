"""Fifty say yes to one time at the same moment: one has it, the others are told, and nothing is lost."""

from datetime import timedelta

import pytest

from osler.clinic.communication.reminding.answering import reader_of
from osler.clinic.scheduling.errors import OfferedToAnother, OfferOver, SlotTaken
from osler.clinic.scheduling.models import Appointment, WaitlistOffer
from osler.clinic.scheduling.waiting_list.joining import join_waiting_list
from osler.clinic.scheduling.waiting_list.offering import accept_offer, make_offer
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import HealthcareService
from osler.kernel import clock
from tests.simulation.clients import BusyClinic, at_once

MANY = 50


@pytest.fixture
def clinic(live_tenant) -> BusyClinic:
    return BusyClinic().open(practitioners=1, patients=MANY)


@pytest.fixture
def offered(clinic) -> list[WaitlistOffer]:
    """The same time was offered to each of them in turn, and none has answered in time."""
    slot, offers = clinic.slots(1)[0], []
    with acting(clinic.actor):
        service = HealthcareService.objects.create(name="Visit", duration_minutes=20)
        for patient in clinic.patients:
            entry = join_waiting_list(patient, service=service, actor=clinic.actor)
            offer = make_offer(entry, slot, until=clock.now() + timedelta(hours=1))
            offer.status = "lapsed"
            offer.save()
            offers.append(offer)
    return offers


def say_yes(offer: WaitlistOffer) -> object:
    reader = reader_of(offer)
    with acting(reader):
        return accept_offer(offer, actor=reader).id


def test_of_fifty_who_say_yes_at_once_one_has_it(clinic, offered):
    outcomes = at_once([lambda offer=offer: say_yes(offer) for offer in offered])

    won = [one.value for one in outcomes if one.error is None]
    refused = {type(one.error) for one in outcomes if one.error is not None}
    assert len(won) == 1
    assert refused <= {SlotTaken, OfferedToAnother}
    with acting(clinic.actor):
        assert list(Appointment.objects.filter(status="booked").values_list("id", flat=True)) == won
        assert Appointment.objects.filter(status="waitlist").count() == MANY - 1
        assert WaitlistOffer.objects.filter(status="accepted").count() == 1


def test_one_link_touched_fifty_times_books_once_and_says_the_same(clinic, offered):
    outcomes = at_once([lambda: say_yes(offered[0])] * MANY)

    assert [one.error for one in outcomes if one.error] == []
    assert {one.value for one in outcomes} == {offered[0].entry.appointment_id}
    with acting(clinic.actor):
        assert Appointment.objects.filter(status="booked").count() == 1
        with pytest.raises(OfferOver):
            taken = WaitlistOffer.objects.exclude(pk=offered[0].pk).first()
            taken.status = "taken"
            taken.save()
            accept_offer(taken, actor=clinic.actor)
