"""Numbers of a patient at the desk: of the clinic's types and of other systems; looked at while one types."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from osler.clinic.patients.finding import patients_with_number
from osler.clinic.patients.identifiers import Identifier
from osler.clinic.patients.models import IdentifierType, Patient, PatientIdentifier
from osler.clinic.patients.numbering import written
from osler.clinic.patients.registration import add_identifier, allot_identifier
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may, scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.seen_version import seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.directory.models import Location
from osler.kernel.errors import Missing, Refusal
from osler.web.workspace.acting import actor_of
from osler.web.workspace.patients.attached import done, form_page
from osler.web.workspace.patients.attached_forms import NumberForm
from osler.web.workspace.patients.desk_forms import NUMBER, checked_at_once
from osler.web.workspace.patients.reading import open_patient
from osler.web.workspace.scheduling.filters import read_id

DESK = (Role.RECEPTION, Role.NURSE)
SYSTEMS = {
    "DL": "urn:osler:drivers-license",
    "PPN": "urn:osler:passport",
    "MR": "urn:osler:mrn",
    "OTH": "urn:osler:other-number",
}


@allow(*DESK, reads="Patient", methods=("GET", "POST"))
def add_number(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Note a number of a type of the clinic's, or of another system."""
    actor = actor_of(request)
    patient = open_patient(request, patient_id, detail="numbers", action="amend")
    form = NumberForm(request.POST if request.method == "POST" else None, types=_types(actor))
    if form.is_bound and form.is_valid():
        try:
            add_identifier(patient, identifier=_typed(form), actor=actor)
        except Refusal as refusal:
            refusal.field = "value" if refusal.field == "identifier" else refusal.field
            return form_page(request, patient, form, title=_("Add a number"), refusal=refusal)
        return done(request, patient, _("The number is noted."))
    return form_page(request, patient, form, title=_("Add a number"))


def _typed(form: NumberForm) -> Identifier:
    kind, value = form.cleaned_data["kind"], form.cleaned_data["value"]
    if chosen := form.types.get(kind):
        return Identifier(chosen.system, value, chosen.type_code)
    issuer = form.cleaned_data["issuer"].strip().lower().replace(" ", "-")
    system = f"{SYSTEMS[kind]}:{issuer}" if issuer else SYSTEMS[kind]
    return Identifier(system, value, "" if kind == "OTH" else kind)


@allow(*DESK, methods=("POST",))
def allot_number(request: HttpRequest, patient_id: UUID, type_id: UUID) -> HttpResponse:
    """Give the patient the next number of a type."""
    actor = actor_of(request)
    patient = get_object_or_404(scoped(Patient, actor, "amend"), id=patient_id)
    patient.require_version(seen_version(request))
    kind = get_object_or_404(scoped(IdentifierType, actor), id=type_id, is_allotted=True, active=True)
    row = allot_identifier(patient, kind=kind, actor=actor)
    words = _("%(type)s %(number)s is allotted.") % {"type": kind.told_name, "number": row.number}
    return done(request, patient, words)


@allow(*DESK, reads="Patient", methods=("POST",))
def number_check(request: HttpRequest, name: str) -> HttpResponse:
    """The field that one has just left: the number as its type writes it, or what is wrong with it."""
    actor = actor_of(request)
    named = name.removeprefix(NUMBER) if name.startswith(NUMBER) else request.POST.get("kind", "")
    kind = scoped(IdentifierType, actor).filter(id=read_id(named), active=True).first()
    if kind is None and name != "value":
        raise Missing
    form = _OneField(request.POST, field=_field(name, kind), name=name)
    text = form.cleaned_data.get(name, "") if form.is_valid() else ""
    error, owners = _look(kind, text, actor) if kind and text else ("", [])
    record_access(Patient, patients=owners, detail="number check")
    if error:
        form.add_error(name, error)
    elif kind and text:
        field = _field(name, kind)
        field.help_text = _("Looks right.")
        form = _OneField({name: written(kind, text)}, field=field, name=name)
    return render(request, "workspace/patients/number_field.html", {"bound": form[name]})


class _OneField(forms.Form):
    """A form of one field that was looked at."""

    def __init__(self, data: Any, *, field: forms.Field, name: str) -> None:
        super().__init__(data)
        self.fields[name] = field


def _field(name: str, kind: IdentifierType | None) -> forms.CharField:
    is_named = kind is not None and name != "value"
    where = f" · {kind.location}" if kind and kind.location_id else ""
    label = f"{kind.told_name}{where}" if kind and is_named else _("Number")
    is_required = name == "value" or (kind is not None and kind.asked == IdentifierType.Asked.REQUIRED)
    return forms.CharField(
        label=label,
        max_length=100,
        required=is_required and not (is_named and where),
        help_text=kind.shape_words if kind else "",
        widget=forms.TextInput(attrs=checked_at_once(name)),
    )


def _look(kind: IdentifierType, text: str, actor: Actor) -> tuple[str, list[UUID]]:
    """What is wrong with a number, and of whom that was learnt."""
    try:
        number = written(kind, text)
    except Refusal as refusal:
        return str(refusal), []
    others = patients_with_number(number, actor=actor)
    rows = scoped(PatientIdentifier, actor).filter(system=kind.system, patient__in=others)
    owners = [row.patient_id for row in rows if row.number.upper() == number]
    return (_("Another patient already has this number.") if owners else ""), owners


def _types(actor: Actor) -> list[IdentifierType]:
    rows = scoped(IdentifierType, actor).filter(active=True, is_allotted=False)
    return list(rows.select_related("location").order_by("location__name", "name", "id"))


def sites_with_numbers(actor: Actor) -> list[Location]:
    """The sites that have numbers of their own, which one is asked for or given at registration."""
    kinds = scoped(IdentifierType, actor).filter(active=True, location__isnull=False)
    ids = {kind.location_id for kind in kinds if kind.is_allotted or kind.asked != IdentifierType.Asked.NO}
    if not ids:
        return []
    sites = scoped(Location, actor).filter(form=Location.Form.SITE, status=Location.Status.ACTIVE)
    return list(sites.defer("resource").order_by("name", "id"))


@dataclass(frozen=True)
class Known:
    """A number as the desk reads it: what kind, of which site, whether it is an old one."""

    row: PatientIdentifier
    label: str
    site: str = ""
    is_old: bool = False


def numbers_of_patient(patient: Patient, *, actor: Actor) -> list[Known]:
    """All numbers, those of the clinic's own types first."""
    rows = list(scoped(PatientIdentifier, actor).filter(patient=patient).order_by("system", "id"))
    types = scoped(IdentifierType, actor).filter(system__in={row.system for row in rows})
    kinds = {one.system: one for one in types.select_related("location")}
    sole = {row.system for row in rows if row.is_sole}
    found = []
    for row in rows:
        kind = kinds.get(row.system)
        label = kind.told_name if kind else " · ".join(filter(None, (row.type_code, row.system)))
        site = str(kind.location) if kind and kind.location_id else ""
        found.append(Known(row, label, site, row.system in sole and not row.is_sole))
    return sorted(found, key=lambda one: one.row.system not in kinds)


def allottable(patient: Patient, *, actor: Actor) -> list[IdentifierType]:
    """The types of which the clinic can give the patient a number that he has not."""
    if not may(actor, "amend", PatientIdentifier):
        return []
    have = scoped(PatientIdentifier, actor).filter(patient=patient).values("system")
    rows = scoped(IdentifierType, actor).filter(active=True, is_allotted=True).exclude(system__in=have)
    return list(rows.select_related("location").order_by("name", "id"))
