"""The day board: who is expected, waits, is seen and is done, and the next step of each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.queries import SheetRow, day_sheet
from osler.foundation.access.routes import allow
from osler.foundation.audit.access import record_access
from osler.foundation.ui.shell import Tab
from osler.foundation.ui.statuses import status_look
from osler.kernel import clock
from osler.web.workspace.acting import actor_of
from osler.web.workspace.patients.insured import marks_of_visits
from osler.web.workspace.scheduling.filters import Filters, read_filters
from osler.web.workspace.scheduling.lines import Line, board_lines
from osler.web.workspace.scheduling.steps import DESK

LINES_A_GROUP = 150
STAGES = ("arrived", "checked-in", "in-progress", "booked", "confirmed", "fulfilled", "noshow", "cancelled")
GROUPINGS = {"stage": _("Status"), "time": _("Time"), "clinician": _("Clinician")}


@dataclass(frozen=True)
class Group:
    """Lines under one heading."""

    key: str
    title: str | Promise
    lines: Sequence[Line]
    is_stage: bool = False
    hidden: int = 0
    all_url: str = ""


@allow(*DESK, reads="Appointment", methods=("GET",))
def board(request: HttpRequest) -> HttpResponse:
    """The board of a day; asked by htmx, its list alone."""
    template = "board_list" if request.htmx else "board"  # type: ignore[attr-defined]
    return _board(request, template)


@allow(*DESK, reads="Appointment", polls=True, methods=("GET",))
def board_live(request: HttpRequest) -> HttpResponse:
    """The list alone, fetched by the page itself when something has changed."""
    return _board(request, "board_list")


def _board(request: HttpRequest, template: str) -> HttpResponse:
    actor = actor_of(request)
    filters = read_filters(request, path="/board/", keep=("group", "stage"))
    chosen = [filters.practitioner.id] if filters.practitioner else None
    sheet = day_sheet(actor, day=filters.day, site=filters.site, practitioners=chosen)
    record_access(Appointment, patients=[row.patient_id for row in sheet], detail="board")
    now = clock.now()
    stage = request.GET.get("stage", "")
    shown = [row for row in sheet if row.stage == stage] if stage in STAGES else sheet
    insured = marks_of_visits(shown, actor=actor)
    lines = board_lines(shown, now=now, actor=actor, filters=filters, insured=insured)
    context = {
        # a page that fetches itself must not take a toast from the one that is being answered
        "has_toasts": bool(request.htmx) and "X-Live" not in request.headers,  # type: ignore[attr-defined]
        "filters": filters,
        "groups": _shortened(_groups(lines, request.GET.get("group", "stage")), filters, stage),
        "counts": _counts(sheet, filters, stage),
        "total": len(sheet),
        "groupings": _groupings(filters, request.GET.get("group", "stage")),
        "live_path": filters.url().replace("/board/", "/board/live/", 1),
        "next": filters.url(),
        "now": now,
    }
    with timezone.override(ZoneInfo(filters.zone)):
        return render(request, f"workspace/scheduling/{template}.html", context)


def _groups(lines: list[Line], grouping: str) -> list[Group]:
    if grouping == "time":
        return [Group("time", "", lines)] if lines else []
    by_key: dict[str, list[Line]] = defaultdict(list)
    if grouping == "clinician":
        for line in lines:
            by_key[line.who or gettext("No clinician yet")].append(line)
        return [Group(f"clinician-{place}", name, by_key[name]) for place, name in enumerate(sorted(by_key))]
    for line in lines:
        by_key[line.stage].append(line)
    for waiting in ("arrived", "checked-in"):
        by_key[waiting].sort(key=lambda line: line.waiting_since)
    known = [*STAGES, *sorted(set(by_key) - set(STAGES))]
    return [
        Group(stage, status_look(stage).label, by_key[stage], is_stage=True)
        for stage in known
        if by_key[stage]
    ]


def _shortened(groups: list[Group], filters: Filters, chosen: str) -> list[Group]:
    """A very long group ends with a link to all of it; one that was asked for is whole."""
    if chosen:
        return groups
    return [
        replace(
            group,
            lines=group.lines[:LINES_A_GROUP],
            hidden=max(0, len(group.lines) - LINES_A_GROUP),
            all_url=filters.url(stage=group.key) if group.is_stage else "",
        )
        if group.is_stage
        else group
        for group in groups
    ]


def _counts(sheet: list[SheetRow], filters: Filters, chosen: str) -> list[Tab]:
    """How many are in each stage, as filters."""
    tally: dict[str, int] = defaultdict(int)
    for row in sheet:
        tally[row.stage] += 1
    return [
        Tab(
            status_look(stage).label,
            filters.url(stage=None if stage == chosen else stage),
            stage == chosen,
            tally[stage],
        )
        for stage in STAGES
        if tally[stage] or stage == chosen
    ]


def _groupings(filters: Filters, chosen: str) -> list[Tab]:
    return [
        Tab(word, filters.url(group=None if key == "stage" else key), key == chosen)
        for key, word in GROUPINGS.items()
    ]
