"""The queue of a site, live: who waits, who is called, who is in which room."""

from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from osler.clinic.scheduling.models import QueueEntry
from osler.clinic.scheduling.queue.waiting_room import usual_waits, waiting_room
from osler.foundation.access.policy import may
from osler.foundation.access.routes import allow
from osler.foundation.audit.access import record_access
from osler.foundation.ui.shell import Tab
from osler.web.workspace.acting import actor_of
from osler.web.workspace.queue.lines import called_lines, seated_lines, waiting_lines
from osler.web.workspace.queue.places import DESK, EVERYBODY, Place, read_place, room_last_called_into


@allow(*EVERYBODY, reads="QueueEntry", methods=("GET",))
def queue(request: HttpRequest) -> HttpResponse:
    """The queue; asked by htmx, its lists alone."""
    return _queue(request, "queue_list" if request.htmx else "queue")  # type: ignore[attr-defined]


@allow(*EVERYBODY, reads="QueueEntry", polls=True, methods=("GET",))
def queue_live(request: HttpRequest) -> HttpResponse:
    """The lists alone, fetched by the page itself when something has changed."""
    return _queue(request, "queue_list")


def _queue(request: HttpRequest, template: str) -> HttpResponse:
    actor, place = actor_of(request), read_place(request)
    if place is None:
        record_access(QueueEntry, detail="queue")
        return render(request, "workspace/queue/none.html")
    everybody = waiting_room(actor, site=place.site)
    shown = everybody.of(place.queue.id) if place.queue else everybody
    record_access(QueueEntry, patients=[one.patient_id for one in shown.all()], detail="queue")
    waits = usual_waits(actor, site=place.site)
    here = place.url(queue=place.queue.id if place.queue else None)
    context = {
        # a page that fetches itself must not take a toast from the one that is being answered
        "has_toasts": bool(request.htmx) and "X-Live" not in request.headers,  # type: ignore[attr-defined]
        "place": place,
        "tabs": _tabs(place, {one.id: len(everybody.of(one.id).waiting) for one in place.queues}),
        "sites": [Tab(one.name, place.url(site=one.id), one.id == place.site.id) for one in place.sites],
        "waiting": waiting_lines(shown, actor),
        "called": called_lines(shown, actor),
        "seated": seated_lines(shown, actor),
        "waits": [(one, waits[one.id]) for one in place.queues if one.id in waits],
        "next_of": [place.queue] if place.queue else place.queues,
        "may_call": may(actor, "call", QueueEntry),
        "takes_in": actor.has_role(*DESK),
        "room_id": room_last_called_into(place.site, actor) if place.rooms else None,
        "here": here,
        "live_path": here.replace("/queue/", "/queue/live/", 1),
    }
    with timezone.override(ZoneInfo(place.site.zone)):
        return render(request, f"workspace/queue/{template}.html", context)


def _tabs(place: Place, counts: dict[object, int]) -> list[Tab]:
    """All queues, and each with how many wait in it."""
    if len(place.queues) < 2:
        return []
    chosen = place.queue
    return [
        Tab(_("All"), place.url(), chosen is None, sum(counts.values())),
        *(
            Tab(f"{one.letter} · {one.name}", place.url(queue=one.id), one == chosen, counts[one.id])
            for one in place.queues
        ),
    ]
