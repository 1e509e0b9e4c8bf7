"""The views of the FHIR routes: method to interaction."""

from django.http import HttpRequest, HttpResponse

from osler.interop.fhir.doors import bundles, everything, history, matching, reading, searching, writing
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


@door("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", public=True)
def nothing(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Anything else below the base: an OperationOutcome, not a page."""
    from osler.interop.fhir.doors.outcomes import Trouble  # noqa: PLC0415

    raise Trouble(404, "there is nothing at this address")
