"""Appointment/$find, $hold, $book (IHE ITI Scheduling, ITI-115 to 117) and $cancel, by the clinic's deeds."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.appointments.booking import book_appointment
from osler.clinic.scheduling.appointments.holds import confirm_hold, hold_slot
from osler.clinic.scheduling.appointments.together import cancel_together
from osler.clinic.scheduling.calendars.availability import Slot
from osler.clinic.scheduling.models import Appointment, Schedule
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import PORTAL
from osler.foundation.audit.access import record_access
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import HealthcareService
from osler.foundation.jobs.idempotency import Answer, answer_once, request_hash
from osler.interop.fhir.doors.chain import BASE, body_of_request, json_response
from osler.interop.fhir.doors.outcomes import Trouble
from osler.interop.fhir.doors.placing import judged
from osler.interop.fhir.doors.queries import pairs_of
from osler.interop.fhir.doors.slots import (
    Json,
    bookable,
    bundle_of,
    concept_of,
    key_of,
    require_sight,
    service_named,
)
from osler.interop.fhir.doors.tokens import Caller
from osler.interop.fhir.doors.writing import doing, wanted_version, written_text
from osler.interop.fhir.elements import instant_of, instant_text
from osler.interop.fhir.lossless import write_text
from osler.interop.fhir.slot_ids import named_by, slot_id
from osler.kernel import clock
from osler.kernel.errors import Missing

Asked = dict[str, list[Any]]
OPERATIONS = ("find", "hold", "book")
USUAL = 50
MOST_PLACES = 5


def operate(request: HttpRequest, caller: Caller, operation: str) -> HttpResponse:
    """Whichever of the three it is."""
    if operation not in OPERATIONS:
        raise Trouble(404, "there is no such operation")
    if operation == "find":
        return find(request, caller)
    if request.method != "POST":
        trouble = Trouble(405, f"${operation} changes something: send POST")
        trouble.headers["Allow"] = "POST"
        raise trouble
    asked = parameters_in(request)
    deed = {"hold": hold, "book": book}[operation]
    return changed(request, caller, "c", lambda: deed(asked, caller))


def find(request: HttpRequest, caller: Caller) -> HttpResponse:
    """$find: what could be booked, as proposed Appointments that are stored nowhere."""
    caller.need("Appointment", "s")
    asked = parameters_in(request) if request.method == "POST" else values_in(request)
    start, end = moment(asked, "start"), moment(asked, "end")
    with acting(caller.actor, request_id=caller.request_id):
        require_sight(caller.actor)
        service = service_named([str(one) for one in asked.get("visit-type", [])])
        if service is None:
            raise Trouble(400, "name the kind of visit as “visit-type”", code="required")
        whose = keys_in(asked, "practitioner") or None
        places: list[UUID | None] = [*keys_in(asked, "location-reference")] or [None]
        if len(places) > MOST_PLACES:
            raise Trouble(
                400, f"name {MOST_PLACES} places at most as “location-reference”", code="too-costly"
            )
        found = [
            slot
            for place in places
            for slot in bookable(
                service, max(start, clock.now()), end, practitioners=whose, location=place, actor=caller.actor
            )
        ]
        kept: dict[tuple[UUID, UUID | None], UUID] = {
            (one.practitioner_id, one.location_id): one.id for one in Schedule.objects.filter(active=True)
        }
        first = sorted(found, key=lambda one: one.start)[:USUAL]
        texts = [proposal_text(one, service, kept[one.practitioner_id, one.location_id]) for one in first]
        record_access(Schedule, detail="FHIR Appointment $find")
    base = f"{request.scheme}://{request.get_host()}{BASE}"
    return json_response(bundle_of(texts, base, "Appointment/$find"))


def hold(asked: Asked, caller: Caller) -> Appointment:
    """$hold: keep a proposed appointment for ten minutes."""
    slot, service = proposed(asked)
    patient = patient_in(asked, caller)
    return hold_slot(patient, slot=slot, service=service, reason=comment_in(asked), actor=caller.actor)


def book(asked: Asked, caller: Caller) -> Appointment:
    """$book: what is held, or at once what was proposed."""
    key = key_of(named_appointment(asked))
    if key is None:
        slot, service = proposed(asked)
        patient = patient_in(asked, caller)
        reason, actor = comment_in(asked), caller.actor
        return book_appointment(patient, slot=slot, service=service, reason=reason, actor=actor)
    rows = scoped(Appointment, caller.actor).select_related("service").select_for_update(of=("self",))
    held = rows.filter(pk=key).first()
    if held is None:
        raise Missing
    held.reason = comment_in(asked) or held.reason
    return confirm_hold(held, actor=caller.actor)


def cancel(request: HttpRequest, caller: Caller, appointment_id: UUID) -> HttpResponse:
    """$cancel, perhaps with a comment, perhaps with If-Match."""
    asked = parameters_in(request) if request.body else {}
    if_match = request.META.get("HTTP_IF_MATCH", "")
    version = wanted_version(if_match) if if_match else None

    def deed() -> Appointment:
        rows = scoped(Appointment, caller.actor).select_related("service").select_for_update(of=("self",))
        appointment = rows.filter(pk=appointment_id).first()
        if appointment is None:
            raise Missing
        reason = comment_in(asked)[:200]
        cancel_together(appointment, reason=reason, version=version, actor=caller.actor)
        return appointment

    return changed(request, caller, "u", deed)


def changed(
    request: HttpRequest, caller: Caller, letter: str, deed: Callable[[], Appointment]
) -> HttpResponse:
    """Do it in one transaction, once for each Idempotency-Key; the answer is the Appointment in a Bundle."""
    caller.need("Appointment", letter)

    def work() -> Answer:
        return Answer(200, f"Appointment/{deed().id}")

    with doing(caller):
        key = request.META.get("HTTP_IDEMPOTENCY_KEY", "")
        digest = request_hash("POST", request.path, request.body)
        actor_id = caller.actor.user_id
        answer = answer_once(key, actor_id=actor_id, request_hash=digest, work=work) if key else work()
        text, version, _updated_at = written_text(answer.location)
    base = f"{request.scheme}://{request.get_host()}{BASE}"
    link = write_text([{"relation": "self", "url": f"{base}/{answer.location}"}])
    bundle = (
        f'{{"resourceType":"Bundle","type":"searchset","total":1,"link":{link},"entry":['
        f'{{"fullUrl":"{base}/{answer.location}","resource":{text},"search":{{"mode":"match"}}}}]}}'
    )
    return json_response(bundle, ETag=f'W/"{version}"')


def proposal_text(slot: Slot, service: HealthcareService, schedule_id: UUID) -> Json:
    """A free slot as a proposed Appointment; its id is the slot's."""
    key = slot_id(schedule_id, service.id, slot.start)
    actors = [
        f"Practitioner/{slot.practitioner_id}",
        f"Location/{slot.location_id}",
        f"HealthcareService/{service.id}",
    ]
    return {
        "resourceType": "Appointment",
        "id": key,
        "status": "proposed",
        "serviceType": [concept_of(service)],
        "start": instant_text(slot.start),
        "end": instant_text(slot.end),
        "minutesDuration": service.duration_minutes,
        "slot": [{"reference": f"Slot/{key}"}],
        "participant": [{"actor": {"reference": each}, "status": "needs-action"} for each in actors],
    }


