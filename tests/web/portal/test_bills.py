"""Bills: what is owed, what was paid, the PDF."""

from decimal import Decimal

import pypdfium2

from osler.clinic.billing.models import Invoice
from osler.clinic.billing.payments.taking import Tender, take_payment
from osler.foundation.jobs.outbox import SystemActor
from tests.clinic.billing.conftest import rename_all
from tests.conftest import new_patient, new_portal_actor


def test_without_a_bill_nothing_is_owed(page):
    text = page("bills/")
    assert "You owe nothing." in text
    assert "Invoices appear here when they are issued." in text


def test_a_bill_says_whose_part_is_what(page, invoice):
    text = page("bills/")
    assert "You owe $30.00." in text
    assert "$30.00 to pay" in text
    text = page(f"bills/{invoice.id}/")
    assert "Office visit" in text
    assert "$118.00" in text
    assert "$88.00 are with Acme Health." in text
    assert "Your part to pay: $30.00." in text
    assert "You can pay at the desk" in text


def test_a_payment_is_seen_at_once(act, bill, page, invoice):
    with act(bill):
        tender = Tender(Decimal("30.00"), "card")
        take_payment(invoice.patient, tender=tender, invoice=invoice, actor=bill)
    assert "You owe nothing." in page("bills/")
    text = page(f"bills/{invoice.id}/")
    assert "Your part is paid." in text
    assert "You can pay at the desk" not in text
    assert "(Card)" in text


def test_the_pdf_is_the_invoice(portal_of, dana, invoice):
    answer = portal_of(dana).get(f"bills/{invoice.id}/pdf/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'inline; filename="{invoice.label}.pdf"'
    assert answer["Cache-Control"] == "no-store"
    document = pypdfium2.PdfDocument(answer.content)
    words = document[0].get_textpage().get_text_bounded()
    document.close()
    assert invoice.label in words
    assert "Dana Rivera" in words
    assert "$30.00" in words


def test_a_bill_shows_the_names_that_it_was_issued_with(act, organization, page, invoice):
    def bill_part():
        text = page(f"bills/{invoice.id}/")
        return text[text.index("<h1") : text.index("Your part to pay: $30.00.")]

    before = bill_part()
    with act(SystemActor(organization.id)):
        rename_all(Invoice.objects.get())

    assert bill_part() == before
    for said in ("Dana Rivera", "Test Clinic", "Office visit", "$88.00 are with Acme Health."):
        assert said in before


def test_drafts_and_bills_of_others_are_not_there(act, organization, portal_of, dana, invoice):
    ann = new_portal_actor(new_patient(organization, given="Ann", family="Other"), "Ann Other")
    for path in ("", "pdf/"):
        assert portal_of(ann).get(f"bills/{invoice.id}/{path}").status_code == 404
    with act(SystemActor(organization.id)):
        draft = type(invoice).objects.create(patient=invoice.patient, status="draft")
    for path in ("", "pdf/"):
        assert portal_of(dana).get(f"bills/{draft.id}/{path}").status_code == 404
    assert str(draft.id) not in portal_of(dana).get("bills/").content.decode()
