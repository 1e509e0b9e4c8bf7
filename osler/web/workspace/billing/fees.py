"""The fee schedules: prices of the clinic and those agreed with insurers."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from osler.clinic.billing.charges.schedules import (
    end_fee,
    fee_schedule,
    load_starter_fees,
    prices_on,
    set_fee,
)
from osler.clinic.billing.models import FeeItem, FeeSchedule
from osler.clinic.insurance.models import Payer
from osler.foundation.access.policy import scoped
from osler.foundation.access.routes import allow
from osler.foundation.access.seen_version import seen_version
from osler.foundation.ui.notices import notify
from osler.foundation.ui.shell import Tab
from osler.kernel import clock
from osler.web.workspace.acting import actor_of
from osler.web.workspace.billing.forms import DeedForm, EndFeeForm, FeeForm
from osler.web.workspace.billing.pages import PRICES, attempt, row_or_404


@allow(*PRICES, methods=("GET",))
def fees(request: HttpRequest) -> HttpResponse:
    """`/billing/fees/?schedule=`; the clinic's own prices first."""
    return _page(request, _schedule(request))


def _schedule(request: HttpRequest) -> FeeSchedule:
    actor = actor_of(request)
    wanted = request.GET.get("schedule") or request.POST.get("schedule")
    if wanted:
        return row_or_404(FeeSchedule, actor, _key(wanted), "payer")
    return fee_schedule(actor=actor)


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _page(request: HttpRequest, schedule: FeeSchedule, bound: DeedForm | None = None) -> HttpResponse:
    actor = actor_of(request)
    today = clock.today()
    schedules = scoped(FeeSchedule, actor).select_related("payer").order_by("payer__name", "id")
    has_schedule = {row.payer_id for row in schedules}
    url = reverse("fees")
    context: dict[str, Any] = {
        "schedule": schedule,
        "tabs": [
            Tab(row.name, f"{url}?schedule={row.id}", current=row.id == schedule.id)
            for row in sorted(schedules, key=lambda row: (row.payer_id is not None, row.name))
        ],
        "payers": [
            payer
            for payer in scoped(Payer, actor).filter(active=True).order_by("name")
            if payer.id not in has_schedule
        ],
        "rows": list(prices_on(schedule, on=today, actor=actor)),
        "today": today,
        "form": bound if isinstance(bound, FeeForm) else FeeForm(initial={"starts_on": today}),
        "end": bound if isinstance(bound, EndFeeForm) else None,
    }
    status = bound.status if bound else 200
    return render(request, "workspace/billing/fees.html", context, status=status)


@allow(*PRICES, methods=("POST",))
def set_price(request: HttpRequest) -> HttpResponse:
    """A price from a day on; the price until then ends."""
    actor = actor_of(request)
    schedule = _schedule(request)
    form = FeeForm(request.POST)
    item = attempt(form, lambda: set_fee(schedule, actor=actor, **form.cleaned_data))
    if item is None:
        return _page(request, schedule, form)
    notify(request, _("%(code)s has its price.") % {"code": item.code})
    return redirect(f"{reverse('fees')}?schedule={schedule.id}")


@allow(*PRICES, methods=("POST",))
def end_price(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """A price ends."""
    actor = actor_of(request)
    item = row_or_404(FeeItem, actor, item_id, "schedule")
    form = EndFeeForm(request.POST)
    done = attempt(
        form, lambda: end_fee(item, version=seen_version(request), actor=actor, **form.cleaned_data)
    )
    if done is None:
        return _page(request, item.schedule, form)
    notify(request, _("%(code)s ends.") % {"code": item.code})
    return redirect(f"{reverse('fees')}?schedule={item.schedule_id}")


@allow(*PRICES, methods=("POST",))
def open_schedule(request: HttpRequest) -> HttpResponse:
    """A price list for an insurer, or the starter prices for the clinic's own."""
    actor = actor_of(request)
    payer = row_or_404(Payer, actor, _key(request.POST["payer"])) if request.POST.get("payer") else None
    schedule = fee_schedule(payer=payer, actor=actor)
    if payer is None:
        count = load_starter_fees(starts_on=clock.today(), actor=actor)
        notify(request, _("%(count)s prices are set. Change them to your own.") % {"count": count})
    return redirect(f"{reverse('fees')}?schedule={schedule.id}")
