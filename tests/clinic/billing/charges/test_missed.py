"""A missed visit costs its service's fee, once, and nothing any more when it was not missed."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from osler.clinic.billing.charges.capturing import mark_not_billable
from osler.clinic.billing.charges.missed import charge_missed_visit
from osler.clinic.billing.charges.schedules import fee_schedule, set_fee
from osler.clinic.billing.invoices.issuing import issue_invoice
from osler.clinic.billing.models import ChargeItem
from osler.clinic.scheduling.appointments.booking import book_appointment, reinstate_appointment
from osler.clinic.scheduling.appointments.checkin import check_in_patient, mark_no_show
from osler.clinic.scheduling.calendars.availability import Slot
from osler.clinic.scheduling.models import Appointment
from osler.foundation.directory.models import HealthcareService
from osler.foundation.jobs.outbox import SystemActor, deliver_events
from osler.kernel.states import ImpossibleMove
from tests.clinic.billing.conftest import LONG_AGO, account_sums


@pytest.fixture
def fee(act, bill, prices):
    with act(bill):
        set_fee(
            fee_schedule(actor=bill),
            code="NOSHOW",
            description="Missed visit",
            amount=Decimal("25.00"),
            starts_on=LONG_AGO,
            actor=bill,
        )


@pytest.fixture
def booked(act, adam, alice, bob, dana_patient, site) -> Appointment:
    """A visit of Dana's, late in the evening there, with a service that costs when it is missed."""
    start = datetime(2027, 3, 2, 4, 30, tzinfo=UTC)
    with act(adam):
        service = HealthcareService.objects.create(name="Review", missed_charge_code="NOSHOW")
    with act(bob):
        slot = Slot(alice.practitioner_id, site.id, start, start + timedelta(minutes=20), site.zone)
        return book_appointment(dana_patient, slot=slot, service=service, overbook_reason="Late", actor=bob)


@pytest.fixture
def after(act, bob, bill, organization, booked):
    """Deeds at the desk, one after the other, and what the books hold then."""

    def do(*deeds):
        for deed in deeds:
            with act(bob):
                deed(Appointment.objects.get(pk=booked.pk), actor=bob)
            deliver_events(str(organization.id))
        with act(bill):
            rows = ChargeItem.objects.filter(origin=f"missed:{booked.id}").order_by("created_at", "id")
            return list(rows.values_list("code", "status", "amount"))

    return do


def test_a_missed_visit_costs_the_fee_of_its_service(act, bill, fee, booked, after):
    assert after(mark_no_show) == [("NOSHOW", "billable", Decimal("25.00"))]
    with act(bill):
        row = ChargeItem.objects.get()
        assert (row.encounter_id, row.performer_id, row.description) == (
            None,
            booked.practitioner_id,
            "Missed visit",
        )
        assert row.occurred_on.isoformat() == booked.local_start.date().isoformat()


def test_the_same_news_twice_is_one_fee(act, bill, fee, booked, after):
    after(mark_no_show)
    with act(bill):
        charge_missed_visit(Appointment.objects.get(pk=booked.pk), actor=bill)
        assert ChargeItem.objects.count() == 1


@pytest.mark.parametrize("back", [reinstate_appointment, check_in_patient])
def test_whoever_came_after_all_owes_nothing(fee, after, back):
    assert after(mark_no_show, back) == [("NOSHOW", "entered-in-error", Decimal("25.00"))]


def test_who_misses_it_again_owes_it_again(fee, after):
    states = [status for _code, status, _amount in after(mark_no_show, reinstate_appointment, mark_no_show)]
    assert states == ["entered-in-error", "billable"]


def _nothing(_appointment, *, actor):
    pass


def test_a_fee_that_was_forgiven_is_not_asked_again(act, bill, fee, after):
    after(mark_no_show)
    with act(bill):
        mark_not_billable(ChargeItem.objects.get(), reason="Her child was ill", actor=bill)
    assert after(_nothing) == [("NOSHOW", "not-billable", Decimal("25.00"))]


def test_an_invoiced_fee_stays_for_a_person_to_credit(act, bill, fee, after):
    after(mark_no_show)
    with act(bill):
        issue_invoice(list(ChargeItem.objects.all()), actor=bill)
    assert after(reinstate_appointment) == [("NOSHOW", "billed", Decimal("25.00"))]


def test_no_insurance_pays_for_a_missed_visit(act, bill, fee, insured, after):
    after(mark_no_show)
    with act(bill):
        issue_invoice(list(ChargeItem.objects.all()), actor=bill)
        assert account_sums() == {"patient-receivable": Decimal("25.00"), "revenue": Decimal("-25.00")}


def test_a_fee_without_a_price_waits_for_one(after):
    assert after(mark_no_show) == [("NOSHOW", "planned", None)]


def test_some_visits_cost_nothing(act, adam, bob, fee, booked, after):
    with act(bob), pytest.raises(ImpossibleMove):
        reinstate_appointment(Appointment.objects.get(pk=booked.pk), actor=bob)
    with act(adam):
        booked.service.missed_charge_code = ""
        booked.service.save()
    assert after(mark_no_show) == []
    with act(SystemActor(booked.organization_id)):
        assert ChargeItem.objects.count() == 0
