"""How patients are reminded of visits: the clinic's steps, and those of single kinds of visit."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.communication.leads import DAY, HOUR
from osler.clinic.communication.models import ReminderLadder, ReminderStep
from osler.clinic.communication.reminding.ladder_history import LadderEntry, ladder_history
from osler.clinic.communication.reminding.ladders import (
    add_step,
    amend_ladder,
    amend_step,
    begin_ladder,
    end_ladder,
    end_step,
    restore_ladder,
    restore_step,
)
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.seen_version import as_seen, seen_version
from osler.foundation.directory.models import HealthcareService
from osler.foundation.ui.notices import notify
from osler.web.workspace.acting import actor_of
from osler.web.workspace.administration.planning_forms import clock_field
from osler.web.workspace.billing.forms import DeedForm
from osler.web.workspace.billing.pages import attempt

UNITS = {"days": DAY, "hours": HOUR, "minutes": 1}
UNIT_WORDS = [
    ("days", gettext_lazy("days")),
    ("hours", gettext_lazy("hours")),
    ("minutes", gettext_lazy("minutes")),
]


class StepForm(DeedForm):
    """How long before the visit, and by which channel."""

    count = forms.IntegerField(label=gettext_lazy("How long before"), min_value=1, max_value=10_000)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=UNIT_WORDS)
    by = forms.ChoiceField(label=gettext_lazy("By"), choices=ReminderStep.By.choices)
    at_risk = forms.BooleanField(label=gettext_lazy("Only if the visit may well be missed"), required=False)

    @property
    def planned(self) -> dict[str, Any]:
        """What is said of the step."""
        minutes = self.cleaned_data["count"] * UNITS[self.cleaned_data["unit"]]
        return {
            "lead_minutes": minutes,
            "by": self.cleaned_data["by"],
            "at_risk": self.cleaned_data["at_risk"],
        }


class LadderForm(DeedForm):
    """Whether reminders are sent, and when not."""

    is_on = forms.BooleanField(label=gettext_lazy("Reminders are sent"), required=False)
    quiet_from = clock_field(gettext_lazy("Nothing is sent from"))
    quiet_until = clock_field(gettext_lazy("until"))


class ServiceForm(DeedForm):
    """A kind of visit that gets steps of its own."""

    service = forms.ModelChoiceField(
        HealthcareService.objects.none(), label=gettext_lazy("Kind of visit"), empty_label=None
    )

    def __init__(self, *args: Any, services: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].queryset = services  # type: ignore[attr-defined]


@dataclass
class Shown:
    """A ladder on the page, with its forms."""

    ladder: ReminderLadder
    rows: list[tuple[ReminderStep, StepForm]]
    ended: list[ReminderStep]
    form: LadderForm
    adding: StepForm
    key: str = field(init=False)

    def __post_init__(self) -> None:
        self.key = f"l{self.ladder.id.hex[-6:]}"


@allow(Role.ADMINISTRATOR, methods=("GET",))
def reminders(request: HttpRequest) -> HttpResponse:
    """Every ladder with its steps, and what became of them."""
    return _page(request)


@allow(Role.ADMINISTRATOR, methods=("POST",))
def begin(request: HttpRequest) -> HttpResponse:
    """Begin the clinic's reminders, or those of one kind of visit."""
    actor = actor_of(request)
    of_service = "service" in request.POST
    form = ServiceForm(request.POST, services=_services(request)) if of_service else DeedForm(request.POST)
    if attempt(form, lambda: begin_ladder(form.cleaned_data.get("service"), actor=actor)):
        notify(request, _("Reminders are planned. Those whose time has come go out within minutes."))
        return redirect("reminders")
    return _page(request, form)


@allow(Role.ADMINISTRATOR, methods=("POST",))
def amend(request: HttpRequest, ladder_id: UUID) -> HttpResponse:
    """Switch reminders on or off, or change the quiet hours."""
    ladder, form = _ladder(request, ladder_id), LadderForm(request.POST, auto_id=f"ladder_{ladder_id}_%s")
    deed = lambda: amend_ladder(  # noqa: E731
        ladder, **form.cleaned_data, version=seen_version(request), actor=actor_of(request)
    )
    if attempt(form, deed):
        notify(request, _("Saved."))
        return redirect("reminders")
    return _page(request, form, of=ladder_id)


@allow(Role.ADMINISTRATOR, methods=("POST",))
def end(request: HttpRequest, ladder_id: UUID) -> HttpResponse:
    """The clinic's steps hold for this kind of visit again."""
    ladder = _ladder(request, ladder_id)
    end_ladder(ladder, version=seen_version(request), actor=actor_of(request))
    undo = as_seen(reverse("reminders-restore", args=[ladder.id]), ladder)
    notify(request, _("The clinic's steps hold for %s again.") % ladder, undo_url=undo)
    return redirect("reminders")


@allow(Role.ADMINISTRATOR, methods=("POST",))
def restore(request: HttpRequest, ladder_id: UUID) -> HttpResponse:
    """Undo of ending."""
    restore_ladder(_ladder(request, ladder_id), version=seen_version(request), actor=actor_of(request))
    notify(request, _("It has its own steps again."))
    return redirect("reminders")


@allow(Role.ADMINISTRATOR, methods=("POST",))
def step_add(request: HttpRequest, ladder_id: UUID) -> HttpResponse:
    """One more reminder."""
    ladder, form = _ladder(request, ladder_id), StepForm(request.POST, auto_id=f"add_{ladder_id}_%s")
    if attempt(form, lambda: add_step(ladder, **form.planned, actor=actor_of(request))):
        notify(request, _("The reminder is planned."))
        return redirect("reminders")
    return _page(request, form, of=ladder_id)


