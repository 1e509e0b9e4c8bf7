"""Slot: the free time of the clinic's calendars, computed when it is asked for."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from osler.clinic.scheduling.appointments.online import is_self_booked, online_slots
from osler.clinic.scheduling.calendars.availability import Slot, free_slots
from osler.clinic.scheduling.errors import NotOnline
from osler.clinic.scheduling.models import Appointment, Schedule
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may
from osler.foundation.access.roles import PORTAL
from osler.foundation.audit.access import record_access
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import HealthcareService
from osler.interop.fhir.doors.chain import BASE, json_response
from osler.interop.fhir.doors.outcomes import Trouble
from osler.interop.fhir.doors.queries import pairs_of
from osler.interop.fhir.doors.tokens import Caller
from osler.interop.fhir.elements import instant_of, instant_text
from osler.interop.fhir.lossless import write_json
from osler.interop.fhir.slot_ids import named_by, slot_id
from osler.kernel import clock
from osler.kernel.errors import Denied, Missing

SERVICES = "urn:osler:healthcare-service"
USUAL, MOST = 50, 500
LONGEST = timedelta(days=120)
KNOWN = frozenset({"schedule", "start", "status", "service-type", "_count", "_format"})
Json = dict[str, Any]


def search(request: HttpRequest, caller: Caller) -> HttpResponse | None:
    """GET [base]/Slot?schedule=…: the free slots of our own schedules; None if others are asked for."""
    pairs = pairs_of(request.META.get("QUERY_STRING", ""), "")
    asked: dict[str, list[str]] = {}
    for name, value in pairs:
        asked.setdefault(name, []).append(value)
    keys = [key_of(one) for value in asked.get("schedule", []) for one in value.split(",")]
    named = [key for key in keys if key is not None]
    if not named or len(named) < len(keys):
        return None
    caller.need("Slot", "s")
    with acting(caller.actor, request_id=caller.request_id):
        ours = list(Schedule.objects.select_related("location").filter(pk__in=named, active=True))
        if unknown := sorted(set(asked) - KNOWN):
            raise Trouble(400, f"Slot is not searched by “{unknown[0]}” here", path=f"http.{unknown[0]}")
        require_sight(caller.actor)
        service = service_named(asked.get("service-type", []))
        start, end = span_of(asked.get("start", []))
        is_wanted = any("free" in value.split(",") for value in asked.get("status", ["free"]))
        found = free_of(ours, service, start, end, actor=caller.actor) if is_wanted else []
        record_access(Schedule, detail="FHIR search Slot")
    found = found[: count_of(asked.get("_count", []))]
    base = f"{request.scheme}://{request.get_host()}{BASE}"
    return json_response(bundle_of(found, base, f"Slot?{urlencode(pairs)}"))


def read(request: HttpRequest, caller: Caller, resource_id: str) -> HttpResponse | None:
    """GET [base]/Slot/[id] of a computed one: free, or busy by now; None if the id is not of that kind."""
    if not resource_id.startswith("s."):
        return None
    caller.need("Slot", "r")
    with acting(caller.actor, request_id=caller.request_id):
        require_sight(caller.actor)
        named = named_by(resource_id)
        if named is None:
            raise Missing
        start = named.start
        free = free_of(
            [named.schedule], named.service, start, start + timedelta(minutes=1), actor=caller.actor
        )
        record_access(Schedule, entity_id=named.schedule.id, detail="FHIR read Slot")
        is_free = any(text["id"] == resource_id for text in free)
        text = slot_text(named.schedule, named.service, named.slot, "free" if is_free else "busy")
    return json_response(write_json(text))


def require_sight(actor: Actor) -> None:
    """Whoever books, or asks for a visit, sees what is free."""
    if not may(actor, "book", Appointment) and not may(actor, "read", Schedule):
        raise Denied


def free_of(
    schedules: list[Schedule],
    service: HealthcareService | None,
    start: datetime,
    end: datetime,
    *,
    actor: Actor,
) -> list[Json]:
    """The free slots of these schedules, the earliest first: to patients what they book by themselves."""
    by_place: dict[tuple[UUID, UUID | None], Schedule] = {
        (one.practitioner_id, one.location_id): one for one in schedules
    }
    practitioners = list({one.practitioner_id for one in schedules})
    found: list[Slot] = []
    for place in {one.location_id for one in schedules}:
        found += bookable(service, start, end, practitioners=practitioners, location=place, actor=actor)
    ordered = sorted(found, key=lambda one: (one.start, str(one.practitioner_id)))
    return [
        slot_text(by_place[one.practitioner_id, one.location_id], service, one, "free")
        for one in ordered
        if (one.practitioner_id, one.location_id) in by_place
    ]


def bookable(
    service: HealthcareService | None,
    start: datetime,
    end: datetime,
    *,
    practitioners: list[UUID] | None,
    location: UUID | None,
    actor: Actor,
) -> list[Slot]:
    """Free slots of four months at most, as this caller may book them."""
    whose, place = practitioners, location
    if start > clock.now() + LONGEST:
        return []
    end = min(end, start + LONGEST)
    if not actor.has_role(*PORTAL):
        return free_slots(whose, start=start, end=end, service=service, location=place, limit=MOST)
    if service is None or not is_self_booked(service):
        raise NotOnline
    return online_slots(service, start=start, end=end, practitioners=whose, location=place, limit=MOST)


def slot_text(schedule: Schedule, service: HealthcareService | None, slot: Slot, status: str) -> Json:
    """A Slot resource."""
    text: Json = {
        "resourceType": "Slot",
        "id": slot_id(schedule.id, service.id if service else None, slot.start),
        "schedule": {"reference": f"Schedule/{schedule.id}"},
        "status": status,
        "start": instant_text(slot.start),
        "end": instant_text(slot.end),
    }
    return text | ({"serviceType": [concept_of(service)]} if service else {})


def concept_of(service: HealthcareService) -> Json:
    """A kind of visit as a concept."""
    return {
        "coding": [{"system": SERVICES, "code": str(service.id), "display": service.name}],
        "text": service.name,
    }


def bundle_of(texts: list[Json], base: str, asked: str) -> bytes:
    """A searchset of resources that are made now."""
    entries = [
        {
            "fullUrl": f"{base}/{each['resourceType']}/{each['id']}",
            "resource": each,
            "search": {"mode": "match"},
        }
        for each in texts
    ]
    bundle: Json = {"resourceType": "Bundle", "type": "searchset", "total": len(texts)}
    bundle["link"] = [{"relation": "self", "url": f"{base}/{asked}"}]
    return write_json(bundle | ({"entry": entries} if entries else {}))


def service_named(values: list[str]) -> HealthcareService | None:
    """The kind of visit that is asked for, by the id of its HealthcareService; 400 if there is none."""
    if not values:
        return None
    key = key_of(values[0].rpartition("|")[2])
    found = HealthcareService.objects.filter(pk=key, active=True).first() if key else None
    if found is None:
        raise Trouble(400, "the kind of visit is the id of a HealthcareService of this clinic", code="value")
    return found


def span_of(values: list[str]) -> tuple[datetime, datetime]:
    """The instants between which a slot begins: `ge…` (or `gt…`) and `lt…` (or `le…`)."""
    start, end = clock.now(), None
    for value in values:
        sign, moment = value[:2], instant_of(value[2:])
        if moment is None or moment.tzinfo is None or sign not in ("ge", "gt", "lt", "le"):
            raise Trouble(400, "say start=ge… and start=lt… with an instant", path="http.start")
        if sign in ("ge", "gt"):
            start = max(start, moment)
        else:
            end = moment
    return start, end or min(start, clock.now() + LONGEST) + timedelta(days=7)


def count_of(values: list[str]) -> int:
    """How many at most."""
    is_number = bool(values) and values[0].isdecimal() and len(values[0]) < 9
    return min(int(values[0]), MOST) if is_number else USUAL


def key_of(reference: str) -> UUID | None:
    """The id in a reference of whatever form."""
    try:
        return UUID(reference.rpartition("/")[2])
    except ValueError:
        return None
