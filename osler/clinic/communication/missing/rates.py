"""How many visits were missed, by clinician, kind of visit, site and weekday."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from osler.clinic.communication.models import NoShowModel
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.queries import day_bounds
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.kernel.names import full_name

KINDS: dict[str, str | Promise] = {
    "practitioner": _("Clinician"),
    "service": _("Kind of visit"),
    "reason": _("Reason"),
    "location": _("Site"),
    "weekday": _("Day of the week"),
}
REASONS_AT_MOST = 15


@dataclass(frozen=True)
class Rate:
    """The visits of a clinician, kind, site or weekday that were due, and those that were missed."""

    kind: str
    name: str
    visits: int
    missed: int

    @property
    def percent(self) -> float:
        """The share that was missed, in percent."""
        return round(100 * self.missed / self.visits, 1) if self.visits else 0.0


def no_show_rates(*, since: date, until: date, zone: str, actor: Actor) -> list[Rate]:
    """The rates of the days from the first to the last, by kind and then the most visits first."""
    decide(actor, "read", NoShowModel)
    (start, _), (_, end) = day_bounds(since, zone=zone), day_bounds(until, zone=zone)
    rows = Appointment.objects.kept_or_missed().starting_in(start, end).values_list(
        "status", "practitioner__given", "practitioner__family", "service__name", "reason", "location__name",
        "period_start", "zone",
    )  # fmt: skip
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for status, given, family, service, reason, place, begins, at in rows.iterator():
        day = WEEKDAYS[begins.astimezone(ZoneInfo(at or zone)).weekday()]
        who = full_name(given=given or "", family=family or "")
        names = {
            "practitioner": who,
            "service": service,
            "reason": reason,
            "location": place,
            "weekday": str(day),
        }
        for kind, name in names.items():
            counted = counts[kind, name or "–"]
            counted[0] += 1
            counted[1] += status == Appointment.Status.NOSHOW
    found = [Rate(kind, name, visits, missed) for (kind, name), (visits, missed) in counts.items()]
    return [rate for kind in KINDS for rate in _most(kind, found)]


def total(rates: Iterable[Rate]) -> Rate:
    """All visits together."""
    ours = [rate for rate in rates if rate.kind == "practitioner"]
    return Rate("all", "", sum(rate.visits for rate in ours), sum(rate.missed for rate in ours))


def default_span(today: date) -> tuple[date, date]:
    """The last ninety days."""
    return today - timedelta(days=90), today


def _most(kind: str, rates: Iterable[Rate]) -> list[Rate]:
    ours = sorted((rate for rate in rates if rate.kind == kind), key=lambda rate: (-rate.visits, rate.name))
    return ours[:REASONS_AT_MOST] if kind == "reason" else ours
