"""The clinic's past visits as they were known a day before each; two statements."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Max, Min, Q

from osler.clinic.communication.missing.features import KNOWN_BEFORE, Facts
from osler.clinic.communication.models import Notice
from osler.clinic.scheduling.models import Appointment

LOOKED_BACK = timedelta(days=730)
VISITS_AT_MOST = 20_000
CAME = (Appointment.Status.FULFILLED, Appointment.Status.CHECKED_IN, Appointment.Status.ARRIVED)
ENDED = (*CAME, Appointment.Status.NOSHOW)
_COLUMNS = (
    "id", "patient_id", "status", "period_start", "zone", "created_at", "confirmed_at", "service_id",
    "patient__gender", "patient__birth_date", "patient__language",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Past:
    """A visit that is over: what was known, whether it was missed; and of the person what only groups are
    compared by."""

    facts: Facts
    is_missed: bool
    day: date
    sex: str
    age: int | None
    language: str


def past_visits(*, now: datetime) -> list[Past]:
    """The latest visits of the tenant that are over, the oldest first."""
    over = Appointment.objects.filter(
        status__in=ENDED, period_start__gte=now - LOOKED_BACK, period_start__lt=now - KNOWN_BEFORE
    )
    rows = list(over.order_by("-period_start", "-id").values_list(*_COLUMNS)[:VISITS_AT_MOST])[::-1]
    reminded = reminded_before([row[0] for row in rows])
    return list(_told(rows, reminded))


def reminded_before(visits: Sequence[UUID], *, now: datetime | None = None) -> set[UUID]:
    """Of which visits a reminder had gone out a day before them (or has gone by now)."""
    known_at = Q(sent_at__lte=F("appointment__period_start") - KNOWN_BEFORE) if now is None else Q()
    sent = Notice.objects.filter(known_at, appointment__in=visits, sent_at__isnull=False)
    return set(sent.values_list("appointment_id", flat=True))


def facts_of(
    row: Sequence[Any], *, kept: int, missed: int, is_reminded: bool, now: datetime | None = None
) -> Facts:
    """A visit as it was known a day before, or as it is known now."""
    start, wall = row[3], row[3].astimezone(ZoneInfo(row[4] or "UTC"))
    confirmed = row[6] is not None and (now is not None or row[6] <= start - KNOWN_BEFORE)
    return Facts(
        lead_days=max((start - row[5]) / timedelta(days=1), 0.0),
        kept=kept,
        missed=missed,
        weekday=wall.weekday(),
        hour=wall.hour,
        service=str(row[7] or ""),
        is_confirmed=confirmed,
        is_reminded=is_reminded,
    )


def earlier_visits(patients: Sequence[UUID], *, now: datetime) -> dict[UUID, tuple[int, int]]:
    """How many visits patients have kept and missed."""
    over = Appointment.objects.filter(
        patient_id__in=patients, status__in=ENDED, period_start__gte=now - LOOKED_BACK, period_start__lt=now
    )
    counted = over.values("patient_id").annotate(
        kept=Count("id", filter=Q(status__in=CAME)), missed=Count("id", filter=~Q(status__in=CAME))
    )
    return {row["patient_id"]: (row["kept"], row["missed"]) for row in counted.order_by()}


def known_span(*, now: datetime) -> tuple[int, datetime | None, datetime | None]:
    """How many past visits there are, and from when until when."""
    over = Appointment.objects.filter(
        status__in=ENDED, period_start__gte=now - LOOKED_BACK, period_start__lt=now
    ).aggregate(count=Count("id"), first=Min("period_start"), last=Max("period_start"))
    return over["count"], over["first"], over["last"]


def _told(rows: Sequence[Sequence[Any]], reminded: set[UUID]) -> Iterator[Past]:
    """Each with the history that its patient had by then: visits of the same day are not known yet."""
    known: dict[UUID, list[int]] = defaultdict(lambda: [0, 0])
    today: list[tuple[UUID, bool]] = []
    day: date | None = None
    for row in rows:
        start = row[3]
        if start.date() != day:
            for patient_id, was_missed in today:
                known[patient_id][was_missed] += 1
            day, today = start.date(), []
        kept, missed = known[row[1]]
        is_missed = row[2] == Appointment.Status.NOSHOW
        today.append((row[1], is_missed))
        facts = facts_of(row, kept=kept, missed=missed, is_reminded=row[0] in reminded)
        yield Past(facts, is_missed, start.date(), row[8], _age(row[9], start.date()), row[10])


def _age(born: date | None, day: date) -> int | None:
    return None if born is None else day.year - born.year - ((day.month, day.day) < (born.month, born.day))