def proposed(asked: Asked) -> tuple[Slot, HealthcareService | None]:
    """The slot behind the reference to a proposed Appointment (or to a Slot)."""
    named = named_by(named_appointment(asked))
    if named is None:
        words = "“appointment-reference” names none that $find has proposed"
        raise Trouble(400, words, path="Parameters.parameter", code="value")
    return named.slot, named.service


def named_appointment(asked: Asked) -> str:
    """The id in `appointment-reference`."""
    return reference_in(next(iter(asked.get("appointment-reference", [])), "")).rpartition("/")[2]


def patient_in(asked: Asked, caller: Caller) -> Patient:
    """Whose appointment it is: of a patient's token always the patient's own, else as it is said."""
    key = caller.actor.patient_id if caller.actor.has_role(*PORTAL) else None
    if key is None:
        key = key_of(reference_in(next(iter(asked.get("patient-reference", [])), "")))
    patient = scoped(Patient, caller.actor).filter(pk=key).first() if key else None
    if patient is None:
        words = "name the patient as “patient-reference”"
        raise Trouble(400, words, path="Parameters.parameter", code="required")
    return patient


def comment_in(asked: Asked) -> str:
    return str(next(iter(asked.get("comment", [])), ""))[:300]


def moment(asked: Asked, name: str) -> datetime:
    """An instant that is wanted."""
    found = instant_of(next(iter(asked.get(name, [])), ""))
    if found is None or found.tzinfo is None:
        raise Trouble(400, f"name “{name}” as an instant", path="Parameters.parameter", code="required")
    return found


def reference_in(value: Any) -> str:
    """The words of a Reference, or of an address' parameter."""
    return str(value.get("reference", "")) if isinstance(value, dict) else str(value)


def keys_in(asked: Asked, name: str) -> list[UUID]:
    """The ids of references; 400 if one is no id of ours."""
    keys = [key_of(reference_in(one)) for one in asked.get(name, [])]
    if None in keys:
        words = f"“{name}” refers to nothing of this clinic"
        raise Trouble(400, words, path="Parameters.parameter", code="value")
    return [key for key in keys if key]


def parameters_in(request: HttpRequest) -> Asked:
    """The values of a Parameters resource, by name."""
    asked: Asked = {}
    for each in judged(body_of_request(request), "Parameters").get("parameter") or ():
        value = next((part for name, part in each.items() if name.startswith("value")), None)
        if value is not None:
            asked.setdefault(each["name"], []).append(value)
    return asked


def values_in(request: HttpRequest) -> Asked:
    """The values in the address."""
    asked: Asked = {}
    for name, value in pairs_of(request.META.get("QUERY_STRING", ""), ""):
        asked.setdefault(name, []).append(value)
    return asked
