"""How long visits take, by day of the week, clinician and queue; on the page and as a file."""

from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.queue.lengths import BY, STRETCHES, Lengths, visit_lengths
from osler.foundation.access.routes import allow
from osler.foundation.audit.access import record_access
from osler.foundation.directory.models import Location
from osler.foundation.ui.shell import Tab
from osler.kernel import clock
from osler.web.workspace.acting import actor_of
from osler.web.workspace.billing.sheets import sheet
from osler.web.workspace.queue.places import DESK
from osler.web.workspace.scheduling.filters import Filters, read_day, read_filters

WEEKS = 4
GROUPED = {
    "weekday": gettext_lazy("Day of the week"),
    "clinician": gettext_lazy("Clinician"),
    "queue": gettext_lazy("Queue"),
}
MEASURED = {
    "waiting": gettext_lazy("Waiting"),
    "room": gettext_lazy("Alone in the room"),
    "clinician": gettext_lazy("With the clinician"),
    "whole": gettext_lazy("Whole visit"),
}


@allow(*DESK, reads="Appointment", methods=("GET",))
def lengths(request: HttpRequest) -> HttpResponse:
    """The lengths of the last weeks, or of the days that were chosen."""
    chosen = _Chosen(request)
    rows = chosen.rows(request)
    record_access(Appointment, detail="visit lengths")
    context = {
        "chosen": chosen,
        "filters": chosen.filters,
        "rows": rows,
        "measured": [MEASURED[name] for name in STRETCHES],
        "tabs": [
            Tab(word, chosen.url("visit-lengths", by=key), key == chosen.by) for key, word in GROUPED.items()
        ],
        "grouped": GROUPED[chosen.by],
        "export_url": chosen.url("visit-lengths-export"),
    }
    return render(request, "workspace/queue/lengths.html", context)


@allow(*DESK, reads="Appointment", methods=("GET",))
def export(request: HttpRequest) -> HttpResponse:
    """The same as a CSV file."""
    chosen = _Chosen(request)
    rows = chosen.rows(request)
    record_access(Appointment, action="E", detail="visit lengths")
    words = (_("visits"), _("median (min)"), _("90 % within (min)"))
    heads = [str(GROUPED[chosen.by])]
    for name in STRETCHES:
        heads += [f"{MEASURED[name]}: {word}" for word in words]
    return sheet(f"lengths-{chosen.first:%Y-%m-%d}-{chosen.last:%Y-%m-%d}", heads, map(_cells, rows))


class _Chosen:
    """What the address says: days, site, and by what the lines are grouped."""

    def __init__(self, request: HttpRequest) -> None:
        self.filters: Filters = read_filters(request, path=reverse("visit-lengths"))
        self.site: Location | None = self.filters.site
        today = clock.today(timezone.get_current_timezone())
        self.last: date = read_day(request.GET.get("last")) or today
        first = read_day(request.GET.get("first")) or today - timedelta(weeks=WEEKS)
        self.first: date = min(first, self.last)
        self.by = request.GET.get("by", "")
        if self.by not in BY:
            self.by = BY[0]

    def rows(self, request: HttpRequest) -> list[Lengths]:
        return visit_lengths(
            actor_of(request),
            first=self.first,
            last=self.last,
            zone=self.filters.zone,
            site=self.site,
            by=self.by,
        )

    def url(self, route: str, **changes: str) -> str:
        said = {"first": self.first.isoformat(), "last": self.last.isoformat(), "by": self.by}
        if self.site:
            said["site"] = str(self.site.id)
        return f"{reverse(route)}?{urlencode(said | changes)}"


def _cells(row: Lengths) -> list[object]:
    cells: list[object] = [row.name or _("None")]
    for one in row.figures:
        cells += [one.count, one.median if one.count else "", one.most if one.count else ""]
    return cells
