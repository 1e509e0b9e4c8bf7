"""A patient's account: what is owed and why, payments at the desk, charges by hand."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from osler.clinic.billing.charges.capturing import Service, capture_charge
from osler.clinic.billing.charges.pricing import primary_coverage
from osler.clinic.billing.charges.worklists import charges_of
from osler.clinic.billing.invoices.worklists import invoices_of
from osler.clinic.billing.ledger.balances import account_history, open_amounts, open_balance
from osler.clinic.billing.models import ChargeItem, Invoice, Payment
from osler.clinic.billing.payments.taking import take_payment
from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may, scoped
from osler.foundation.access.routes import allow
from osler.foundation.audit.access import record_access
from osler.foundation.ui.notices import notify
from osler.foundation.ui.templatetags.ui import money
from osler.kernel import clock
from osler.kernel.keys import uuid7
from osler.web.workspace.acting import actor_of
from osler.web.workspace.billing.forms import ChargeForm, DeedForm, PaymentForm
from osler.web.workspace.billing.pages import (
    DESK,
    OFFICE,
    account_banner,
    answer_page,
    attempt,
    form_initial,
    row_or_404,
)

INVOICES_SHOWN = 50


@allow(*DESK, reads="Invoice", methods=("GET",))
def account(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """`/patients/<id>/account/`."""
    return _page(request, _patient(request, patient_id))


def _patient(request: HttpRequest, patient_id: UUID) -> Patient:
    patient = row_or_404(Patient, actor_of(request), patient_id)
    record_access(Invoice, patient=patient.id, detail="account")
    return patient


def _page(request: HttpRequest, patient: Patient, bound: DeedForm | None = None) -> HttpResponse:
    actor = actor_of(request)
    balance = open_balance(patient, actor=actor)
    invoices = list(invoices_of(patient, actor=actor)[:INVOICES_SHOWN])
    amounts = open_amounts([row.id for row in invoices], actor=actor)
    coverage = primary_coverage(patient, on=clock.today(), actor=actor)
    owing = [(row, amounts[row.id].patient) for row in invoices if amounts[row.id].patient > 0]
    labels = {row.id: row.label for row in invoices}
    is_office = may(actor, "read", ChargeItem)
    charges = list(charges_of(patient, actor=actor)) if is_office else []
    context: dict[str, Any] = {
        "patient": patient,
        "banner": account_banner(patient, balance),
        "balance": balance,
        "coverage": coverage,
        "invoices": [(row, amounts[row.id]) for row in invoices],
        "owing": owing,
        "charges": charges,
        "charges_total": sum((row.amount for row in charges if row.amount is not None), balance.owed * 0),
        "is_office": is_office,
        "history": [
            (line, labels.get(line.invoice_id, ""))
            for line in reversed(account_history(patient, actor=actor))
        ],
        "today": clock.today(),
        "pay": PaymentForm(initial=_suggested(owing, coverage)),
        "add": ChargeForm(initial={"occurred_on": clock.today(), "quantity": 1}),
        "bound": bound,
    }
    if bound is not None:
        context["pay" if isinstance(bound, PaymentForm) else "add"] = bound
    return answer_page(request, "workspace/billing/account.html", context, bound)


def _suggested(owing: list[Any], coverage: Any) -> dict[str, Any]:
    """The amount that is most likely paid: the oldest open invoice, else the copay."""
    if owing:
        return form_initial(owing[-1][1])
    return form_initial(coverage.visit_copay_amount) if coverage and coverage.visit_copay_amount else {}


@allow(*DESK, reads="Invoice", methods=("POST",))
def pay(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Money at the desk: for an open invoice, or ahead of the next one."""
    actor = actor_of(request)
    patient = _patient(request, patient_id)
    form = PaymentForm(request.POST)
    payment = attempt(form, lambda: _take(request, patient, form, actor))
    if payment is None:
        return _page(request, patient, form)
    target = payment.invoice.label if payment.invoice else _("the next invoice")
    notify(
        request, _("%(amount)s received for %(what)s.") % {"amount": money(payment.amount), "what": target}
    )
    return redirect(reverse("payment", args=[payment.id]))


def _take(request: HttpRequest, patient: Patient, form: PaymentForm, actor: Actor) -> Payment:
    wanted = request.POST.get("invoice", "")
    invoice = (
        scoped(Invoice, actor).filter(patient=patient, id=UUID(wanted)).first() if _is_key(wanted) else None
    )
    memo = "" if invoice else _("Paid ahead")
    return take_payment(patient, tender=form.tender(memo), invoice=invoice, actor=actor)


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@allow(*OFFICE, reads="ChargeItem", methods=("POST",))
def add_charge(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """A service that no visit or order has charged."""
    actor = actor_of(request)
    patient = _patient(request, patient_id)
    form = ChargeForm(request.POST)
    done = attempt(
        form,
        lambda: capture_charge(
            f"hand:{uuid7()}", patient=patient, service=Service(**form.cleaned_data), actor=actor
        ),
    )
    if done is None:
        return _page(request, patient, form)
    notify(request, _("%(service)s is charged.") % {"service": done.description})
    return redirect(reverse("account", args=[patient.id]))
