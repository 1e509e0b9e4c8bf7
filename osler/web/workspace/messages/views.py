"""Read, answer, hand over and close conversations."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from osler.clinic.communication.models import Thread
from osler.clinic.communication.queries import threads_of
from osler.clinic.communication.threads import (
    assign_thread,
    close_thread,
    mark_read,
    open_thread,
    reopen_thread,
    send_message,
)
from osler.clinic.patients.models import Patient
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import View, allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.access.seen_version import as_seen, seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.directory.models import Practitioner
from osler.foundation.ui.notices import notify
from osler.foundation.ui.paging import keyset_page
from osler.kernel.errors import Missing, Refusal
from osler.web.workspace.patients.reading import followed


def _care(*methods: str) -> Callable[[View], View]:
    return allow(Role.PHYSICIAN, Role.NURSE, reads="Thread" if "GET" in methods else "", methods=methods)


def _thread(request: HttpRequest, thread_id: UUID) -> Thread:
    found = (
        scoped(Thread, request.actor)
        .select_related("patient", "owner", "report")
        .filter(pk=thread_id)
        .first()
    )  # type: ignore[attr-defined]
    if found is None:
        raise Missing
    require_patient(request, found.patient_id)
    return found


@_care("GET")
def threads(request: HttpRequest) -> HttpResponse:
    """`/inbox/threads/`: all conversations, those that wait first; `?status=closed` the ended ones."""
    wanted = "closed" if request.GET.get("status") == "closed" else "open"
    found = threads_of(request.actor).filter(status=wanted)  # type: ignore[attr-defined]
    rows, page = keyset_page(found, request, key=("waits_for_clinic", "last_message_at", "id"))
    record_access(Thread, patients=[row.patient_id for row in rows])
    context = {"threads": rows, "wanted": wanted, "page": page}
    return render(request, "workspace/messages/threads.html", context)


@_care("GET", "POST")
def thread(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """One conversation with its answer form; opening it marks the patient's messages as read."""
    found = _thread(request, thread_id)
    record_access(Thread, patient=found.patient_id, entity_id=found.id)
    if request.method == "POST":
        body = request.POST.get("body", "")
        try:
            send_message(found, body=body, actor=request.actor)  # type: ignore[attr-defined]
        except Refusal as refusal:
            return _page(request, found, {"refusal": refusal, "body": body}, status=refusal.status)
        notify(request, _("Sent to the patient."))
        return redirect("thread", found.id)
    mark_read(found, actor=request.actor)  # type: ignore[attr-defined]
    return _page(request, found, {})


def _page(request: HttpRequest, found: Thread, context: dict[str, object], status: int = 200) -> HttpResponse:
    context |= {
        "thread": found,
        "patient": found.patient,
        "messages_shown": list(found.messages.order_by("sent_at", "id")),
        "colleagues": Practitioner.objects.filter(active=True, user__isnull=False).order_by(
            "family", "given"
        ),
    }
    return render(request, "workspace/messages/thread.html", context, status=status)


@_care("GET", "POST")
def new(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Write to a patient first."""
    actor = request.actor  # type: ignore[attr-defined]
    patient = scoped(Patient, actor).filter(pk=patient_id).first()
    if patient is None:
        raise Missing
    followed(request, patient)
    require_patient(request, patient.id)
    record_access(Thread, patient=patient.id)
    context = {
        "patient": patient,
        "subject": request.POST.get("subject", ""),
        "body": request.POST.get("body", ""),
    }
    if request.method == "POST":
        owner = Practitioner.objects.filter(pk=actor.practitioner_id).first()
        subject = str(context["subject"]).strip() or _("From your clinic")
        try:
            opened = open_thread(
                patient, subject=subject, body=str(context["body"]), owner=owner, actor=actor
            )
        except Refusal as refusal:
            return render(
                request, "workspace/messages/new.html", {**context, "refusal": refusal}, status=refusal.status
            )
        return redirect("thread", opened.id)
    return render(request, "workspace/messages/new.html", context)


@_care("POST")
def assign(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """Hand a conversation to a colleague."""
    found = _thread(request, thread_id)
    chosen = Practitioner.objects.filter(active=True, user__isnull=False)
    owner = next((one for one in chosen if str(one.id) == request.POST.get("owner")), None)
    if owner is None:
        raise Missing
    assign_thread(found, owner=owner, version=seen_version(request), actor=request.actor)  # type: ignore[attr-defined]
    notify(request, _("Handed to %(name)s.") % {"name": owner})
    return redirect("thread", found.id)


@_care("POST")
def close(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """End a conversation; it can be taken back."""
    found = _thread(request, thread_id)
    close_thread(found, version=seen_version(request), actor=request.actor)  # type: ignore[attr-defined]
    notify(request, _("Conversation closed."), undo_url=_undo(found))
    return redirect("inbox")


def _undo(found: Thread) -> str:
    return as_seen(reverse("thread-reopen", args=[found.id]), found)


@_care("POST")
def reopen(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """Undo of closing."""
    found = _thread(request, thread_id)
    reopen_thread(found, version=seen_version(request), actor=request.actor)  # type: ignore[attr-defined]
    return redirect("thread", found.id)
