"""Charges of the last weeks and older ones, invoices in every state, payments, a credit note: by deeds."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import QuerySet

from osler.clinic.billing.charges.arising import charge_visits
from osler.clinic.billing.invoices.correcting import credit_invoice
from osler.clinic.billing.invoices.issuing import issue_invoice
from osler.clinic.billing.ledger.balances import open_amounts
from osler.clinic.billing.models import ChargeItem
from osler.clinic.billing.payments.taking import Tender, take_payment
from osler.clinic.patients.models import Patient
from osler.clinic.records.models import Encounter
from osler.foundation.access.actors import Actor
from osler.foundation.audit.context import acting
from osler.ops.demo.chance import Chance
from osler.ops.demo.house import House

CHARGED_DAYS, LEFT_DAYS = 21, 3
OVERDUE_DAYS = (38, 130)
MOST_CHARGED, MOST_OVERDUE = 150, 40
PAID, PAID_IN_PART, CREDITED = 0.6, 0.75, 0.96


def make_money(house: House, patients: list[Patient], chance: Chance, *, today: date) -> None:
    """Visits of three weeks are charged; all but those of the last days are invoiced. Some older
    ones are overdue, and one bill of the demo patient is open."""
    actor = house.actors["billing"]
    with acting(actor, reason="demo"):
        own = charged(_visits(today, CHARGED_DAYS, 0).filter(patient=patients[0])[:1], actor)
        for charge in own:
            issue_invoice([charge], is_self_pay=True, actor=actor)
        for charge in charged(_visits(today, CHARGED_DAYS, 0)[:MOST_CHARGED], actor):
            if charge.occurred_on < today - timedelta(days=LEFT_DAYS):
                send_invoice(charge, actor, chance, fate=chance.random())
        old = list(_visits(today, OVERDUE_DAYS[1], OVERDUE_DAYS[0]))
        for charge in charged(chance.sample(old, min(len(old), MOST_OVERDUE)), actor):
            day = charge.occurred_on + timedelta(days=2)
            send_invoice(charge, actor, chance, fate=chance.uniform(PAID, 0.95), on=day)


def _visits(today: date, since: int, until: int) -> QuerySet[Encounter]:
    """Finished visits between so many days ago, the latest first."""
    return (
        Encounter.objects.filter(
            status="finished",
            started_at__date__gte=today - timedelta(days=since),
            started_at__date__lte=today - timedelta(days=until),
        )
        .select_related("patient", "appointment__service", "practitioner", "location")
        .order_by("-started_at", "id")
    )


def charged(visits: Iterable[Encounter], actor: Actor) -> list[ChargeItem]:
    """The charges of these visits that have a price."""
    charges = charge_visits(visits, actor=actor)
    return [charge for charge in charges if charge.status == ChargeItem.Status.BILLABLE]


def send_invoice(
    charge: ChargeItem, actor: Actor, chance: Chance, *, fate: float, on: date | None = None
) -> None:
    """Issued; then paid, paid in part, left open or credited, as fate will have it."""
    invoice = issue_invoice([charge], on=on, actor=actor)
    open_now = open_amounts([invoice.id], actor=actor)[invoice.id]
    if fate > CREDITED:
        credit_invoice(invoice, reason="Charged twice", actor=actor)
        return
    if open_now.patient > 0 and fate < PAID_IN_PART:
        part = open_now.patient if fate < PAID else (open_now.patient / 2).quantize(Decimal("0.01"))
        method = chance.choice(["card", "card", "cash"])
        take_payment(charge.patient, tender=Tender(part, method), invoice=invoice, actor=actor)
    payer = invoice.coverage.payer if invoice.coverage else None
    if payer is not None and open_now.payer > 0 and chance.happens(0.5):
        tender = Tender(open_now.payer, "transfer")
        take_payment(charge.patient, tender=tender, invoice=invoice, payer=payer, actor=actor)
