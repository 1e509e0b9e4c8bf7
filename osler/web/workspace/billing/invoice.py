"""One invoice: what it says, what happened to it, and every deed that it allows."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from osler.clinic.billing.invoices.correcting import credit_invoice, transfer_to_patient, write_off
from osler.clinic.billing.invoices.document import invoice_pdf, payer_of
from osler.clinic.billing.invoices.issuing import issue_invoice
from osler.clinic.billing.invoices.movements import Movement, movements_of
from osler.clinic.billing.invoices.parties import parties_of
from osler.clinic.billing.ledger.balances import OpenAmounts, open_amounts, open_balance
from osler.clinic.billing.models import ChargeItem, Invoice, InvoiceLine, Payment
from osler.clinic.billing.payments.taking import take_payment
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may, scoped
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.access.seen_version import seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.ui.notices import notify
from osler.foundation.ui.templatetags.ui import money
from osler.kernel import clock
from osler.web.workspace.acting import actor_of
from osler.web.workspace.billing.forms import (
    CreditForm,
    DeedForm,
    InvoicePaymentForm,
    TransferForm,
    WriteOffForm,
)
from osler.web.workspace.billing.pages import (
    DESK,
    OFFICE,
    account_banner,
    answer_page,
    attempt,
    form_initial,
    row_or_404,
)

RELATED = ("patient", "coverage__payer", "credits", "entry")


@allow(*DESK, reads="Invoice", methods=("GET",))
def invoice(request: HttpRequest, invoice_id: UUID) -> HttpResponse:
    """`/billing/invoices/<id>/`."""
    return _page(request, _invoice(request, invoice_id))


def _invoice(request: HttpRequest, invoice_id: UUID) -> Invoice:
    row = row_or_404(Invoice, actor_of(request), invoice_id, *RELATED)
    record_access(Invoice, patient=row.patient_id, entity_id=row.id)
    return row


def _page(request: HttpRequest, row: Invoice, bound: DeedForm | None = None) -> HttpResponse:
    actor = actor_of(request)
    still = open_amounts([row.id], actor=actor)[row.id]
    context: dict[str, Any] = {
        "invoice": row,
        "parties": parties_of(row),
        "still": still,
        "movements": [(move, _whence(move, row)) for move in movements_of(row, actor=actor)],
        "lines": _lines(row, actor),
        "credit_note": scoped(Invoice, actor).filter(credits=row).first(),
        "is_overdue": row.status == "issued" and row.due_on is not None and row.due_on < clock.today(),
        "banner": account_banner(row.patient, open_balance(row.patient, actor=actor)),
        "may_adjust": may(actor, "adjust", Invoice),
        "bound": bound,
        "pay": _payment_form(row, still, actor),
        "credit": CreditForm(),
        "write_off": WriteOffForm(initial={"of_payer": not still.patient}),
        "transfer": TransferForm(),
    }
    if bound is not None:
        context[_place(bound)] = bound
    return answer_page(request, "workspace/billing/invoice.html", context, bound)


def _payment_form(row: Invoice, still: OpenAmounts, actor: Actor) -> InvoicePaymentForm | None:
    """A form that offers what is open, the patient's part first; None if this desk can take nothing."""
    payer = _payer(row, actor)
    if row.status != Invoice.Status.ISSUED or not (still.patient or payer):
        return None
    initial = form_initial(still.patient or still.payer)
    if not still.patient:
        initial |= {"sender": "payer", "method": Payment.Method.TRANSFER}
    return InvoicePaymentForm(initial=initial, payer_name=payer)


def _place(bound: DeedForm) -> str:
    """Where a form stands on the page."""
    places = {
        InvoicePaymentForm: "pay",
        CreditForm: "credit",
        WriteOffForm: "write_off",
        TransferForm: "transfer",
    }
    return places[type(bound)]


def _lines(row: Invoice, actor: Actor) -> list[InvoiceLine] | None:
    """The services, or None for those who may not see them."""
    if not may(actor, "read", InvoiceLine):
        return None
    return list(scoped(InvoiceLine, actor).filter(invoice=row).order_by("position"))


def _whence(move: Movement, row: Invoice) -> str:
    """Who paid or how, of an entry that is a payment."""
    if move.payment is None:
        return ""
    return payer_of(move.payment, row) or move.payment.get_method_display()


