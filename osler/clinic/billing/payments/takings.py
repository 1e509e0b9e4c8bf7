"""What came in on a day: by method, and by who took it."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from osler.clinic.billing.models import Payment
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.kernel.money import ZERO


@dataclass
class Takings:
    """A day's money, refunds taken off."""

    day: date
    payments: list[Payment]
    by_method: dict[str, Decimal] = field(default_factory=dict)
    by_cashier: dict[str, dict[str, Decimal]] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        """All that came in, less what went back."""
        return sum(self.by_method.values(), ZERO)

    @property
    def refunded(self) -> Decimal:
        """What went back."""
        return -sum((row.amount for row in self.payments if row.amount < 0), ZERO)


@dataclass(frozen=True)
class Taken:
    """What came in on a day, in two figures."""

    count: int
    total: Decimal


def takings_of(day: date, *, actor: Actor, only_own: bool = False) -> Takings:
    """The payments of a day by the clinic's clock, in the order they came, with their sums."""
    found = _shown(_received(day, actor)).order_by("received_at", "id")
    if only_own:
        found = found.filter(received_by_id=actor.user_id)
    rows = list(found)
    methods: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    cashiers: defaultdict[str, defaultdict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for row in rows:
        methods[row.method] += row.amount
        cashier = row.received_by.name if row.received_by else ""
        cashiers[cashier][row.method] += row.amount
    return Takings(
        day=day,
        payments=rows,
        by_method=dict(methods),
        by_cashier={name: dict(sums) for name, sums in cashiers.items()},
    )


def taken_on(day: date, *, actor: Actor) -> Taken:
    """How many payments those are, and their sum."""
    return Taken(**_received(day, actor).aggregate(count=Count("id"), total=Coalesce(Sum("amount"), ZERO)))


def latest_payments(day: date, *, actor: Actor, limit: int) -> list[Payment]:
    """The last of them, in the order they came."""
    return list(_shown(_received(day, actor)).order_by("-received_at", "-id")[:limit])[::-1]


def _received(day: date, actor: Actor) -> QuerySet[Payment]:
    start = timezone.make_aware(datetime.combine(day, time.min))
    end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    return scoped(Payment, actor).filter(received_at__gte=start, received_at__lt=end)


def _shown(found: QuerySet[Payment]) -> QuerySet[Payment]:
    whole = found.select_related("patient", "invoice", "received_by", "payer")
    return whole.defer("patient__resource", "invoice__resource")
