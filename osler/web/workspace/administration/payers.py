"""The insurers: added, renamed, retired."""

from uuid import UUID

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.insurance.models import Payer
from osler.clinic.insurance.payers import add_payer, amend_payer, restore_payer, retire_payer
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.seen_version import as_seen, seen_version
from osler.foundation.ui.notices import notify
from osler.web.workspace.acting import actor_of
from osler.web.workspace.billing.forms import DeedForm
from osler.web.workspace.billing.pages import attempt

OFFICE = (Role.BILLING, Role.ADMINISTRATOR)


class PayerForm(DeedForm):
    """An insurer."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    payer_number = forms.CharField(
        label=gettext_lazy("Payer number"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Its number at the clearinghouse"),
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel"}),
    )


@allow(*OFFICE, methods=("GET",))
def payers(request: HttpRequest) -> HttpResponse:
    """Every insurer; retired ones are no longer offered."""
    rows = scoped(Payer, actor_of(request)).annotate(plan_count=Count("plans", filter=Q(plans__active=True)))
    rows = rows.order_by("-active", "name", "id")
    return render(request, "workspace/administration/payers.html", {"rows": rows})


@allow(*OFFICE)
def payer_new(request: HttpRequest) -> HttpResponse:
    """Note an insurer."""
    actor = actor_of(request)
    form = PayerForm(request.POST if request.method == "POST" else None)
    added = (
        attempt(form, lambda: add_payer(Payer(**form.cleaned_data), actor=actor)) if form.is_bound else None
    )
    if added is None:
        return _page(request, form)
    notify(request, _("%(name)s can be chosen now.") % {"name": added.name})
    return redirect("payers")


@allow(*OFFICE)
def payer(request: HttpRequest, payer_id: UUID) -> HttpResponse:
    """Rename an insurer, correct its numbers."""
    actor, row = actor_of(request), _payer(request, payer_id)
    initial = {name: getattr(row, name) for name in PayerForm.base_fields}
    form = PayerForm(request.POST if request.method == "POST" else None, initial=initial)
    if not form.is_bound:
        return _page(request, form, row, row.version)
    version = seen_version(request)
    done = attempt(form, lambda: amend_payer(row, changes=form.cleaned_data, version=version, actor=actor))
    if done is None:
        return _page(request, form, _payer(request, payer_id), version)
    notify(request, _("Saved."))
    return redirect("payers")


@allow(*OFFICE, methods=("POST",))
def payer_retire(request: HttpRequest, payer_id: UUID) -> HttpResponse:
    """Offer an insurer no more."""
    row = _payer(request, payer_id)
    retire_payer(row, version=seen_version(request), actor=actor_of(request))
    undo = as_seen(reverse("payer-restore", args=[row.id]), row)
    notify(request, _("%(name)s is no longer offered.") % {"name": row.name}, undo_url=undo)
    return redirect("payers")


@allow(*OFFICE, methods=("POST",))
def payer_restore(request: HttpRequest, payer_id: UUID) -> HttpResponse:
    """Offer a retired insurer again."""
    row = _payer(request, payer_id)
    restore_payer(row, version=seen_version(request), actor=actor_of(request))
    notify(request, _("%(name)s can be chosen now.") % {"name": row.name})
    return redirect("payers")


def _payer(request: HttpRequest, key: UUID) -> Payer:
    return get_object_or_404(scoped(Payer, actor_of(request), "amend"), id=key)


def _page(
    request: HttpRequest, form: PayerForm, row: Payer | None = None, version: int | None = None
) -> HttpResponse:
    context = {"form": form, "row": row, "version": version}
    status = form.status if form.is_bound else 200
    return render(request, "workspace/administration/payer.html", context, status=status)