def _payer(row: Invoice, actor: Actor) -> str:
    return parties_of(row)["payer"] if may(actor, "adjust", Invoice) else ""


@allow(*OFFICE, reads="Invoice", methods=("GET",))
def pdf(request: HttpRequest, invoice_id: UUID) -> HttpResponse:
    """The invoice on paper."""
    row = _invoice(request, invoice_id)
    content = invoice_pdf(row, actor=actor_of(request))
    disposition = f'inline; filename="{row.label}.pdf"'
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": disposition})


@allow(*OFFICE, reads="ChargeItem", methods=("POST",))
def issue(request: HttpRequest) -> HttpResponse:
    """Make an invoice of the chosen charges and open it."""
    actor = actor_of(request)
    chosen = list(scoped(ChargeItem, actor, "invoice").filter(id__in=_keys(request.POST.getlist("charge"))))
    for row in chosen:
        require_patient(request, row.patient_id)
    record_access(ChargeItem, patients=[row.patient_id for row in chosen])
    issued = issue_invoice(chosen, is_self_pay="self_pay" in request.POST, actor=actor)
    said = _("Invoice %(number)s is issued: %(amount)s.")
    notify(request, said % {"number": issued.label, "amount": money(issued.total_amount)})
    return redirect(reverse("invoice", args=[issued.id]))


def _keys(texts: list[str]) -> list[UUID]:
    try:
        return [UUID(text) for text in texts]
    except ValueError:
        return []


def _deed(
    request: HttpRequest, invoice_id: UUID, form: DeedForm, deed: Callable[[Invoice], Any], said: str
) -> HttpResponse:
    """Do something to an invoice from a form on its page."""
    row = _invoice(request, invoice_id)
    require_patient(request, row.patient_id)
    row.require_version(seen_version(request))
    if attempt(form, lambda: deed(row)) is None:
        return _page(request, row, form)
    notify(request, said % {"number": row.label})
    return redirect(reverse("invoice", args=[invoice_id]))


@allow(*DESK, reads="Invoice", methods=("POST",))
def pay(request: HttpRequest, invoice_id: UUID) -> HttpResponse:
    """Money for this invoice, from the patient or the insurer."""
    actor = actor_of(request)
    row = _invoice(request, invoice_id)
    require_patient(request, row.patient_id)
    form = InvoicePaymentForm(request.POST, payer_name=_payer(row, actor))
    payment = attempt(form, lambda: _take(row, form, actor))
    if payment is None:
        return _page(request, row, form)
    said = _("%(amount)s received for %(number)s.") % {"amount": money(payment.amount), "number": row.label}
    notify(request, said)
    return redirect(reverse("invoice", args=[row.id]))


def _take(row: Invoice, form: InvoicePaymentForm, actor: Actor) -> Any:
    payer = row.coverage.payer if form.is_from_payer and row.coverage else None
    return take_payment(row.patient, tender=form.tender(), invoice=row, payer=payer, actor=actor)


@allow(*OFFICE, reads="Invoice", methods=("POST",))
def credit(request: HttpRequest, invoice_id: UUID) -> HttpResponse:
    """Take the invoice back by a credit note."""
    form, actor = CreditForm(request.POST), actor_of(request)
    return _deed(
        request,
        invoice_id,
        form,
        lambda row: credit_invoice(row, reason=form.cleaned_data["reason"], actor=actor),
        _("%(number)s is credited; its charges wait to be invoiced again."),
    )


@allow(*OFFICE, reads="Invoice", methods=("POST",))
def give_up(request: HttpRequest, invoice_id: UUID) -> HttpResponse:
    """Write off what is open, or a part of it."""
    form, actor = WriteOffForm(request.POST), actor_of(request)
    return _deed(
        request,
        invoice_id,
        form,
        lambda row: write_off(row, actor=actor, **form.cleaned_data),
        _("Written off on %(number)s."),
    )


@allow(*OFFICE, reads="Invoice", methods=("POST",))
def transfer(request: HttpRequest, invoice_id: UUID) -> HttpResponse:
    """What the insurer does not pay, the patient owes."""
    form, actor = TransferForm(request.POST), actor_of(request)
    return _deed(
        request,
        invoice_id,
        form,
        lambda row: transfer_to_patient(row, actor=actor, **form.cleaned_data),
        _("Moved to the patient on %(number)s."),
    )
