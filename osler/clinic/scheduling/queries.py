"""Reads that join appointments with whom they concern: the day sheet, the calendar, requests."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from osler.clinic.patients.models import Flag
from osler.clinic.patients.similar_names import confusable_in
from osler.clinic.scheduling.models import Appointment, Schedule
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.directory.models import Location, Practitioner
from osler.foundation.ui.dates import as_known
from osler.kernel.names import full_name, sorted_name

LATE_AFTER = timedelta(minutes=10)
WITH_CLINICIAN = "in-progress"
CONFIRMED = "confirmed"
EXPECTED = frozenset({Appointment.Status.BOOKED, CONFIRMED})
"""Stages of a visit whose patient has not come yet."""

_COLUMNS = (
    "id",
    "version",
    "status",
    "period_start",
    "zone",
    "lane",
    "overbook_reason",
    "reason",
    "arrived_at",
    "roomed_at",
    "started_at",
    "patient_id",
    "patient__given",
    "patient__family",
    "patient__mrn",
    "patient__birth_date",
    "patient__gender",
    "patient__needs_interpreter",
    "practitioner_id",
    "practitioner__prefix",
    "practitioner__given",
    "practitioner__family",
    "location_id",
    "location__name",
    "room_id",
    "room__name",
    "service__name",
    "has_alert",
    "period_end",
    "patient__birth_date_estimated",
    "confirmed_at",
    "also_places",
    "is_walk_in",
)


@dataclass(slots=True)
class SheetRow:
    """An appointment as the desk sees it; instants are on the wall clock of its place."""

    id: UUID
    version: int
    status: str
    start: datetime
    end: datetime
    lane: int
    overbook_reason: str
    reason: str
    arrived_at: datetime | None
    roomed_at: datetime | None
    started_at: datetime | None
    patient_id: UUID
    patient_name: str
    mrn: str
    birth_date: date | None
    gender: str
    needs_interpreter: bool
    practitioner_id: UUID | None
    practitioner_name: str
    location_id: UUID | None
    location_name: str
    room_id: UUID | None
    room_name: str
    service_name: str
    has_alert: bool
    confirmed_at: datetime | None = field(default=None)
    has_namesake: bool = field(default=False)
    also_places: list[UUID] = field(default_factory=list)
    is_walk_in: bool = field(default=False)

    @property
    def stage(self) -> str:
        """The status, with being seen told apart from being in the room, and who has said that he comes."""
        return stage_of(self.status, started_at=self.started_at, confirmed_at=self.confirmed_at)

    @property
    def clock(self) -> str:
        """What the clock on the wall of the place reads at the start, `09:20`."""
        return f"{self.start:%H:%M}"

    @property
    def minutes(self) -> int:
        """How long it is planned to take."""
        return int((self.end - self.start) / timedelta(minutes=1))

    @property
    def waiting_since(self) -> datetime | None:
        """Since when the patient waits, in the waiting room or in the examination room."""
        if self.status == Appointment.Status.ARRIVED:
            return self.arrived_at
        if self.stage == Appointment.Status.CHECKED_IN:
            return self.roomed_at or self.arrived_at
        return None

    def is_late(self, at: datetime) -> bool:
        """Whether the patient should have been here by now."""
        return self.status == Appointment.Status.BOOKED and at - self.start > LATE_AFTER


@dataclass(frozen=True, slots=True)
class OpenHours:
    """When a clinician works at a place, within one span."""

    practitioner_id: UUID
    location_id: UUID
    start: datetime
    end: datetime


def stage_of(status: str, *, started_at: datetime | None, confirmed_at: datetime | None) -> str:
    """Where a visit stands, as the board shows it."""
    if status == Appointment.Status.CHECKED_IN and started_at:
        return WITH_CLINICIAN
    return CONFIRMED if status == Appointment.Status.BOOKED and confirmed_at else status


def day_bounds(day: date, *, zone: str) -> tuple[datetime, datetime]:
    """The instants at which a day begins and ends at a place."""
    place = ZoneInfo(zone)
    return (
        datetime.combine(day, time.min, tzinfo=place),
        datetime.combine(day + timedelta(days=1), time.min, tzinfo=place),
    )


def day_sheet(
    actor: Actor,
    *,
    day: date,
    site: Location | None = None,
    practitioners: Iterable[UUID] | None = None,
) -> list[SheetRow]:
    """All appointments of a day, in order of time, with namesakes marked; one statement."""
    zone = site.zone if site else timezone.get_current_timezone_name()
    start, end = day_bounds(day, zone=zone)
    sheet = calendar_entries(actor, start=start, end=end, site=site, practitioners=practitioners)
    _mark_namesakes(sheet)
    return sheet


def calendar_entries(
    actor: Actor,
    *,
    start: datetime,
    end: datetime,
    site: Location | None = None,
    practitioners: Iterable[UUID] | None = None,
) -> list[SheetRow]:
    """All appointments that begin in a span, in order of time; one statement."""
    found = scoped(Appointment, actor).starting_in(start, end)  # type: ignore[attr-defined]
    found = found.exclude(status=Appointment.Status.ENTERED_IN_ERROR)
    if site is not None:
        found = found.filter(location=site)
    if practitioners is not None:
        found = found.filter(practitioner__in=list(practitioners))
    return _sheet(found)


def booked_days(actor: Actor, *, start: datetime, end: datetime) -> list[tuple[UUID, date]]:
    """Patient and day of each expected visit that begins in a span, for whoever needs no more of it."""
    booked = scoped(Appointment, actor).starting_in(start, end)  # type: ignore[attr-defined]
    return _days_of(booked.filter(status=Appointment.Status.BOOKED))


def coming_days(*, after: datetime, days: int) -> set[tuple[UUID, date]]:
    """Who is expected on which day, from now to the end of so many days on: for jobs of the house."""
    zone = timezone.get_current_timezone_name()
    last = timezone.localdate(after) + timedelta(days=days)
    _start, end = day_bounds(last, zone=zone)
    booked = Appointment.objects.filter(
        status=Appointment.Status.BOOKED, period_start__gte=after, period_start__lt=end
    )
    return set(_days_of(booked))


def _days_of(found: QuerySet[Appointment]) -> list[tuple[UUID, date]]:
    zone = timezone.get_current_timezone_name()
    rows = found.values_list("patient_id", "period_start", "zone")
    return [(patient_id, start.astimezone(ZoneInfo(at or zone)).date()) for patient_id, start, at in rows]


def asked_for(actor: Actor) -> QuerySet[Appointment]:
    """Requests of patients that wait for an answer, the oldest first."""
    waiting = scoped(Appointment, actor, "answer").asked_for()  # type: ignore[attr-defined]
    found: QuerySet[Appointment] = waiting.select_related("patient", "service", "practitioner").defer(
        "resource", "patient__resource", "service__resource", "practitioner__resource"
    )
    return found


def schedules_of(site: Location | None = None) -> list[Schedule]:
    """The calendars that are kept (of a site), by name of the clinician."""
    found = Schedule.objects.filter(active=True, practitioner__active=True)
    if site is not None:
        found = found.filter(location=site)
    return list(
        found.select_related("practitioner", "location").order_by(
            "practitioner__family", "practitioner__given", "location__name"
        )
    )


def bookable_practitioners(actor: Actor) -> QuerySet[Practitioner]:
    """Those who keep a calendar, by name: whom a patient may ask for."""
    kept = Schedule.objects.filter(practitioner=OuterRef("pk"), active=True)
    return scoped(Practitioner, actor).filter(Exists(kept), active=True).order_by("family", "given", "id")


_OPEN_HOURS = """
SELECT s.practitioner_id, s.location_id, lower(part), upper(part)
FROM scheduling_open_of(
         ARRAY(SELECT id FROM scheduling_schedule
               WHERE active AND (%(site)s::uuid IS NULL OR location_id = %(site)s)
                 AND (%(practitioners)s::uuid[] IS NULL OR practitioner_id = ANY (%(practitioners)s))),
         tstzrange(%(start)s, %(end)s)) AS times
