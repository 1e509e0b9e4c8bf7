"""Of each offer either a message tells or somebody is to call: never neither."""

from datetime import timedelta

import pytest

from osler.clinic.communication.models import Notice
from osler.clinic.communication.offering.telling import offers_to_call, tell_of_offer
from osler.clinic.communication.reminding.opting_out import opt_in, opt_out
from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.models import WaitlistOffer
from osler.clinic.scheduling.waiting_list.offering import make_offer
from tests.clinic.scheduling.conftest import MONDAY
from tests.conftest import new_patient

REACHED = {"email": "dana@home.test", "sms": "+14135550142"}


@pytest.fixture
def offer(act, house, waits, slot):
    """Dana is offered a time, and is reached by the channel that is named."""

    def make(channel: str = "sms") -> WaitlistOffer:
        entry = waits("Dana")
        with act(house):
            Patient.objects.filter(pk=entry.patient_id).update(contact_by=channel, email=REACHED["email"])
            return make_offer(entry, slot(9, day=1), until=MONDAY + timedelta(hours=1))

    return make


@pytest.mark.parametrize("channel", ["email", "sms"])
@pytest.mark.parametrize(
    ("where", "is_ended", "to_call"),
    [("here", False, 1), ("elsewhere", False, 0), ("", False, 0), ("here", True, 0)],
)
def test_who_has_refused_at_the_same_address_in_another_chart_is_called(
    act, bob, organization, house, offer, channel, where, is_ended, to_call
):
    other, made = new_patient(organization, given="Eve"), offer(channel)
    address = {"here": REACHED[channel], "elsewhere": "eve@home.test", "": ""}[where]
    with act(bob):
        opt_out(other, channel=channel, source="link", address=address, actor=bob)
        if is_ended:
            opt_in(other, channel=channel, actor=bob)
    with act(house):
        notice = tell_of_offer(made.id)
        assert (notice.to_address if notice else None) == (None if to_call else REACHED[channel])
    with act(bob):
        assert offers_to_call(bob) == to_call


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_who_has_refused_himself_by_that_channel_is_called(act, bob, house, offer, channel):
    made = offer(channel)
    with act(bob):
        opt_out(made.patient, channel=channel, source="desk", actor=bob)
    with act(house):
        assert tell_of_offer(made.id) is None
    with act(bob):
        assert offers_to_call(bob) == 1


@pytest.mark.parametrize("status", Notice.Status.values)
def test_only_a_message_that_goes_out_spares_the_call(act, bob, house, offer, status):
    made = offer()
    with act(house):
        notice = tell_of_offer(made.id)
        Notice.objects.filter(pk=notice.pk).update(status=status)
    with act(bob):
        assert offers_to_call(bob) == (0 if status in {"queued", "sent", "settled"} else 1)
