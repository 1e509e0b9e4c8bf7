"""The trial balance: both sides agree, as of any day, and as a sheet."""

from decimal import Decimal

import pytest

from osler.clinic.billing.invoices.issuing import issue_invoice
from osler.clinic.billing.payments.taking import Tender, take_payment
from osler.kernel.money import ZERO


@pytest.fixture
def money(act, bill, charged):
    """118.00 invoiced to Dana, 18.00 of it paid in cash."""
    with act(bill):
        invoice = issue_invoice([charged()], actor=bill)
        take_payment(invoice.patient, tender=Tender(Decimal("18.00"), "cash"), invoice=invoice, actor=bill)


def sums(page):
    return {row.code: (row.debit, row.credit) for row in page.context["rows"] if row.amount}


def test_both_sides_agree(client_of, bill, adam, money):
    for reader in (bill, adam):
        page = client_of(reader).get("/billing/books/")

        assert sums(page) == {
            "patient-receivable": (Decimal("100.00"), ZERO),
            "cash": (Decimal("18.00"), ZERO),
            "revenue": (ZERO, Decimal("118.00")),
        }
        assert (page.context["debit"], page.context["credit"]) == (Decimal("118.00"), Decimal("118.00"))
        assert "Both sides agree" in page.content.decode()


@pytest.mark.parametrize(("day", "is_empty"), [("yesterday", True), ("1-Jan-2001", True), ("+1", False)])
def test_a_day_shows_what_there_was_by_then(client_of, bill, money, day, is_empty):
    page = client_of(bill).get("/billing/books/", {"day": day})

    assert (sums(page) == {}) is is_empty


@pytest.mark.parametrize("day", ["soon", "1-Jan-0001", "31-Feb-2027", "9" * 50])
def test_a_day_that_is_none_is_today(client_of, bill, money, day):
    assert len(sums(client_of(bill).get("/billing/books/", {"day": day}))) == 3


def test_the_sheet_says_the_same(client_of, bill, money):
    text = client_of(bill).get("/billing/books/sheet.csv").content.decode("utf-8-sig")

    assert text.splitlines()[0] == "Account,Name,Debit,Credit"
    assert "cash,Cash,18.00,0.00" in text
    assert "revenue,Revenue,0.00,118.00" in text


@pytest.mark.parametrize("who", ["bob", "alice", "nina", "lena", "petra"])
def test_who_sees_no_books(client_of, request, who):
    client = client_of(request.getfixturevalue(who))

    assert client.get("/billing/books/").status_code == 403
    assert client.get("/billing/books/sheet.csv").status_code == 403
