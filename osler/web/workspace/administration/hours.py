"""Working hours: everybody's week at a glance, and one clinician's hours, absences and their history."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from osler.clinic.scheduling.calendars.absences import absences
from osler.clinic.scheduling.calendars.hours import (
    add_hours,
    amend_schedule,
    end_hours,
    open_schedule,
    restore_hours,
    take_back_hours,
)
from osler.clinic.scheduling.calendars.plan_history import PlanEntry, plan_history
from osler.clinic.scheduling.models import Schedule, WeeklyHours
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may, scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.seen_version import as_seen, seen_version
from osler.foundation.directory.models import Location, Practitioner
from osler.foundation.ui.date_entry import parse_date
from osler.foundation.ui.dates import clinic_date, clinic_datetime
from osler.foundation.ui.notices import notify
from osler.kernel import clock
from osler.web.workspace.acting import actor_of
from osler.web.workspace.administration.planning_forms import HoursForm, ScheduleForm
from osler.web.workspace.billing.pages import attempt

READERS = (Role.ADMINISTRATOR, Role.RECEPTION, Role.NURSE, Role.PHYSICIAN)


@dataclass
class Week:
    """One clinician's hours of a week, by weekday, as they are on a day."""

    practitioner: Practitioner
    days: list[list[WeeklyHours]] = field(default_factory=lambda: [[] for _ in range(7)])

    @property
    def only_site(self) -> str:
        """The site of all of them, if there is one alone."""
        names = {row.schedule.location.name for day in self.days for row in day}
        return names.pop() if len(names) == 1 else ""


@allow(*READERS, methods=("GET",))
def hours(request: HttpRequest) -> HttpResponse:
    """Who works when, this week; whoever has no hours cannot be booked."""
    actor, today = actor_of(request), clock.today()
    weeks = {
        one.id: Week(one)
        for one in scoped(Practitioner, actor).filter(active=True).defer("resource").order_by("family", "id")
    }
    rows = scoped(WeeklyHours, actor).filter(active=True, schedule__active=True)
    for row in rows.filter(valid_period__overlap=_this_week(today)).select_related("schedule__location"):
        if row.schedule.practitioner_id in weeks:
            weeks[row.schedule.practitioner_id].days[row.weekday].append(row)
    for week in weeks.values():
        for day in week.days:
            day.sort(key=lambda row: row.starts)
    context = {
        "weeks": list(weeks.values()),
        "weekdays": [WEEKDAYS_ABBR[number] for number in range(7)],
        "may_plan": may(actor, "plan", Schedule),
    }
    return render(request, "workspace/administration/hours.html", context)


def _this_week(today: date) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday())
    return monday, monday + timedelta(days=7)


@allow(*READERS, methods=("GET",))
def practitioner_hours(request: HttpRequest, practitioner_id: UUID) -> HttpResponse:
    """One clinician's hours by site, absences, and what became of them."""
    return _page(request, _practitioner(request, practitioner_id))


@allow(Role.ADMINISTRATOR, methods=("POST",))
def hours_add(request: HttpRequest, practitioner_id: UUID) -> HttpResponse:
    """Note hours; the site becomes one where the clinician is booked."""
    actor, practitioner = actor_of(request), _practitioner(request, practitioner_id)
    form = HoursForm(request.POST, sites=_sites(actor))
    rows = attempt(form, lambda: _note(form, practitioner, actor))
    if rows is None:
        return _page(request, practitioner, form)
    names = ", ".join(row.weekday_name for row in rows)
    notify(request, _("The hours are noted: %(days)s.") % {"days": names})
    return redirect("practitioner-hours", practitioner_id=practitioner.id)


def _note(form: HoursForm, practitioner: Practitioner, actor: Actor) -> list[WeeklyHours]:
    data = form.cleaned_data
    known = scoped(Schedule, actor).filter(practitioner=practitioner, location=data["location"]).first()
    schedule = known or open_schedule(practitioner, location=data["location"], actor=actor)
    return add_hours(
        schedule,
        weekdays=data["weekdays"],
        span=form.span,
        first_day=data["first_day"],
        last_day=data["last_day"],
        actor=actor,
    )


@allow(Role.ADMINISTRATOR, methods=("POST",))
def hours_end(request: HttpRequest, hours_id: UUID) -> HttpResponse:
    """Hours end with a day (today, unless one is given), or go on again."""
    row = _row(request, hours_id)
    before = row.last_day
    goes_on = "goes_on" in request.POST
    last_day = None if goes_on else parse_date(request.POST.get("last_day", "")) or clock.today()
    end_hours(row, last_day=last_day, version=seen_version(request), actor=actor_of(request))
    said = _("The hours go on.") if goes_on else _("The hours end.")
    undo = "" if before else as_seen(reverse("hours-go-on", args=[row.id]), row)
    notify(request, said, undo_url=undo)
    return redirect("practitioner-hours", practitioner_id=row.schedule.practitioner_id)


@allow(Role.ADMINISTRATOR, methods=("POST",))
def hours_go_on(request: HttpRequest, hours_id: UUID) -> HttpResponse:
    """Undo the end of hours."""
    row = _row(request, hours_id)
    end_hours(row, last_day=None, version=seen_version(request), actor=actor_of(request))
    notify(request, _("The hours go on."))
    return redirect("practitioner-hours", practitioner_id=row.schedule.practitioner_id)


