"""Whether insurances are good: asked by hand, and the list of those that are not for the coming visits."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from osler.clinic.insurance.asking import ask_eligibility, can_ask
from osler.clinic.insurance.covering import primary_coverages, primary_keys
from osler.clinic.insurance.models import Coverage
from osler.clinic.insurance.standing import GOOD, Standing, kinds_of, standings_of_visits
from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.queries import SheetRow, booked_days, calendar_entries, day_bounds
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.audit.access import record_access
from osler.foundation.ui.notices import notify
from osler.kernel import clock
from osler.web.workspace.acting import actor_of
from osler.web.workspace.patients.insured import StandingMark, standing_mark
from osler.web.workspace.scheduling.filters import read_day, way_back

ASKING = (Role.RECEPTION, Role.BILLING, Role.NURSE)
FARTHEST = 366
LISTING = (Role.RECEPTION, Role.NURSE)


@dataclass(frozen=True)
class VisitToCheck:
    """A visit whose insurance is not known to be good."""

    visit: SheetRow
    standing: Standing
    mark: StandingMark


@allow(*ASKING, methods=("POST",))
def check(request: HttpRequest, patient_id: UUID, coverage_id: UUID) -> HttpResponse:
    """Ask the insurer now; whatever is being done goes on."""
    actor = actor_of(request)
    rows = scoped(Coverage, actor).select_related("payer")
    coverage = get_object_or_404(rows, id=coverage_id, patient_id=patient_id)
    day = read_day(request.POST.get("day"))
    today = clock.today()
    is_near = day is not None and today <= day <= today + timedelta(days=FARTHEST)
    ask_eligibility(coverage, service_on=day if is_near else None, actor=actor)
    notify(request, _("%s is asked; the answer will stand here.") % coverage.payer.name)
    desk = redirect("patient", patient_id=patient_id)
    return redirect(way_back(request, f"{desk.url}{'?desk=1' if 'desk' in request.GET else ''}"))


@allow(*LISTING, reads="Coverage", methods=("GET",))
def to_check(request: HttpRequest) -> HttpResponse:
    """The visits of the coming days whose insurance is not active, as far as is known."""
    actor = actor_of(request)
    found = visits_to_check(actor) if can_ask() else []
    record_access(Patient, patients=[one.visit.patient_id for one in found], detail="insurance to check")
    context = {"rows": found, "days": settings.ELIGIBILITY_DAYS, "can_ask": can_ask()}
    return render(request, "workspace/patients/eligibility.html", context)


def visits_to_check(actor: Actor) -> list[VisitToCheck]:
    """Who comes soon with an insurance that is not known to be good, in order of time."""
    start, end = _coming()
    sheet = [row for row in calendar_entries(actor, start=start, end=end) if row.status == "booked"]
    primaries = primary_coverages({(row.patient_id, row.start.date()) for row in sheet}, actor=actor)
    standings = standings_of_visits(primaries, actor=actor)
    found = []
    for row in sheet:
        standing = standings.get((row.patient_id, row.start.date()))
        if standing is not None and standing.kind != GOOD:
            found.append(VisitToCheck(row, standing, standing_mark(standing)))
    return found


def count_to_check(actor: Actor) -> int:
    """How many visits those are."""
    start, end = _coming()
    visits = booked_days(actor, start=start, end=end)
    primaries = primary_keys(visits, actor=actor)
    kinds = kinds_of(set(primaries.values()), actor=actor)
    unsure = {visit for visit, key in primaries.items() if kinds.get(key, GOOD) != GOOD}
    return sum(visit in unsure for visit in visits)


def _coming() -> tuple[datetime, datetime]:
    """The days before whose visits insurers are asked, today among them."""
    today, zone = timezone.localdate(clock.now()), timezone.get_current_timezone_name()
    _start, end = day_bounds(today + timedelta(days=settings.ELIGIBILITY_DAYS), zone=zone)
    return day_bounds(today, zone=zone)[0], end
