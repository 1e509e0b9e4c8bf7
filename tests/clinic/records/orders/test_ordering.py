"""Tests and follow-ups."""

from datetime import timedelta

import pytest
from django.db import transaction

from osler.clinic.patients.models import Patient
from osler.clinic.records.encounters.visit import finish_encounter
from osler.clinic.records.errors import (
    AlreadyRecorded,
    AlreadyResulted,
    DuePassed,
    EncounterClosed,
    OtherPatient,
    UnknownCode,
)
from osler.clinic.records.models import ServiceRequest
from osler.clinic.records.orders.follow_ups import (
    book_follow_up,
    follow_ups_due,
    set_follow_up,
)
from osler.clinic.records.orders.ordering import by_urgency, order_test, revoke_order
from osler.clinic.scheduling.models import Appointment
from osler.kernel import clock
from osler.kernel.errors import Denied, StaleVersion
from osler.kernel.periods import period
from osler.kernel.states import can_move
from tests.clinic.records.conftest import BASIC_PANEL
from tests.conftest import new_patient

SQUARE = {
    "draft": {"active", "entered-in-error"},
    "active": {"on-hold", "revoked", "completed", "entered-in-error"},
    "on-hold": {"active", "revoked", "entered-in-error"},
    "completed": {"entered-in-error"},
}


@pytest.mark.parametrize("current", list(ServiceRequest.Status))
@pytest.mark.parametrize("to", list(ServiceRequest.Status))
def test_states_move_along_the_table_only(current, to):
    moves = can_move(ServiceRequest.TRANSITIONS, current=current, to=to)
    assert moves is (to in SQUARE.get(current, set()))


def test_test_is_ordered_once_a_visit(act, alice, visit, announced):
    with act(alice):
        order = order_test(visit, test=BASIC_PANEL, priority="stat", actor=alice)
        with pytest.raises(AlreadyRecorded):
            order_test(visit, test=BASIC_PANEL, actor=alice)
        with pytest.raises(UnknownCode):
            order_test(visit, test="a horoscope", actor=alice)

        assert (order.display, order.priority, order.requester_id) == (
            "Basic metabolic panel",
            "stat",
            alice.practitioner_id,
        )
        assert ServiceRequest.objects.count() == 1
        assert announced()[-1] == "OrderPlaced"


def test_nurse_orders_nothing_and_a_finished_visit_takes_no_order(act, alice, nina, visit):
    with act(nina), pytest.raises(Denied):
        order_test(visit, test=BASIC_PANEL, actor=nina)
    with act(alice):
        finish_encounter(visit, actor=alice)
        with pytest.raises(EncounterClosed):
            order_test(visit, test=BASIC_PANEL, actor=alice)
        assert ServiceRequest.objects.count() == 0


def test_order_is_revoked_until_a_result_is_there(act, alice, order, entered, announced):
    with act(alice):
        other = ServiceRequest.objects.get(id=order.id)
        with pytest.raises(StaleVersion):
            revoke_order(other, reason="Wrong patient", actor=alice, version=9)
    entered()
    with act(alice):
        with pytest.raises(AlreadyResulted):
            revoke_order(ServiceRequest.objects.get(id=order.id), reason="Late", actor=alice)
        assert ServiceRequest.objects.get().status == "active"
        assert "OrderRevoked" not in announced()


def test_revoked_order_keeps_its_reason(act, alice, order):
    with act(alice):
        revoke_order(order, reason="Already done elsewhere", actor=alice, version=1)
        stored = ServiceRequest.objects.get()
        assert (stored.status, stored.revoke_reason) == ("revoked", "Already done elsewhere")


def test_most_urgent_and_oldest_come_first(act, alice, visit):
    with act(alice):
        made = {
            word: order_test(visit, test=test, priority=word, actor=alice)
            for word, test in (("routine", "4548-4"), ("stat", BASIC_PANEL), ("urgent", "58410-2"))
        }
        listed = by_urgency(ServiceRequest.objects.all())
        assert [row.priority for row in listed] == ["stat", "urgent", "routine"]
        assert len(made) == 3


def test_follow_up_is_due_until_it_is_booked(act, alice, bob, visit, dana_patient, organization):
    with act(alice):
        with pytest.raises(DuePassed), transaction.atomic():
            set_follow_up(visit, on=clock.today(), actor=alice)
        order = set_follow_up(visit, weeks=6, note="With blood pressure diary", actor=alice)
        assert order.due_on == clock.today() + timedelta(weeks=6)
    stranger = new_patient(organization, given="Ann", family="Other")
    with act(bob):
        assert [row.id for row in follow_ups_due(actor=bob)] == [order.id]
        with pytest.raises(OtherPatient):
            book_follow_up(order, appointment=_appointment(stranger), actor=bob)
        book_follow_up(order, appointment=_appointment(dana_patient), actor=bob)
        assert list(follow_ups_due(actor=bob)) == []


def _appointment(patient: Patient) -> Appointment:
    start = clock.now() + timedelta(weeks=6)
    return Appointment.objects.create(
        patient=patient,
        period=period(start, start + timedelta(minutes=20)),
        local_start=start,
        zone="America/New_York",
    )
