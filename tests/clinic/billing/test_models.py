"""What the database refuses, whoever asks: written past the deeds, as the web role."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from osler.clinic.billing.invoices.correcting import credit_invoice
from osler.clinic.billing.invoices.issuing import issue_invoice
from osler.clinic.billing.models import (
    ChargeItem,
    FeeItem,
    Invoice,
    InvoiceLine,
    JournalEntry,
    Payment,
    Posting,
)
from osler.kernel.constraints import constraint_of
from tests.clinic.billing.conftest import DAY, account_sums, check_now
from tests.conftest import new_patient


@pytest.fixture
def invoice(act, bill, charged):
    with act(bill):
        return issue_invoice([charged()], actor=bill)


def refused(statement: str, *parameters: object) -> str:
    """The constraint that a raw statement meets."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        check_now()
    return constraint_of(caught.value)


MOVING = {"status", "version", "updated_at"}
"""What may differ in the row of an issued invoice: its step, and what counts the versions."""
OTHERWISE = {
    "uuid": "uuidv7()",
    "int4": "coalesce({0}, 0) + 1",
    "int2": "coalesce({0}, 0) + 1",
    "numeric": "coalesce({0}, 0) + 1",
    "varchar": "coalesce({0}, '') || 'x'",
    "text": "coalesce({0}, '') || 'x'",
    "date": "coalesce({0}, current_date) + 1",
    "timestamptz": "coalesce({0}, now()) - interval '1 day'",
    "jsonb": "'{{}}'",
}
"""For each type of column, a value that is another one."""
_COLUMNS = """
SELECT a.attname, t.typname FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
"""


def changes_of(table: str) -> list[str]:
    """For each column that the catalog has, SQL that sets it to something else, and to nothing."""
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS, [table])
        columns = dict(cursor.fetchall())
        cursor.execute(f"SELECT {', '.join(f'{name} IS NULL' for name in columns)} FROM {table}")
        empty = dict(zip(columns, cursor.fetchone(), strict=True))
    changes = [f"{name} = {OTHERWISE[kind].format(name)}" for name, kind in columns.items()]
    return changes + [f"{name} = NULL" for name in columns if not empty[name]]


def test_every_column_of_an_issued_invoice_is_frozen(act, bill, invoice):
    with act(bill):
        before = Invoice.objects.values().get()
        changes = [each for each in changes_of("billing_invoice") if each.partition(" ")[0] not in MOVING]

        found = {change: refused(f"UPDATE billing_invoice SET {change}") for change in changes}

        assert found == dict.fromkeys(changes, "invoice_issued_is_frozen")
        assert {"note", "printed", "resource", "patient_id"} <= {each.partition(" ")[0] for each in changes}
        assert Invoice.objects.values().get() == before


def test_every_column_of_its_lines_is_frozen(act, bill, invoice):
    with act(bill):
        before = InvoiceLine.objects.values().get()
        changes = changes_of("billing_invoiceline")

        found = {change: refused(f"UPDATE billing_invoiceline SET {change}") for change in changes}

        assert found == dict.fromkeys(changes, "invoice_issued_is_frozen")
        assert InvoiceLine.objects.values().get() == before


def test_the_versions_are_counted_by_the_database_alone(act, bill, invoice):
    with act(bill), connection.cursor() as cursor:
        before = Invoice.objects.get()
        cursor.execute("UPDATE billing_invoice SET version = 99, updated_at = '2001-01-01'")
        after = Invoice.objects.get()

    assert (after.version, after.updated_at > before.updated_at) == (before.version + 1, True)


@pytest.mark.parametrize("status", ["draft", "entered-in-error", "nonsense"])
def test_an_issued_invoice_takes_no_step_back(act, bill, invoice, status):
    with act(bill):
        assert refused("UPDATE billing_invoice SET status = %s", status) == "invoice_issued_is_frozen"
        assert Invoice.objects.get().status == "issued"


def test_a_credited_invoice_takes_no_step_at_all(act, bill, invoice):
    with act(bill):
        credit_invoice(invoice, reason="Wrong visit", actor=bill)
        for status in ("draft", "issued", "balanced", "entered-in-error"):
            said = "UPDATE billing_invoice SET status = %s WHERE status = 'cancelled'"
            assert refused(said, status) == "invoice_issued_is_frozen"
        assert Invoice.objects.get(id=invoice.id).status == "cancelled"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE billing_invoiceline SET amount = 1",
        "INSERT INTO billing_invoiceline (id, invoice_id, patient_id, position, code, description,"
        " occurred_on, quantity, amount, version)"
        " SELECT uuidv7(), invoice_id, patient_id, 2, code, description, occurred_on, 1, 5, 1"
        " FROM billing_invoiceline",
    ],
    ids=["update", "insert"],
)
def test_the_lines_of_an_issued_invoice_are_frozen(act, bill, invoice, statement):
    with act(bill):
        assert refused(statement) == "invoice_issued_is_frozen"


