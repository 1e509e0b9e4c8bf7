"""The worklist of charges: invoice them by patient, price what has none, leave out what is not paid."""

from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from osler.clinic.billing.charges.capturing import (
    enter_charge_in_error,
    mark_billable,
    mark_not_billable,
    reprice_charge,
)
from osler.clinic.billing.charges.worklists import (
    charge_counts,
    charges_by_patient,
    charges_left_out,
    charges_without_price,
)
from osler.clinic.billing.models import ChargeItem, InvoiceLine
from osler.clinic.patients.finding import find_patients
from osler.foundation.access.policy import scoped
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.access.seen_version import as_seen, seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.ui.notices import notify
from osler.foundation.ui.paging import keyset_page
from osler.foundation.ui.shell import KeysetPage
from osler.web.workspace.acting import actor_of
from osler.web.workspace.billing.forms import DeedForm, LeaveOutForm, PriceForm
from osler.web.workspace.billing.pages import OFFICE, answer_page, attempt, row_or_404

PATIENTS_A_PAGE = 20


@allow(*OFFICE, reads="ChargeItem", methods=("GET",))
def charges(request: HttpRequest) -> HttpResponse:
    """`/billing/charges/`: to invoice, without a price, or left out."""
    view = request.GET.get("view", "")
    if view in {"price", "left-out"}:
        return _single_charges(request, view)
    return _to_invoice(request)


def _to_invoice(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    text = request.GET.get("q", "").strip()[:100]
    found = [one.id for one in find_patients(text, actor=actor, limit=50)] if text else None
    groups = charges_by_patient(
        actor=actor, limit=PATIENTS_A_PAGE + 1, after=_place(request), patient_ids=found
    )
    shown = groups[:PATIENTS_A_PAGE]
    record_access(ChargeItem, patients=[group.patient.id for group in shown])
    next_url = ""
    if len(groups) > PATIENTS_A_PAGE:
        last = shown[-1]
        place = {"after": f"{last.oldest_on.isoformat()},{last.patient.id}"} | ({"q": text} if text else {})
        next_url = f"?{urlencode(place)}"
    context = {
        "view": "",
        "text": text,
        "groups": shown,
        "counts": charge_counts(actor=actor),
        "page": KeysetPage(shown=len(shown), next_url=next_url),
        "first_url": reverse("charges") if "after" in request.GET else "",
    }
    return render(request, "workspace/billing/charges.html", context)


def _place(request: HttpRequest) -> tuple[date, UUID] | None:
    day, _comma, patient_id = request.GET.get("after", "").partition(",")
    try:
        return date.fromisoformat(day), UUID(patient_id)
    except ValueError:
        return None


def _single_charges(request: HttpRequest, view: str) -> HttpResponse:
    actor = actor_of(request)
    wanted = charges_without_price if view == "price" else charges_left_out
    rows, page = keyset_page(wanted(actor=actor), request, key=("occurred_on", "id"))
    record_access(ChargeItem, patients=[row.patient_id for row in rows])
    context = {"view": view, "rows": rows, "page": page, "counts": charge_counts(actor=actor)}
    return render(request, "workspace/billing/charges_single.html", context)


@allow(*OFFICE, reads="ChargeItem", methods=("GET",))
def charge(request: HttpRequest, charge_id: UUID) -> HttpResponse:
    """One charge: where it comes from, its price, and what can be done with it."""
    return _page(request, charge_id)


def _page(request: HttpRequest, charge_id: UUID, bound: DeedForm | None = None) -> HttpResponse:
    actor = actor_of(request)
    row = row_or_404(ChargeItem, actor, charge_id, "patient", "performer")
    record_access(ChargeItem, patient=row.patient_id, entity_id=row.id)
    forms = {"price": PriceForm(initial={"unit_amount": row.unit_amount}), "leave_out": LeaveOutForm()}
    if bound is not None:
        forms["price" if isinstance(bound, PriceForm) else "leave_out"] = bound  # type: ignore[assignment]
    line = (
        scoped(InvoiceLine, actor)
        .filter(charge=row)
        .select_related("invoice")
        .order_by("-invoice__number")
        .first()
    )
    context = {"charge": row, "line": line, "bound": bound, **forms}
    return answer_page(request, "workspace/billing/charge.html", context, bound)


@allow(*OFFICE, reads="ChargeItem", methods=("POST",))
def price(request: HttpRequest, charge_id: UUID) -> HttpResponse:
    """Set a price, and go on with the next charge that has none."""
    actor = actor_of(request)
    row = row_or_404(ChargeItem, actor, charge_id, "patient")
    require_patient(request, row.patient_id)
    form = PriceForm(request.POST)
    done = attempt(
        form,
        lambda: reprice_charge(
            row,
            unit_amount=form.cleaned_data["unit_amount"],
            reason=form.cleaned_data["reason"],
            version=seen_version(request),
            actor=actor,
        ),
    )
    if done is None:
        return _page(request, charge_id, form)
    record_access(ChargeItem, patient=row.patient_id, entity_id=row.id)
    notify(
        request,
        _("%(service)s of %(patient)s has a price.") % {"service": row.description, "patient": row.patient},
    )
    return redirect(_way_back(request, reverse("charge", args=[row.id])))


@allow(*OFFICE, reads="ChargeItem", methods=("POST",))
def leave_out(request: HttpRequest, charge_id: UUID) -> HttpResponse:
    """Nobody is asked to pay; or it never happened."""
    actor = actor_of(request)
    row = row_or_404(ChargeItem, actor, charge_id, "patient")
    require_patient(request, row.patient_id)
    form = LeaveOutForm(request.POST)
    form.is_valid()
    deed = enter_charge_in_error if form.cleaned_data.get("kind") == "error" else mark_not_billable
    done = attempt(
        form,
        lambda: deed(row, reason=form.cleaned_data["reason"], version=seen_version(request), actor=actor),
    )
    if done is None:
        return _page(request, charge_id, form)
    record_access(ChargeItem, patient=row.patient_id, entity_id=row.id)
    is_out = row.status == "not-billable"
    undo = as_seen(reverse("charge-take-back", args=[row.id]), row) if is_out else ""
    notify(request, _("%(service)s is left out.") % {"service": row.description}, undo_url=undo)
    return redirect(_way_back(request, reverse("charges")))


@allow(*OFFICE, reads="ChargeItem", methods=("POST",))
def take_back(request: HttpRequest, charge_id: UUID) -> HttpResponse:
    """What was left out waits to be invoiced again."""
    actor = actor_of(request)
    row = row_or_404(ChargeItem, actor, charge_id, "patient")
    require_patient(request, row.patient_id)
    mark_billable(row, version=seen_version(request), actor=actor)
    record_access(ChargeItem, patient=row.patient_id, entity_id=row.id)
    notify(request, _("%(service)s waits to be invoiced again.") % {"service": row.description})
    return redirect(_way_back(request, reverse("charge", args=[row.id])))


def _way_back(request: HttpRequest, default: str) -> str:
    """The worklist that the form was on, if it was one of ours."""
    wanted = request.POST.get("next", "")
    return wanted if wanted.startswith(reverse("charges")) else default
