"""The clinic's refusals in the words of this door: status, place, and what the page would show beside."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.db import IntegrityError
from django.utils import translation

from osler.clinic.patients.errors import LikelyDuplicate
from osler.clinic.records.errors import UnsafeMedication
from osler.clinic.scheduling.calendars.availability import Slot
from osler.clinic.scheduling.errors import SlotTaken
from osler.interop.fhir.arrivals.arriving import Arriving
from osler.interop.fhir.doors.outcomes import CODES, Trouble
from osler.interop.fhir.tables import TABLES
from osler.interop.fhir.validation.problems import Issue
from osler.interop.fhir.validation.schema import SCHEMA
from osler.kernel.constraints import refusal_of
from osler.kernel.errors import Refusal

ISSUE_CODES = {
    "denied": "forbidden",
    "other-author": "forbidden",
    "not-found": "not-found",
    "required": "required",
    "already-recorded": "duplicate",
    "likely-duplicate": "duplicate",
    "business-rule": "business-rule",
    "invalid": "business-rule",
}
BEYOND = "a date or a number is beyond what can be kept"


def trouble_of(refusal: Refusal, resource_type: str = "") -> Trouble:
    """A refusal as an OperationOutcome will tell it; the API speaks English, as its references do."""
    status = refusal.status if refusal.status in CODES else 422
    path = place_of_field(resource_type, refusal.field)
    code = ISSUE_CODES.get(refusal.code, CODES[status])
    with translation.override("en"):
        trouble = Trouble(status, str(refusal), path=path, code=code)
        trouble.issues = [trouble.issues[0]._replace(refusal=refusal.code), *besides(refusal)]
    if isinstance(refusal, LikelyDuplicate):
        trouble.shown = tuple(one.patient.id for one in refusal.likenesses)
    return trouble


def place_of_field(resource_type: str, field: str) -> str:
    """The element that a field of a deed is in a resource; the whole resource if it is none."""
    if not resource_type:
        return field
    table = TABLES.get(resource_type)
    name = table.places.get(field, field) if table else field
    return (
        f"{resource_type}.{name}" if name.partition(".")[0] in elements_of(resource_type) else resource_type
    )


@lru_cache(maxsize=256)
def elements_of(resource_type: str) -> frozenset[str]:
    """The names of a type's elements."""
    return frozenset(SCHEMA.shape_of(resource_type).rules)


def besides(refusal: Refusal) -> list[Issue]:
    """What helps to go on: other times, the alerts, who is like."""
    if isinstance(refusal, SlotTaken):
        return [
            Issue(
                "",
                "informational",
                free_time(slot),
                "information",
                "free-time",
            )
            for slot in refusal.times
        ]
    if isinstance(refusal, UnsafeMedication):
        return [
            Issue(
                "",
                "business-rule" if alert.interrupts else "informational",
                ": ".join(part for part in (alert.title, alert.detail) if part),
                "warning" if alert.interrupts else "information",
                alert.kind,
            )
            for alert in refusal.alerts
        ]
    if isinstance(refusal, LikelyDuplicate):
        return [
            Issue(
                "",
                "duplicate",
                f"Patient/{one.patient.id} is the same person with a chance of {one.percent} %",
                "warning" if one.is_likely else "information",
                "likely-patient",
            )
            for one in refusal.likenesses
        ]
    return []


def free_time(slot: Slot) -> str:
    """A time as it may be asked for."""
    start = slot.local_start
    end = slot.end.astimezone(start.tzinfo)
    whose = f"Practitioner/{slot.practitioner_id}, Location/{slot.location_id}"
    return f"free: {start.isoformat()} to {end.isoformat()}, {whose}"


@contextmanager
def told(each: Arriving) -> Iterator[None]:
    """Whatever the clinic refuses inside is told with the place in this resource."""
    try:
        yield
    except Refusal as refusal:
        raise told_of(trouble_of(refusal, each.resource_type), each, refusal) from refusal
    except IntegrityError as error:
        raise told_of(trouble_of(refusal_of(error), each.resource_type), each) from error
    except OverflowError as error:
        raise told_of(Trouble(422, BEYOND, path=each.resource_type), each) from error


def told_of(trouble: Trouble, each: Arriving, refusal: Any = None) -> Trouble:
    """The trouble with its entry, and with the patient whose chart speaks out of it."""
    trouble.entry = each.arrival.index
    if isinstance(refusal, UnsafeMedication) and each.patient_id is not None:
        trouble.shown = (each.patient_id,)
    return trouble
