"""A patient's family at the desk: who belongs to it, who is left out of it, who moves along."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from osler.clinic.patients.families import (
    Member,
    family_of,
    join_family,
    leave_family,
    living_elsewhere,
    membership_of,
    move_household,
    protect_member,
    rejoin_family,
    unprotect_member,
)
from osler.clinic.patients.finding import find_patients
from osler.clinic.patients.models import FamilyMember, Patient
from osler.clinic.patients.placeholders import real_email, real_phone
from osler.clinic.patients.relations import guarantor_of, is_minor
from osler.clinic.patients.sharing import sharers
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may, scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.seen_version import as_seen, seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.ui.notices import notify
from osler.kernel import clock
from osler.kernel.errors import Missing, Refusal
from osler.web.workspace.acting import actor_of
from osler.web.workspace.patients.attached import done
from osler.web.workspace.patients.banner import banner_of
from osler.web.workspace.patients.family_forms import JoinForm
from osler.web.workspace.patients.reading import open_patient

DESK = (Role.RECEPTION, Role.NURSE)
SHOWN = 8
Deed = Callable[..., FamilyMember]

LEAVE, REJOIN, PROTECT, UNPROTECT = "leave", "rejoin", "protect", "unprotect"
DEEDS: dict[str, tuple[Deed, Promise, str]] = {
    LEAVE: (leave_family, gettext_lazy("%s no longer belongs to the family."), REJOIN),
    REJOIN: (rejoin_family, gettext_lazy("%s belongs to the family again."), LEAVE),
    PROTECT: (protect_member, gettext_lazy("%s is left out of the family card."), UNPROTECT),
    UNPROTECT: (unprotect_member, gettext_lazy("%s stands in the family card again."), PROTECT),
}


def family_card(patient: Patient, *, actor: Actor) -> dict[str, Any]:
    """The family for the desk's page: nothing clinical, of visits their time alone."""
    if not may(actor, "read", FamilyMember):
        return {}
    members = family_of(patient, actor=actor)
    coming = _coming(members, actor)
    return {
        "may_see_family": True,
        "may_change_family": may(actor, "amend", FamilyMember),
        "membership": membership_of(patient, actor=actor),
        "family": [(member, coming.get(member.patient.id)) for member in members],
        "moved_apart": bool(living_elsewhere(patient, actor=actor)) and bool(patient.line),
        "lacks_guarantor": is_minor(patient, on=clock.today()) and guarantor_of(patient) is None,
    }


def _coming(members: list[Member], actor: Actor) -> dict[UUID, Appointment]:
    """The next visit of each, if the role sees visits."""
    if not members or not may(actor, "read", Appointment):
        return {}
    rows = (
        scoped(Appointment, actor)
        .filter(
            patient_id__in=[one.patient.id for one in members],
            status=Appointment.Status.BOOKED,
            period_start__gte=clock.now(),
        )
        .only("id", "patient_id", "period", "zone", "period_start")
        .order_by("patient_id", "period_start", "id")
        .distinct("patient_id")
    )
    return {row.patient_id: row for row in rows}


