"""The demo clinic again, as it lies in the database: what the generator needs to go on with it."""

from collections import defaultdict

from osler.clinic.insurance.models import Payer
from osler.clinic.scheduling.models import Schedule
from osler.foundation.access.actors import Actor, load_actor
from osler.foundation.accounts.models import User
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import HealthcareService, Location, Organization
from osler.ops.demo.house import ACCOUNTS, SITES, House

VISIT = "Office visit"


def find_house() -> House | None:
    """The demo clinic, or None where there is none, or too little is left of it."""
    actors: dict[str, Actor] = {}
    for name, _, _ in ACCOUNTS:
        user = User.objects.filter(email=f"{name}@demo.test").first()
        found = load_actor(user.pk) if user else None
        if found is None or found[0].organization_id is None:
            return None
        actors[name] = found[0]
    with acting(actors["reception"], reason="demo"):
        return _found(actors)


def _found(actors: dict[str, Actor]) -> House | None:
    names = [name for name, _ in SITES]
    sites = list(Location.objects.filter(form=Location.Form.SITE, name__in=names))
    services = {one.name: one for one in HealthcareService.objects.filter(active=True)}
    if not sites or VISIT not in services:
        return None
    sites.sort(key=lambda site: names.index(site.name))
    organization = Organization.objects.get(pk=actors["reception"].organization_id)
    house = House(organization, sites[0].zone, sites=sites, services=services, actors=actors)
    house.payers = list(Payer.objects.filter(active=True))
    rooms: dict[object, list[Location]] = defaultdict(list)
    for room in Location.objects.filter(form=Location.Form.ROOM, status="active").order_by("id"):
        rooms[room.part_of_id].append(room)
    house.rooms = dict(rooms)
    schedules = Schedule.objects.filter(active=True, practitioner__active=True, location__in=sites)
    for schedule in schedules.select_related("practitioner", "location").order_by("id"):
        house.clinicians.append((schedule.practitioner, schedule.location))
    return house if house.clinicians else None
