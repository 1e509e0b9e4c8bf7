"""A patient as the desk sees him: who, how to reach, insured where, coming when, owing what."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from osler.clinic.billing.ledger.balances import open_balance
from osler.clinic.billing.models import Invoice, JournalEntry
from osler.clinic.insurance.models import Coverage
from osler.clinic.patients.desk_layout import layout_in_force
from osler.clinic.patients.models import (
    DeskField,
    Flag,
    Patient,
    PatientPhoto,
    RelatedPerson,
)
from osler.clinic.patients.models.desk_page import Said
from osler.clinic.patients.own_values import own_values
from osler.clinic.patients.queries import active_flags
from osler.clinic.patients.relations import related_to
from osler.clinic.patients.sharing import Sharing, sharing_of
from osler.clinic.patients.similar_names import similar_names
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may, scoped
from osler.foundation.access.roles import CLINICAL, STAFF
from osler.foundation.access.routes import allow
from osler.foundation.ui.dates import born_text, clinic_date
from osler.foundation.ui.phones import phone_text
from osler.foundation.ui.shell import Fact
from osler.kernel import clock
from osler.web.workspace.acting import actor_of
from osler.web.workspace.patients.banner import banner_of
from osler.web.workspace.patients.family import family_card
from osler.web.workspace.patients.forms import LANGUAGES, MARITAL
from osler.web.workspace.patients.insured import insurance_card
from osler.web.workspace.patients.numbers import allottable, numbers_of_patient
from osler.web.workspace.patients.portal_access import portal_card
from osler.web.workspace.patients.reading import open_patient
from osler.web.workspace.patients.reminded import reminder_card
from osler.web.workspace.patients.signed import signed_card
from osler.web.workspace.records.chart import chart

VISITS = 10


@allow(*STAFF, reads="Patient", methods=("GET",))
def patient(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The chart for clinicians, the desk's page for everybody else."""
    actor = actor_of(request)
    if actor.has_role(*CLINICAL) and "desk" not in request.GET:
        return chart(request, patient_id)
    in_full = request.GET.get("numbers") == "all"
    found = open_patient(request, patient_id, detail="desk page, numbers in full" if in_full else "desk page")
    context = {
        **desk_context(found, actor=actor),
        "numbers_in_full": in_full,
        "desk_asked": "desk" in request.GET,
    }
    return render(request, "workspace/patients/patient.html", context)


def desk_context(patient: Patient, *, actor: Actor) -> dict[str, Any]:
    """Everything that the desk's page shows to this role."""
    return {
        "patient": patient,
        "banner": banner_of(patient, actor=actor),
        "facts": [*_person(patient), *_own(patient, actor)],
        "reach": _reach(patient, sharing_of(patient, actor=actor)),
        "namesakes": similar_names(patient, actor=actor)[:5],
        "numbers": numbers_of_patient(patient, actor=actor),
        "allottable": allottable(patient, actor=actor),
        "printed_at": clock.now(),
        "book_url": f"{reverse('appointment-new')}?patient={patient.id}",
        **_rights(actor),
        **_attached(patient, actor),
        **family_card(patient, actor=actor),
        **_visits(patient, actor),
        **_money(patient, actor),
        **reminder_card(patient, actor=actor),
        **portal_card(patient, actor=actor),
        **signed_card(patient, actor=actor),
    }


def _rights(actor: Actor) -> dict[str, bool]:
    return {
        "may_amend": may(actor, "amend", Patient),
        "may_photograph": may(actor, "take", PatientPhoto),
        "may_book": may(actor, "book", Appointment),
        "may_flag": may(actor, "raise", Flag),
        "may_insure": may(actor, "add", Coverage),
        "may_see_flags": may(actor, "read", Flag),
        "may_see_contacts": may(actor, "read", RelatedPerson),
        "may_see_insurance": may(actor, "read", Coverage),
        "may_see_visits": may(actor, "read", Appointment),
        "may_see_money": may(actor, "read", Invoice),
    }


