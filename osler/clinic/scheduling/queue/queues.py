"""The queues of a site and the screens that call from them: set as a whole by an administrator."""

from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

from django.db.models import Prefetch

from osler.clinic.scheduling.models import Queue, QueueMember, QueueScreen
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.directory.models import HealthcareService, Location, Practitioner
from osler.kernel.constraints import refusals

Member = Practitioner | HealthcareService
Opened = TypeVar("Opened", Queue, QueueScreen)


def queue_list(*, actor: Actor) -> list[Queue]:
    """Every queue with the `members` that it has now; closed ones last."""
    members = scoped(QueueMember, actor).filter(active=True).select_related("practitioner", "service")
    return list(
        scoped(Queue, actor)
        .select_related("site")
        .prefetch_related(
            Prefetch("members", members.order_by("practitioner__family", "service__name", "id"))
        )
        .order_by("-active", "site__name", "letter", "id")
    )


def save_queue(queue: Queue, *, members: Iterable[Member], version: int | None = None, actor: Actor) -> Queue:
    """Make a queue, or change it and whose visits belong to it (QueueNamed). Who waits goes on waiting where
    he is."""
    decide(actor, "plan", Queue if queue._state.adding else queue)
    queue.require_version(version)
    queue.name, queue.letter = queue.name.strip(), queue.letter.upper()
    wanted = {one.id: one for one in members}
    with refusals():
        queue.save()
        members_now = scoped(QueueMember, actor, "plan").filter(queue=queue, active=True)
        had = {_id_of(one): one for one in members_now}
        for key in had.keys() - wanted.keys():
            had[key].active = False
            had[key].save()
        for key in [key for key in wanted if key not in had]:
            QueueMember(queue=queue, **_kind(wanted[key])).save(force_insert=True)
    return queue


def close_queue(queue: Queue, *, version: int | None, actor: Actor) -> Queue:
    """Nobody comes to wait in it any more; whoever does can still be called."""
    return _open(queue, active=False, version=version, actor=actor)


def reopen_queue(queue: Queue, *, version: int | None, actor: Actor) -> Queue:
    """A closed queue is open again; QueueNamed if another has its name or letter now."""
    return _open(queue, active=True, version=version, actor=actor)


def screen_list(*, actor: Actor) -> list[QueueScreen]:
    """The screens that are open, by site and name."""
    open_ones = scoped(QueueScreen, actor, "plan").filter(active=True)
    return list(open_ones.select_related("site").order_by("site__name", "name", "id"))


def open_screen(site: Location, *, name: str, actor: Actor) -> QueueScreen:
    """Give a screen in a waiting room its address."""
    decide(actor, "plan", QueueScreen)
    screen = QueueScreen(site=site, name=name.strip())
    screen.save(force_insert=True)
    return screen


def close_screen(screen: QueueScreen, *, version: int | None, actor: Actor) -> QueueScreen:
    """Its address shows nothing any more."""
    return _open(screen, active=False, version=version, actor=actor)


def reopen_screen(screen: QueueScreen, *, version: int | None, actor: Actor) -> QueueScreen:
    """It was closed by mistake: the same address shows the queue again."""
    return _open(screen, active=True, version=version, actor=actor)


def _open(row: Opened, *, active: bool, version: int | None, actor: Actor) -> Opened:
    decide(actor, "plan", row)
    row.require_version(version)
    row.active = active
    with refusals():
        row.save()
    return row


def _id_of(member: QueueMember) -> UUID:
    key = member.practitioner_id or member.service_id
    assert key is not None
    return key


def _kind(member: Member) -> dict[str, Member]:
    return {"practitioner" if isinstance(member, Practitioner) else "service": member}
