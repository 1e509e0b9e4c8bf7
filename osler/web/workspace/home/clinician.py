"""A physician's home: the own day, results, messages, notes that are not signed."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from osler.clinic.records.models import ClinicalNote
from osler.clinic.scheduling.queries import SheetRow
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.kernel import clock
from osler.web.workspace.home.day import SHOWN, day_panel, queue_tile, visits_tile, waiting_tile
from osler.web.workspace.home.panels import Line, Panel, Part, Tile
from osler.web.workspace.inbox.entries import InboxEntry
from osler.web.workspace.inbox.sections import SECTIONS


def physician_home(actor: Actor, sheet: list[SheetRow]) -> Part:
    """Everything that waits for this physician and nobody else."""
    mine = [row for row in sheet if row.practitioner_id == actor.practitioner_id]
    inbox = {section.key: section.entries(actor) for section in SECTIONS}
    notes = _unsigned(actor)
    return Part(
        tiles=[
            visits_tile(mine),
            waiting_tile(mine, clock.now()),
            queue_tile(actor),
            *(_inbox_tile(section.key, section.label, inbox[section.key]) for section in SECTIONS),
            Tile(
                _("Unsigned notes"),
                len(notes),
                url=notes[0].url if notes else "",
                tone="warn" if notes else "",
            ),
        ],
        panels=[day_panel(mine), _inbox_panel(inbox), _notes_panel(notes)],
    )


def _inbox_tile(key: str, label: object, entries: list[InboxEntry]) -> Tile:
    urgent = sum(entry.rank == 0 for entry in entries)
    return Tile(
        str(label),
        len(entries),
        note=ngettext("%(count)s critical", "%(count)s critical", urgent) % {"count": urgent}
        if urgent
        else "",
        url=f"{reverse('inbox')}?section={key}",
        tone="danger" if urgent else "",
    )


def _inbox_panel(inbox: dict[str, list[InboxEntry]]) -> Panel:
    entries = sorted(
        (entry for found in inbox.values() for entry in found),
        key=lambda entry: (entry.rank, entry.at or clock.now()),
    )
    return Panel(
        "inbox",
        _("Inbox"),
        [
            Line(
                title=entry.title,
                url=entry.url,
                detail=entry.what,
                patient_id=entry.patient_id,
                status=entry.flag,
                at=entry.at,
            )
            for entry in entries[:SHOWN]
        ],
        empty=_("No result and no message waits for you."),
        count=len(entries),
        url=reverse("inbox"),
        more=_("Inbox"),
        beside=True,
    )


def _unsigned(actor: Actor) -> list[Line]:
    notes = (
        scoped(ClinicalNote, actor, "sign")
        .filter(author_id=actor.practitioner_id, status=ClinicalNote.Status.PRELIMINARY)
        .select_related("patient", "encounter")
        .defer("resource", "patient__resource", "encounter__resource")
        .order_by("created_at", "id")
    )
    return [
        Line(
            title=note.patient.list_name,
            url=reverse("encounter", args=[note.encounter_id]),
            detail=note.title,
            birth_date=note.patient.birth_date,
            mrn=note.patient.mrn,
            patient_id=note.patient_id,
            at=note.created_at,
        )
        for note in notes
    ]


def _notes_panel(notes: list[Line]) -> Panel:
    return Panel(
        "notes",
        _("Notes to sign"),
        notes[:SHOWN],
        empty=_("All your notes are signed."),
        count=len(notes),
        beside=True,
    )
