"""Which invoices: open, overdue, paid, credited; of a number or of some patients."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from osler.clinic.billing.models import Invoice, Posting
from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.kernel.money import ZERO

ISSUED = Q(status=Invoice.Status.ISSUED)
STATES: dict[str, Q] = {
    "open": ISSUED,
    "overdue": ISSUED,
    "paid": Q(status=Invoice.Status.BALANCED, credits=None),
    "credited": Q(status=Invoice.Status.CANCELLED) | Q(credits__isnull=False),
    "all": ~Q(status__in=[Invoice.Status.DRAFT, Invoice.Status.ENTERED_IN_ERROR]),
}


@dataclass(frozen=True)
class InvoiceFilter:
    """What a list of invoices is about; `on` is the day by which one is overdue."""

    on: date
    state: str = "all"
    numbers: Sequence[int] = ()
    patient_ids: Sequence[UUID] | None = None


def invoices_matching(wanted: InvoiceFilter, *, actor: Actor) -> QuerySet[Invoice]:
    """The invoices of a filter, in no order."""
    found = scoped(Invoice, actor).filter(_condition(wanted.state, wanted.on))
    if wanted.numbers or wanted.patient_ids is not None:
        found = found.filter(Q(number__in=wanted.numbers) | Q(patient_id__in=wanted.patient_ids or []))
    return found.select_related("patient", "coverage__payer").defer(
        "resource", "printed", "patient__resource", "coverage__resource"
    )


def _condition(state: str, on: date) -> Q:
    condition = STATES[state]
    return condition & Q(due_on__lt=on) if state == "overdue" else condition


def invoice_counts(*, on: date, actor: Actor) -> dict[str, int]:
    """How many invoices are in each state, in one statement."""
    counts = {state: Count("id", filter=_condition(state, on)) for state in STATES}
    return dict(scoped(Invoice, actor).aggregate(**counts))


def invoices_of(patient: Patient, *, actor: Actor) -> QuerySet[Invoice]:
    """A patient's invoices, the latest first."""
    return (
        scoped(Invoice, actor)
        .filter(STATES["all"], patient=patient)
        .select_related("coverage__payer")
        .defer("resource", "printed", "coverage__resource")
        .order_by("-issued_on", "-id")
    )


def open_sums(*, on: date, actor: Actor) -> dict[str, Decimal]:
    """What is open and what of it is overdue, over all invoices; two statements."""
    open_ids = scoped(Invoice, actor).filter(ISSUED)
    return {
        name: scoped(Posting, actor)
        .filter(account__in=Posting.RECEIVABLE, invoice_id__in=ids.values("id"))
        .aggregate(sum=Sum("amount", default=ZERO))["sum"]
        for name, ids in (("open", open_ids), ("overdue", open_ids.filter(due_on__lt=on)))
    }
