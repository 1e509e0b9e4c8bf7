"""The office at work: what the forms do, what they refuse, and that twice is once."""

import csv
import io
import re
from decimal import Decimal

import pytest

from osler.clinic.billing.charges.schedules import fee_schedule
from osler.clinic.billing.invoices.issuing import issue_invoice
from osler.clinic.billing.models import ChargeItem, FeeItem, Invoice, Payment
from osler.clinic.billing.payments.taking import Tender, take_payment
from osler.foundation.audit.models import AuditEvent
from osler.foundation.jobs.outbox import SystemActor
from tests.clinic.billing.conftest import account_sums, numbers, rename_all
from tests.conftest import new_patient
from tests.web.workspace.conftest import about

PATIENT = re.compile(r'name="patient" value="([^"]+)"')
KEY = re.compile(r'name="idempotency_key" value="([^"]+)"')


@pytest.fixture
def invoice(act, bill, insured, charged, visit):
    """Dana owes 30.00, her insurer 88.00."""
    row = charged(encounter=visit, origin=f"encounter:{visit.id}")
    with act(bill):
        return issue_invoice([row], actor=bill)


def test_all_charges_of_a_patient_become_an_invoice_in_one_click(act, client_of, bill, charged):
    charged()
    charged("4548-4")
    client = client_of(bill)
    page = client.get("/billing/charges/").content.decode()
    chosen = re.findall(r'name="charge" value="([^"]+)"', page)

    answer = client.post(
        "/billing/invoices/issue/",
        {"charge": chosen, "patient": PATIENT.search(page)[1], "idempotency_key": KEY.search(page)[1]},
    )

    with act(bill):
        invoice = Invoice.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/billing/invoices/{invoice.id}/")
    assert (invoice.total_amount, invoice.status) == (Decimal("142.50"), "issued")


def test_a_form_sent_twice_is_done_once(act, client_of, bill, charged):
    charge = charged()
    client = client_of(bill)
    form = about(charge) | {"charge": str(charge.id), "idempotency_key": "one"}

    first, second = (client.post("/billing/invoices/issue/", form) for _ in range(2))

    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])
    with act(bill):
        assert numbers() == [1]


def test_a_payment_sent_twice_is_taken_once(act, client_of, bob, invoice):
    client = client_of(bob)
    form = about(invoice) | {"amount": "12.00", "method": "cash", "idempotency_key": "one"}

    answers = [client.post(f"/billing/invoices/{invoice.id}/pay/", form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    with act(bob):
        assert Payment.objects.count() == 1


def test_what_was_invoiced_meanwhile_is_refused(act, client_of, bill, charged):
    charge = charged()
    with act(bill):
        issue_invoice([charge], actor=bill)

    answer = client_of(bill).post("/billing/invoices/issue/", about(charge) | {"charge": str(charge.id)})

    assert answer.status_code == 409
    with act(bill):
        assert numbers() == [1]


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"amount": "30.01", "method": "cash"}, 409),
        ({"amount": "0", "method": "cash"}, 422),
        ({"amount": "1.001", "method": "cash"}, 422),
        ({"amount": "ten", "method": "cash"}, 422),
        ({"amount": "5", "method": "portal"}, 422),
        ({"amount": "5", "method": "gold"}, 422),
        ({}, 422),
    ],
)
def test_a_payment_that_cannot_be_is_refused_and_the_form_kept(act, client_of, bob, invoice, form, status):
    answer = client_of(bob).post(f"/billing/invoices/{invoice.id}/pay/", about(invoice) | form)

    assert answer.status_code == status
    assert "error-summary" in answer.content.decode()
    with act(bob):
        assert Payment.objects.count() == 0


def test_the_insurers_money_is_billings_to_enter(act, client_of, bill, bob, invoice):
    form = about(invoice) | {"amount": "88.00", "method": "transfer", "sender": "payer"}
    refused = client_of(bob).post(f"/billing/invoices/{invoice.id}/pay/", form)
    done = client_of(bill).post(f"/billing/invoices/{invoice.id}/pay/", form)

    assert (refused.status_code, done.status_code) == (409, 302)
    with act(bill):
        assert Payment.objects.get().payer.name == "Acme Health"


def test_only_the_office_is_offered_the_insurers_part(act, client_of, bill, bob, invoice):
    with act(bill):
        take_payment(invoice.patient, tender=Tender(Decimal("30.00")), invoice=invoice, actor=bill)
    address = f"/billing/invoices/{invoice.id}/"

    offered = {
        who: "/pay/" in client_of(actor).get(address).content.decode()
        for who, actor in (("bill", bill), ("bob", bob))
    }

    assert offered == {"bill": True, "bob": False}


def test_the_desk_takes_a_copay_ahead(act, client_of, bob, dana_patient, insured):
    client = client_of(bob)
    page = client.get(f"/patients/{dana_patient.id}/account/").content.decode()
    assert 'value="30.00"' in page

    answer = client.post(
        f"/patients/{dana_patient.id}/account/pay/", {"amount": "30.00", "method": "card", "invoice": ""}
    )

    with act(bob):
        payment = Payment.objects.get()
        assert account_sums() == {"card": Decimal("30.00"), "patient-credit": Decimal("-30.00")}
    assert answer["Location"] == f"/billing/payments/{payment.id}/"
    assert "$30.00" in client.get(answer["Location"]).content.decode()


