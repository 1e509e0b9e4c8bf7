"""A new patient registered from the family's page: address, insurance and guarantor are carried over."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from osler.clinic.insurance.covering import add_coverage, coverage_on, days
from osler.clinic.insurance.models import Coverage
from osler.clinic.patients.desk_layout import layout_in_force
from osler.clinic.patients.errors import LikelyDuplicate
from osler.clinic.patients.families import join_family
from osler.clinic.patients.matching import Likeness
from osler.clinic.patients.models import FamilyMember, Patient, RelatedPerson
from osler.clinic.patients.relations import add_related_person, guarantor_of, is_minor
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may
from osler.foundation.access.routes import allow
from osler.foundation.audit.access import record_access
from osler.foundation.ui.notices import notify
from osler.kernel import clock
from osler.kernel.errors import Refusal
from osler.web.workspace.acting import actor_of
from osler.web.workspace.patients.banner import banner_of
from osler.web.workspace.patients.family_forms import MemberForm
from osler.web.workspace.patients.reading import open_patient
from osler.web.workspace.patients.registering import (
    REGISTRARS,
    ask_numbers,
    blame,
    likenesses,
    look,
    record_likenesses,
    register_from,
)

SHARED = ("family", "phone", "line", "city", "state", "postal_code", "language", "contact_by")
SELF, SAME = "self", "same"
CARRIED = ("payer", "plan", "plan_name", "group_number", "copay_amount", "priority")
Part = FamilyMember.Part


@allow(*REGISTRARS, reads="Patient", methods=("GET", "POST"))
def new(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The form with what the family shares, and the deeds: all of them or none."""
    actor = actor_of(request)
    relative = open_patient(request, patient_id, detail="family", action="amend")
    if request.method != "POST":
        return _page(request, relative, _form(relative, request), [])
    form = _form(relative, request)
    if not form.is_valid():
        return _page(request, relative, form, look(form, actor), status=422)
    try:
        with transaction.atomic():
            patient = register_from(form, request)
            _belong(patient, relative, form, actor)
    except LikelyDuplicate as refusal:
        return _page(request, relative, form, list(refusal.likenesses), status=409, is_warning=True)
    except Refusal as refusal:
        blame(form, refusal)
        return _page(request, relative, form, look(form, actor), status=refusal.status)
    patient.refresh_from_db(fields=["mrn"])
    record_access(Patient, patient=patient.id, entity_id=patient.id, detail="registered")
    notify(request, _("%(name)s is registered, MRN %(mrn)s.") % {"name": patient, "mrn": patient.mrn})
    return redirect("patient", patient_id=patient.id)


def _form(relative: Patient, request: HttpRequest) -> MemberForm:
    actor = actor_of(request)
    is_child = is_minor(relative, on=clock.today())
    payer = guarantor_of(relative)
    guarantors = [] if is_child else [(SELF, str(relative))]
    if payer is not None:
        guarantors.append((SAME, payer.name))
    cards = coverage_on(relative, clock.today(), actor=actor) if may(actor, "add", Coverage) else []
    cards = [one for one in cards if one.status == Coverage.Status.ACTIVE]
    initial: dict[str, Any] = {name: getattr(relative, name) for name in SHARED}
    initial |= {
        "part": Part.CHILD,
        "guarantor": guarantors[0][0] if guarantors else "",
        "coverages": [str(one.id) for one in cards],
    }
    data = request.POST if request.method == "POST" else None
    layout = layout_in_force(actor=actor)
    form = MemberForm(data, layout=layout, initial=initial, guarantors=guarantors, coverages=cards)
    ask_numbers(form, request)
    return form


def _belong(patient: Patient, relative: Patient, form: MemberForm, actor: Actor) -> None:
    is_child = is_minor(relative, on=clock.today())
    part = form.cleaned_data["part"]
    own_part = Part.CHILD if is_child else Part.PARENT
    join_family(patient, relative=relative, part=part, relative_part=own_part, actor=actor)
    _let_pay(patient, relative, form.cleaned_data["guarantor"], actor)
    for card in form.chosen():
        _insure(patient, relative, card, part, actor)


def _let_pay(patient: Patient, relative: Patient, choice: str, actor: Actor) -> None:
    payer = guarantor_of(relative)
    if choice == SELF:
        words = RelatedPerson.Relationship
        parent = {"female": words.MOTHER, "male": words.FATHER}.get(relative.gender, words.GUARDIAN)
        is_child = is_minor(patient, on=clock.today())
        person = RelatedPerson(
            name=str(relative),
            relative=relative,
            relationship=parent if is_child else words.OTHER,
            phone=relative.phone,
            email=relative.email,
            is_emergency_contact=True,
        )
    elif choice == SAME and payer is not None:
        names = ("name", "phone", "email", "birth_date", "gender", "line", "city", "state", "postal_code")
        person = RelatedPerson(
            relationship=payer.relationship,
            relative=payer.relative,
            **{name: getattr(payer, name) for name in names},
        )
    else:
        return
    person.patient, person.is_guarantor = patient, True
    add_related_person(person, actor=actor)


def _insure(patient: Patient, relative: Patient, card: Coverage, part: str, actor: Actor) -> None:
    """The same contract: its subscriber is whoever it was, or the one whose own card it is."""
    relationship = Coverage.Relationship
    is_own = card.relationship == relationship.SELF
    partner = relationship.SPOUSE if part == Part.PARENT else relationship.OTHER
    coverage = Coverage(
        patient=patient,
        relationship=relationship.CHILD if part == Part.CHILD else partner,
        subscriber_patient=relative if is_own else card.subscriber_patient,
        subscriber_name=card.subscriber_name,
        period=days(clock.today()),
        **{name: getattr(card, name) for name in CARRIED},
    )
    add_coverage(coverage, member_id=card.member_id, actor=actor)


def _page(
    request: HttpRequest,
    relative: Patient,
    form: MemberForm,
    found: list[Likeness],
    *,
    status: int = 200,
    is_warning: bool = False,
) -> HttpResponse:
    record_likenesses(found)
    context = {
        "patient": relative,
        "banner": banner_of(relative, actor=actor_of(request)),
        "form": form,
        **likenesses(found, actor_of(request)),
        "is_warning": is_warning,
    }
    return render(request, "workspace/patients/family_new.html", context, status=status)
