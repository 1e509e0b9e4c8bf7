"""The toast after a step in the chart, with the way back."""

from django.http import HttpRequest
from django.urls import reverse

from osler.clinic.records.mistakes.kinds import Entry, name_of
from osler.foundation.access.seen_version import as_seen
from osler.foundation.ui.notices import notify


def offer_undo(request: HttpRequest, text: str, row: Entry) -> None:
    """Say what was done to an entry; Undo leads from the version that this step has left."""
    notify(request, text, undo_url=as_seen(reverse("entry-undo", args=[name_of(row), row.id]), row))
