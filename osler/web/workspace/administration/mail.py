"""Mails and texts that did not arrive, or may not have; and in the demo, the mailbox and the phones that
take all of them."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.communication.models import Notice
from osler.clinic.communication.notices import (
    reopen_notice,
    resend_notice,
    settle_notice,
    stuck_notices,
    waiting_notices,
)
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.seen_version import as_seen, seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.ui.notices import notify
from osler.foundation.ui.phones import phone_text
from osler.interop.gateways.jobs import send_queued_notices
from osler.interop.gateways.loopback import kept_mail, kept_mails
from osler.interop.gateways.loopback_phones import LoopbackPhones
from osler.kernel.errors import Missing
from osler.web.workspace.acting import actor_of
from osler.web.workspace.billing.forms import DeedForm

MOST = 200


class PhoneForm(DeedForm):
    """What somebody writes from a phone of the demo."""

    number = forms.ChoiceField(label=gettext_lazy("From"))
    words = forms.CharField(label=gettext_lazy("Text"), max_length=500, initial="1", widget=forms.TextInput)

    def __init__(self, *args: Any, numbers: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].choices = [(one, phone_text(one)) for one in numbers]  # type: ignore[attr-defined]


@allow(Role.ADMINISTRATOR, reads="Notice", methods=("GET",))
def mail(request: HttpRequest) -> HttpResponse:
    """What was given up or is in doubt, and how much waits."""
    actor = actor_of(request)
    rows = list(stuck_notices(actor=actor).defer("patient__resource")[:MOST])
    waiting = list(waiting_notices(actor=actor).defer("patient__resource")[:MOST])
    shown = [row.patient_id for row in (*rows, *waiting) if row.patient_id]
    record_access(Notice, patients=shown, detail="mail")
    context = {
        "rows": rows,
        "retried": waiting,
        "waiting": scoped(Notice, actor).filter(status=Notice.Status.QUEUED).count(),
        "has_mailbox": settings.MAIL_FOLDER is not None,
        "has_phones": settings.SMS_FOLDER is not None,
    }
    return render(request, "workspace/administration/mail.html", context)


@allow(Role.ADMINISTRATOR, methods=("POST",))
def resend(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Send it again."""
    resend_notice(_notice(request, notice_id), version=seen_version(request), actor=actor_of(request))
    notify(request, _("The mail is sent again."))
    return redirect("mail")


@allow(Role.ADMINISTRATOR, methods=("POST",))
def settle(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """It has arrived, or does not matter any more."""
    notice = settle_notice(
        _notice(request, notice_id), version=seen_version(request), actor=actor_of(request)
    )
    notify(
        request, _("The mail is settled."), undo_url=as_seen(reverse("mail-reopen", args=[notice.id]), notice)
    )
    return redirect("mail")


@allow(Role.ADMINISTRATOR, methods=("POST",))
def reopen(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Undo of settling."""
    reopen_notice(_notice(request, notice_id), version=seen_version(request), actor=actor_of(request))
    notify(request, _("The mail is open again."))
    return redirect("mail")


@allow(Role.ADMINISTRATOR, methods=("GET",))
def mailbox(request: HttpRequest) -> HttpResponse:
    """All mails of the demo: none of them has left this machine."""
    if settings.MAIL_FOLDER is None:
        raise Missing
    mails = list(kept_mails(settings.MAIL_FOLDER))
    return render(request, "workspace/administration/mailbox.html", {"mails": mails})


@allow(Role.ADMINISTRATOR, methods=("GET",))
def mailbox_mail(request: HttpRequest, key: str) -> HttpResponse:
    """One of them."""
    found = kept_mail(settings.MAIL_FOLDER, key) if settings.MAIL_FOLDER is not None else None
    if found is None:
        raise Missing
    return render(request, "workspace/administration/mailbox_mail.html", {"mail": found})


@allow(Role.ADMINISTRATOR)
def phones(request: HttpRequest) -> HttpResponse:
    """All text messages of the demo, as its phones show them; a phone that answers is heard with the next
    texts."""
    if settings.SMS_FOLDER is None:
        raise Missing
    kept = LoopbackPhones(settings.SMS_FOLDER)
    texts = kept.texts()
    form = PhoneForm(
        request.POST if request.method == "POST" else None, numbers=sorted({text.number for text in texts})
    )
    if form.is_bound and form.is_valid():
        kept.say(form.cleaned_data["number"], form.cleaned_data["words"])
        send_queued_notices.defer(organization_id=str(actor_of(request).organization_id))
        notify(request, _("The text is on its way."))
        return redirect("phones")
    context = {"texts": texts, "form": form}
    status = form.status if form.is_bound else 200
    return render(request, "workspace/administration/phones.html", context, status=status)


def _notice(request: HttpRequest, key: UUID) -> Notice:
    return get_object_or_404(scoped(Notice, actor_of(request), "settle"), id=key)
