"""Which other chart is this person's: by the usual search, or one of those that are alike."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from osler.clinic.patients.finding import find_patients
from osler.clinic.patients.matching import likely_duplicates
from osler.clinic.patients.models import Patient
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.audit.access import record_access
from osler.web.workspace.acting import actor_of
from osler.web.workspace.patients.banner import banner_of
from osler.web.workspace.patients.faces import face_urls
from osler.web.workspace.patients.reading import open_patient

WHO = (Role.RECEPTION, Role.NURSE, Role.PHYSICIAN, Role.ADMINISTRATOR, Role.PRIVACY)
SHOWN = 20


@allow(*WHO, reads="Patient", methods=("GET",))
def choose(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Find the other chart; the one that is open remains unless somebody turns them round."""
    actor = actor_of(request)
    patient = open_patient(request, patient_id, detail="merge: choosing the other chart")
    query = request.GET.get("q", "").strip()[:200]
    if query:
        found = [one for one in find_patients(query, actor=actor, limit=SHOWN) if one.id != patient.id]
        rows = [(one, None) for one in found]
    else:
        alike = [one for one in likely_duplicates(patient, actor=actor) if one.patient.id != patient.id]
        rows = [(one.patient, one) for one in alike[:SHOWN]]
    record_access(Patient, patients=[one.id for one, _like in rows], detail="merge: the other chart")
    context = {
        "patient": patient,
        "banner": banner_of(patient, actor=actor),
        "query": query,
        "rows": rows,
        "faces": face_urls([one.id for one, _like in rows], actor=actor),
    }
    return render(request, "workspace/merging/choose.html", context)