def test_the_desk_pays_an_open_invoice(act, client_of, bob, invoice):
    form = {"amount": "30.00", "method": "card", "invoice": str(invoice.id)}

    client_of(bob).post(f"/patients/{invoice.patient_id}/account/pay/", form)

    with act(bob):
        assert Payment.objects.get().invoice_id == invoice.id


def test_reception_sees_sums_and_no_services(client_of, bob, bill, invoice):
    address = f"/billing/invoices/{invoice.id}/"

    assert "Office visit" in client_of(bill).get(address).content.decode()
    page = client_of(bob).get(address).content.decode()
    assert "Office visit" not in page and "$118.00" in page


@pytest.mark.parametrize(
    ("deed", "form"),
    [
        ("credit", {"reason": "Wrong patient"}),
        ("write-off", {"reason": "Hardship", "amount": "5.00"}),
        ("transfer", {"reason": "Deductible", "amount": ""}),
    ],
)
def test_corrections_need_a_reason_and_the_office(act, client_of, bill, bob, invoice, deed, form):
    address = f"/billing/invoices/{invoice.id}/{deed}/"

    statuses = [
        client_of(bob).post(address, about(invoice) | form).status_code,
        client_of(bill).post(address, about(invoice) | form | {"reason": ""}).status_code,
        client_of(bill).post(address, about(invoice) | form).status_code,
    ]

    assert statuses == [403, 422, 302]


@pytest.mark.parametrize("deed", ["write-off", "transfer", "credit"])
def test_a_form_whose_place_has_gone_meanwhile_is_answered_in_words(act, client_of, bill, invoice, deed):
    client = client_of(bill)
    client.post(f"/billing/invoices/{invoice.id}/credit/", about(invoice) | {"reason": "Wrong patient"})

    for form in ({"reason": "Again", "amount": "5.00"}, {}):
        answer = client.post(f"/billing/invoices/{invoice.id}/{deed}/", about(invoice) | form)
        text = answer.content.decode()

        assert answer.status_code in (409, 422)
        assert "data-error-summary" in text or "Nothing was changed" in text


def test_a_refund_leaves_its_own_receipt(act, client_of, bill, invoice):
    with act(bill):
        payment = take_payment(invoice.patient, tender=Tender(Decimal("30.00")), invoice=invoice, actor=bill)
    client = client_of(bill)
    address = f"/billing/payments/{payment.id}/refund/"

    done = client.post(address, about(invoice) | {"reason": "Wrong card"})
    again = client.post(address, about(invoice) | {"reason": "Wrong card"})

    assert (done.status_code, again.status_code) == (302, 409)
    assert "−$30.00" in client.get(done["Location"]).content.decode()


def test_a_missing_price_is_set_from_the_worklist(act, client_of, bill, charged):
    charge = charged("99499")
    client = client_of(bill)
    assert "99499" in client.get("/billing/charges/?view=price").content.decode()

    form = {
        "unit_amount": "15.00",
        "reason": "By hand",
        "version": "1",
        "next": "/billing/charges/?view=price",
    }
    answer = client.post(f"/billing/charges/{charge.id}/price/", about(charge) | form)
    stale = client.post(f"/billing/charges/{charge.id}/price/", about(charge) | form)

    assert (answer["Location"], stale.status_code) == ("/billing/charges/?view=price", 412)
    with act(bill):
        assert ChargeItem.objects.get().amount == Decimal("15.00")


def test_a_charge_is_left_out_and_taken_back(act, client_of, bill, charged):
    charge = charged()
    client = client_of(bill)

    client.post(
        f"/billing/charges/{charge.id}/leave-out/", about(charge) | {"kind": "waive", "reason": "Courtesy"}
    )
    assert "Courtesy" in client.get("/billing/charges/?view=left-out").content.decode()
    client.post(f"/billing/charges/{charge.id}/take-back/", about(charge))

    with act(bill):
        assert ChargeItem.objects.get().status == "billable"


def test_a_charge_is_added_by_hand(act, client_of, bill, prices, dana_patient):
    form = {"code": "4548-4", "description": "", "occurred_on": "2026-03-02", "quantity": "2"}

    answer = client_of(bill).post(f"/patients/{dana_patient.id}/account/charge/", form)

    assert answer.status_code == 302
    with act(bill):
        assert ChargeItem.objects.get().amount == Decimal("49.00")


