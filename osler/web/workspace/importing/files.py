"""What is given back as CSV."""

from collections.abc import Iterator
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from osler.clinic.patients.importing.reporting import alike_lines, refused_lines
from osler.clinic.patients.models import PatientImport
from osler.foundation.access.routes import allow
from osler.foundation.audit.access import record_access
from osler.foundation.sheets.writing import write_csv
from osler.web.workspace.acting import actor_of
from osler.web.workspace.importing.listing import IMPORTERS, find_import


@allow(*IMPORTERS, reads="PatientImport", methods=("GET",))
def refused(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """The refused rows as they came, with row, column and reason: to be mended and sent again."""
    actor = actor_of(request)
    found = find_import(actor, import_id)
    record_access(PatientImport, entity_id=found.id, action="E", detail="refused rows as CSV")
    return _file("refused", refused_lines(found, actor=actor))


@allow(*IMPORTERS, reads="PatientImport", methods=("GET",))
def alike(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Whom rows resemble."""
    actor = actor_of(request)
    found = find_import(actor, import_id)
    record_access(PatientImport, entity_id=found.id, action="E", detail="likely duplicates as CSV")
    return _file("duplicates", alike_lines(found, actor=actor))


def _file(name: str, lines: Iterator[list[object]]) -> HttpResponse:
    """With the mark by which spreadsheets know UTF-8."""
    response = HttpResponse("\ufeff" + write_csv(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
