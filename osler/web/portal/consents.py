"""What I have signed: read again, and revoked."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from osler.clinic.intake.consenting import consents_of, revoke_consent
from osler.clinic.intake.models import Consent
from osler.clinic.patients.models import Patient
from osler.foundation.access.policy import scoped
from osler.foundation.access.seen_version import seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.ui.notices import notify
from osler.kernel.errors import Missing
from osler.web.portal.own import actor_of, own


@own("Consent", methods=("GET",))
def consents(request: HttpRequest, patient: Patient) -> HttpResponse:
    """`consents/`: every text that was signed, whole."""
    record_access(Consent, patient=patient.id)
    rows = list(consents_of(patient, actor=actor_of(request)))
    return render(request, "portal/consents.html", {"patient": patient, "consents": rows})


@own(reads="", methods=("POST",))
def revoke(request: HttpRequest, patient: Patient, consent_id: UUID) -> HttpResponse:
    """It holds no more."""
    actor = actor_of(request)
    found = scoped(Consent, actor, "revoke").filter(pk=consent_id).first()
    if found is None:
        raise Missing
    revoke_consent(found, version=seen_version(request), actor=actor)
    notify(request, _("The consent is revoked."))
    return redirect("portal-consents", patient.id)
