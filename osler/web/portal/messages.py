"""Messages in the portal."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from osler.clinic.communication.models import Thread
from osler.clinic.communication.queries import threads_of
from osler.clinic.communication.threads import mark_read, open_thread, send_message
from osler.clinic.records.models import DiagnosticReport
from osler.foundation.access.policy import scoped
from osler.foundation.audit.access import record_access
from osler.foundation.ui.notices import notify
from osler.kernel.errors import Missing, Refusal
from osler.web.portal.own import own, own_patient


@own("Thread", methods=("GET",))
def threads(request: HttpRequest) -> HttpResponse:
    """`/portal/messages/`."""
    actor, patient = request.actor, own_patient(request)  # type: ignore[attr-defined]
    record_access(Thread, patient=patient.id)
    return render(
        request, "portal/messages.html", {"patient": patient, "threads": list(threads_of(actor)[:100])}
    )


@own("Thread")
def new(request: HttpRequest) -> HttpResponse:
    """Write to the clinic, or ask about a result (`?report=`)."""
    actor, patient = request.actor, own_patient(request)  # type: ignore[attr-defined]
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
        return redirect("portal-thread", thread.id)
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
def thread(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """One conversation; reading it marks the clinic's messages as read."""
    actor, patient = request.actor, own_patient(request)  # type: ignore[attr-defined]
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
        return redirect("portal-thread", found.id)
    mark_read(found, actor=actor)
    context["messages_shown"] = list(found.messages.order_by("sent_at"))
    return render(request, "portal/thread.html", context)
