"""What a kind of visit needs besides its clinician: one of each pool of people or places.

A pool and the needs of a service are set as a whole; who leaves a pool stays with what is booked.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from osler.clinic.scheduling.appointments.lanes import lock_resources
from osler.clinic.scheduling.models import Appointment, Need, Pool, PoolMember
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.directory.models import HealthcareService, Location, Practitioner
from osler.kernel.constraints import refusals

Member = Practitioner | Location


def pools(*, actor: Actor) -> QuerySet[Pool]:
    """The pools that can be needed, by name."""
    return scoped(Pool, actor).filter(active=True).order_by("name", "id")


def pool_list(*, actor: Actor) -> list[Pool]:
    """Every pool with its `members` and the `needs` of services as they are now; retired ones last."""
    members = scoped(PoolMember, actor).filter(active=True)
    members = members.select_related("practitioner", "location__part_of")
    needs = scoped(Need, actor).filter(active=True, service__active=True).select_related("service")
    return list(
        scoped(Pool, actor)
        .prefetch_related(
            Prefetch(
                "members",
                members.order_by("location__part_of__name", "location__name", "practitioner__family", "id"),
            ),
            Prefetch("needs", needs.order_by("service__name", "id")),
        )
        .order_by("-active", "name", "id")
    )


def save_pool(
    pool: Pool, *, name: str, members: Iterable[Member], version: int | None = None, actor: Actor
) -> Pool:
    """Make a pool, or give it another name and other members. Raises PoolNamed.

    Bookings that are under way with any of them are waited for.
    """
    decide(actor, "plan", Pool if pool._state.adding else pool)
    pool.require_version(version)
    pool.name = name.strip()
    wanted = {one.id: one for one in members}
    with refusals():
        had = {_id_of(one): one for one in scoped(PoolMember, actor, "plan").filter(pool=pool, active=True)}
        lock_resources([*wanted, *had])
        pool.save()
        for key in had.keys() - wanted.keys():
            had[key].active = False
            had[key].save()
        for key in [key for key in wanted if key not in had]:
            PoolMember(pool=pool, **_kind(wanted[key])).save(force_insert=True)
    return pool


def retire_pool(pool: Pool, *, version: int | None, actor: Actor) -> Pool:
    """Nothing needs it any more; what is booked keeps what it holds."""
    return _count(pool, active=False, version=version, actor=actor)


def restore_pool(pool: Pool, *, version: int | None, actor: Actor) -> Pool:
    """A retired pool counts again, with its members and for the services that need it."""
    return _count(pool, active=True, version=version, actor=actor)


def needs_of(service: HealthcareService, *, actor: Actor) -> list[Pool]:
    """The pools of which a service needs one each, by name."""
    found = scoped(Need, actor).filter(service=service, active=True, pool__active=True)
    return [one.pool for one in found.select_related("pool").order_by("pool__name", "id")]


def taken_with(appointment: Appointment, *, actor: Actor) -> list[str]:
    """The names of what an appointment holds besides its clinician and room."""
    people = scoped(Practitioner, actor).filter(id__in=appointment.also_people).order_by("family", "id")
    places = scoped(Location, actor).filter(id__in=appointment.also_places).order_by("name", "id")
    return [*map(str, people), *map(str, places)]


def set_needs(service: HealthcareService, needed: Iterable[Pool], *, actor: Actor) -> None:
    """Let a service need one of each of these pools, and of no other."""
    decide(actor, "plan", Need)
    wanted = {one.id: one for one in needed}
    had = {one.pool_id: one for one in scoped(Need, actor, "plan").filter(service=service, active=True)}
    with refusals():
        for key in had.keys() - wanted.keys():
            had[key].active = False
            had[key].save()
        for key in wanted.keys() - had.keys():
            Need(service=service, pool=wanted[key]).save(force_insert=True)


def _count(pool: Pool, *, active: bool, version: int | None, actor: Actor) -> Pool:
    decide(actor, "plan", pool)
    pool.require_version(version)
    pool.active = active
    with refusals():
        pool.save()
    return pool


def _id_of(member: PoolMember) -> UUID:
    key = member.practitioner_id or member.location_id
    assert key is not None
    return key


def _kind(member: Member) -> dict[str, Member]:
    return {"practitioner" if isinstance(member, Practitioner) else "location": member}
