"""The trial balance: what each account has come to by a day, and that both sides agree."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from osler.clinic.billing.ledger.balances import trial_balance
from osler.clinic.billing.models import Posting
from osler.foundation.access.routes import allow
from osler.foundation.ui.date_entry import parse_date
from osler.kernel import clock
from osler.kernel.errors import Denied
from osler.kernel.money import ZERO
from osler.web.workspace.acting import actor_of
from osler.web.workspace.billing.pages import PRICES
from osler.web.workspace.billing.sheets import sheet


@dataclass(frozen=True)
class AccountSum:
    """One account: its sum stands on one side."""

    code: str
    label: str
    amount: Decimal

    @property
    def debit(self) -> Decimal:
        return max(self.amount, ZERO)

    @property
    def credit(self) -> Decimal:
        return max(-self.amount, ZERO)


@allow(*PRICES, methods=("GET",))
def books(request: HttpRequest) -> HttpResponse:
    """`/billing/books/?day=`; today, unless a day is given."""
    day = _day(request)
    rows = _rows(request, day)
    context = {
        "day": day,
        "today": clock.today(),
        "rows": rows,
        "debit": sum((row.debit for row in rows), ZERO),
        "credit": sum((row.credit for row in rows), ZERO),
    }
    return render(request, "workspace/billing/books.html", context)


@allow(*PRICES, methods=("GET",))
def books_csv(request: HttpRequest) -> HttpResponse:
    """The same as a sheet."""
    day = _day(request)
    head = [_("Account"), _("Name"), _("Debit"), _("Credit")]
    rows = ([row.code, row.label, row.debit, row.credit] for row in _rows(request, day))
    return sheet(f"trial-balance-{day.isoformat()}", head, rows)


def _rows(request: HttpRequest, day: date) -> list[AccountSum]:
    actor = actor_of(request)
    if actor.organization_id is None:
        raise Denied
    sums = trial_balance(actor.organization_id, until=day, actor=actor)
    return [AccountSum(code, str(Posting.Account(code).label), amount) for code, amount in sums.items()]


def _day(request: HttpRequest) -> date:
    day = parse_date(request.GET.get("day", "")) or clock.today()
    return day if 1900 < day.year < 2200 else clock.today()
