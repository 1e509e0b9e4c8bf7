"""One payment: its receipt, and giving it back."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from osler.clinic.billing.ledger.balances import open_balance
from osler.clinic.billing.models import Payment
from osler.clinic.billing.payments.taking import refund_payment
from osler.foundation.access.policy import may, scoped
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.audit.access import record_access
from osler.foundation.directory.models import Organization
from osler.foundation.ui.notices import notify
from osler.foundation.ui.templatetags.ui import money
from osler.web.workspace.acting import actor_of
from osler.web.workspace.billing.forms import RefundForm
from osler.web.workspace.billing.pages import DESK, OFFICE, account_banner, answer_page, attempt, row_or_404

RELATED = ("patient", "invoice", "payer", "received_by", "refunds")


@allow(*DESK, reads="Payment", methods=("GET",))
def payment(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """The receipt, for the screen and for paper."""
    return _page(request, payment_id)


def _page(request: HttpRequest, payment_id: UUID, bound: RefundForm | None = None) -> HttpResponse:
    actor = actor_of(request)
    row = row_or_404(Payment, actor, payment_id, *RELATED)
    record_access(Payment, patient=row.patient_id, entity_id=row.id)
    balance = open_balance(row.patient, actor=actor)
    context = {
        "payment": row,
        "refund": scoped(Payment, actor).filter(refunds=row).first(),
        "banner": account_banner(row.patient, balance),
        "balance": balance,
        "clinic": Organization.objects.get(id=row.organization_id),
        "may_refund": may(actor, "refund", Payment),
        "form": bound or RefundForm(),
        "bound": bound,
    }
    return answer_page(request, "workspace/billing/payment.html", context, bound)


@allow(*OFFICE, reads="Payment", methods=("POST",))
def refund(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Give a payment back, wholly or in part."""
    actor = actor_of(request)
    row = row_or_404(Payment, actor, payment_id, "patient", "invoice")
    require_patient(request, row.patient_id)
    form = RefundForm(request.POST)
    back = attempt(form, lambda: refund_payment(row, actor=actor, **form.cleaned_data))
    if back is None:
        return _page(request, payment_id, form)
    record_access(Payment, patient=row.patient_id, entity_id=row.id)
    notify(request, _("%(amount)s given back.") % {"amount": money(-back.amount)})
    return redirect(reverse("payment", args=[back.id]))
