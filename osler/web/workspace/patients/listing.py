"""The list of patients: search, filters, pages, and the whole as CSV."""

import csv
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from osler.clinic.patients.finding import find_patients
from osler.clinic.patients.models import MatchPair, Patient, PatientImport
from osler.clinic.patients.queries import former_numbers, patient_list, with_namesakes
from osler.clinic.patients.similar_names import confusable_in
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, may, scoped
from osler.foundation.access.roles import STAFF, Role
from osler.foundation.access.routes import allow
from osler.foundation.audit.access import record_access
from osler.foundation.sheets.writing import harmless
from osler.foundation.ui.shell import KeysetPage, Tab
from osler.web.workspace.acting import actor_of
from osler.web.workspace.patients.faces import face_urls

PAGE = 50
MOST_EXPORTED = 100_000
ACTIVE = {"": True, "inactive": False, "all": None}
GENDERS = ("", *Patient.Gender.values)


@dataclass(frozen=True)
class ListRequest:
    """What the address asks for."""

    query: str
    status: str
    gender: str
    after: str
    before: str

    @classmethod
    def read(cls, request: HttpRequest) -> "ListRequest":
        get = request.GET
        status, gender = get.get("status", ""), get.get("gender", "")
        return cls(
            query=get.get("q", "").strip()[:200],
            status=status if status in ACTIVE else "",
            gender=gender if gender in GENDERS else "",
            after=get.get("after", "")[:1000],
            before=get.get("before", "")[:1000],
        )

    def url(self, **changes: str) -> str:
        """The address with something else asked for; pages begin anew."""
        asked = {"q": self.query, "status": self.status, "gender": self.gender} | changes
        said = urlencode({name: value for name, value in asked.items() if value})
        return reverse("patients") + (f"?{said}" if said else "")


@allow(*STAFF, reads="Patient", methods=("GET",))
def patients(request: HttpRequest) -> HttpResponse:
    """All patients by name, or those whom the words mean."""
    actor, asked = actor_of(request), ListRequest.read(request)
    context = _found(asked, actor) if asked.query else _listed(asked, actor)
    shown: list[Patient] = context["patients"]
    record_access(Patient, patients=[one.id for one in shown], detail="patient list")
    context |= {
        "asked": asked,
        "namesakes": with_namesakes(shown, actor=actor),
        "confusable": confusable_in((one.id, one.given, one.family) for one in shown),
        "faces": face_urls([one.id for one in shown], actor=actor),
        "former": former_numbers(shown, actor=actor),
        "statuses": _statuses(asked),
        "genders": [(asked.url(gender=value), value, asked.gender == value) for value in GENDERS],
        "may_register": may(actor, "register", Patient),
        "may_decide": may(actor, "decide", MatchPair),
        "may_import": may(actor, "prepare", PatientImport),
        "csv_url": _csv_url(asked) if may(actor, "export", Patient) and not asked.query else "",
    }
    is_fragment = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    template = "workspace/patients/rows.html" if is_fragment else "workspace/patients/list.html"
    return render(request, template, context)


def _found(asked: ListRequest, actor: Actor) -> dict[str, Any]:
    found = find_patients(asked.query, actor=actor, limit=PAGE, after=asked.after)
    following = asked.url(after=found.after) if found.after else ""
    previous = asked.url() if asked.after else ""
    return {
        "patients": found.patients,
        "similar": found.similar,
        "page": KeysetPage(len(found), next_url=following, previous_url=previous),
    }


def _listed(asked: ListRequest, actor: Actor) -> dict[str, Any]:
    page = patient_list(
        actor,
        active=ACTIVE[asked.status],
        gender=asked.gender,
        limit=PAGE,
        after=asked.after,
        before=asked.before,
    )
    return {
        "patients": page.patients,
        "similar": frozenset[UUID](),
        "page": KeysetPage(
            len(page.patients),
            next_url=asked.url(after=page.after) if page.after else "",
            previous_url=asked.url(before=page.before) if page.before else "",
        ),
    }


def _statuses(asked: ListRequest) -> list[Tab]:
    words = {"": _("Active"), "inactive": _("Inactive"), "all": _("All")}
    return [Tab(word, asked.url(status=key), asked.status == key) for key, word in words.items()]


def _csv_url(asked: ListRequest) -> str:
    return asked.url().replace(reverse("patients"), reverse("patients-csv"), 1)


@allow(Role.RECEPTION, Role.PRIVACY, reads="Patient", methods=("GET",))
def patients_csv(request: HttpRequest) -> HttpResponse:
    """The filtered list as a file; that it was taken, and who is in it, is written down."""
    actor, asked = actor_of(request), ListRequest.read(request)
    decide(actor, "export", Patient)
    rows = scoped(Patient, actor, "export").filter(replaced_by=None).defer("resource")
    is_active = ACTIVE[asked.status]
    if is_active is not None:
        rows = rows.filter(active=is_active)
    if asked.gender:
        rows = rows.filter(gender=asked.gender)
    people = list(rows.order_by("family", "given", "id")[:MOST_EXPORTED])
    record_access(Patient, patients=[one.id for one in people], detail="patients as CSV", action="E")
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="patients.csv"'
    writer = csv.writer(response)
    writer.writerow(["MRN", "Family", "Given", "Born", "Sex", "Phone", "E-mail", "City"])
    writer.writerows(map(_csv_row, people))
    return response


def _csv_row(one: Patient) -> list[str]:
    born = one.birth_date.isoformat() if one.birth_date else ""
    cells = [one.mrn, one.family, one.given, born, one.gender, one.phone, one.email, one.city]
    return [harmless(cell) for cell in cells]