@allow(Role.ADMINISTRATOR, methods=("POST",))
def step_amend(request: HttpRequest, step_id: UUID) -> HttpResponse:
    """Another time or channel."""
    step, form = _step(request, step_id), StepForm(request.POST, auto_id=f"step_{step_id}_%s")
    deed = lambda: amend_step(  # noqa: E731
        step, **form.planned, version=seen_version(request), actor=actor_of(request)
    )
    if attempt(form, deed):
        notify(request, _("Saved. What went out already stays as it was."))
        return redirect("reminders")
    return _page(request, form, of=step_id)


@allow(Role.ADMINISTRATOR, methods=("POST",))
def step_end(request: HttpRequest, step_id: UUID) -> HttpResponse:
    """It goes out no more."""
    step = end_step(_step(request, step_id), version=seen_version(request), actor=actor_of(request))
    undo = as_seen(reverse("reminder-step-restore", args=[step.id]), step)
    notify(request, _("The reminder %s goes out no more.") % step.words, undo_url=undo)
    return redirect("reminders")


@allow(Role.ADMINISTRATOR, methods=("POST",))
def step_restore(request: HttpRequest, step_id: UUID) -> HttpResponse:
    """It goes out again."""
    step = restore_step(_step(request, step_id), version=seen_version(request), actor=actor_of(request))
    notify(request, _("The reminder %s goes out again.") % step.words)
    return redirect("reminders")


def _ladder(request: HttpRequest, key: UUID) -> ReminderLadder:
    rows = scoped(ReminderLadder, actor_of(request), "plan").select_related("service")
    return get_object_or_404(rows, id=key)


def _step(request: HttpRequest, key: UUID) -> ReminderStep:
    return get_object_or_404(scoped(ReminderStep, actor_of(request), "plan"), id=key)


def _services(request: HttpRequest) -> Any:
    planned = ReminderLadder.objects.filter(active=True, service__isnull=False).values("service_id")
    rows = scoped(HealthcareService, actor_of(request)).filter(active=True).exclude(id__in=planned)
    return rows.defer("resource").order_by("name", "id")


def _page(request: HttpRequest, bound: DeedForm | None = None, *, of: UUID | None = None) -> HttpResponse:
    """The page; a form that was sent and not taken stands in its place again."""
    actor = actor_of(request)
    ladders = list(
        scoped(ReminderLadder, actor)
        .filter(active=True)
        .select_related("service")
        .order_by("service__name", "id")
    )
    ladders.sort(key=lambda one: one.service_id is not None)
    steps = scoped(ReminderStep, actor).filter(ladder__in=ladders).order_by("-lead_minutes", "by", "id")
    by_ladder: dict[UUID, list[ReminderStep]] = {one.id: [] for one in ladders}
    for step in steps:
        by_ladder[step.ladder_id].append(step)
    services = _services(request)
    is_service = isinstance(bound, ServiceForm)
    context = {
        "shown": [_shown(one, by_ladder[one.id], bound, of) for one in ladders],
        "adding": bound if is_service else ServiceForm(services=services),
        "has_services": services.exists(),
        "history": [(entry, _words(entry)) for entry in ladder_history(actor)],
    }
    status = 200 if bound is None else getattr(bound.refusal, "status", 422)
    return render(request, "workspace/administration/reminders.html", context, status=status)


def _shown(
    ladder: ReminderLadder, steps: list[ReminderStep], bound: DeedForm | None, of: UUID | None
) -> Shown:
    def own(kind: type[DeedForm], key: UUID) -> Any:
        return bound if of == key and isinstance(bound, kind) else None

    quiet = {name: getattr(ladder, name) for name in ("is_on", "quiet_from", "quiet_until")}
    return Shown(
        ladder,
        [
            (step, own(StepForm, step.id) or StepForm(initial=_said(step), auto_id=f"step_{step.id}_%s"))
            for step in steps
            if step.active
        ],
        [step for step in steps if not step.active],
        own(LadderForm, ladder.id) or LadderForm(initial=quiet, auto_id=f"ladder_{ladder.id}_%s"),
        own(StepForm, ladder.id)
        or StepForm(initial={"count": 1, "unit": "days"}, auto_id=f"add_{ladder.id}_%s"),
    )


def _said(step: ReminderStep) -> dict[str, Any]:
    """A step as its form says it: in the unit in which it is read."""
    minutes = step.lead_minutes
    unit = (
        "days" if minutes % DAY == 0 and minutes > 2 * DAY else "hours" if minutes % HOUR == 0 else "minutes"
    )
    return {"count": minutes // UNITS[unit], "unit": unit, "by": step.by, "at_risk": step.at_risk}


def _words(entry: LadderEntry) -> str:
    """One saving in words."""
    what = (
        f"{entry.step_words} · {entry.by_words}"
        if entry.is_step
        else _("quiet %(since)s–%(until)s")
        % {
            "since": entry.quiet_from,
            "until": entry.quiet_until,
        }
    )
    if entry.is_ended:
        said = _("ended")
    elif entry.is_first:
        said = _("planned")
    elif not entry.is_step and not entry.is_on:
        said = _("switched off")
    else:
        said = _("from now on")
    return f"{entry.ladder}: {said}, {what}"
