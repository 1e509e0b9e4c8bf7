from decimal import Decimal

import pypdfium2
import pytest
from django.utils import translation

from osler.clinic.billing.invoices.correcting import credit_invoice, write_off
from osler.clinic.billing.invoices.document import invoice_data, invoice_pdf, money
from osler.clinic.billing.invoices.issuing import issue_invoice
from osler.clinic.billing.invoices.parties import parties_of
from osler.clinic.billing.models import Invoice
from osler.clinic.billing.payments.taking import Tender, take_payment
from osler.clinic.patients.models import RelatedPerson
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel.errors import Denied
from tests.clinic.billing.conftest import rename_all


def words_of(content: bytes) -> tuple[list[str], tuple[int, int]]:
    """The lines of text on the first page, and its size in points."""
    document = pypdfium2.PdfDocument(content)
    page = document[0]
    text = page.get_textpage().get_text_bounded()
    size = tuple(round(side) for side in page.get_size())
    document.close()
    return text.replace("\r", "").split("\n"), size


@pytest.fixture
def shared(act, bill, insured, charged, visit, dana_patient):
    """Dana paid 30.00 ahead; her insurer owes 88.00."""
    with act(bill):
        take_payment(dana_patient, tender=Tender(Decimal("10.00"), "cash"), actor=bill)
    charge = charged(encounter=visit, origin=f"encounter:{visit.id}")
    with act(bill):
        return issue_invoice([charge], actor=bill)


def sums(data):
    return [row["amount"] for row in data["totals"]], data["due"]["amount"]


def test_the_sums_lead_from_the_total_to_what_the_patient_owes(act, bill, insured, shared):
    with act(bill):
        assert sums(invoice_data(shared, actor=bill)) == (["$118.00", "−$10.00", "−$88.00"], "$20.00")
        take_payment(
            shared.patient, tender=Tender(Decimal("60.00")), invoice=shared, payer=insured.payer, actor=bill
        )
        write_off(shared, reason="Contract", of_payer=True, actor=bill)
        data = invoice_data(shared, actor=bill)

    assert sums(data) == (["$118.00", "−$10.00", "−$60.00", "−$28.00"], "$20.00")
    assert [row["words"].partition(",")[0] for row in data["totals"]] == [
        "Total",
        "Paid ahead",
        "Paid by Acme Health",
        "Adjustment",
    ]


def test_the_pdf_says_it_all_and_is_tagged(act, bill, shared):
    with act(bill):
        content = invoice_pdf(shared, actor=bill)

    lines, size = words_of(content)
    text = "\n".join(lines)
    for wanted in (
        "Test Clinic",
        "Dana Rivera",
        "INV-000001",
        "Office visit",
        "$118.00",
        "You owe",
        "$20.00",
    ):
        assert wanted in text
    assert b"pdfuaid" in content and b"/StructTreeRoot" in content
    assert size == (595, 842)


def test_a_clinic_in_the_united_states_prints_on_letter(act, bill, organization, charged):
    with act(bill):
        organization.postal_code = "62701"
        organization.save()
        invoice = issue_invoice([charged()], actor=bill)

        assert words_of(invoice_pdf(invoice, actor=bill))[1] == (612, 792)


def test_names_are_text_whatever_they_hold_and_foreign_letters_do_no_harm(act, bill, dana_patient, charged):
    with act(bill):
        dana_patient.given, dana_patient.family = '#panic("x") *$[', "山田 ☃ \\ 𓀀"
        dana_patient.save()
        invoice = issue_invoice([charged()], actor=bill)

        assert '#panic("x") *$[' in "\n".join(words_of(invoice_pdf(invoice, actor=bill))[0])


def test_a_credit_note_names_what_it_credits(act, bill, shared):
    with act(bill):
        note = credit_invoice(shared, reason="Wrong visit", actor=bill)
        data = invoice_data(Invoice.objects.get(id=note.id), actor=bill)

    assert (data["heading"], sums(data)) == ("Credit note", (["−$118.00"], "−$118.00"))
    assert ["Credits", "INV-000001"] in data["facts"]
    assert data["note"] == "Wrong visit"


