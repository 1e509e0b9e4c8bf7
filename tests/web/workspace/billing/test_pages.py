"""Every page of the office: who may see it, and that a stranger may not."""

from decimal import Decimal

import pytest

from osler.clinic.billing.invoices.issuing import issue_invoice
from osler.clinic.billing.payments.taking import Tender, take_payment
from osler.foundation.access.roles import Role
from tests.conftest import new_actor, new_organization


@pytest.fixture
def things(act, bill, insured, charged, visit):
    """An invoice partly paid, a charge that waits, one without a price."""
    row = charged(encounter=visit, origin=f"encounter:{visit.id}")
    waiting, unpriced = charged("4548-4"), charged("99499")
    with act(bill):
        invoice = issue_invoice([row], actor=bill)
        payment = take_payment(
            invoice.patient, tender=Tender(Decimal("10.00"), "cash"), invoice=invoice, actor=bill
        )
    return {
        "patient": invoice.patient_id,
        "invoice": invoice.id,
        "payment": payment.id,
        "charge": waiting.id,
        "unpriced": unpriced.id,
    }


OFFICE = [
    "/billing/charges/",
    "/billing/charges/?view=price",
    "/billing/charges/?view=left-out",
    "/billing/charges/{charge}/",
    "/billing/charges/{unpriced}/",
    "/billing/invoices/{invoice}/pdf/",
    "/billing/invoices/sheet.csv",
]
DESK = [
    "/billing/",
    "/billing/invoices/",
    "/billing/invoices/?state=all&q=INV-1",
    "/billing/invoices/{invoice}/",
    "/billing/payments/{payment}/",
    "/billing/takings/",
    "/billing/takings/sheet.csv",
    "/patients/{patient}/account/",
]
ONE_THING = [path for path in OFFICE + DESK if "{" in path]


@pytest.mark.parametrize("path", [*OFFICE, *DESK, "/billing/fees/"])
def test_billing_sees_every_page(client_of, bill, things, path):
    assert client_of(bill).get(path.format(**things)).status_code == 200


@pytest.mark.parametrize("path", DESK)
def test_reception_sees_the_desk(client_of, bob, things, path):
    assert client_of(bob).get(path.format(**things)).status_code == 200


@pytest.mark.parametrize("path", [*OFFICE, "/billing/fees/"])
def test_reception_sees_no_more(client_of, bob, things, path):
    assert client_of(bob).get(path.format(**things)).status_code == 403


@pytest.mark.parametrize("who", ["alice", "nina", "lena", "petra"])
@pytest.mark.parametrize("path", [*OFFICE, *DESK, "/billing/fees/"])
def test_others_see_no_money(client_of, things, path, who, request):
    actor = request.getfixturevalue(who)

    assert client_of(actor).get(path.format(**things)).status_code == 403


def test_the_administrator_sees_prices_alone(client_of, adam, things):
    client = client_of(adam)

    assert client.get("/billing/fees/").status_code == 200
    assert client.get("/billing/").status_code == 403


@pytest.mark.parametrize("path", ONE_THING)
def test_another_clinics_billing_finds_nothing(client_of, things, path):
    stranger = new_actor(new_organization("Elsewhere"), Role.BILLING, "Carl Moss")

    assert client_of(stranger).get(path.format(**things)).status_code == 404
