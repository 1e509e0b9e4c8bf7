"""What a patient has signed, and the photos of the insurance card, at the desk."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from osler.clinic.intake.consenting import consents_of, revoke_consent
from osler.clinic.intake.models import CardPhoto, Consent
from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may, scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.access.seen_version import seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.ui.pictures import picture_response
from osler.web.workspace.acting import actor_of
from osler.web.workspace.patients.attached import done
from osler.web.workspace.patients.banner import banner_of
from osler.web.workspace.patients.reading import open_patient

READERS = (Role.RECEPTION, Role.NURSE, Role.PHYSICIAN, Role.PRIVACY)


def signed_card(patient: Patient, *, actor: Actor) -> dict[str, Any]:
    """Consents and card photos for the desk's page, as far as the role sees them."""
    photos = (
        scoped(CardPhoto, actor).filter(patient=patient)
        if may(actor, "read", CardPhoto)
        else CardPhoto.objects.none()
    )
    return {
        "may_see_consents": may(actor, "read", Consent),
        "consents": list(consents_of(patient, actor=actor)) if may(actor, "read", Consent) else [],
        "card_photos": list(photos.defer("content_sealed").order_by("-created_at", "-side", "id")),
    }


@allow(*READERS, reads="Consent", methods=("GET",))
def consent(request: HttpRequest, patient_id: UUID, consent_id: UUID) -> HttpResponse:
    """The text as it was signed, with the signature; to be printed."""
    patient = open_patient(request, patient_id, detail="consent")
    rows = scoped(Consent, actor_of(request)).select_related("form")
    found = get_object_or_404(rows, id=consent_id, patient=patient)
    context = {
        "patient": patient,
        "banner": banner_of(patient, actor=actor_of(request)),
        "consent": found,
        "title": found.form.title_es
        if found.language.startswith("es") and found.form.title_es
        else found.form.title,
        "body": found.form.body_es
        if found.language.startswith("es") and found.form.body_es
        else found.form.body,
        "may_revoke": may(actor_of(request), "revoke", Consent),
    }
    return render(request, "workspace/patients/consent.html", context)


@allow(Role.RECEPTION, Role.PRIVACY, methods=("POST",))
def revoke(request: HttpRequest, patient_id: UUID, consent_id: UUID) -> HttpResponse:
    """The patient wants it to hold no more."""
    require_patient(request, patient_id)
    rows = scoped(Consent, actor_of(request), "revoke").select_related("patient")
    found = get_object_or_404(rows, id=consent_id, patient_id=patient_id)
    revoke_consent(found, version=seen_version(request), actor=actor_of(request))
    return done(request, found.patient, _("The consent is revoked."))


@allow(Role.RECEPTION, Role.BILLING, reads="CardPhoto", methods=("GET",))
def card_photo(request: HttpRequest, patient_id: UUID, photo_id: UUID) -> HttpResponse:
    """A side of the insurance card."""
    found = get_object_or_404(scoped(CardPhoto, actor_of(request)), id=photo_id, patient_id=patient_id)
    record_access(CardPhoto, patient=patient_id, entity_id=found.id, detail="card photo")
    return picture_response(found.content, found.content_type, name=f"card-{found.side}")