@allow(Role.ADMINISTRATOR, methods=("POST",))
def hours_take_back(request: HttpRequest, hours_id: UUID) -> HttpResponse:
    """Hours that were a mistake count no more."""
    row = _row(request, hours_id)
    take_back_hours(row, version=seen_version(request), actor=actor_of(request))
    undo = as_seen(reverse("hours-restore", args=[row.id]), row)
    notify(request, _("The hours are taken back."), undo_url=undo)
    return redirect("practitioner-hours", practitioner_id=row.schedule.practitioner_id)


@allow(Role.ADMINISTRATOR, methods=("POST",))
def hours_restore(request: HttpRequest, hours_id: UUID) -> HttpResponse:
    """Undo of taking back."""
    row = _row(request, hours_id)
    restore_hours(row, version=seen_version(request), actor=actor_of(request))
    notify(request, _("The hours count again."))
    return redirect("practitioner-hours", practitioner_id=row.schedule.practitioner_id)


@allow(Role.ADMINISTRATOR, methods=("POST",))
def schedule_amend(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    """Length of slots, usual room, and whether bookings are taken at a site."""
    actor = actor_of(request)
    rows = scoped(Schedule, actor, "plan").select_related("practitioner", "location")
    schedule = get_object_or_404(rows, id=schedule_id)
    form = ScheduleForm(request.POST, rooms=_rooms(actor, schedule))
    version = seen_version(request)
    done = attempt(form, lambda: amend_schedule(schedule, version=version, actor=actor, **form.cleaned_data))
    if done is None:
        return _page(request, schedule.practitioner, form, amended=schedule.id)
    notify(request, _("Saved."))
    return redirect("practitioner-hours", practitioner_id=schedule.practitioner_id)


def _page(
    request: HttpRequest,
    practitioner: Practitioner,
    bound: HoursForm | ScheduleForm | None = None,
    *,
    amended: UUID | None = None,
) -> HttpResponse:
    actor, today = actor_of(request), clock.today()
    schedules = list(_schedules(actor, practitioner))
    initial = {"first_day": today, "location": schedules[0].location_id if schedules else None}
    is_new = isinstance(bound, HoursForm)
    context = {
        "practitioner": practitioner,
        "today": today,
        "may_plan": may(actor, "plan", Schedule),
        "form": bound if is_new else HoursForm(sites=_sites(actor), initial=initial),
        "schedules": [(one, bound if one.id == amended else _amending(actor, one)) for one in schedules],
        "absences": absences(actor=actor, after=clock.now()).filter(practitioner=practitioner),
        "history": [(entry, _told(entry)) for entry in plan_history(practitioner, actor=actor)],
    }
    template = "workspace/administration/practitioner_hours.html"
    return render(request, template, context, status=bound.status if bound else 200)


def _schedules(actor: Actor, practitioner: Practitioner) -> QuerySet[Schedule]:
    rows = scoped(WeeklyHours, actor).filter(active=True).order_by("weekday", "starts", "valid_period")
    return (
        scoped(Schedule, actor)
        .filter(practitioner=practitioner)
        .select_related("location", "room")
        .prefetch_related(Prefetch("hours", rows, to_attr="shown_hours"))
        .order_by("location__name")
    )


def _amending(actor: Actor, schedule: Schedule) -> ScheduleForm:
    initial = {name: getattr(schedule, name) for name in ("slot_minutes", "room", "active")}
    return ScheduleForm(initial=initial, rooms=_rooms(actor, schedule), auto_id=f"schedule-{schedule.id}-%s")


def _told(entry: PlanEntry) -> str:
    """What was saved, in words."""
    what = {"schedule": _told_schedule, "absence": _told_absence}.get(entry.thing, _told_hours)(entry)
    if entry.is_taken_back:
        return _("Taken back: %(what)s") % {"what": what}
    return _("Counts again: %(what)s") % {"what": what} if entry.is_restored else what


def _told_schedule(entry: PlanEntry) -> str:
    said = {"site": entry.site, "minutes": entry.content["slot_minutes"]}
    if not entry.content["active"]:
        return _("%(site)s: takes no bookings") % said
    return _("%(site)s: a slot every %(minutes)s min") % said


def _told_absence(entry: PlanEntry) -> str:
    start, end = entry.instants
    return _("Away %(start)s – %(end)s") % {"start": clinic_datetime(start), "end": clinic_datetime(end)}


def _told_hours(entry: PlanEntry) -> str:
    begins, ends = entry.clocks
    first, after = entry.validity
    since = clinic_date(first) if first else ""
    until = clinic_date(after - timedelta(days=1)) if after else ""
    return f"{entry.site}: {WEEKDAYS[entry.weekday]} {begins:%H:%M}–{ends:%H:%M}, {since} – {until}"


def _practitioner(request: HttpRequest, key: UUID) -> Practitioner:
    return get_object_or_404(scoped(Practitioner, actor_of(request)).defer("resource"), id=key)


def _row(request: HttpRequest, key: UUID) -> WeeklyHours:
    return get_object_or_404(
        scoped(WeeklyHours, actor_of(request), "plan").select_related("schedule"), id=key
    )


def _sites(actor: Actor) -> QuerySet[Location]:
    sites = scoped(Location, actor).filter(form=Location.Form.SITE, status=Location.Status.ACTIVE)
    return sites.order_by("name")


def _rooms(actor: Actor, schedule: Schedule) -> QuerySet[Location]:
    rooms = scoped(Location, actor).filter(form=Location.Form.ROOM, status=Location.Status.ACTIVE)
    return rooms.filter(part_of_id=schedule.location_id).order_by("name")
