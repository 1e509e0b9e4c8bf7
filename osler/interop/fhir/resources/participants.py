"""Who and what takes part in an appointment, and whether each has said yes."""

from collections.abc import Iterator
from typing import Any

from django.db import models

from osler.clinic.scheduling.models import Appointment
from osler.interop.fhir.elements import Element, Json, Link, Values

ROLES = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
HELPS, WHERE = "SPRF", "LOC"
"""Further people (secondary performers) and further places: a room, a device where it stands."""
UNANSWERED = frozenset({Appointment.Status.PENDING, Appointment.Status.BOOKED})


class Participant(Link):
    """One of the participants: the patient, the practitioner or the place."""

    def __init__(self, column: str, resource_type: str) -> None:
        super().__init__("participant[].actor", column, resource_type)

    def read(self, resource: Json) -> Values:
        return super().read({"participant": [one for one in _participants(resource) if not _is_further(one)]})

    def write(self, resource: Json, values: Values) -> None:
        super().write(resource, values)
        for participant in _participants(resource):
            participant.setdefault("status", "accepted")


class Further(Element):
    """The room, and whatever else the visit holds; told alone, for the calendar finds them."""

    def bind(self, model: type[models.Model]) -> None:
        self.fields = []

    def values(self, row: Any) -> Values:
        places = [row.room_id, *row.also_places] if row.room_id else row.also_places
        said = [*(("Practitioner", one, HELPS) for one in row.also_people)]
        said += [*(("Location", one, WHERE) for one in dict.fromkeys(places))]
        return tuple((f"{kind}/{key}", role) for kind, key, role in said)

    def read(self, resource: Json) -> Values:
        return tuple(
            ((one.get("actor") or {}).get("reference"), role)
            for one in _participants(resource)
            for role in _roles(one)
            if role in (HELPS, WHERE)
        )

    def write(self, resource: Json, values: Values) -> None:
        others = [one for one in _participants(resource) if not _is_further(one)]
        resource["participant"] = others + [
            {
                "type": [{"coding": [{"system": ROLES, "code": role}]}],
                "actor": {"reference": reference},
                "status": "accepted",
            }
            for reference, role in values
        ]


class Answer(Element):
    """Whether the patient has said that he will come: `needs-action` until then."""

    def bind(self, model: type[models.Model]) -> None:
        self.fields = []

    def values(self, row: Any) -> Values:
        is_open = row.status in UNANSWERED and row.confirmed_at is None
        return ("needs-action" if is_open else "accepted",)

    def read(self, resource: Json) -> Values:
        return tuple({one.get("status") for one in _patients(resource)} or {"accepted"})

    def write(self, resource: Json, values: Values) -> None:
        for one in _patients(resource):
            one["status"] = values[0]


def _participants(resource: Json) -> list[Json]:
    return [one for one in resource.get("participant") or () if isinstance(one, dict)]


def _patients(resource: Json) -> list[Json]:
    def is_patient(one: Json) -> bool:
        return str((one.get("actor") or {}).get("reference", "")).startswith("Patient/")

    return [one for one in _participants(resource) if is_patient(one)]


def _is_further(participant: Json) -> bool:
    return any(role in (HELPS, WHERE) for role in _roles(participant))


def _roles(participant: Json) -> Iterator[str]:
    for concept in participant.get("type") or ():
        for coding in concept.get("coding") or ():
            if coding.get("system") == ROLES:
                yield str(coding.get("code"))
