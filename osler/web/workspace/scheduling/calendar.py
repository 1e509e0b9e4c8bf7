"""The calendar: a day with a column for each clinician or room, a clinician's week, a month, or a list."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from osler.clinic.scheduling.calendars.availability import free_slots
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.queries import (
    OpenHours,
    SheetRow,
    calendar_entries,
    day_bounds,
    open_hours,
)
from osler.foundation.access.actors import Actor
from osler.foundation.access.routes import allow
from osler.foundation.audit.access import record_access
from osler.foundation.directory.models import Practitioner
from osler.foundation.ui.dates import clinic_day
from osler.foundation.ui.shell import Tab
from osler.kernel import clock
from osler.web.workspace.acting import actor_of
from osler.web.workspace.scheduling.cells import column_cells
from osler.web.workspace.scheduling.filters import Filters, read_filters
from osler.web.workspace.scheduling.grid import Column, make_grid, minute_of, sprite
from osler.web.workspace.scheduling.month import month_weeks, months_on
from osler.web.workspace.scheduling.rooms import room_columns
from osler.web.workspace.scheduling.steps import DESK

FREE_AT_MOST = 3000
SCALES = ("is-dense", "", "is-roomy")
ZOOMS = {"dense": 0, "": 1, "roomy": 2}
SHORT_SLOT = 10


@dataclass(frozen=True)
class Shown:
    """What a view of the calendar spans."""

    view: str
    first_day: date
    days: int
    practitioners: list[Practitioner]

    @property
    def ids(self) -> list[UUID]:
        return [one.id for one in self.practitioners]


@allow(*DESK, reads="Appointment", methods=("GET",))
def calendar(request: HttpRequest) -> HttpResponse:
    """The calendar; asked by htmx, its body alone."""
    template = "calendar_body" if request.htmx else "calendar"  # type: ignore[attr-defined]
    return _calendar(request, template)


@allow(*DESK, reads="Appointment", polls=True, methods=("GET",))
def calendar_live(request: HttpRequest) -> HttpResponse:
    """The body alone, fetched by the page itself when something has changed."""
    return _calendar(request, "calendar_body")


def _calendar(request: HttpRequest, template: str) -> HttpResponse:
    actor = actor_of(request)
    filters = read_filters(request, path="/calendar/", keep=("view", "zoom"))
    shown = _shown(filters, actor)
    if shown.view == "week" and shown.practitioners:
        filters = replace(filters, practitioner=shown.practitioners[0])
    context: dict[str, object] = {
        # a page that fetches itself must not take a toast from the one that is being answered
        "has_toasts": bool(request.htmx) and "X-Live" not in request.headers,  # type: ignore[attr-defined]
        "filters": filters,
        "shown": shown,
        "views": _views(filters, shown.view),
        "next": filters.url(),
        "live_path": filters.url().replace("/calendar/", "/calendar/live/", 1),
    }
    if shown.view == "month":
        record_access(Appointment, detail="calendar, a month's counts")
        context |= {
            "weeks": month_weeks(actor, filters, shown.ids),
            "previous_url": filters.url(day=months_on(filters.day, -1).isoformat()),
            "next_url": filters.url(day=months_on(filters.day, 1).isoformat()),
        }
    else:
        context |= _visits(filters, shown, actor)
    with timezone.override(ZoneInfo(filters.zone)):
        return render(request, f"workspace/scheduling/{template}.html", context)


def _visits(filters: Filters, shown: Shown, actor: Actor) -> dict[str, object]:
    """The visits of the shown days, as a list or in columns."""
    start = day_bounds(shown.first_day, zone=filters.zone)[0]
    end = day_bounds(shown.first_day + timedelta(days=shown.days - 1), zone=filters.zone)[1]
    sheet = calendar_entries(actor, start=start, end=end, site=filters.site, practitioners=shown.ids)
    record_access(Appointment, patients=[row.patient_id for row in sheet], detail="calendar")
    step = 7 if shown.days > 1 else 1
    found: dict[str, object] = {"previous_url": filters.days_on(-step), "next_url": filters.days_on(step)}
    if shown.view == "list":
        return found | {"days": _by_day(sheet)}
    found |= {"zooms": _zooms(filters), "zoom": _scale(filters, sheet)}
    return found | _grid(sheet, filters, shown, start=start, end=end)


def _shown(filters: Filters, actor: Actor) -> Shown:
    view = filters.extra.get("view", "day")
    chosen = [filters.practitioner] if filters.practitioner else filters.practitioners
    monday = filters.day - timedelta(days=filters.day.weekday())
    if view == "week":
        own = [one for one in chosen if one.id == actor.practitioner_id]
        return Shown(view, monday, 7, (own or chosen)[:1])
    if view == "list":
        return Shown(view, filters.day, 7 if filters.practitioner else 1, chosen)
    if view == "month":
        return Shown(view, filters.day.replace(day=1), 0, chosen)
    return Shown("rooms" if view == "rooms" else "day", filters.day, 1, chosen)


def _grid(
    sheet: list[SheetRow],
    filters: Filters,
    shown: Shown,
    *,
    start: datetime,
    end: datetime,
) -> dict[str, object]:
    hours = open_hours(start=start, end=end, site=filters.site, practitioners=shown.ids)
    if shown.view == "rooms":
        grid = make_grid(room_columns(filters, sheet), sheet=sheet, hours=hours, free=[], zone=filters.zone)
    else:
        free = free_slots(shown.ids, start=start, end=end, location=filters.site, limit=FREE_AT_MOST)
        columns = _columns(filters, shown, sheet, hours)
        grid = make_grid(columns, sheet=sheet, hours=hours, free=free, zone=filters.zone)
    now = clock.now().astimezone(ZoneInfo(filters.zone))
    return {
        "grid": grid,
        "columns": [(one, column_cells(one)) for one in grid.columns],
        "sprite": sprite(),
        "now": now,
        "now_minute": minute_of(now),
        "is_now_shown": grid.opens <= now.hour < grid.closes,
    }


def _columns(
    filters: Filters, shown: Shown, sheet: Iterable[SheetRow], hours: Iterable[OpenHours]
) -> list[Column]:
    """A week has its days, a day those clinicians who work or are booked on it."""
    if shown.view == "week":
        days = [shown.first_day + timedelta(days=place) for place in range(shown.days)]
        return [
            Column(
                key=day.isoformat(),
                title=clinic_day(day),
                resource_id=one.id,
                day=day,
                is_today=day == filters.today,
            )
            for one in shown.practitioners
            for day in days
        ]
    busy = {one.practitioner_id for one in hours} | {row.practitioner_id for row in sheet}
    return [
        Column(
            key=str(one.id),
            title=str(one),
            resource_id=one.id,
            day=filters.day,
            is_today=filters.is_today,
        )
        for one in shown.practitioners
        if one.id in busy or filters.practitioner
    ]


def _by_day(sheet: list[SheetRow]) -> list[tuple[date, list[SheetRow]]]:
    kept = [row for row in sheet if row.status != "cancelled"]
    return [(day, list(rows)) for day, rows in groupby(kept, lambda row: row.start.date())]


def _views(filters: Filters, view: str) -> list[Tab]:
    words = (
        ("day", _("Day")),
        ("week", _("Week")),
        ("month", _("Month")),
        ("rooms", _("Rooms")),
        ("list", _("List")),
    )
    return [Tab(word, filters.url(view=None if key == "day" else key), key == view) for key, word in words]


def _scale(filters: Filters, sheet: list[SheetRow]) -> str:
    """The height of five minutes: a step more where visits are so short that names are cut."""
    step = ZOOMS.get(filters.extra.get("zoom", ""), 1)
    if any(row.minutes <= SHORT_SLOT for row in sheet):
        step = min(step + 1, len(SCALES) - 1)
    return SCALES[step]


def _zooms(filters: Filters) -> list[Tab]:
    chosen = filters.extra.get("zoom", "")
    words = (("dense", _("Dense")), ("", _("Normal")), ("roomy", _("Roomy")))
    return [Tab(word, filters.url(zoom=key or None), key == chosen) for key, word in words]