def _person(patient: Patient) -> list[Fact]:
    languages, marital = dict(LANGUAGES), dict(MARITAL)
    interpreter = _("needs an interpreter") if patient.needs_interpreter else ""
    facts = [
        Fact(_("Born"), born_text(patient.birth_date)),
        Fact(_("Sex"), patient.get_gender_display()),
        Fact(_("Language"), languages.get(patient.language, patient.language), interpreter),
    ]
    told = [
        (_("Name in use"), patient.name_used),
        (_("Gender identity"), patient.gender_identity),
        (_("Pronouns"), patient.pronouns),
        (_("Marital status"), patient.marital_status and marital.get(patient.marital_status)),
    ]
    return facts + [Fact(label, value) for label, value in told if value]


def _own(patient: Patient, actor: Actor) -> list[Fact]:
    """What the clinic's own fields say, under the words that the desk's page has for them now."""
    found = own_values(patient, actor=actor)
    if not found:
        return []
    layout = layout_in_force(actor=actor)
    rules = [rule for rule in layout.fields if rule.name in found]
    return [Fact(rule.told_label, own_words(found[rule.name].value, rule)) for rule in rules]


def own_words(value: Said, rule: DeskField) -> str:
    """What one of the clinic's own fields says, as it is read."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return clinic_date(value)
    return next((choice.told_text for choice in rule.choices if choice.code == value), value)


def _reach(patient: Patient, sharing: Sharing) -> list[Fact]:
    place = " ".join(filter(None, (patient.state, patient.postal_code)))
    address = ", ".join(filter(None, (patient.line, patient.city, place)))
    return [
        Fact(_("Phone"), phone_text(patient.phone), _shared(sharing.phone)),
        Fact(_("E-mail"), patient.email, _shared(sharing.email)),
        Fact(_("Address"), address),
        Fact(_("Reach by"), patient.get_contact_by_display()),
    ]


def _shared(count: int) -> str:
    """What is sent there, others may read."""
    words = ngettext("shared with %(count)s other patient", "shared with %(count)s other patients", count)
    return words % {"count": count} if count else ""


def _attached(patient: Patient, actor: Actor) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if may(actor, "read", Flag):
        found["flags"] = list(active_flags(patient, actor=actor))
    if may(actor, "read", RelatedPerson):
        found["contacts"] = related_to(patient)
    if may(actor, "read", Coverage):
        found |= insurance_card(patient, actor=actor)
    return found


def _visits(patient: Patient, actor: Actor) -> dict[str, Any]:
    if not may(actor, "read", Appointment):
        return {}
    rows = (
        scoped(Appointment, actor)
        .filter(patient=patient)
        .exclude(status=Appointment.Status.ENTERED_IN_ERROR)
        .select_related("practitioner", "service", "location", "series")
        .defer("resource", "practitioner__resource", "service__resource", "location__resource")
    )
    now = clock.now()
    return {
        "coming": list(rows.filter(period_end__gte=now).order_by("period_start", "id")[:VISITS]),
        "asked": list(rows.filter(period=None, status=Appointment.Status.PROPOSED).order_by("id")),
        "past": list(rows.filter(period_end__lt=now).order_by("-period_start", "-id")[:VISITS]),
    }


def _money(patient: Patient, actor: Actor) -> dict[str, Any]:
    if not may(actor, "read", Invoice):
        return {}
    invoices = (
        scoped(Invoice, actor)
        .filter(patient=patient)
        .exclude(status=Invoice.Status.ENTERED_IN_ERROR)
        .defer("resource")
        .order_by("-issued_on", "-id")
    )
    found: dict[str, Any] = {"invoices": list(invoices[:VISITS])}
    if may(actor, "read", JournalEntry):
        found["balance"] = open_balance(patient, actor=actor)
    return found
