"""Charges of the last weeks, invoices in every state, payments and one credit note: by deeds."""

from datetime import date, timedelta
from decimal import Decimal

from osler.clinic.billing.charges.arising import charge_visit
from osler.clinic.billing.invoices.correcting import credit_invoice
from osler.clinic.billing.invoices.issuing import issue_invoice
from osler.clinic.billing.ledger.balances import open_amounts
from osler.clinic.billing.models import ChargeItem, Invoice
from osler.clinic.billing.payments.taking import Tender, take_payment
from osler.clinic.records.models import Encounter
from osler.foundation.access.actors import Actor
from osler.foundation.audit.context import acting
from osler.ops.demo.chance import Chance
from osler.ops.demo.house import House

CHARGED_DAYS, LEFT_DAYS = 21, 3
MOST_CHARGED = 160


def make_money(house: House, chance: Chance, *, today: date) -> None:
    """Visits of three weeks are charged; all but those of the last days are invoiced."""
    actor = house.actors["billing"]
    with acting(actor, reason="demo"):
        since = today - timedelta(days=CHARGED_DAYS)
        finished = Encounter.objects.filter(status="finished", started_at__date__gte=since)
        visits = list(
            finished.select_related("patient", "appointment__service", "practitioner").order_by("-started_at")
        )
        charges = [charge for visit in visits[:MOST_CHARGED] if (charge := charge_visit(visit, actor=actor))]
        for charge in charges:
            if charge.occurred_on < today - timedelta(days=LEFT_DAYS):
                _invoice(charge, actor, chance)


def _invoice(charge: ChargeItem, actor: Actor, chance: Chance) -> Invoice | None:
    if charge.status != ChargeItem.Status.BILLABLE:
        return None
    invoice = issue_invoice([charge], actor=actor)
    open_now = open_amounts([invoice.id], actor=actor)[invoice.id]
    fate = chance.random()
    if open_now.patient > 0 and fate < 0.75:
        part = open_now.patient if fate < 0.6 else (open_now.patient / 2).quantize(Decimal("0.01"))
        method = chance.choice(["card", "card", "cash"])
        take_payment(charge.patient, tender=Tender(part, method), invoice=invoice, actor=actor)
    payer = invoice.coverage.payer if invoice.coverage else None
    if payer is not None and open_now.payer > 0 and chance.happens(0.5):
        tender = Tender(open_now.payer, "transfer")
        take_payment(charge.patient, tender=tender, invoice=invoice, payer=payer, actor=actor)
    elif fate > 0.97:
        credit_invoice(invoice, reason="Charged twice", actor=actor)
    return invoice
