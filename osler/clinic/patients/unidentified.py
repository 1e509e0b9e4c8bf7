"""Somebody whom nobody can name yet: registered in one action, named later without losing anything.

Two such people at once must not be mistaken for each other, so each is called by a word of the
radio alphabet that no other unidentified patient of the clinic has.
"""

from collections.abc import Collection, Mapping
from itertools import chain, count
from typing import Any
from uuid import UUID

from django.db import connection

from osler.clinic.patients.errors import AlreadyIdentified
from osler.clinic.patients.events import PatientRegistered
from osler.clinic.patients.models import Patient
from osler.clinic.patients.registration import change_patient, require_seen, save_with_numbers
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.jobs.outbox import announce

FAMILY = "Unidentified"
WORDS = [
    "Alfa",
    "Bravo",
    "Charlie",
    "Delta",
    "Echo",
    "Foxtrot",
    "Golf",
    "Hotel",
    "India",
    "Juliett",
    "Kilo",
    "Lima",
    "Mike",
    "November",
    "Oscar",
    "Papa",
    "Quebec",
    "Romeo",
    "Sierra",
    "Tango",
    "Uniform",
    "Victor",
    "Whiskey",
    "Xray",
    "Yankee",
    "Zulu",
]
_TAKE_TURNS = "SELECT pg_advisory_xact_lock(hashtextextended('unidentified ' || %s, 0))"


def register_unidentified(*, gender: str = Patient.Gender.UNKNOWN, actor: Actor) -> Patient:
    """A chart at once, under a name that no other unidentified patient has."""
    decide(actor, "register", Patient)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_TURNS, [str(actor.organization_id)])
    taken = set(scoped(Patient, actor).filter(is_unidentified=True).values_list("given", flat=True))
    names = chain(WORDS, (f"{word} {number}" for number in count(2) for word in WORDS))
    patient = Patient(
        given=next(name for name in names if name not in taken),
        family=FAMILY,
        gender=gender,
        is_unidentified=True,
        contact_by=Patient.ContactBy.NONE,
    )
    save_with_numbers(patient, actor=actor)
    announce(PatientRegistered(patient.id))
    return patient


def identify_patient(
    patient: Patient,
    *,
    changes: Mapping[str, Any],
    seen: Collection[UUID],
    version: int | None,
    actor: Actor,
) -> Patient:
    """Say who an unidentified patient is; what was recorded stays. A likely duplicate whom the clerk
    was not shown refuses it with LikelyDuplicate: then both charts are one person's."""
    decide(actor, "amend", patient)
    if not patient.is_unidentified:
        raise AlreadyIdentified
    named = Patient(**{name: value for name, value in changes.items() if value not in (None, "")})
    named.id = patient.id
    require_seen(named, seen=seen, actor=actor)
    return change_patient(patient, changes={**changes, "is_unidentified": False}, version=version)
