"""Missed visits: how many, by whom and of what kind; and what the clinic has learnt of who may not come."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from osler.clinic.communication.errors import TooFewVisits
from osler.clinic.communication.missing.features import words_of
from osler.clinic.communication.missing.history import visits_known
from osler.clinic.communication.missing.model import (
    MISSED_AT_LEAST,
    VISITS_AT_LEAST,
    latest_model,
    learn_no_shows,
)
from osler.clinic.communication.missing.rates import KINDS, Rate, default_span, no_show_rates, total
from osler.clinic.communication.models import NoShowGroup, NoShowModel
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.directory.models import HealthcareService
from osler.foundation.ui.date_entry import parse_date
from osler.foundation.ui.notices import notify
from osler.kernel import clock
from osler.web.workspace.acting import actor_of
from osler.web.workspace.billing.sheets import sheet


@allow(Role.ADMINISTRATOR, methods=("GET",))
def no_shows(request: HttpRequest) -> HttpResponse:
    """Rates of a span, and the model with its figures."""
    actor = actor_of(request)
    since, until = _span(request)
    rates = _rates(since, until, actor)
    model = latest_model()
    context = {
        "since": since,
        "until": until,
        "total": total(rates),
        "tables": [(label, [rate for rate in rates if rate.kind == kind]) for kind, label in KINDS.items()],
        "model": model,
        "weights": _weights(model) if model else [],
        "bins": list(zip(model.bin_counts, model.bin_expected, model.bin_seen, strict=True)) if model else [],
        "groups": list(scoped(NoShowGroup, actor).filter(model=model).order_by("kind", "name"))
        if model
        else [],
        "known": visits_known(now=clock.now()),
        "visits_needed": VISITS_AT_LEAST,
        "missed_needed": MISSED_AT_LEAST,
    }
    return render(request, "workspace/administration/no_shows.html", context)


@allow(Role.ADMINISTRATOR, methods=("GET",))
def export(request: HttpRequest) -> HttpResponse:
    """The rates as a table to take away."""
    since, until = _span(request)
    rates = _rates(since, until, actor_of(request))
    head = (_("By"), _("Name"), _("Visits"), _("Missed"), _("Percent"))
    rows = [(str(KINDS[one.kind]), one.name, one.visits, one.missed, one.percent) for one in rates]
    return sheet(f"no-shows-{since}-{until}", head, rows)


@allow(Role.ADMINISTRATOR, methods=("POST",))
def learn(request: HttpRequest) -> HttpResponse:
    """Learn anew now, not only at night."""
    try:
        learn_no_shows(actor=actor_of(request))
    except TooFewVisits as refusal:
        notify(request, str(refusal))
    else:
        notify(request, _("Learnt anew from the past visits."))
    return redirect("no-shows")


def _span(request: HttpRequest) -> tuple[date, date]:
    since, until = default_span(clock.today())
    asked = parse_date(request.GET.get("since", "")), parse_date(request.GET.get("until", ""))
    since, until = asked[0] or since, asked[1] or until
    return (since, until) if since <= until else (until, since)


def _rates(since: date, until: date, actor: Actor) -> list[Rate]:
    zone = timezone.get_current_timezone_name()
    return no_show_rates(since=since, until=until, zone=zone, actor=actor)


def _weights(model: NoShowModel) -> list[tuple[str, float, float]]:
    """What each thing weighs, the heaviest first, with its mean."""
    services = {str(one.id): one.name for one in HealthcareService.objects.only("id", "name")}
    rows = zip(model.names, model.weights, model.means, strict=True)
    words = (
        (str(words_of(name, is_more=True, services=services)), weight, mean) for name, weight, mean in rows
    )
    return sorted(words, key=lambda row: -abs(row[1]))
