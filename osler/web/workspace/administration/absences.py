"""Absences and holidays: what stands in them is shown before they are saved."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from osler.clinic.scheduling.calendars.absences import (
    BookedMeanwhile,
    absences,
    appointments_in,
    held_in,
    note_absence,
    restore_absence,
    take_back_absence,
)
from osler.clinic.scheduling.models import Absence, Appointment, Reservation, Schedule
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may, scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.seen_version import as_seen, seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.directory.models import Location, Practitioner
from osler.foundation.ui.notices import notify
from osler.kernel import clock
from osler.kernel.errors import Refusal
from osler.web.workspace.acting import actor_of
from osler.web.workspace.administration.hours import READERS
from osler.web.workspace.administration.planning_forms import AbsenceForm

DESK = (Role.RECEPTION, Role.NURSE, Role.PHYSICIAN)


@allow(*READERS, methods=("GET",))
def absence_list(request: HttpRequest) -> HttpResponse:
    """What is to come, with how many visits stand in each."""
    actor = actor_of(request)
    shown = [(one, held_in(one, actor=actor).count()) for one in absences(actor=actor, after=clock.now())]
    context = {
        "absences": shown,
        "may_plan": may(actor, "plan", Absence),
        "may_move": may(actor, "move", Appointment),
    }
    return render(request, "workspace/administration/absences.html", context)


@allow(Role.ADMINISTRATOR)
def absence_new(request: HttpRequest) -> HttpResponse:
    """Note an absence or a holiday. If visits stand in it, they are shown, and it is asked again."""
    actor = actor_of(request)
    form = _form(request, actor)
    if not form.is_bound or not form.is_valid():
        return _asked(request, form, status=422 if form.is_bound else 200)
    try:
        absence = form.absence()
        held = list(held_in(absence, actor=actor).select_related("appointment__service"))
        if held and "seen" not in request.POST:
            return _asked(request, form, held=held)
        note_absence(absence, seen=_seen(request) if held else [], actor=actor)
    except BookedMeanwhile as refusal:
        return _asked(request, form, held=refusal.held, status=409)
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _asked(request, form, status=refusal.status)
    undo = as_seen(reverse("absence-take-back", args=[absence.id]), absence)
    notify(request, _("%(who)s: the absence is noted.") % {"who": absence.who}, undo_url=undo)
    return redirect("absences")


@allow(Role.ADMINISTRATOR, methods=("POST",))
def absence_take_back(request: HttpRequest, absence_id: UUID) -> HttpResponse:
    """Forget an absence."""
    absence = _absence(request, absence_id, "plan")
    take_back_absence(absence, version=seen_version(request), actor=actor_of(request))
    undo = as_seen(reverse("absence-restore", args=[absence.id]), absence)
    notify(request, _("The absence is taken back."), undo_url=undo)
    return redirect("absences")


@allow(Role.ADMINISTRATOR, methods=("POST",))
def absence_restore(request: HttpRequest, absence_id: UUID) -> HttpResponse:
    """Undo of taking back."""
    absence = _absence(request, absence_id, "plan")
    restore_absence(absence, version=seen_version(request), actor=actor_of(request))
    notify(request, _("The absence counts again."))
    return redirect("absences")


@allow(*DESK, reads="Appointment", methods=("GET",))
def absence_visits(request: HttpRequest, absence_id: UUID) -> HttpResponse:
    """The visits that stand in an absence, each with the way to move it."""
    actor = actor_of(request)
    absence = _absence(request, absence_id, "read")
    rows = list(appointments_in(absence, actor=actor))
    record_access(Appointment, patients=[row.patient_id for row in rows], detail="absence")
    context = {"absence": absence, "rows": rows}
    return render(request, "workspace/administration/absence_visits.html", context)


def _form(request: HttpRequest, actor: Actor) -> AbsenceForm:
    sites = scoped(Location, actor).filter(form=Location.Form.SITE, status=Location.Status.ACTIVE)
    people = scoped(Practitioner, actor).filter(active=True, schedules__isnull=False).distinct()
    zones = scoped(Schedule, actor).order_by("-id").values_list("practitioner_id", "location__zone")
    wanted = request.GET.get("practitioner", "")
    return AbsenceForm(
        request.POST if request.method == "POST" else None,
        sites=sites.defer("resource").order_by("name"),
        practitioners=people.defer("resource").order_by("family", "given", "id"),
        zones=dict(zones),
        zone=actor.zone or next(iter(sites.values_list("zone", flat=True)), "UTC"),
        initial={"first_day": clock.today(), "who": f"person-{wanted}" if wanted else ""},
    )


def _asked(request: HttpRequest, form: AbsenceForm, *, held: Any = (), status: int = 200) -> HttpResponse:
    rows: list[Reservation] = list(held)
    warning = ngettext(
        "%(count)s visit is booked in this time. It stays booked until the desk moves it.",
        "%(count)s visits are booked in this time. They stay booked until the desk moves them.",
        len(rows),
    ) % {"count": len(rows)}
    context = {"form": form, "held": rows, "warning": warning}
    return render(request, "workspace/administration/absence_new.html", context, status=status)


def _seen(request: HttpRequest) -> list[UUID]:
    found = []
    for text in request.POST.getlist("seen"):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _absence(request: HttpRequest, key: UUID, action: str) -> Absence:
    rows = scoped(Absence, actor_of(request), action).select_related("practitioner", "location")
    return get_object_or_404(rows, id=key)
