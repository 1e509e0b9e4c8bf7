"""The list of invoices: by state, number or patient; a page at a time or as a sheet."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.billing.invoices.worklists import (
    STATES,
    InvoiceFilter,
    invoice_counts,
    invoices_matching,
)
from osler.clinic.billing.ledger.balances import open_amounts
from osler.clinic.billing.models import Invoice
from osler.clinic.patients.finding import find_patients
from osler.foundation.access.routes import allow
from osler.foundation.audit.access import record_access
from osler.foundation.ui.paging import keyset_page
from osler.kernel import clock
from osler.kernel.errors import Refusal
from osler.web.workspace.acting import actor_of
from osler.web.workspace.billing.pages import DESK, OFFICE
from osler.web.workspace.billing.sheets import MOST_ROWS, sheet

KEY = ("issued_on", "id")
_NUMBER = re.compile(r"(?:(?:INV|CRN)-?)?0*(\d{1,9})", re.IGNORECASE)


@allow(*DESK, reads="Invoice", methods=("GET",))
def invoices(request: HttpRequest) -> HttpResponse:
    """`/billing/invoices/`."""
    actor = actor_of(request)
    wanted = _filter(request)
    rows, page = keyset_page(invoices_matching(wanted, actor=actor), request, key=KEY)
    record_access(Invoice, patients=[row.patient_id for row in rows], detail=wanted.state)
    amounts = open_amounts([row.id for row in rows], actor=actor)
    context = {
        "rows": [(row, amounts[row.id], _is_overdue(row, wanted)) for row in rows],
        "page": page,
        "state": wanted.state,
        "states": _states(invoice_counts(on=wanted.on, actor=actor)),
        "text": request.GET.get("q", ""),
        "query": request.GET.urlencode(),
        "may_export": actor.has_role(*OFFICE),
    }
    return render(request, "workspace/billing/invoices.html", context)


def _filter(request: HttpRequest) -> InvoiceFilter:
    """What the address asks for; a text is a number of an invoice or finds patients."""
    state = request.GET.get("state", "open")
    text = request.GET.get("q", "").strip()[:100]
    state = state if state in STATES else "open"
    if not text:
        return InvoiceFilter(on=clock.today(), state=state)
    number = _NUMBER.fullmatch(text)
    numbers = [int(number.group(1))] if number else []
    patients = [one.id for one in find_patients(text, actor=actor_of(request), limit=50)]
    return InvoiceFilter(on=clock.today(), state=state, numbers=numbers, patient_ids=patients)


def _states(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    words = {
        "open": _("Open"),
        "overdue": _("Overdue"),
        "paid": _("Paid"),
        "credited": _("Credited"),
        "all": _("All"),
    }
    return [(state, words[state], counts[state]) for state in STATES]


def _is_overdue(row: Invoice, wanted: InvoiceFilter) -> bool:
    return row.status == Invoice.Status.ISSUED and row.due_on is not None and row.due_on < wanted.on


class TooManyRows(Refusal):
    """A sheet holds at most 20,000 rows."""

    code = "too-many-rows"
    message = gettext_lazy("This would be more than 20,000 rows. Choose fewer invoices.")


@allow(*OFFICE, reads="Invoice", methods=("GET",))
def invoices_csv(request: HttpRequest) -> HttpResponse:
    """The list as a sheet, with the same filter."""
    actor = actor_of(request)
    found = invoices_matching(_filter(request), actor=actor).order_by("issued_on", "id")
    rows = list(found[: MOST_ROWS + 1])
    if len(rows) > MOST_ROWS:
        raise TooManyRows
    record_access(Invoice, patients=[row.patient_id for row in rows], action="E", detail="export CSV")
    amounts = open_amounts([row.id for row in rows], actor=actor)
    head = [
        _("Number"),
        _("Issued"),
        _("Due"),
        _("Status"),
        _("MRN"),
        _("Patient"),
        _("Insurance"),
        _("Total"),
        _("Open, patient"),
        _("Open, insurer"),
    ]
    cells = (
        [
            row.label,
            row.issued_on,
            row.due_on,
            row.get_status_display(),
            row.patient.mrn,
            row.patient.list_name,
            row.coverage.payer.name if row.coverage else "",
            row.total_amount,
            amounts[row.id].patient,
            amounts[row.id].payer,
        ]
        for row in rows
    )
    return sheet(f"invoices-{clock.today().isoformat()}", head, cells)
