"""Who may act for me: seen by the patient, and a proxy's access ended by her."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from osler.clinic.patients.models import Patient
from osler.foundation.access.grants import end_grant, grants_of, restore_grant
from osler.foundation.access.models import PatientGrant
from osler.foundation.access.policy import may, scoped
from osler.foundation.access.seen_version import as_seen, seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.ui.notices import notify
from osler.kernel.errors import Missing
from osler.web.portal.own import actor_of, own


@own(methods=("GET",))
def sharing(request: HttpRequest, patient: Patient) -> HttpResponse:
    """`sharing/`: everybody who sees this record in the portal."""
    actor = actor_of(request)
    record_access(Patient, patient=patient.id, entity_id=patient.id, detail="portal access")
    context = {
        "patient": patient,
        "grants": grants_of(patient.id, actor=actor),
        "may_end": may(actor, "end", PatientGrant),
    }
    return render(request, "portal/sharing.html", context)


@own(reads="", methods=("POST",))
def end(request: HttpRequest, patient: Patient, grant_id: UUID) -> HttpResponse:
    """A proxy acts no more; Undo gives the access back."""
    grant = _grant(request, grant_id, "end")
    end_grant(grant, version=seen_version(request), actor=actor_of(request))
    undo = as_seen(reverse("portal-sharing-restore", args=[patient.id, grant.id]), grant)
    notify(request, _("%s has no access any more.") % grant.user.name, undo_url=undo)
    return redirect("portal-sharing", patient.id)


@own(reads="", methods=("POST",))
def restore(request: HttpRequest, patient: Patient, grant_id: UUID) -> HttpResponse:
    """Undo an end."""
    grant = _grant(request, grant_id, "restore")
    restore_grant(grant, version=seen_version(request), actor=actor_of(request))
    notify(request, _("%s has access again.") % grant.user.name)
    return redirect("portal-sharing", patient.id)


def _grant(request: HttpRequest, grant_id: UUID, action: str) -> PatientGrant:
    grant = scoped(PatientGrant, actor_of(request), action).select_related("user").filter(pk=grant_id).first()
    if grant is None:
        raise Missing
    return grant