@allow(*DESK, reads="Patient", methods=("GET", "POST"))
def join(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Let somebody who is a patient here belong to this patient's family."""
    actor = actor_of(request)
    patient = open_patient(request, patient_id, detail="family", action="amend")
    query = request.GET.get("q", "").strip()[:200]
    offered = _found(patient, query, actor) if query else _near(patient, actor)
    record_access(Patient, patients=[one.id for one in offered], detail="may be family")
    form = JoinForm(
        request.POST if request.method == "POST" else None,
        offered=offered,
        is_child=is_minor(patient, on=clock.today()),
    )
    if form.is_bound and form.is_valid():
        other = next(one for one in offered if str(one.id) == form.cleaned_data["other"])
        try:
            _join(patient, other, form.cleaned_data, actor)
        except Refusal as refusal:
            return _join_page(request, patient, form, query, refusal=refusal)
        record_access(Patient, patient=other.id, entity_id=other.id, detail="joined to a family")
        return done(request, patient, _("%s belongs to the family now.") % other)
    return _join_page(request, patient, form, query)


def _join_page(
    request: HttpRequest, patient: Patient, form: JoinForm, query: str, *, refusal: Refusal | None = None
) -> HttpResponse:
    """The search, and whoever it found or is near anyway."""
    if refusal is not None:
        form.add_error(None, str(refusal))
    status = refusal.status if refusal else 422 if form.is_bound else 200
    banner = banner_of(patient, actor=actor_of(request))
    context = {"patient": patient, "banner": banner, "form": form, "query": query}
    return render(request, "workspace/patients/family_join.html", context, status=status)


def _join(patient: Patient, other: Patient, wanted: dict[str, Any], actor: Actor) -> None:
    """The one who is no member yet joins the family of the one who is; else the other joins this one's."""
    if membership_of(patient, actor=actor) is None and membership_of(other, actor=actor) is not None:
        join_family(
            patient, relative=other, part=wanted["part"], relative_part=wanted["other_part"], actor=actor
        )
    else:
        join_family(
            other, relative=patient, part=wanted["other_part"], relative_part=wanted["part"], actor=actor
        )


@allow(*DESK, reads="Patient", methods=("GET", "POST"))
def move(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Who of the household moves along to this patient's address."""
    actor = actor_of(request)
    patient = open_patient(request, patient_id, detail="family", action="amend")
    others = living_elsewhere(patient, actor=actor)
    record_access(Patient, patients=[one.id for one in others], detail="address of the household")
    refusal = None
    if request.method == "POST":
        chosen = [one for one in others if str(one.id) in request.POST.getlist("moves")]
        versions = {one.id: _version(request, one) for one in chosen}
        try:
            move_household(chosen, address=patient, versions=versions, actor=actor)
        except Refusal as found:
            refusal = found
        else:
            words = ngettext("%d moves along.", "%d move along.", len(chosen))
            return done(request, patient, words % len(chosen))
    context = {
        "patient": patient,
        "banner": banner_of(patient, actor=actor),
        "others": others,
        "refusal": refusal,
    }
    return render(
        request, "workspace/patients/household.html", context, status=refusal.status if refusal else 200
    )


@allow(*DESK, methods=("POST",))
def change(request: HttpRequest, patient_id: UUID, member_id: UUID, deed: str) -> HttpResponse:
    """Leave the family, come back, be left out of its card, or stand in it again; each takes back another."""
    actor = actor_of(request)
    rows = scoped(FamilyMember, actor, "amend").select_related("patient")
    member = get_object_or_404(rows, id=member_id)
    _require_one_family(member, patient_id, actor)
    act, said, opposite = DEEDS[deed]
    act(member, version=seen_version(request), actor=actor)
    undo = as_seen(reverse(f"family-{opposite}", args=[patient_id, member.id]), member)
    notify(request, str(said) % member.patient, undo_url=undo)
    clinical = "?desk=1" if "desk" in request.GET else ""
    return redirect(reverse("patient", args=[patient_id]) + clinical)


def _require_one_family(member: FamilyMember, patient_id: UUID, actor: Actor) -> None:
    """The page's patient is of the member's family, as it is or as it was."""
    if not scoped(FamilyMember, actor).filter(family=member.family, patient_id=patient_id).exists():
        raise Missing


def _near(patient: Patient, actor: Actor) -> list[Patient]:
    """Who has the same phone or e-mail and is no member yet: most often it is one of these."""
    phone, email = real_phone(patient.phone), real_email(patient.email)
    rows = sharers("p", phone, patient, actor=actor) | sharers("e", email, patient, actor=actor)
    return _strangers(rows.order_by("family", "given", "id")[:SHOWN], patient, actor)


def _found(patient: Patient, query: str, actor: Actor) -> list[Patient]:
    """Whom the words mean, of those who are no member yet."""
    return _strangers(find_patients(query, actor=actor, limit=SHOWN), patient, actor)


def _strangers(people: Iterable[Patient], patient: Patient, actor: Actor) -> list[Patient]:
    known = {patient.id, *(one.patient.id for one in family_of(patient, actor=actor))}
    return [one for one in people if one.id not in known]


def _version(request: HttpRequest, patient: Patient) -> int:
    text = request.POST.get(f"version-{patient.id}", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0
