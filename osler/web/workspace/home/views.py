"""Home: what waits for one's role right now."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.queries import SheetRow, day_sheet
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may
from osler.foundation.access.roles import STAFF, Role
from osler.foundation.access.routes import allow
from osler.foundation.audit.access import record_access
from osler.foundation.directory.models import Location
from osler.kernel import clock
from osler.web.workspace.acting import actor_of
from osler.web.workspace.home.clinician import physician_home
from osler.web.workspace.home.day import nurse_home, reception_home
from osler.web.workspace.home.oversight import administrator_home, privacy_home
from osler.web.workspace.home.panels import Panel, Part, Tile
from osler.web.workspace.home.worklists import billing_home, lab_home
from osler.web.workspace.navigation import ACTIONS, entries

# In the order in which somebody with several roles sees them.
HOMES: dict[Role, Callable[[Actor, list[SheetRow]], Part]] = {
    Role.PHYSICIAN: physician_home,
    Role.NURSE: nurse_home,
    Role.RECEPTION: reception_home,
    Role.LAB: lab_home,
    Role.BILLING: billing_home,
    Role.ADMINISTRATOR: administrator_home,
    Role.PRIVACY: privacy_home,
}


@allow(*STAFF, reads="Patient", methods=("GET",))
def home(request: HttpRequest) -> HttpResponse:
    """The first page of the day."""
    return _home(request, "workspace/home/home.html")


@allow(*STAFF, reads="Patient", polls=True, methods=("GET",))
def home_live(request: HttpRequest) -> HttpResponse:
    """What waits, fetched anew by the page itself."""
    return _home(request, "workspace/home/waiting.html")


def _home(request: HttpRequest, template: str) -> HttpResponse:
    actor = actor_of(request)
    site = Location.objects.filter(id=actor.facility_id).first() if actor.facility_id else None
    zone = ZoneInfo(site.zone) if site else timezone.get_current_timezone()
    with timezone.override(zone):
        day = clock.today(zone)
        reads_day = may(actor, "read", Appointment)
        sheet = day_sheet(actor, day=day, site=site) if reads_day else []
        parts = [build(actor, sheet) for role, build in HOMES.items() if actor.has_role(role)]
        shown = [patient for part in parts for patient in part.patients()]
        record_access(Patient, patients=shown, detail="home")
        context: dict[str, Any] = {
            "day": day,
            "site": site,
            "tiles": _tiles(parts),
            "columns": _columns(parts),
        }
        context["actions"] = entries(request, ACTIONS[:2])
        return render(request, template, context)


def _tiles(parts: list[Part]) -> list[Tile]:
    """Each figure once, though two roles have it."""
    return list({str(tile.label): tile for part in parts for tile in part.tiles}.values())


def _columns(parts: list[Part]) -> list[list[Panel]]:
    """The panels in the one or two columns of a wide screen; on a phone they follow each other."""
    panels = {panel.key: panel for part in parts for panel in part.panels}.values()
    columns = [[panel for panel in panels if panel.beside is beside] for beside in (False, True)]
    return [column for column in columns if column]
