"""The views of the FHIR routes: method to interaction."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from osler.interop.fhir.doors import (
    booking,
    bundles,
    everything,
    history,
    matching,
    reading,
    responding,
    searching,
    writing,
)
from osler.interop.fhir.doors import (
    slots as free_slots,
)
from osler.interop.fhir.doors.chain import door
from osler.interop.fhir.doors.tokens import Caller


@door("POST", reads="any resource")
def whole(request: HttpRequest, caller: Caller) -> HttpResponse:
    """[base]."""
    return bundles.bundle(request, caller)


@door("GET", "HEAD", "POST", reads="any resource")
def of_type(request: HttpRequest, caller: Caller, resource_type: str) -> HttpResponse:
    """[base]/[type]."""
    if request.method == "POST":
        return writing.create(request, caller, resource_type)
    return searching.search(request, caller, resource_type)


@door("POST", reads="any resource")
def search_by_form(request: HttpRequest, caller: Caller, resource_type: str) -> HttpResponse:
    """[base]/[type]/_search."""
    return searching.search(request, caller, resource_type)


@door("GET", "HEAD", "PUT", reads="any resource")
def instance(request: HttpRequest, caller: Caller, resource_type: str, resource_id: str) -> HttpResponse:
    """[base]/[type]/[id]."""
    if request.method == "PUT":
        return writing.update(request, caller, resource_type, resource_id)
    return reading.read(request, caller, resource_type, resource_id)


@door("GET", "HEAD", reads="any resource")
def versions(request: HttpRequest, caller: Caller, resource_type: str, resource_id: str) -> HttpResponse:
    """[base]/[type]/[id]/_history."""
    return history.history(request, caller, resource_type, resource_id)


@door("GET", "HEAD", reads="any resource")
def version(
    request: HttpRequest, caller: Caller, resource_type: str, resource_id: str, version_id: str
) -> HttpResponse:
    """[base]/[type]/[id]/_history/[version]."""
    return history.vread(request, caller, resource_type, resource_id, version_id)


@door("GET", "HEAD", reads="any resource")
def patient_everything(request: HttpRequest, caller: Caller, resource_id: str) -> HttpResponse:
    """[base]/Patient/[id]/$everything."""
    return everything.everything(request, caller, resource_id)


@door("POST", reads="any resource")
def patient_match(request: HttpRequest, caller: Caller) -> HttpResponse:
    """[base]/Patient/$match."""
    return matching.match(request, caller)


@door("GET", "HEAD", "POST", reads="any resource")
def slots(request: HttpRequest, caller: Caller) -> HttpResponse:
    """[base]/Slot: free time of our calendars is computed; other slots are resources as any."""
    if request.method == "POST":
        return writing.create(request, caller, "Slot")
    found = free_slots.search(request, caller)
    return found or searching.search(request, caller, "Slot")


@door("GET", "HEAD", "PUT", reads="any resource")
def slot(request: HttpRequest, caller: Caller, resource_id: str) -> HttpResponse:
    """[base]/Slot/[id]."""
    if request.method == "PUT":
        return writing.update(request, caller, "Slot", resource_id)
    found = free_slots.read(request, caller, resource_id)
    return found or reading.read(request, caller, "Slot", resource_id)


@door("GET", "POST", reads="any resource")
def appointments(request: HttpRequest, caller: Caller, operation: str) -> HttpResponse:
    """[base]/Appointment/$find, $hold, $book."""
    return booking.operate(request, caller, operation)


@door("POST", reads="any resource")
def appointment_cancel(request: HttpRequest, caller: Caller, appointment_id: UUID) -> HttpResponse:
    """[base]/Appointment/[id]/$cancel."""
    return booking.cancel(request, caller, appointment_id)


@door("GET", "HEAD", "POST", reads="any resource")
def appointment_responses(request: HttpRequest, caller: Caller) -> HttpResponse:
    """[base]/AppointmentResponse: an answer to a visit of ours is also done."""
    if request.method == "POST":
        return responding.respond(request, caller)
    return searching.search(request, caller, "AppointmentResponse")


@door("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", public=True)
def nothing(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Anything else below the base: an OperationOutcome, not a page."""
    from osler.interop.fhir.doors.outcomes import Trouble  # noqa: PLC0415

    raise Trouble(404, "there is nothing at this address")