def test_prices_are_set_ended_and_begun(act, client_of, bill):
    client = client_of(bill)
    client.post("/billing/fees/open/", {})
    form = {"code": "99213", "description": "Visit", "amount": "120", "starts_on": "01-Jan-2040"}
    with act(bill):
        schedule = fee_schedule(actor=bill)
        item = FeeItem.objects.get(code="99211")

    statuses = [
        client.post("/billing/fees/set/", form | {"schedule": schedule.id}).status_code,
        client.post("/billing/fees/set/", form | {"schedule": schedule.id, "amount": "-1"}).status_code,
        client.post(f"/billing/fees/{item.id}/end/", {"ends_on": "31-Dec-2039", "version": 1}).status_code,
        client.post(f"/billing/fees/{item.id}/end/", {"ends_on": "31-Dec-1999", "version": 2}).status_code,
    ]

    assert statuses == [302, 422, 302, 422]
    with act(bill):
        assert FeeItem.objects.filter(code="99213").count() == 2


def test_the_sheet_has_what_the_list_has_and_obeys_nobody(act, client_of, bill, dana_patient, invoice):
    with act(bill):
        dana_patient.family = "=cmd()"
        dana_patient.save()

    answer = client_of(bill).get("/billing/invoices/sheet.csv?state=open")

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["Number", "INV-000001"]
    assert rows[1][5] == "'=cmd(), Dana"
    assert rows[1][7:] == ["118.00", "30.00", "88.00"]
    with act(bill):
        assert AuditEvent.objects.filter(action="E", patient_ids=[dana_patient.id]).count() == 1


def test_invoices_are_found_by_number_and_by_patient(act, client_of, bill, organization, charged, invoice):
    other = charged(patient=new_patient(organization, given="Eva", family="Stone"))
    with act(bill):
        issue_invoice([other], actor=bill)
    client = client_of(bill)

    found = {
        text: set(re.findall(r">(INV-\d+)<", client.get(f"/billing/invoices/?q={text}").content.decode()))
        for text in ("inv-2", "1", "Stone", "nobody")
    }

    assert found == {"inv-2": {"INV-000002"}, "1": {"INV-000001"}, "Stone": {"INV-000002"}, "nobody": set()}


@pytest.mark.parametrize(
    "path", ["/billing/", "/billing/charges/", "/billing/invoices/?state=all", "/billing/takings/"]
)
def test_more_rows_need_no_more_statements(
    act, client_of, bill, organization, charged, path, django_assert_max_num_queries
):
    def fill(count):
        for place in range(count):
            patient = new_patient(organization, given=f"P{place}")
            first, second = charged(patient=patient), charged("4548-4", patient=patient)
            with act(bill):
                take_payment(patient, tender=Tender(Decimal("5.00")), actor=bill)
                issue_invoice([first], actor=bill)
                assert second.status == "billable"

    client = client_of(bill)
    fill(1)
    client.get(path)
    with django_assert_max_num_queries(99) as few:
        client.get(path)
    fill(3)
    with django_assert_max_num_queries(99) as many:
        client.get(path)
    assert len(many.captured_queries) == len(few.captured_queries)


def test_pages_of_invoices_follow_each_other_both_ways(act, client_of, bill, charged, monkeypatch):
    monkeypatch.setattr("osler.foundation.ui.paging.keyset_page.__kwdefaults__", {"size": 2})
    for _ in range(5):
        with act(bill):
            issue_invoice([charged()], actor=bill)
    client = client_of(bill)

    def open_page(address):
        page = client.get(address).content.decode().replace("&amp;", "&")
        links = {rel: url for url, rel in re.findall(r'href="([^"]+)" rel="(next|prev)"', page)}
        return re.findall(r">(INV-\d+)<", page), links

    first, links = open_page("/billing/invoices/")
    second, links = open_page("/billing/invoices/" + links["next"])
    third, last_links = open_page("/billing/invoices/" + links["next"])
    back, _links = open_page("/billing/invoices/" + last_links["prev"])

    assert (first, second, third) == (
        ["INV-000005", "INV-000004"],
        ["INV-000003", "INV-000002"],
        ["INV-000001"],
    )
    assert back == second
    assert "next" not in last_links


@pytest.mark.parametrize("place", ["x", "2026-03-02", "2026-03-02,x", ",", "'; drop,1"])
def test_a_broken_place_in_the_address_is_the_first_page(client_of, bill, invoice, place):
    page = client_of(bill).get("/billing/invoices/", {"after": place})

    assert "INV-000001" in page.content.decode()


SAID_ANEW = re.compile(r' value="[^"]*"')
"""Keys and versions in the forms of a page."""


def invoice_part(client, invoice):
    """What the page of an invoice says below the banner, which shows the patient as known today."""
    page = client.get(f"/billing/invoices/{invoice.id}/").content.decode()
    return SAID_ANEW.sub("", page[page.index('<div class="wide-left">') : page.index("</aside></div>")])


def test_an_issued_invoice_shows_the_names_that_it_was_issued_with(
    act, client_of, bill, organization, insured, invoice
):
    with act(bill):
        take_payment(
            invoice.patient, tender=Tender(Decimal("8.00")), invoice=invoice, payer=insured.payer, actor=bill
        )
    before = invoice_part(client_of(bill), invoice)
    with act(SystemActor(organization.id)):
        rename_all(Invoice.objects.get())

    after = invoice_part(client_of(bill), invoice)

    assert after == before
    for said in ("Dana Rivera", "Test Clinic", "Acme Health", "Office visit"):
        assert said in after
