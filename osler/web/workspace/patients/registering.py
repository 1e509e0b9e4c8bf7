"""Registration: one page, likely duplicates beside the form while the clerk types."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from osler.clinic.insurance.covering import add_coverage, days
from osler.clinic.insurance.models import Coverage, Payer
from osler.clinic.intake.card_reading import forget_readings, sides_of
from osler.clinic.intake.models import CardReading
from osler.clinic.patients.at_the_desk import numbers_asked, register_at_desk
from osler.clinic.patients.desk_layout import layout_in_force
from osler.clinic.patients.errors import LikelyDuplicate
from osler.clinic.patients.matching import Likeness, likely_duplicates
from osler.clinic.patients.models import Patient, RelatedPerson
from osler.clinic.patients.relations import add_related_person
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may, scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.audit.access import record_access
from osler.foundation.ui.notices import notify
from osler.kernel import clock
from osler.kernel.errors import Refusal
from osler.web.workspace.acting import actor_of
from osler.web.workspace.patients.cards import Panel, identity_panel
from osler.web.workspace.patients.desk_forms import SITE
from osler.web.workspace.patients.faces import face_urls
from osler.web.workspace.patients.forms import RegistrationForm
from osler.web.workspace.patients.numbers import sites_with_numbers
from osler.web.workspace.scheduling.filters import read_id

AT_SITE = "osler_site"
REGISTRARS = (Role.RECEPTION, Role.NURSE)


@allow(*REGISTRARS, reads="Patient", methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """The form, and the deed."""
    actor = actor_of(request)
    if request.method == "POST":
        return _register(request, actor)
    panel = identity_panel(actor=actor)
    accepted = panel.initial(request)
    form = _form(request, actor, initial=_from_search(request) | accepted)
    found = likely_duplicates(Patient(**accepted), actor=actor) if accepted else []
    return _page(request, form, found, panel=panel)


def _form(request: HttpRequest, actor: Actor, **given: Any) -> RegistrationForm:
    """The form as it is set here now, with the numbers that this clinic asks for."""
    data = request.POST if request.method == "POST" else None
    layout = layout_in_force(actor=actor)
    form = RegistrationForm(data, layout=layout, payers=_payers(actor), **given)
    ask_numbers(form, request)
    return form


def ask_numbers(form: RegistrationForm, request: HttpRequest) -> None:
    """Ask for the numbers that this clinic wants of its patients, at the site of this computer."""
    actor, site = actor_of(request), read_id(request.COOKIES.get(AT_SITE, "")[:40])
    form.ask_numbers(numbers_asked(actor=actor), sites_with_numbers(actor), site)


def _from_search(request: HttpRequest) -> dict[str, Any]:
    """Words that were searched in vain begin the form."""
    words = [word for word in request.GET.get("q", "")[:200].replace(",", " ").split() if word.isalpha()]
    return {"given": " ".join(words[:-1]), "family": words[-1]} if len(words) > 1 else {}


def _register(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = _form(request, actor)
    if not form.is_valid():
        return _page(request, form, look(form, actor), status=422)
    try:
        with transaction.atomic():
            patient = register_from(form, request)
            _add_insurance(patient, form, actor)
            forget_readings(sides_of(None, kind=CardReading.Kind.IDENTITY, actor=actor).readings)
    except LikelyDuplicate as refusal:
        return _page(request, form, list(refusal.likenesses), status=409, is_warning=True)
    except Refusal as refusal:
        blame(form, refusal)
        return _page(request, form, look(form, actor), status=refusal.status)
    patient.refresh_from_db(fields=["mrn"])
    record_access(Patient, patient=patient.id, entity_id=patient.id, detail="registered")
    notify(request, _("%(name)s is registered, MRN %(mrn)s.") % {"name": patient, "mrn": patient.mrn})
    if request.POST.get("then") == "book":
        return _at_site(redirect(f"{reverse('appointment-new')}?patient={patient.id}"), form)
    return _at_site(redirect("patient", patient_id=patient.id), form)


def register_from(form: RegistrationForm, request: HttpRequest) -> Patient:
    """Register who stands on the page, with the emergency contact."""
    actor = actor_of(request)
    patient = register_at_desk(
        Patient(**form.person()),
        typed=form.typed(),
        identifiers=form.numbers(),
        seen=seen_likenesses(request),
        site=form.cleaned_data.get(SITE),
        actor=actor,
    )
    _add_contact(patient, form, actor)
    return patient


def blame(form: RegistrationForm, refusal: Refusal) -> None:
    """Put the words of a refusal where its cause was typed."""
    name = form.field_of(getattr(refusal, "system", "")) or refusal.field
    form.add_error(name if name in form.fields else None, str(refusal))


def _at_site(response: HttpResponse, form: RegistrationForm) -> HttpResponse:
    """This computer stands at a site: the next registration begins with it."""
    if site := form.cleaned_data.get(SITE):
        response.set_cookie(
            AT_SITE,
            str(site.id),
            max_age=365 * 24 * 3600,
            path=reverse("patient-new"),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


@allow(*REGISTRARS, reads="Patient", methods=("POST",))
def duplicates(request: HttpRequest) -> HttpResponse:
    """Who may be the same person, as far as typed."""
    actor = actor_of(request)
    found = look(_form(request, actor), actor)
    record_likenesses(found)
    return render(request, "workspace/patients/duplicates.html", likenesses(found, actor))


def look(form: RegistrationForm, actor: Actor) -> list[Likeness]:
    """Who may be the person that is typed."""
    return likely_duplicates(form.as_typed(), actor=actor)


def record_likenesses(found: list[Likeness]) -> None:
    record_access(Patient, patients=[one.patient.id for one in found], detail="likely duplicates")


def likenesses(found: list[Likeness], actor: Actor) -> dict[str, Any]:
    """What the list of those who may be the same person shows."""
    return {"likenesses": found, "faces": face_urls([one.patient.id for one in found], actor=actor)}


def _page(
    request: HttpRequest,
    form: RegistrationForm,
    found: list[Likeness],
    *,
    status: int = 200,
    is_warning: bool = False,
    panel: Panel | None = None,
) -> HttpResponse:
    record_likenesses(found)
    context = {
        "form": form,
        "is_warning": is_warning,
        "panel": panel or identity_panel(actor=actor_of(request)),
        "accepted": request.GET.getlist("take")[:20],
        **likenesses(found, actor_of(request)),
    }
    return render(request, "workspace/patients/new.html", context, status=status)


def _payers(actor: Actor) -> Any:
    if not may(actor, "add", Coverage):
        return None
    return scoped(Payer, actor).filter(active=True).order_by("name")


def seen_likenesses(request: HttpRequest) -> set[UUID]:
    """The duplicates that stood on the page when the form was sent."""
    found = set()
    for text in request.POST.getlist("seen")[:20]:
        try:
            found.add(UUID(text))
        except ValueError:
            continue
    return found


def _add_insurance(patient: Patient, form: RegistrationForm, actor: Actor) -> None:
    data = form.cleaned_data
    if data.get("payer"):
        coverage = Coverage(
            patient=patient,
            payer=data["payer"],
            group_number=data.get("group_number") or "",
            copay_amount=data.get("copay_amount"),
            period=days(clock.today()),
        )
        add_coverage(coverage, member_id=data.get("member_id") or "", actor=actor)


def _add_contact(patient: Patient, form: RegistrationForm, actor: Actor) -> None:
    data = form.cleaned_data
    if data.get("contact_name"):
        person = RelatedPerson(
            patient=patient,
            name=data["contact_name"],
            relationship=data.get("contact_relationship") or "",
            phone=data.get("contact_phone") or "",
            is_emergency_contact=True,
        )
        add_related_person(person, actor=actor)
