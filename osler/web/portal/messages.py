"""Messages in the portal."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from osler.clinic.communication.models import Thread
from osler.clinic.communication.queries import threads_of
from osler.clinic.communication.threads import mark_read, open_thread, send_message
from osler.clinic.patients.models import Patient
from osler.clinic.records.models import DiagnosticReport
from osler.foundation.access.policy import scoped
from osler.foundation.audit.access import record_access
from osler.foundation.ui.notices import notify
from osler.foundation.ui.paging import keyset_page
from osler.kernel.errors import Missing, Refusal
from osler.web.portal.own import actor_of, own


@own("Thread", methods=("GET",))
def threads(request: HttpRequest, patient: Patient) -> HttpResponse:
    """`messages/`."""
    actor = actor_of(request)
    record_access(Thread, patient=patient.id)
    found, page = keyset_page(threads_of(actor), request, key=("last_message_at", "id"))
    return render(request, "portal/messages.html", {"patient": patient, "threads": found, "page": page})


@own("Thread")
def new(request: HttpRequest, patient: Patient) -> HttpResponse:
    """Write to the clinic, or ask about a result (`?report=`)."""
    actor = actor_of(request)
    report = _report(request)
    record_access(Thread, patient=patient.id)
    subject = request.POST.get("subject", "").strip() or (report.display if report else "")
    context = {"patient": patient, "report": report, "subject": subject, "body": request.POST.get("body", "")}
    if request.method == "POST":
        try:
            subject = subject or _("Question")
            thread = open_thread(patient, subject=subject, body=context["body"], report=report, actor=actor)
        except Refusal as refusal:
            return render(
                request, "portal/new_message.html", {**context, "refusal": refusal}, status=refusal.status
            )
        notify(request, _("Sent. Your clinic will answer here."))
        return redirect("portal-thread", patient.id, thread.id)
    return render(request, "portal/new_message.html", context)


def _report(request: HttpRequest) -> DiagnosticReport | None:
    wanted = request.POST.get("report") or request.GET.get("report") or ""
    if not wanted:
        return None
    try:
        key = UUID(wanted)
    except ValueError as error:
        raise Missing from error
    report = scoped(DiagnosticReport, request.actor).select_related("owner").filter(pk=key).first()  # type: ignore[attr-defined]
    if report is None:
        raise Missing
    return report


@own("Thread")
def thread(request: HttpRequest, patient: Patient, thread_id: UUID) -> HttpResponse:
    """One conversation; reading it marks the clinic's messages as read."""
    actor = actor_of(request)
    found = scoped(Thread, actor).select_related("owner", "report").filter(pk=thread_id).first()
    if found is None:
        raise Missing
    record_access(Thread, patient=patient.id, entity_id=found.id)
    context = {"patient": patient, "thread": found}
    if request.method == "POST":
        body = request.POST.get("body", "")
        try:
            send_message(found, body=body, actor=actor)
        except Refusal as refusal:
            context |= {
                "refusal": refusal,
                "body": body,
                "messages_shown": list(found.messages.order_by("sent_at")),
            }
            return render(request, "portal/thread.html", context, status=refusal.status)
        return redirect("portal-thread", patient.id, found.id)
    mark_read(found, actor=actor)
    context["messages_shown"] = list(found.messages.order_by("sent_at"))
    return render(request, "portal/thread.html", context)
