"""What several pages of the office need: its roles, the row or a refusal, the patient's banner."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from osler.clinic.billing.ledger.balances import AccountBalance
from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.ui.banner import PatientBanner, hue_of
from osler.foundation.ui.templatetags.ui import money
from osler.kernel.errors import Denied, Invalid, Missing, Refusal
from osler.web.workspace.billing.forms import DeedForm

OFFICE = (Role.BILLING,)
DESK = (Role.BILLING, Role.RECEPTION)
PRICES = (Role.BILLING, Role.ADMINISTRATOR)

Result = TypeVar("Result")
RowType = TypeVar("RowType", bound=Model)


def attempt(form: DeedForm, deed: Callable[[], Result]) -> Result | None:
    """The deed's result, or None with the refusal in the form and nothing changed."""
    if not form.is_valid():
        return None
    try:
        with transaction.atomic():
            return deed()
    except (Denied, Missing):
        raise
    except Refusal as refusal:
        form.refusal = refusal
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        return None


def answer_page(
    request: HttpRequest, template: str, context: dict[str, Any], bound: DeedForm | None
) -> HttpResponse:
    """The page with the form that was sent; where it has no place on the page any more, the refusal alone."""
    response = render(request, template, context, status=bound.status if bound else 200)
    if bound is not None and b"data-error-summary" not in response.content:
        words = " ".join(str(error) for errors in bound.errors.values() for error in errors)
        raise bound.refusal or Invalid(words)
    return response


def row_or_404(model: type[RowType], actor: Actor, key: UUID, *related: str) -> RowType:
    """A row that the actor may read, or nothing to see."""
    return get_object_or_404(scoped(model, actor).select_related(*related), id=key)


def account_banner(patient: Patient, balance: AccountBalance) -> PatientBanner:
    """Who is open, and what is owed; nothing clinical."""
    return PatientBanner(
        name=str(patient),
        birth_date=patient.birth_date,
        sex=patient.get_gender_display(),
        mrn=patient.mrn,
        called=patient.name_used,
        url=reverse("account", args=[patient.id]),
        died_on=patient.deceased_at.date() if patient.deceased_at else None,
        shows_allergies=False,
        balance=money(balance.net) if balance.net else "",
        hue=hue_of(patient.id),
    )


def form_initial(amount: Decimal) -> dict[str, Any]:
    """A payment form that offers what is open."""
    return {"amount": f"{amount:.2f}"} if amount > 0 else {}
