"""Homes of those who work through lists: laboratory and billing."""

from datetime import date

from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from osler.clinic.billing.invoices.ageing import ageing
from osler.clinic.billing.ledger.balances import open_amounts
from osler.clinic.billing.models import ChargeItem, Invoice
from osler.clinic.billing.payments.takings import taken_on
from osler.clinic.records.models import ServiceRequest
from osler.clinic.records.results.worklists import STAGES, lab_worklist, stage_counts
from osler.clinic.scheduling.queries import SheetRow
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.ui.dates import as_known
from osler.foundation.ui.templatetags.ui import money
from osler.kernel import clock
from osler.kernel.money import ZERO
from osler.web.workspace.home.day import SHOWN
from osler.web.workspace.home.panels import Line, Panel, Part, Tile
from osler.web.workspace.navigation import address

STAGE_WORDS = dict(zip(STAGES, (_("To collect"), _("To enter"), _("To verify")), strict=False))


def lab_home(actor: Actor, sheet: list[SheetRow]) -> Part:
    """Orders by what they wait for, the urgent first."""
    counts = stage_counts(actor=actor)
    orders = list(lab_worklist(actor=actor)[: SHOWN + 4])
    return Part(
        tiles=[
            Tile(word, counts[stage], url=f"{address('lab')}?stage={stage}")
            for stage, word in STAGE_WORDS.items()
        ],
        panels=[
            Panel(
                "orders",
                _("Open orders"),
                [_order(one) for one in orders],
                empty=_("No order waits."),
                count=counts[""],
                url=address("lab"),
                more=_("Worklist"),
            )
        ],
    )


def _order(order: ServiceRequest) -> Line:
    return Line(
        title=order.patient.list_name,
        url=address("lab-order", order.id),
        detail=order.display,
        birth_date=order.patient.birth_date,
        mrn=order.patient.mrn,
        patient_id=order.patient_id,
        status=order.priority if order.priority != "routine" else "",
        at=order.authored_at or order.created_at,
    )


def billing_home(actor: Actor, sheet: list[SheetRow]) -> Part:
    """What is to be invoiced, what is overdue, what came in today."""
    today = clock.today()
    charges = scoped(ChargeItem, actor)
    ready = charges.filter(status=ChargeItem.Status.BILLABLE).aggregate(count=Count("id"), sum=Sum("amount"))
    unpriced = charges.filter(status=ChargeItem.Status.PLANNED).count()
    late = [bucket for bucket in ageing(on=today, actor=actor) if bucket.days > 0]
    owed = sum((bucket.total for bucket in late), ZERO)
    overdue = _overdue(actor, today)
    return Part(
        tiles=[
            Tile(
                _("Charges to invoice"),
                ready["count"],
                note=money(ready["sum"] or ZERO),
                url=address("charges"),
            ),
            Tile(
                _("Without a price"),
                unpriced,
                url=address("charges"),
                tone="warn" if unpriced else "",
            ),
            Tile(
                _("Overdue invoices"),
                sum(bucket.count for bucket in late),
                note=money(owed),
                url=f"{address('invoices')}?state=overdue",
                tone="warn" if owed else "",
            ),
            Tile(_("Taken today"), money(taken_on(today, actor=actor).total), url=address("billing")),
        ],
        panels=[_to_invoice(actor), overdue],
    )


def _to_invoice(actor: Actor) -> Panel:
    ready = scoped(ChargeItem, actor).filter(status=ChargeItem.Status.BILLABLE)
    rows = list(
        ready.values(
            "patient_id",
            "patient__family",
            "patient__given",
            "patient__mrn",
            "patient__birth_date",
            "patient__birth_date_estimated",
        )
        .annotate(count=Count("id"), sum=Sum("amount"))
        .order_by("-sum", "patient_id")[:SHOWN]
    )
    return Panel(
        "charges",
        _("Patients to invoice"),
        [
            Line(
                title=", ".join(filter(None, (row["patient__family"], row["patient__given"]))),
                url=address("patient", row["patient_id"]),
                detail=ngettext("%(count)d charge", "%(count)d charges", row["count"])
                % {"count": row["count"]},
                birth_date=as_known(
                    row["patient__birth_date"], is_estimated=row["patient__birth_date_estimated"]
                ),
                mrn=row["patient__mrn"],
                patient_id=row["patient_id"],
                amount=row["sum"],
            )
            for row in rows
        ],
        empty=_("Every charge is on an invoice."),
        count=len(rows) if len(rows) < SHOWN else ready.values("patient_id").distinct().count(),
        url=address("charges"),
        more=_("All charges"),
    )


def _overdue(actor: Actor, today: date) -> Panel:
    invoices = (
        scoped(Invoice, actor)
        .filter(status=Invoice.Status.ISSUED, due_on__lt=today)
        .select_related("patient")
        .defer("resource", "patient__resource")
        .order_by("due_on", "id")
    )
    shown = list(invoices[:SHOWN])
    still = open_amounts([one.id for one in shown], actor=actor)
    return Panel(
        "overdue",
        _("Longest overdue"),
        [
            Line(
                title=one.patient.list_name,
                url=address("invoice", one.id),
                detail=one.label,
                birth_date=one.patient.birth_date,
                mrn=one.patient.mrn,
                patient_id=one.patient_id,
                on=one.due_on,
                amount=still[one.id].total,
            )
            for one in shown
        ],
        empty=_("No invoice is overdue."),
        count=len(shown) if len(shown) < SHOWN else invoices.count(),
        url=f"{address('invoices')}?state=overdue",
        more=_("All overdue"),
        beside=True,
    )
