"""The cashier's day: what came in, by method and by who took it."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from osler.clinic.billing.models import Payment
from osler.clinic.billing.payments.takings import Takings, takings_of
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.audit.access import record_access
from osler.kernel import clock
from osler.kernel.money import ZERO
from osler.web.workspace.acting import actor_of
from osler.web.workspace.billing.pages import DESK
from osler.web.workspace.billing.sheets import sheet


@allow(*DESK, reads="Payment", methods=("GET",))
def takings(request: HttpRequest) -> HttpResponse:
    """`/billing/takings/?day=`; reception sees its own."""
    found = _takings(request)
    methods = [method for method in Payment.Method if method in found.by_method]
    url = reverse("takings")
    context = {
        "takings": found,
        "is_today": found.day == clock.today(),
        "methods": [(method.label, found.by_method[method]) for method in methods],
        "method_labels": [method.label for method in methods],
        "cashiers": [
            (name or _("Online"), [sums.get(method, ZERO) for method in methods], sum(sums.values(), ZERO))
            for name, sums in sorted(found.by_cashier.items())
        ],
        "previous_url": f"{url}?day={found.day - timedelta(days=1)}",
        "next_url": f"{url}?day={found.day + timedelta(days=1)}",
    }
    return render(request, "workspace/billing/takings.html", context)


@allow(*DESK, reads="Payment", methods=("GET",))
def takings_csv(request: HttpRequest) -> HttpResponse:
    """The day's payments as a sheet."""
    found = _takings(request)
    head = [
        _("Time"),
        _("MRN"),
        _("Patient"),
        _("Invoice"),
        _("Method"),
        _("Reference"),
        _("Amount"),
        _("Taken by"),
    ]
    cells = (
        [
            f"{timezone.localtime(row.received_at):%H:%M}",
            row.patient.mrn,
            row.patient.list_name,
            row.invoice.label if row.invoice else "",
            row.get_method_display(),
            row.reference,
            row.amount,
            row.received_by.name if row.received_by else "",
        ]
        for row in found.payments
    )
    return sheet(f"takings-{found.day.isoformat()}", head, cells)


def _takings(request: HttpRequest) -> Takings:
    actor = actor_of(request)
    found = takings_of(_day(request), actor=actor, only_own=not actor.has_role(Role.BILLING))
    record_access(Payment, patients=[row.patient_id for row in found.payments], detail="takings")
    return found


def _day(request: HttpRequest) -> date:
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return clock.today()
    return day if 1900 < day.year < 2200 else clock.today()
