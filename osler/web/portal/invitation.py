"""The way into the portal: whoever was invited says the birth date and sets a password."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.communication.invitations import (
    accept_invitation,
    account_to_use,
    invitation_of,
    require_open,
    sign_in_name,
)
from osler.clinic.communication.models import Invitation
from osler.foundation.access.routes import allow
from osler.foundation.accounts.models import User
from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor
from osler.foundation.ui.date_entry import ClinicDateField
from osler.kernel.errors import Refusal
from osler.web.portal.own import actor_of


class AcceptForm(forms.Form):
    """What only the invited person knows, and a password of a new account."""

    birth_date = ClinicDateField(label=gettext_lazy("Birth date of the patient"), is_past=True)
    password = forms.CharField(
        label=gettext_lazy("New password"),
        help_text=gettext_lazy("15 characters or more; a sentence is easy to remember."),
        widget=forms.PasswordInput,
        strip=False,
        max_length=200,
    )

    def __init__(self, *args: Any, account: User, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        if not is_new:
            del self.fields["password"]

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password, self.account)
        return password


@allow()
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """`/portal/invitation/<token>/`: for whoever has the link, signed in or not."""
    found = invitation_of(token)
    if found is None:
        return _over(request)
    organization_id, invitation_id = found
    user_id = actor_of(request).user_id
    with acting(SystemActor(organization_id, user_id=user_id)):
        rows = Invitation.objects.select_related("patient")
        invitation = rows.filter(pk=invitation_id).first()
        if invitation is None:
            return _over(request)
        language = "es" if invitation.patient.language.startswith("es") else translation.get_language()
        with translation.override(language):
            try:
                require_open(invitation)
                user = User.objects.filter(pk=user_id).first() if user_id else None
                return _answer(request, invitation, user)
            except Refusal as refusal:
                return _over(request, refusal)


def _answer(request: HttpRequest, invitation: Invitation, user: User | None) -> HttpResponse:
    name = sign_in_name(invitation)
    context = {"invitation": invitation, "sign_in_name": name, "user_shown": user}
    if user is None and account_to_use(invitation) is not None:
        context["sign_in_url"] = f"{reverse('sign-in')}?{urlencode({'next': request.path})}"
        return render(request, "portal/invitation.html", context)
    account = user or User(email=name, name=invitation.name)
    posted = request.POST if request.method == "POST" else None
    form = AcceptForm(posted, account=account, is_new=user is None)
    if form.is_bound and form.is_valid():
        grant = accept_invitation(invitation, user=user, **form.cleaned_data)
        if grant is not None and user is not None:
            return redirect("portal-home", invitation.patient_id)
        if grant is not None:
            home = reverse("portal-home", args=[invitation.patient_id])
            done = {"sign_in_url": f"{reverse('sign-in')}?{urlencode({'next': home})}", "is_done": True}
            return render(request, "portal/invitation.html", context | done)
        form.add_error("birth_date", _("This is not the birth date that the clinic has noted."))
    status = 422 if form.is_bound else 200
    return render(request, "portal/invitation.html", context | {"form": form}, status=status)


def _over(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    """The same page for what is used, too old or was never made."""
    return render(request, "portal/invitation.html", {"is_over": True, "refusal": refusal}, status=404)