@pytest.mark.parametrize(
    "table", ["journalentry", "posting", "payment", "invoice", "invoiceline", "chargeitem"]
)
def test_nothing_in_the_books_is_deleted(act, bill, invoice, table):
    with act(bill), pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM billing_{table}")


@pytest.mark.parametrize("table", ["journalentry", "posting"])
def test_the_ledger_only_grows(act, bill, invoice, table):
    with act(bill):
        assert refused(f"UPDATE billing_{table} SET version = 9") == "ledger_append_only"


def entry(patient, *parts: tuple[str, int]) -> JournalEntry:
    row = JournalEntry.objects.create(kind="transfer", patient=patient, posted_on=DAY)
    Posting.objects.bulk_create(
        Posting(entry=row, patient=patient, account=account, amount=amount) for account, amount in parts
    )
    return row


def test_an_entry_balances(act, bill, dana_patient):
    with act(bill), pytest.raises(IntegrityError) as caught, transaction.atomic():
        lopsided = entry(dana_patient)
        Posting.objects.create(entry=lopsided, patient=dana_patient, account="cash", amount=5)
        check_now()
    assert constraint_of(caught.value) == "journalentry_balances"


def test_an_entry_has_two_sides(act, bill, dana_patient):
    with act(bill), pytest.raises(IntegrityError) as caught, transaction.atomic():
        entry(dana_patient)
        check_now()
    assert constraint_of(caught.value) == "journalentry_balances"


def post_raw(patient, *parts: tuple[str, str, object]) -> str:
    """Write an entry past the deeds; the constraint it meets, or an empty string."""
    try:
        with transaction.atomic():
            row = entry(patient)
            Posting.objects.bulk_create(
                Posting(
                    entry=row, patient=patient, account=account, amount=Decimal(amount), invoice_id=invoice_id
                )
                for account, amount, invoice_id in parts
            )
            check_now()
    except IntegrityError as error:
        return constraint_of(error)
    return ""


def test_an_invoice_is_paid_at_most_in_full(act, bill, invoice, dana_patient):
    with act(bill):
        over = ("cash", "118.01", None), ("patient-receivable", "-118.01", invoice.id)
        just = ("cash", "118.00", None), ("patient-receivable", "-118.00", invoice.id)

        assert post_raw(dana_patient, *over) == "invoice_paid_at_most_in_full"
        assert post_raw(dana_patient, *just) == ""
        assert post_raw(dana_patient, *just) == "invoice_paid_at_most_in_full"


def test_no_more_credit_is_used_than_there_is(act, bill, dana_patient):
    with act(bill):
        used = ("patient-credit", "5.00", None), ("bank", "-5.00", None)
        assert post_raw(dana_patient, *used) == "posting_credit_covers"
        assert post_raw(dana_patient, ("cash", "5.00", None), ("patient-credit", "-5.00", None)) == ""
        assert post_raw(dana_patient, *used) == ""
        assert account_sums() == {"cash": Decimal("5.00"), "bank": Decimal("-5.00")}


def test_what_is_owed_names_its_invoice(act, bill, organization, invoice, dana_patient):
    other = new_patient(organization, given="Eva")
    with act(bill):
        nameless = ("patient-receivable", "5.00", None), ("revenue", "-5.00", None)
        named = ("patient-receivable", "5.00", invoice.id), ("revenue", "-5.00", None)

        assert post_raw(dana_patient, *nameless) == "posting_receivable_names_invoice"
        assert post_raw(other, *named) == "posting_invoice_of_patient"


def test_a_posting_is_not_nothing(act, bill, dana_patient):
    with act(bill):
        assert post_raw(dana_patient, ("cash", "0.00", None)) == "posting_amount_not_zero"


def test_an_invoice_adds_up(act, bill, dana_patient):
    with act(bill), pytest.raises(IntegrityError) as caught, transaction.atomic():
        row = entry(dana_patient, ("cash", 5), ("revenue", -5))
        draft = Invoice(patient=dana_patient, total_amount=5)
        draft.save()
        Invoice.objects.filter(id=draft.id).update(
            status="issued", number=7, issued_on=DAY, entry=row, printed={}
        )
        check_now()
    assert constraint_of(caught.value) == "invoice_adds_up"


