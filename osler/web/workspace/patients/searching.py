"""What stands under the search box and in the palette."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from osler.clinic.patients.finding import find_patients, patients_with_number
from osler.clinic.patients.models import Patient
from osler.clinic.patients.queries import former_numbers, with_namesakes
from osler.clinic.patients.similar_names import confusable_in
from osler.clinic.records.models import ServiceRequest
from osler.foundation.access.policy import may, scoped
from osler.foundation.access.roles import STAFF, Role
from osler.foundation.access.routes import allow
from osler.foundation.audit.access import record_access
from osler.web.workspace.acting import actor_of
from osler.web.workspace.patients.faces import face_urls
from osler.web.workspace.scheduling.filters import read_id

SHOWN = 8


@allow(*STAFF, reads="Patient", methods=("GET",))
def search(request: HttpRequest) -> HttpResponse:
    """Patients whom the words mean; without scripts, the list page answers."""
    query = request.GET.get("q", "").strip()[:200]
    if not request.htmx:  # type: ignore[attr-defined]
        return HttpResponseRedirect(f"{reverse('patients')}?{urlencode({'q': query})}")
    actor = actor_of(request)
    found = find_patients(query, actor=actor, limit=SHOWN)
    record_access(Patient, patients=[one.id for one in found], detail="search")
    context = {
        "query": query,
        "found": found,
        "namesakes": with_namesakes(found.patients, actor=actor),
        "confusable": confusable_in((one.id, one.given, one.family) for one in found.patients),
        "faces": face_urls([one.id for one in found.patients], actor=actor),
        "former": former_numbers(found.patients, actor=actor),
        "more_url": f"{reverse('patients')}?{urlencode({'q': query})}" if found.after else "",
        "may_register": may(actor, "register", Patient),
    }
    return render(request, "workspace/patients/search.html", context)


@allow(*STAFF, reads="Patient", methods=("GET",))
def scan(request: HttpRequest) -> HttpResponse:
    """What a scanner read: the code of a wristband, label or card opens the chart, the code of a
    specimen its order; any other is looked for."""
    actor, code = actor_of(request), request.GET.get("code", "").strip()[:200]
    order = read_id(code) if actor.has_role(Role.LAB) else None
    if order and scoped(ServiceRequest, actor).filter(id=order).exists():
        return redirect("lab-order", order)
    found = patients_with_number(code, actor=actor)
    record_access(Patient, patients=[one.id for one in found], detail="scan")
    if len(found) == 1:
        return redirect("patient", found[0].id)
    return redirect(f"{reverse('patients')}?{urlencode({'q': code})}")
