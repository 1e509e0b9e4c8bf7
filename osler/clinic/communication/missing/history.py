"""The clinic's past visits as they were known a day before each; two statements."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, QuerySet

from osler.clinic.communication.missing.features import KNOWN_BEFORE, Facts
from osler.clinic.communication.models import Notice
from osler.clinic.communication.notices import VISIT_REMINDER
from osler.clinic.scheduling.models import Appointment

LOOKED_BACK = timedelta(days=730)
VISITS_AT_MOST = 20_000
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
    over = _over(since=now - LOOKED_BACK, until=now - KNOWN_BEFORE)
    rows = list(over.order_by("-period_start", "-id").values_list(*_COLUMNS)[:VISITS_AT_MOST])[::-1]
    reminded = reminded_before([row[0] for row in rows])
    return list(_told(rows, reminded))


def has_grown(*, since: datetime, written_since: datetime, now: datetime) -> bool:
    """Whether the past has visits that it had not at an instant: those that were then to come, and those that
    were written or changed later."""
    over = _over(since=now - LOOKED_BACK, until=now - KNOWN_BEFORE)
    return over.filter(Q(period_start__gte=since - KNOWN_BEFORE) | Q(updated_at__gt=written_since)).exists()


def reminded_before(visits: Sequence[UUID], *, now: datetime | None = None) -> set[UUID]:
    """Of which visits a reminder had gone out a day before them (or has gone by now); what tells that one is
    booked or moved is none."""
    known_at = Q(sent_at__lte=F("appointment__period_start") - KNOWN_BEFORE) if now is None else Q()
    sent = Notice.objects.filter(known_at, appointment__in=visits, kind=VISIT_REMINDER, sent_at__isnull=False)
    return set(sent.values_list("appointment_id", flat=True))


def facts_of(
    row: Sequence[Any], *, kept: int, missed: int, is_reminded: bool, now: datetime | None = None
) -> Facts:
    """A visit as it was known a day before, or as it is known now."""
    start, wall = row[3], _wall(row)
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
    over = _over(since=now - LOOKED_BACK, until=now).filter(patient_id__in=patients)
    came = Q(status__in=Appointment.CAME)
    counted = over.values("patient_id").annotate(
        kept=Count("id", filter=came), missed=Count("id", filter=~came)
    )
    return {row["patient_id"]: (row["kept"], row["missed"]) for row in counted.order_by()}


def visits_known(*, now: datetime) -> int:
    """How many past visits there are to learn from."""
    return _over(since=now - LOOKED_BACK, until=now).count()


def _over(*, since: datetime, until: datetime) -> QuerySet[Appointment]:
    return Appointment.objects.kept_or_missed().starting_in(since, until)


def _told(rows: Sequence[Sequence[Any]], reminded: set[UUID]) -> Iterator[Past]:
    """Each with the history that its patient had by then: visits of the same day (at the place where each
    was) are not known yet."""
    known: dict[UUID, list[int]] = defaultdict(lambda: [0, 0])
    lately: dict[UUID, list[tuple[date, bool]]] = defaultdict(list)
    for row in rows:
        patient_id, day = row[1], _wall(row).date()
        for one in [one for one in lately[patient_id] if one[0] < day]:
            known[patient_id][one[1]] += 1
            lately[patient_id].remove(one)
        kept, missed = known[patient_id]
        is_missed = row[2] == Appointment.Status.NOSHOW
        lately[patient_id].append((day, is_missed))
        facts = facts_of(row, kept=kept, missed=missed, is_reminded=row[0] in reminded)
        yield Past(facts, is_missed, day, row[8], _age(row[9], day), row[10])


def _wall(row: Sequence[Any]) -> datetime:
    """When a visit began, on the wall clock of its place."""
    start: datetime = row[3]
    return start.astimezone(ZoneInfo(row[4] or "UTC"))


def _age(born: date | None, day: date) -> int | None:
    return None if born is None else day.year - born.year - ((day.month, day.day) < (born.month, born.day))