def test_an_issued_invoice_has_number_and_entry(act, bill, dana_patient):
    with act(bill), pytest.raises(IntegrityError) as caught, transaction.atomic():
        Invoice(patient=dana_patient, status="issued").save()
    assert constraint_of(caught.value) == "invoice_issued_has_number_and_entry"


def test_an_issued_invoice_names_its_parties(act, bill, dana_patient):
    with act(bill), pytest.raises(IntegrityError) as caught, transaction.atomic():
        row = entry(dana_patient, ("cash", 5), ("revenue", -5))
        Invoice(patient=dana_patient, status="issued", number=7, issued_on=DAY, entry=row).save()
    assert constraint_of(caught.value) == "invoice_issued_names_parties"


def test_a_charge_stands_on_one_invoice(act, bill, invoice, dana_patient):
    with act(bill):
        charge = ChargeItem.objects.get()
        draft = Invoice(patient=dana_patient)
        draft.save()
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            InvoiceLine.objects.create(
                invoice=draft,
                patient=dana_patient,
                charge=charge,
                position=1,
                description="x",
                occurred_on=DAY,
                amount=1,
            )
    assert constraint_of(caught.value) == "invoiceline_charge_once"


def pay_raw(patient, amount: str, **fields: object) -> str:
    try:
        with transaction.atomic():
            Payment.objects.create(
                patient=patient,
                amount=Decimal(amount),
                entry=entry(patient, ("cash", 5), ("bank", -5)),
                received_at=datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC),
                **fields,
            )
    except IntegrityError as error:
        return constraint_of(error)
    return ""


def test_payments_and_refunds_have_their_signs_and_bounds(act, bill, organization, invoice, dana_patient):
    other = new_patient(organization, given="Eva")
    with act(bill):
        assert pay_raw(dana_patient, "0.00") == "payment_sign_right"
        assert pay_raw(dana_patient, "-5.00") == "payment_sign_right"
        assert pay_raw(other, "5.00", invoice=invoice) == "payment_invoice_of_patient"
        assert pay_raw(dana_patient, "5.00", method="cash") == ""
        paid = Payment.objects.get()
        assert pay_raw(dana_patient, "-5.01", method="cash", refunds=paid) == "payment_refund_within"
        assert pay_raw(dana_patient, "-5.00", method="card", refunds=paid) == "payment_refund_within"
        assert pay_raw(other, "-5.00", method="cash", refunds=paid) == "payment_refund_within"
        assert pay_raw(dana_patient, "-5.00", method="cash", refunds=paid) == ""


def test_a_billable_charge_has_a_price(act, bill, charged):
    charge = charged("99499")
    with act(bill), pytest.raises(IntegrityError) as caught, transaction.atomic():
        ChargeItem.objects.filter(id=charge.id).update(status="billable")
    assert constraint_of(caught.value) == "chargeitem_billable_has_price"


def test_a_service_has_one_price_on_a_day(act, bill, prices):
    def price(code: str, starts: str, amount: str = "5.00") -> str:
        try:
            with transaction.atomic():
                FeeItem.objects.create(
                    schedule=prices, code=code, description="x", amount=Decimal(amount), period=(starts, None)
                )
        except IntegrityError as error:
            return constraint_of(error)
        return ""

    with act(bill):
        assert price("99213", "2026-01-01") == "feeitem_one_price_at_a_time"
        assert price("99499", "2026-01-01") == ""
        assert price("99500", "2026-01-01", "-0.01") == "feeitem_amount_not_negative"


def test_the_portal_sees_its_own_money_alone(act, bill, dana, organization, invoice, charged):
    other = charged(patient=new_patient(organization, given="Eva"))
    with act(bill):
        issue_invoice([other], actor=bill)

    with act(dana):
        own = [invoice.id]
        assert list(Invoice.objects.values_list("id", flat=True)) == own
        assert set(InvoiceLine.objects.values_list("invoice_id", flat=True)) == set(own)
        assert set(Posting.objects.values_list("patient_id", flat=True)) == {invoice.patient_id}


def test_another_organization_sees_nothing(act, charlie, invoice):
    with act(charlie):
        counts = [
            model.objects.count() for model in (Invoice, InvoiceLine, Posting, JournalEntry, ChargeItem)
        ]
    assert counts == [0] * 5
