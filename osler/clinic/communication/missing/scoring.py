"""How likely visits to come are to be missed, and why: for people who decide, and for one more reminder."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

from osler.clinic.communication.missing.features import is_a_reason, row_of, words_of
from osler.clinic.communication.missing.history import earlier_visits, facts_of, reminded_before
from osler.clinic.communication.missing.learning import Learnt
from osler.clinic.communication.missing.model import latest_model, learnt_of
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.directory.models import HealthcareService
from osler.kernel import clock

TIMES_THE_RATE, AT_LEAST = 2.0, 0.15
REASONS = 3
_COLUMNS = ("id", "patient_id", "status", "period_start", "zone", "created_at", "confirmed_at", "service_id")


@dataclass(frozen=True)
class Risk:
    """How likely a visit is to be missed; the largest reasons, each with whether it raises the risk."""

    share: float
    is_high: bool
    reasons: tuple[tuple[str | Promise, bool], ...]

    @property
    def percent(self) -> int:
        """In whole percent."""
        return round(100 * self.share)


@dataclass(frozen=True)
class LikelyFree:
    """A visit to come that may well be missed."""

    appointment: Appointment
    risk: Risk


def risks_of(visits: Collection[UUID]) -> dict[UUID, Risk]:
    """The risk of visits to come; none where nothing was learnt that is better than chance."""
    model = latest_model()
    if model is None or not model.is_useful or not visits:
        return {}
    now = clock.now()
    booked = Appointment.objects.filter(pk__in=visits, status=Appointment.Status.BOOKED, period_start__gt=now)
    rows = list(booked.values_list(*_COLUMNS))
    before = earlier_visits([row[1] for row in rows], now=now)
    reminded = reminded_before([row[0] for row in rows], now=now)
    learnt, limit = learnt_of(model), max(AT_LEAST, TIMES_THE_RATE * model.rate)
    names = _services()
    return {row[0]: _risk(row, learnt, limit, before, reminded, names, now) for row in rows}


def risk_of(appointment: Appointment, *, actor: Actor) -> Risk | None:
    """The risk of one visit, for its page."""
    decide(actor, "read", appointment)
    return risks_of([appointment.id]).get(appointment.id)


def likely_free(actor: Actor, *, days: int) -> list[LikelyFree]:
    """Visits of the next days that may well be missed, the next first: somebody may book beside them."""
    decide(actor, "overbook", Appointment)
    now = clock.now()
    coming = scoped(Appointment, actor).filter(
        status=Appointment.Status.BOOKED, period_start__gt=now, period_start__lt=now + timedelta(days=days)
    )
    risks = risks_of(list(coming.values_list("id", flat=True)))
    high = {key: risk for key, risk in risks.items() if risk.is_high}
    rows = (
        scoped(Appointment, actor)
        .filter(pk__in=high)
        .select_related("patient", "practitioner", "location", "service")
    )
    shown = rows.defer("resource", "patient__resource", "practitioner__resource")
    return [LikelyFree(row, high[row.id]) for row in shown.order_by("period_start", "id")]


def _risk(  # noqa: PLR0913  what a risk is made of
    row: Sequence[Any],
    learnt: Learnt,
    limit: float,
    before: Mapping[UUID, tuple[int, int]],
    reminded: Collection[UUID],
    services: Mapping[str, str],
    now: datetime,
) -> Risk:
    kept, missed = before.get(row[1], (0, 0))
    numbers = row_of(facts_of(row, kept=kept, missed=missed, is_reminded=row[0] in reminded, now=now))
    share = learnt.risk(numbers)
    means = dict(zip(learnt.names, learnt.means, strict=True))
    parts = [part for part in learnt.parts(numbers) if part[1] and is_a_reason(part[0], numbers)]
    reasons = tuple(
        (words_of(name, is_more=numbers.get(name, 0.0) > means[name], services=services), by > 0)
        for name, by in sorted(parts, key=lambda part: -abs(part[1]))[:REASONS]
    )
    return Risk(share, share >= limit, reasons)


def _services() -> dict[str, str]:
    return {str(one.id): one.name for one in HealthcareService.objects.only("id", "name")}
