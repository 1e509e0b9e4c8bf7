"""The plans of an insurer: added, amended, retired."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.insurance.models import InsurancePlan, Payer
from osler.clinic.insurance.plans import add_plan, amend_plan, restore_plan, retire_plan
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.seen_version import as_seen, seen_version
from osler.foundation.ui.notices import notify
from osler.web.workspace.acting import actor_of
from osler.web.workspace.billing.forms import DeedForm
from osler.web.workspace.billing.pages import attempt

OFFICE = (Role.BILLING, Role.ADMINISTRATOR)


def _copay_field(label: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_digits=8,
        decimal_places=2,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "decimal"}),
    )


class PlanForm(DeedForm):
    """A plan, as its members' cards and the insurer's manual describe it."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=InsurancePlan.Kind.choices)
    office_copay_amount = _copay_field(gettext_lazy("Copay of an office visit"))
    specialist_copay_amount = _copay_field(gettext_lazy("Copay of a specialist's visit"))
    laboratory_copay_amount = _copay_field(gettext_lazy("Copay of the laboratory"))
    needs_referral = forms.BooleanField(label=gettext_lazy("Needs a referral"), required=False)
    needs_authorization = forms.BooleanField(label=gettext_lazy("Needs authorization"), required=False)
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel"}),
    )
    claims_number = forms.CharField(
        label=gettext_lazy("Payer number for claims"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Empty: the insurer's"),
    )
    eligibility_number = forms.CharField(
        label=gettext_lazy("Payer number for eligibility"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Empty: the insurer's"),
    )


@allow(*OFFICE, methods=("GET",))
def plans(request: HttpRequest, payer_id: UUID) -> HttpResponse:
    """Every plan of an insurer; retired ones are no longer offered."""
    payer = _payer(request, payer_id)
    rows = scoped(InsurancePlan, actor_of(request)).filter(payer=payer).order_by("-active", "name", "id")
    return render(request, "workspace/administration/plans.html", {"payer": payer, "rows": rows})


@allow(*OFFICE)
def plan_new(request: HttpRequest, payer_id: UUID) -> HttpResponse:
    """Note a plan."""
    actor, payer = actor_of(request), _payer(request, payer_id)
    form = PlanForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return _page(request, form, payer)
    added = attempt(form, lambda: add_plan(InsurancePlan(payer=payer, **form.cleaned_data), actor=actor))
    if added is None:
        return _page(request, form, payer)
    notify(request, _("%(name)s can be chosen now.") % {"name": added.name})
    return redirect("plans", payer_id=payer.id)


@allow(*OFFICE)
def plan(request: HttpRequest, payer_id: UUID, plan_id: UUID) -> HttpResponse:
    """Correct what a plan is and asks for."""
    actor, row = actor_of(request), _plan(request, payer_id, plan_id)
    initial = {name: getattr(row, name) for name in PlanForm.base_fields}
    form = PlanForm(request.POST if request.method == "POST" else None, initial=initial)
    if not form.is_bound:
        return _page(request, form, row.payer, row, row.version)
    version = seen_version(request)
    done = attempt(form, lambda: amend_plan(row, changes=form.cleaned_data, version=version, actor=actor))
    if done is None:
        fresh = _plan(request, payer_id, plan_id)
        return _page(request, form, fresh.payer, fresh, version)
    notify(request, _("Saved."))
    return redirect("plans", payer_id=payer_id)


@allow(*OFFICE, methods=("POST",))
def plan_retire(request: HttpRequest, payer_id: UUID, plan_id: UUID) -> HttpResponse:
    """Offer a plan no more."""
    row = _plan(request, payer_id, plan_id)
    retire_plan(row, version=seen_version(request), actor=actor_of(request))
    undo = as_seen(reverse("plan-restore", args=[payer_id, row.id]), row)
    notify(request, _("%(name)s is no longer offered.") % {"name": row.name}, undo_url=undo)
    return redirect("plans", payer_id=payer_id)


@allow(*OFFICE, methods=("POST",))
def plan_restore(request: HttpRequest, payer_id: UUID, plan_id: UUID) -> HttpResponse:
    """Offer a retired plan again."""
    row = _plan(request, payer_id, plan_id)
    restore_plan(row, version=seen_version(request), actor=actor_of(request))
    notify(request, _("%(name)s can be chosen now.") % {"name": row.name})
    return redirect("plans", payer_id=payer_id)


def _payer(request: HttpRequest, key: UUID) -> Payer:
    return get_object_or_404(scoped(Payer, actor_of(request), "amend"), id=key)


def _plan(request: HttpRequest, payer_id: UUID, key: UUID) -> InsurancePlan:
    rows = scoped(InsurancePlan, actor_of(request), "amend").select_related("payer")
    return get_object_or_404(rows, id=key, payer_id=payer_id)


def _page(
    request: HttpRequest,
    form: PlanForm,
    payer: Payer,
    row: InsurancePlan | None = None,
    version: int | None = None,
) -> HttpResponse:
    context = {"form": form, "payer": payer, "row": row, "version": version}
    status = form.status if form.is_bound else 200
    return render(request, "workspace/administration/plan.html", context, status=status)
