"""What part of the clinic a page shows: day, site, clinician, said by the address alone."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from osler.clinic.scheduling.queries import schedules_of
from osler.foundation.directory.models import Location, Practitioner
from osler.kernel import clock
from osler.web.workspace.acting import actor_of

ALL = "all"


@dataclass(frozen=True)
class Filters:
    """The chosen part of the clinic, and what could be chosen instead."""

    path: str
    day: date
    today: date
    sites: list[Location]
    practitioners: list[Practitioner]
    site: Location | None = None
    practitioner: Practitioner | None = None
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def zone(self) -> str:
        """The time zone that the page is in."""
        return self.site.zone if self.site else timezone.get_current_timezone_name()

    @property
    def is_today(self) -> bool:
        return self.day == self.today

    def url(self, **changes: Any) -> str:
        """The address of this page with something else chosen (None takes a choice back)."""
        chosen: dict[str, Any] = {"day": None if self.is_today else self.day.isoformat()}
        if len(self.sites) > 1:
            chosen["site"] = self.site.id if self.site else ALL
        chosen["practitioner"] = self.practitioner.id if self.practitioner else None
        chosen |= self.extra | changes
        query = urlencode({name: value for name, value in chosen.items() if value})
        return f"{self.path}?{query}" if query else self.path

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What the form of the filters carries on unseen."""
        return list(self.extra.items())

    @property
    def today_url(self) -> str:
        return self.url(day=None)

    @property
    def previous_url(self) -> str:
        return self.days_on(-1)

    @property
    def next_url(self) -> str:
        return self.days_on(1)

    def days_on(self, days: int) -> str:
        """The address of a day before or after."""
        return self.url(day=(self.day + timedelta(days=days)).isoformat())


def read_filters(request: HttpRequest, *, path: str, keep: Iterable[str] = ()) -> Filters:
    """The filters of an address; the site is one's own unless said otherwise. One statement."""
    schedules = schedules_of()
    sites = _distinct(schedule.location for schedule in schedules)
    sites.sort(key=lambda one: one.name)
    site = _site(request, sites)
    practitioners = _distinct(
        schedule.practitioner for schedule in schedules if site is None or schedule.location_id == site.id
    )
    wanted = read_id(request.GET.get("practitioner"))
    chosen = next((one for one in practitioners if one.id == wanted), None)
    today = clock.today(_zone_of(site))
    return Filters(
        path=path,
        day=read_day(request.GET.get("day")) or today,
        today=today,
        sites=sites,
        practitioners=practitioners,
        site=site,
        practitioner=chosen,
        extra={name: request.GET[name] for name in keep if request.GET.get(name)},
    )


def read_id(text: str | None) -> UUID | None:
    """A key out of an address, or None if it is none."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def read_day(text: str | None) -> date | None:
    """A day out of an address, or None; no year that a clinic will see is refused."""
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if 1900 < found.year < 2200 else None


def way_back(request: HttpRequest, default: str) -> str:
    """Where the user came from (the form's `next`), if it is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if wanted.startswith("/") and is_ours else default


def _site(request: HttpRequest, sites: list[Location]) -> Location | None:
    wanted = request.GET.get("site", "")
    if wanted == ALL:
        return sites[0] if len(sites) == 1 else None
    key = read_id(wanted) or actor_of(request).facility_id
    chosen = next((one for one in sites if one.id == key), None)
    return chosen or (sites[0] if len(sites) == 1 else None)


def _zone_of(site: Location | None) -> ZoneInfo | None:
    return ZoneInfo(site.zone) if site else None


def _distinct(things: Iterable[Any]) -> list[Any]:
    return list({one.id: one for one in things}.values())
