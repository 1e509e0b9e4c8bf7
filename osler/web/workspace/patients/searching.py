"""What stands under the search box and in the palette."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from osler.clinic.patients.finding import find_patients
from osler.clinic.patients.models import Patient
from osler.clinic.patients.queries import former_numbers, with_namesakes
from osler.foundation.access.policy import may
from osler.foundation.access.roles import STAFF
from osler.foundation.access.routes import allow
from osler.foundation.audit.access import record_access
from osler.web.workspace.acting import actor_of

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
        "former": former_numbers(found.patients, actor=actor),
        "more_url": f"{reverse('patients')}?{urlencode({'q': query})}" if found.after else "",
        "may_register": may(actor, "register", Patient),
    }
    return render(request, "workspace/patients/search.html", context)