JOIN scheduling_schedule s ON s.id = times.schedule,
     LATERAL unnest(times.open * tstzmultirange(tstzrange(%(start)s, %(end)s))) AS part
ORDER BY lower(part)
"""


def open_hours(
    *,
    start: datetime,
    end: datetime,
    site: Location | None = None,
    practitioners: Iterable[UUID] | None = None,
) -> list[OpenHours]:
    """When clinicians work in a span, absences taken out; one statement."""
    values = {
        "start": start,
        "end": end,
        "site": site.id if site else None,
        "practitioners": None if practitioners is None else list(practitioners),
    }
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_HOURS, values)
        return [OpenHours(*row) for row in cursor]


def _sheet(found: QuerySet[Appointment]) -> list[SheetRow]:
    alert = Flag.objects.filter(patient=OuterRef("patient"), status=Flag.Status.ACTIVE)
    rows = (
        found.annotate(has_alert=Exists(alert))
        .order_by("period_start", "practitioner__family", "id")
        .values_list(*_COLUMNS)
    )
    return [_sheet_row(row) for row in rows]


def _sheet_row(row: tuple) -> SheetRow:  # type: ignore[type-arg]
    zone = ZoneInfo(row[4] or timezone.get_current_timezone_name())
    clinician = full_name(given=row[20] or "", family=row[21] or "")
    return SheetRow(
        id=row[0],
        version=row[1],
        status=row[2],
        start=row[3].astimezone(zone),
        end=row[28].astimezone(zone),
        lane=row[5],
        overbook_reason=row[6],
        reason=row[7],
        arrived_at=row[8],
        roomed_at=row[9],
        started_at=row[10],
        patient_id=row[11],
        patient_name=sorted_name(given=row[12], family=row[13]),
        mrn=row[14],
        birth_date=as_known(row[15], is_estimated=row[29]),
        gender=row[16],
        needs_interpreter=row[17],
        practitioner_id=row[18],
        practitioner_name=f"{row[19] or ''} {clinician}".strip(),
        location_id=row[22],
        location_name=row[23] or "",
        room_id=row[24],
        room_name=row[25] or "",
        service_name=row[26] or "",
        has_alert=row[27],
        confirmed_at=row[30],
        also_places=row[31],
        is_walk_in=row[32],
    )


def _mark_namesakes(sheet: list[SheetRow]) -> None:
    """Mark patients who may be mistaken by name for another one on the sheet (ONC SAFER, same-name alert)."""
    parted = ((row.patient_id, *row.patient_name.partition(", ")[::2]) for row in sheet)
    mistakable = confusable_in((key, given, family) for key, family, given in parted)
    for row in sheet:
        row.has_namesake = row.patient_id in mistakable
