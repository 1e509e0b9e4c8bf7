import datetime
from decimal import Decimal

import time_machine

from osler.clinic.billing.payments.taking import Tender, refund_payment, take_payment
from osler.clinic.billing.payments.takings import Taken, latest_payments, taken_on, takings_of


def test_a_days_money_by_method_and_cashier(act, bill, bob, dana_patient):
    with time_machine.travel("2026-03-03T03:00Z", tick=False), act(bob):  # still the 2nd in New York
        take_payment(dana_patient, tender=Tender(Decimal("30.00"), "cash"), actor=bob)
        take_payment(dana_patient, tender=Tender(Decimal("20.00"), "card"), actor=bob)
    with time_machine.travel("2026-03-02T15:00Z", tick=False), act(bill):
        paid = take_payment(dana_patient, tender=Tender(Decimal("12.00"), "cash"), actor=bill)
        refund_payment(paid, amount=Decimal("2.00"), reason="Change", actor=bill)
    with time_machine.travel("2026-03-03T05:00Z", tick=False), act(bill):
        take_payment(dana_patient, tender=Tender(Decimal("99.00"), "cash"), actor=bill)

    with act(bob):
        takings = takings_of(datetime.date(2026, 3, 2), actor=bob)
        own = takings_of(datetime.date(2026, 3, 2), actor=bob, only_own=True)
        sums = [taken_on(datetime.date(2026, 3, day), actor=bob) for day in (1, 2, 3)]

        latest = latest_payments(datetime.date(2026, 3, 2), actor=bob, limit=3)

    assert sums == [Taken(0, Decimal(0)), Taken(4, takings.total), Taken(1, Decimal("99.00"))]
    assert latest == takings.payments[-3:]
    assert takings.by_method == {"cash": Decimal("40.00"), "card": Decimal("20.00")}
    assert takings.by_cashier == {
        "Bill Fox": {"cash": Decimal("10.00")},
        "Bob Diaz": {"cash": Decimal("30.00"), "card": Decimal("20.00")},
    }
    assert (takings.total, takings.refunded, own.total) == (
        Decimal("60.00"),
        Decimal("2.00"),
        Decimal("50.00"),
    )
