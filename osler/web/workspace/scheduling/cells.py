"""Visits and free times as they stand in a column: drawn without a template, for a full page has 1,200."""

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from osler.foundation.ui.statuses import status_look
from osler.web.workspace.scheduling.grid import Column, Entry, FreeEntry


def column_cells(column: Column) -> SafeString:
    """The list items of a column: what is closed, then what is free, then the visits."""
    book = escape(_("Book"))
    words = {stage: escape(status_look(stage).label) for stage in {one.stage for one in column.entries}}
    cells = [f'<li class="{classes}" aria-hidden="true"></li>' for classes in column.closed]
    cells += [_free_cell(one, book) for one in column.free]
    cells += [_visit_cell(one, words[one.stage]) for one in column.entries]
    return mark_safe("\n".join(cells))  # noqa: S308  whatever people wrote is escaped below


def _free_cell(free: FreeEntry, book: str) -> str:
    return f'<li class="{free.classes}"><a href="{escape(free.url)}">{free.time} {book}</a></li>'


def _visit_cell(entry: Entry, stage: str) -> str:
    since = entry.waiting_since
    waits = f'<span class="visit-wait" data-waiting-since="{since}"></span>' if since else ""
    icon = f'role="img" aria-label="{stage}"><use href="#look-{entry.stage}"/>'
    return (
        f'<li class="{entry.classes}" data-visit="{entry.key}" data-patient="{entry.patient_id}"'
        f' data-version="{entry.version}"><a class="visit-open" href="/appointments/{entry.key}/">'
        f'<span class="visit-who"><svg class="icon" {icon}</svg>'
        f'<span class="truncate">{escape(entry.name)}</span>{waits}</span>'
        f'<span class="visit-what">{escape(entry.text)}</span></a></li>'
    )
