"""Which column is what: guessed, shown with what stands in it, and said by a person."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.importing.columns import FIELDS, NUMBER, Column
from osler.clinic.patients.importing.errors import FileForgotten
from osler.clinic.patients.importing.mapping import (
    DAY_FIRST,
    FILL,
    HOLD,
    MONTH_FIRST,
    REGISTER,
    SKIP,
    Mapping,
)
from osler.clinic.patients.importing.preparing import earlier_imports, map_columns, start_check
from osler.clinic.patients.importing.values import guessed_genders
from osler.clinic.patients.jobs import go_on
from osler.clinic.patients.models import ImportContent, Patient, PatientImport
from osler.foundation.access.routes import allow
from osler.foundation.access.seen_version import seen_version
from osler.foundation.audit.access import record_access
from osler.kernel.errors import Refusal
from osler.web.workspace.acting import actor_of
from osler.web.workspace.importing.listing import IMPORTERS, find_import

Choice = tuple[str, str | Promise]
DATES: list[Choice] = [
    ("", _("As each date says; unclear ones are refused")),
    (MONTH_FIRST, _("Month first: 07/14/1945")),
    (DAY_FIRST, _("Day first: 14/07/1945")),
]
KNOWN: list[Choice] = [
    (SKIP, _("Leave known patients as they are")),
    (FILL, _("Complete what is empty here; what differs stays and is listed")),
]
ALIKE: list[Choice] = [
    (HOLD, _("Hold the row back until somebody decides")),
    (REGISTER, _("Register anyway and put the pair on the list of possible duplicates")),
]


@dataclass(frozen=True)
class ShownColumn:
    """A column as the page shows it."""

    place: int
    heading: str
    filled: int
    examples: list[str]
    field: str
    issuer: str


@dataclass(frozen=True)
class ShownValue:
    """A value of the column of sexes, and what it means."""

    place: int
    value: str
    count: int
    gender: str = field(default="")


@allow(*IMPORTERS, reads="PatientImport", methods=("GET", "POST"))
def columns(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """The form; when it is sent, the check begins."""
    actor = actor_of(request)
    found = find_import(actor, import_id)
    content = ImportContent.objects.filter(patient_import_id=found.id).first()
    if content is None:
        raise FileForgotten
    sample = content.read_sample()
    record_access(PatientImport, entity_id=found.id, detail="columns of a file")
    if request.method != "POST":
        return _page(request, found, sample, Mapping.read(found.mapping))
    mapping = said_mapping(request.POST, sample)
    try:
        map_columns(found, mapping=mapping, version=seen_version(request), actor=actor)
        start_check(found, version=found.version, actor=actor)
    except Refusal as refusal:
        return _page(request, find_import(actor, import_id), sample, mapping, refusal)
    go_on(found)
    return redirect("import", import_id=found.id)


def said_mapping(post: QueryDict, sample: dict[str, Any]) -> Mapping:
    """What the form says."""
    said = {}
    for place in range(len(sample["header"])):
        if name := post.get(f"column-{place}", ""):
            issuer = post.get(f"issuer-{place}", "").strip()[:100] if name == NUMBER else ""
            said[place] = Column(name[:40], issuer)
    mapping = Mapping(said, post.get("dates", ""), {}, post.get("known", ""), post.get("alike", ""))
    genders = {
        one.value.casefold(): post.get(f"gender-{one.place}", one.gender)
        for one in _values(sample, mapping)
        if post.get(f"gender-{one.place}", one.gender)
    }
    return Mapping(said, mapping.dates, genders, mapping.known, mapping.alike)


def _values(sample: dict[str, Any], mapping: Mapping) -> list[ShownValue]:
    place = mapping.place_of("gender")
    counts = sample["columns"][place]["values"] if place is not None else {}
    guessed = guessed_genders(counts)
    return [
        ShownValue(
            number,
            value,
            count,
            mapping.genders.get(value.casefold()) or guessed.get(value.casefold(), ""),
        )
        for number, (value, count) in enumerate(counts.items())
    ]


def _date_doubt(sample: dict[str, Any], mapping: Mapping) -> str:
    """Whether the dates leave open what comes first, or say both."""
    place = mapping.place_of("birth_date")
    counts = sample["columns"][place]["dates"] if place is not None else {}
    if counts.get(MONTH_FIRST) and counts.get(DAY_FIRST):
        return "mixed"
    return "open" if counts.get("") and not (counts.get(MONTH_FIRST) or counts.get(DAY_FIRST)) else ""


def _page(
    request: HttpRequest,
    found: PatientImport,
    sample: dict[str, Any],
    mapping: Mapping,
    refusal: Refusal | None = None,
) -> HttpResponse:
    shown = []
    for place, (heading, column) in enumerate(zip(sample["header"], sample["columns"], strict=True)):
        said = mapping.columns.get(place, Column(""))
        issuer = said.issuer or heading
        shown.append(ShownColumn(place, heading, column["filled"], column["examples"], said.field, issuer))
    context = {
        "found": found,
        "columns": shown,
        "looked_at": sample["rows"],
        "fields": FIELDS.items(),
        "mapping": mapping,
        "values": _values(sample, mapping),
        "genders": Patient.Gender.choices,
        "dates": DATES,
        "date_doubt": _date_doubt(sample, mapping),
        "known": KNOWN,
        "alike": ALIKE,
        "earlier": earlier_imports(found, actor=actor_of(request)),
        "refusal": refusal,
    }
    status = refusal.status if refusal else 200
    return render(request, "workspace/importing/columns.html", context, status=status)
