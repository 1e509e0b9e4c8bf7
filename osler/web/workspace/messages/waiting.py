"""Conversations that wait, as a section of the inbox."""

from django.urls import reverse
from django.utils.translation import gettext as _

from osler.clinic.communication.queries import waiting_threads
from osler.foundation.access.actors import Actor
from osler.web.workspace.inbox.entries import InboxEntry


def waiting_entries(actor: Actor) -> list[InboxEntry]:
    """One line for each conversation in which the patient wrote last."""
    return [
        InboxEntry(
            id=thread.id,
            patient_id=thread.patient_id,
            title=thread.patient.list_name,
            who=thread.patient.mrn,
            what=thread.subject if not thread.report_id else _("About a result: %s") % thread.subject,
            at=thread.last_message_at,
            url=reverse("thread", args=[thread.id]),
        )
        for thread in waiting_threads(actor)
    ]
