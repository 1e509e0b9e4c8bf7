"""Many at once, each on a connection of its own: numbers without gaps, nothing paid twice."""

from decimal import Decimal

import pytest

from osler.clinic.billing.charges.capturing import Service, capture_charge
from osler.clinic.billing.charges.schedules import fee_schedule, set_fee
from osler.clinic.billing.errors import NotOpen, NotToInvoice, Overpaid
from osler.clinic.billing.invoices.correcting import credit_invoice
from osler.clinic.billing.invoices.issuing import issue_invoice
from osler.clinic.billing.models import ChargeItem, Invoice, Payment
from osler.clinic.billing.payments.taking import Tender, take_payment
from osler.foundation.access.roles import Role
from osler.foundation.audit.context import acting
from tests.clinic.billing.conftest import DAY, LONG_AGO, account_sums, numbers
from tests.conftest import new_actor, new_patient
from tests.simulation.clients import at_once, race

CLIENTS = 12


@pytest.fixture
def office(live_tenant):
    """A clinic with a price, and who works there."""
    actor = new_actor(live_tenant.organization, Role.BILLING, "Bill Fox")
    with acting(actor):
        schedule = fee_schedule(actor=actor)
        set_fee(
            schedule, code="V", description="Visit", amount=Decimal("100.00"), starts_on=LONG_AGO, actor=actor
        )
    return live_tenant.organization, actor


def charges_of(patient, actor, count=1):
    with acting(actor):
        return [
            capture_charge(
                f"hand:{patient.id}:{place}", patient=patient, service=Service("V", DAY), actor=actor
            )
            for place in range(count)
        ]


def within(actor, deed):
    def work():
        with acting(actor):
            return deed()

    return work


def errors(outcomes):
    return [type(outcome.error) for outcome in outcomes if outcome.error is not None]


def test_numbers_have_no_gap_when_all_issue_and_credit_at_once(office):
    organization, actor = office
    works = []
    for place in range(CLIENTS):
        patient = new_patient(organization, given=f"P{place}")
        charge_rows = charges_of(patient, actor, 3)

        def issue_and_credit(rows=charge_rows):
            invoice = issue_invoice([rows.pop()], actor=actor)
            if len(rows) == 1:
                credit_invoice(invoice, reason="Wrong", actor=actor)

        works.append([within(actor, issue_and_credit)] * 3)

    rounds = race(works)

    assert [errors(outcomes) for outcomes in rounds] == [[], [], []]
    with acting(actor):
        assert numbers() == list(range(1, 3 * CLIENTS + 1))
        assert numbers("CRN") == list(range(1, CLIENTS + 1))


def test_one_of_many_invoices_a_charge(office):
    organization, actor = office
    charge_rows = charges_of(new_patient(organization), actor)

    outcomes = at_once([within(actor, lambda: issue_invoice(charge_rows, actor=actor))] * CLIENTS)

    assert errors(outcomes) == [NotToInvoice] * (CLIENTS - 1)
    with acting(actor):
        assert (Invoice.objects.count(), numbers()) == (1, [1])


def test_an_invoice_is_paid_in_full_once(office):
    organization, actor = office
    patient = new_patient(organization)
    with acting(actor):
        invoice = issue_invoice(charges_of(patient, actor), actor=actor)

    def pay():
        return take_payment(patient, tender=Tender(Decimal("40.00")), invoice=invoice, actor=actor)

    outcomes = at_once([within(actor, pay)] * CLIENTS)

    assert set(errors(outcomes)) <= {Overpaid, NotOpen} and len(errors(outcomes)) == CLIENTS - 2
    with acting(actor):
        assert Payment.objects.count() == 2
        assert account_sums() == {
            "card": Decimal("80.00"),
            "patient-receivable": Decimal("20.00"),
            "revenue": Decimal("-100.00"),
        }


def test_a_fact_makes_one_charge_when_told_twice_at_once(office):
    organization, actor = office
    patient = new_patient(organization)

    def capture():
        return capture_charge("encounter:1", patient=patient, service=Service("V", DAY), actor=actor)

    at_once([within(actor, capture)] * CLIENTS)

    with acting(actor):
        assert ChargeItem.objects.count() == 1
