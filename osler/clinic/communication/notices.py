"""Notices: short mails that something waits, in the patient's language, without health data."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from osler.clinic.communication.errors import AlreadyQueued
from osler.clinic.communication.events import NoticeQueued
from osler.clinic.communication.models import Notice
from osler.clinic.patients.models import Patient
from osler.foundation.jobs.outbox import announce
from osler.kernel.constraints import declare, refusals

declare("notice_sent_once", AlreadyQueued)


def wordings() -> dict[str, tuple[str, str]]:
    """Subject and sentence of each kind, in the language that is active."""
    return {
        "message": (_("You have a new message"), _("Your clinic has written to you.")),
        "result": (_("A new document is there for you"), _("Something new is in your record.")),
        "appointment-booked": (_("Your visit is booked"), _("You have a new appointment.")),
        "appointment-moved": (_("Your visit was moved"), _("One of your appointments has a new time.")),
        "appointment-cancelled": (
            _("Your visit was cancelled"),
            _("One of your appointments was cancelled."),
        ),
        "invoice": (_("You have a new invoice"), _("A new invoice is there for you.")),
    }


def queue_notice(patient: Patient, *, kind: str, occasion: str) -> Notice | None:
    """Queue one mail for one occasion, whatever is retried; None if the patient wants no mail."""
    if not patient.email or patient.contact_by != Patient.ContactBy.EMAIL:
        return None
    language = "es" if patient.language.startswith("es") else "en"
    with translation.override(language):
        subject, sentence = wordings()[kind]
        body = "\n\n".join([sentence, _("Please sign in to read it:"), f"{site_address()}/portal/"])
    notice = Notice(
        patient=patient,
        effect_key=f"{kind}:{occasion}",
        kind=kind,
        to_address=patient.email,
        language=language,
        subject=subject,
        body=body,
    )
    try:
        with refusals():
            notice.save()
    except AlreadyQueued:
        return None
    announce(NoticeQueued(notice.id, patient.organization_id))
    return notice


def site_address() -> str:
    """The address of the pages as patients reach them."""
    origins = settings.CSRF_TRUSTED_ORIGINS
    return str(origins[0]) if origins else f"http://{settings.CONFIG.host}:{settings.CONFIG.port}"
