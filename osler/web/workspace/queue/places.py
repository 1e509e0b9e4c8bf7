"""Which waiting room a page of the queue shows: a site that has queues, one of them or all, and its rooms."""

from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from osler.clinic.scheduling.models import Queue, QueueEntry
from osler.clinic.scheduling.queue.waiting_room import own_sites, today_at
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.directory.models import Location
from osler.web.workspace.acting import actor_of
from osler.web.workspace.scheduling.filters import read_id

DESK = (Role.RECEPTION, Role.NURSE, Role.PHYSICIAN)
CALLERS = (Role.NURSE, Role.PHYSICIAN, Role.LAB)
EVERYBODY = (*DESK, Role.LAB)


@dataclass(frozen=True)
class Place:
    """A site with its open queues; `queue` is the one that was chosen."""

    site: Location
    sites: list[Location]
    queues: list[Queue]
    queue: Queue | None = None
    rooms: list[Location] = field(default_factory=list)

    def url(self, *, site: UUID | None = None, queue: UUID | None = None) -> str:
        """The address of the queue page of a site, and of one queue there."""
        chosen = {"site": site or self.site.id, "queue": queue}
        return f"{reverse('queue')}?{urlencode({name: value for name, value in chosen.items() if value})}"


def read_place(request: HttpRequest) -> Place | None:
    """The place that the address names, else where the user works, else the first; None without any queue."""
    actor = actor_of(request)
    queues = list(
        scoped(Queue, actor).filter(active=True).select_related("site").order_by("site__name", "letter")
    )
    sites = list({one.site_id: one.site for one in queues}.values())
    if not sites:
        return None
    named = read_id(request.GET.get("site"))
    wanted = {named} if named else own_sites(actor)
    site = next((one for one in sites if one.id in wanted), sites[0])
    here = [one for one in queues if one.site_id == site.id]
    chosen = read_id(request.GET.get("queue"))
    return Place(
        site=site,
        sites=sites,
        queues=here,
        queue=next((one for one in here if one.id == chosen), None),
        rooms=rooms_of(site, actor) if actor.has_role(*CALLERS) else [],
    )


def rooms_of(site: Location, actor: Actor) -> list[Location]:
    """The rooms into which somebody can be called, by name."""
    found = scoped(Location, actor).filter(part_of=site, form=Location.Form.ROOM, status="active")
    return list(found.defer("resource").order_by("name", "id"))


def room_last_called_into(site: Location, actor: Actor) -> UUID | None:
    """Where the actor has called somebody today, which is where he probably still is."""
    if actor.practitioner_id is None:
        return None
    mine = scoped(QueueEntry, actor).filter(site=site, day=today_at(site), caller=actor.practitioner_id)
    return mine.order_by("-called_at").values_list("room_id", flat=True).first()
