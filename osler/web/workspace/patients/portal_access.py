"""Who gets into the portal for a patient: invited by mail or on paper, ended and given back."""

from typing import Any
from uuid import UUID

import segno
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.communication.invitations import (
    NO_MAIL,
    account_to_use,
    invite_patient,
    link_of,
    open_invitations,
    sign_in_name,
    withdraw_invitation,
)
from osler.clinic.communication.models import Invitation
from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import Actor
from osler.foundation.access.grants import end_grant, grants_of, restore_grant
from osler.foundation.access.models import PatientGrant
from osler.foundation.access.policy import may, scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.access.seen_version import as_seen, seen_version
from osler.foundation.directory.models import Organization
from osler.foundation.ui.notices import notify
from osler.kernel.errors import Refusal
from osler.web.workspace.acting import actor_of
from osler.web.workspace.patients.attached import done, form_page
from osler.web.workspace.patients.banner import banner_of
from osler.web.workspace.patients.reading import open_patient

DESK = (Role.RECEPTION, Role.ADMINISTRATOR)


class InvitationForm(forms.Form):
    """Whom to let into the portal, and how the link gets there."""

    relationship = forms.ChoiceField(label=gettext_lazy("Who is invited"))
    name = forms.CharField(
        label=gettext_lazy("Name, if it is not the patient"), max_length=200, required=False
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        required=False,
        help_text=gettext_lazy("Empty: a slip with the link is printed and handed over."),
    )
    is_own_address = forms.BooleanField(
        label=gettext_lazy("Nobody but this person reads the mail of this address"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["relationship"].choices = [  # type: ignore[attr-defined]
            (value, _("The patient") if value == "self" else label)
            for value, label in PatientGrant.Relationship.choices
        ]


@allow(*DESK, reads="Patient", methods=("GET", "POST"))
def invite(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Invite by mail, or go on to the slip."""
    patient = open_patient(request, patient_id, detail="portal access")
    initial = {"email": patient.email, "relationship": "self"}
    form = InvitationForm(request.POST if request.method == "POST" else None, initial=initial)
    title = _("Invite to the portal")
    if not (form.is_bound and form.is_valid()):
        return form_page(request, patient, form, title=title)
    try:
        invitation = invite_patient(patient, actor=actor_of(request), **form.cleaned_data)
    except Refusal as refusal:
        return form_page(request, patient, form, title=title, refusal=refusal)
    if invitation.email:
        return done(request, patient, _("The invitation goes to %s.") % invitation.email)
    return redirect("invitation-slip", patient.id, invitation.id)


@allow(*DESK, reads="Patient", methods=("GET",))
def slip(request: HttpRequest, patient_id: UUID, invitation_id: UUID) -> HttpResponse:
    """The link and its code on paper, for who has no mail."""
    patient = open_patient(request, patient_id, detail="portal slip printed")
    invitation = _invitation(request, patient_id, invitation_id)
    link = link_of(invitation)
    known = account_to_use(invitation)
    drawing = segno.make(link, error="m", micro=False).svg_inline(scale=3, border=0, omitsize=True)
    context = {
        "patient": patient,
        "banner": banner_of(patient, actor=actor_of(request)),
        "invitation": invitation,
        "link": link,
        "code": mark_safe(drawing),  # noqa: S308 - drawn by segno out of our own address
        "sign_in_name": "" if known else sign_in_name(invitation),
        "organization": Organization.objects.filter(id=patient.organization_id).first(),
    }
    return render(request, "workspace/patients/portal_slip.html", context)


@allow(*DESK, methods=("POST",))
def withdraw(request: HttpRequest, patient_id: UUID, invitation_id: UUID) -> HttpResponse:
    """The link works no more."""
    require_patient(request, patient_id)
    invitation = _invitation(request, patient_id, invitation_id, "withdraw")
    withdraw_invitation(invitation, version=seen_version(request), actor=actor_of(request))
    return done(request, invitation.patient, _("The invitation is withdrawn."))


@allow(*DESK, methods=("POST",))
def end(request: HttpRequest, patient_id: UUID, grant_id: UUID) -> HttpResponse:
    """Take access away at once; Undo gives it back."""
    require_patient(request, patient_id)
    grant = _grant(request, patient_id, grant_id, "end")
    end_grant(grant, version=seen_version(request), actor=actor_of(request))
    undo = as_seen(reverse("portal-grant-restore", args=[patient_id, grant.id]), grant)
    notify(request, _("%s has no access any more.") % grant.user.name, undo_url=undo)
    return redirect("patient", patient_id)


@allow(*DESK, methods=("POST",))
def restore(request: HttpRequest, patient_id: UUID, grant_id: UUID) -> HttpResponse:
    """Undo an end."""
    require_patient(request, patient_id)
    grant = _grant(request, patient_id, grant_id, "restore")
    restore_grant(grant, version=seen_version(request), actor=actor_of(request))
    notify(request, _("%s has access again.") % grant.user.name)
    return redirect("patient", patient_id)


def portal_card(patient: Patient, *, actor: Actor) -> dict[str, Any]:
    """Who has access, and which invitations are open."""
    if not may(actor, "invite", Invitation):
        return {"may_invite": False}
    return {
        "may_invite": True,
        "grants": grants_of(patient.id, actor=actor),
        "invitations": open_invitations(patient),
        "no_mail": NO_MAIL,
    }


def _invitation(
    request: HttpRequest, patient_id: UUID, invitation_id: UUID, action: str = "read"
) -> Invitation:
    rows = scoped(Invitation, actor_of(request), action).select_related("patient")
    return get_object_or_404(rows, id=invitation_id, patient_id=patient_id)


def _grant(request: HttpRequest, patient_id: UUID, grant_id: UUID, action: str) -> PatientGrant:
    rows = scoped(PatientGrant, actor_of(request), action).select_related("user")
    return get_object_or_404(rows, id=grant_id, patient_id=patient_id)
