import datetime
from decimal import Decimal

import pytest
import time_machine

from osler.clinic.billing.invoices.ageing import AgeBucket, ageing, bucket_of
from osler.clinic.billing.invoices.issuing import issue_invoice
from osler.clinic.billing.payments.taking import Tender, take_payment

DUE = datetime.date(2026, 4, 1)


@pytest.mark.parametrize(
    ("late", "bucket"), [(-5, 0), (0, 0), (1, 1), (30, 1), (31, 31), (60, 31), (61, 61), (91, 91), (900, 91)]
)
def test_the_bucket_of_a_due_day(late, bucket):
    assert bucket_of(DUE, on=DUE + datetime.timedelta(days=late)) == bucket


def test_open_amounts_stand_in_their_bucket(act, bill, charged):
    with time_machine.travel("2026-03-02T12:00Z"), act(bill):
        invoice = issue_invoice([charged()], actor=bill)
        take_payment(invoice.patient, tender=Tender(Decimal("18.00")), invoice=invoice, actor=bill)
    with act(bill):
        buckets = ageing(on=datetime.date(2026, 5, 15), actor=bill)

    zero = Decimal("0.00")
    assert buckets == [
        AgeBucket(0, zero, zero, 0),
        AgeBucket(1, zero, zero, 0),
        AgeBucket(31, Decimal("100.00"), zero, 1),
        AgeBucket(61, zero, zero, 0),
        AgeBucket(91, zero, zero, 0),
    ]
