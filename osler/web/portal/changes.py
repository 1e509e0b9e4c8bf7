"""Asking for a change of what identifies me, or of my insurance: the clinic looks at it first."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from osler.clinic.insurance.covering import coverages_of
from osler.clinic.insurance.models import Coverage
from osler.clinic.intake.changing import IDENTITY, INSURANCE, latest_change, propose_change, withdraw_change
from osler.clinic.intake.models import Proposal
from osler.clinic.patients.models import Patient
from osler.foundation.access.policy import scoped
from osler.foundation.access.seen_version import seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.ui.date_entry import ClinicDateField
from osler.foundation.ui.notices import notify
from osler.kernel.errors import Missing, Refusal
from osler.web.portal.own import actor_of, own

SEXES = [(value, label) for value, label in Patient.Gender.choices]


class ChangeForm(forms.Form):
    """What the clinic has noted, to be corrected; and a new insurance card."""

    given = forms.CharField(label=_lazy("Given names"), max_length=200)
    family = forms.CharField(label=_lazy("Family name"), max_length=200)
    name_used = forms.CharField(label=_lazy("Name in use"), max_length=200, required=False)
    birth_date = ClinicDateField(label=_lazy("Birth date"), is_past=True)
    gender = forms.ChoiceField(label=_lazy("Sex"), choices=SEXES)
    pronouns = forms.CharField(label=_lazy("Pronouns"), max_length=40, required=False)
    payer = forms.CharField(label=_lazy("Name of the insurance"), max_length=200, required=False)
    member_id = forms.CharField(label=_lazy("Member ID"), max_length=60, required=False)
    group_number = forms.CharField(label=_lazy("Group number"), max_length=60, required=False)
    plan_name = forms.CharField(label=_lazy("Plan"), max_length=200, required=False)
    relationship = forms.ChoiceField(
        label=_lazy("Whose insurance it is"), choices=Coverage.Relationship.choices, required=False
    )
    subscriber_name = forms.CharField(
        label=_lazy("Name of that person, if it is not you"), max_length=200, required=False
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("payer") and not data.get("member_id"):
            self.add_error("member_id", _("Enter the member ID that is on the card."))
        if data.get("member_id") and not data.get("payer"):
            self.add_error("payer", _("Enter the name of the insurance."))
        return data

    def part(self, names: tuple[str, ...]) -> dict[str, Any]:
        """The fields of one part that this form has."""
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


@own()
def ask(request: HttpRequest, patient: Patient) -> HttpResponse:
    """`profile/change/`: nothing of it is in the record before the clinic has looked."""
    actor = actor_of(request)
    record_access(Patient, patient=patient.id, entity_id=patient.id, detail="change asked for")
    waiting = latest_change(patient, actor=actor)
    if waiting is not None and waiting.status != Proposal.Status.PROPOSED:
        waiting = None
    form = ChangeForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(patient, name) for name in IDENTITY},
    )
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            propose_change(patient, person=form.part(IDENTITY), coverage=form.part(INSURANCE), actor=actor)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            status = refusal.status
        else:
            notify(request, _("Your clinic looks at it and answers here."))
            return redirect("portal-profile", patient.id)
    context = {
        "patient": patient,
        "form": form,
        "waiting": waiting,
        "coverages": [one for one in coverages_of(patient, actor=actor) if one.status == "active"],
    }
    return render(request, "portal/change.html", context, status=status)


@own(reads="", methods=("POST",))
def withdraw(request: HttpRequest, patient: Patient, proposal_id: UUID) -> HttpResponse:
    """Take the wish back."""
    actor = actor_of(request)
    found = scoped(Proposal, actor, "withdraw").filter(pk=proposal_id, kind=Proposal.Kind.CHANGE).first()
    if found is None:
        raise Missing
    withdraw_change(found, version=seen_version(request), actor=actor)
    notify(request, _("You took it back. Nothing was changed."))
    return redirect("portal-profile", patient.id)
