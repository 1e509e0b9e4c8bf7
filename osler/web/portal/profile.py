"""The patient's own details, and who has opened the record."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from osler.clinic.intake.changing import latest_change
from osler.clinic.patients.models import Patient
from osler.clinic.patients.queries import ids_of
from osler.clinic.patients.registration import amend_contact
from osler.foundation.access.accounting import Opening, in_words, reads_of
from osler.foundation.access.seen_version import seen_version
from osler.foundation.accounts.models import User
from osler.foundation.audit.access import record_access
from osler.foundation.audit.models import AuditEvent
from osler.foundation.ui.notices import notify
from osler.foundation.ui.paging import keyset_page
from osler.kernel.errors import Refusal
from osler.web.portal.own import actor_of, own, own_patient

FIELDS = ["phone", "email", "contact_by", "language", "line", "city", "state", "postal_code"]
SHOWN = 100


@dataclass(frozen=True)
class Day:
    """Who opened the record on one day."""

    on: date
    by_others: list[Opening]
    by_oneself: list[Opening]


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]
    """How to reach the patient, and in which language."""

    language = forms.ChoiceField(label=_lazy("Language of letters and mails"), choices=User.Language.choices)

    class Meta:
        model = Patient
        fields = FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept, field = self.instance.language, self.fields["language"]
        if kept and kept not in User.Language.values:  # noted by the desk; we write in English then
            field.choices = [*User.Language.choices, (kept, kept)]  # type: ignore[attr-defined]


@own()
def profile(request: HttpRequest, patient: Patient) -> HttpResponse:
    """`profile/`."""
    actor = actor_of(request)
    record_access(Patient, patient=patient.id, entity_id=patient.id)
    form = ContactForm(request.POST if request.method == "POST" else None, instance=patient)
    if request.method == "POST" and form.is_valid():
        changes = {name: form.cleaned_data[name] for name in FIELDS}
        try:
            amend_contact(
                own_patient(actor, patient.id), changes=changes, version=seen_version(request), actor=actor
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            notify(request, _("Your details are saved."))
            return redirect("portal-profile", patient.id)
    status = 422 if request.method == "POST" else 200
    context = {"patient": patient, "form": form, "change": latest_change(patient, actor=actor)}
    return render(request, "portal/profile.html", context, status=status)


@own("AuditEvent", methods=("GET",))
def access_log(request: HttpRequest, patient: Patient) -> HttpResponse:
    """`access/`: each opening of the record, as the audit trail has it."""
    record_access(AuditEvent, patient=patient.id)
    events, page = keyset_page(reads_of(*ids_of(patient.id)), request, key=("recorded_at", "id"), size=SHOWN)
    days = _days(in_words(events), own=actor_of(request).user_id)
    return render(request, "portal/access.html", {"patient": patient, "days": days, "page": page})


def _days(openings: list[Opening], *, own: UUID | None) -> list[Day]:
    """The list by days; what the reader opened apart, for it would hide the others."""
    return [
        Day(
            on,
            [one for one in those if one.user_id != own],
            [one for one in those if one.user_id == own],
        )
        for on, found in groupby(openings, key=lambda one: timezone.localdate(one.at))
        if (those := list(found))
    ]