def test_it_speaks_the_language_that_the_patient_spoke(act, bill, dana_patient, charged, monkeypatch):
    with act(bill):
        dana_patient.language = "es-US"
        dana_patient.save()
        invoice = issue_invoice([charged()], actor=bill)
        dana_patient.language = "en"
        dana_patient.save()
        asked = []
        monkeypatch.setattr(
            "osler.clinic.billing.invoices.document.render_pdf",
            lambda template, data: asked.append((data["language"], translation.get_language())) or b"",
        )
        invoice_pdf(Invoice.objects.get(id=invoice.id), actor=bill)
    assert asked == [("es", "es")]


def test_whatever_they_are_called_later_the_paper_says_what_it_said(act, bill, organization, insured, shared):
    with act(bill):
        take_payment(
            shared.patient, tender=Tender(Decimal("60.00")), invoice=shared, payer=insured.payer, actor=bill
        )
    with act(SystemActor(organization.id)):
        before = words_of(invoice_pdf(Invoice.objects.get(), actor=bill))
        data = invoice_data(Invoice.objects.get(), actor=bill)
        rename_all(Invoice.objects.get())

        assert words_of(invoice_pdf(Invoice.objects.get(), actor=bill)) == before
        assert invoice_data(Invoice.objects.get(), actor=bill) == data
    assert data["totals"][2]["words"].startswith("Paid by Acme Health, ")


def test_a_credit_note_names_the_parties_of_its_own_day(act, bill, organization, shared):
    with act(SystemActor(organization.id)):
        rename_all(shared)
    with act(bill):
        note = credit_invoice(shared, reason="Wrong visit", actor=bill)

        assert parties_of(note) == {
            "language": "es",
            "paper": "us-letter",
            "clinic": {
                "name": "Other Practice",
                "lines": ["9 Far Rd", "Nome, AK 99762", "999-9999 · far@away.test",
                          "Número fiscal 99-9 · NPI 1999999999"],
                "reach": "999-9999",
            },
            "patient": {
                "name": "Robin Elsewhere Jr.", "lines": ["9 Far Rd", "Nome, AK 99762"],
                "birth_date": "1999-09-09", "mrn": "M-OTHER",
            },
            "payer": "Other Mutual",
        }  # fmt: skip
        assert Invoice.objects.get(id=shared.id).printed["patient"]["name"] == "Dana Rivera"


def test_reception_does_not_print_what_it_may_not_read(act, bob, shared):
    with act(bob), pytest.raises(Denied):
        invoice_pdf(shared, actor=bob)


def test_the_patient_does(act, dana, shared):
    with act(dana):
        assert invoice_pdf(Invoice.objects.get(), actor=dana)[:5] == b"%PDF-"


@pytest.mark.parametrize(("amount", "text"), [("1234.5", "$1,234.50"), ("-3", "−$3.00"), ("0", "$0.00")])
def test_money_as_printed(amount, text):
    assert money(Decimal(amount)) == text


def test_the_paper_goes_to_whoever_pays_for_the_patient(act, bill, dana_patient, charged):
    charge = charged()
    with act(SystemActor(bill.organization_id)):
        RelatedPerson.objects.create(
            patient=dana_patient, name="Ivo Rivera", line="5 New Road", is_guarantor=True
        )
    with act(bill):
        invoice = issue_invoice([charge], actor=bill)
        data = invoice_data(invoice, actor=bill)
        RelatedPerson.objects.update(is_guarantor=False)
        later = invoice_data(Invoice.objects.get(id=invoice.id), actor=bill)

    assert data["to"] == {"label": "To", "name": "Ivo Rivera", "lines": ["5 New Road"]}
    assert ["Patient", "Dana Rivera"] in data["facts"]
    assert later["to"] == data["to"]
