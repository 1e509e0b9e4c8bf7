"""Which version of a row somebody saw who now acts on it (A43)."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from osler.foundation.audit.rows import Row


def seen_version(request: HttpRequest, *, name: str = "version") -> int:
    """The version that the form, or the address of an Undo, was opened with; 0, which no row has and
    every deed refuses as stale, if it names none."""
    text = request.POST.get(name) or request.GET.get(name) or ""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def form_version(request: HttpRequest, row: Row) -> int:
    """The version that a form about a row carries: the row's when it is opened, and afterwards the one
    that it was opened with, however often it is refused and shown again."""
    return seen_version(request) if request.method == "POST" else row.version


def as_seen(address: str, row: Row, **more: Any) -> str:
    """The address of a button that acts on a row as it is now: of this patient, in this version."""
    patient = getattr(row, "patient_id", None)
    said = {"patient": patient} if patient else {}
    return f"{address}?{urlencode({**said, 'version': row.version, **more})}"
