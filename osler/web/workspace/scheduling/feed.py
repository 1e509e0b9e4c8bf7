"""A clinician's link for the calendar on his own phone, and what it answers."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from osler.clinic.communication.notices import site_address
from osler.clinic.scheduling.calendars.calendar_text import feed_text
from osler.clinic.scheduling.calendars.feeds import SECRET, close_feed, feed_of, open_feed, visits_behind
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.accounts.links import named_in
from osler.foundation.audit.access import record_access
from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel.errors import Missing
from osler.web.workspace.acting import actor_of


@allow(Role.NURSE, Role.PHYSICIAN)
def own(request: HttpRequest) -> HttpResponse:
    """`/calendar/link/`: make the link, make another, end it. It is shown once."""
    actor = actor_of(request)
    if actor.practitioner_id is None:
        return render(request, "workspace/scheduling/calendar_link.html", {"is_nobody": True})
    address = ""
    if request.method == "POST" and "end" in request.POST:
        close_feed(actor=actor)
        return redirect("calendar-link")
    if request.method == "POST":
        key = open_feed(actor.practitioner_id, actor=actor)
        address = site_address() + reverse("calendar-feed", args=[key])
    context = {"feed": feed_of(actor), "address": address}
    return render(request, "workspace/scheduling/calendar_link.html", context)


@allow(methods=("GET",))
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """`/calendar/feed/<key>.ics`: times and the word Visit; what is no link and what was ended look alike."""
    named = named_in(key, length=SECRET)
    if named is None:
        raise Missing
    with acting(SystemActor(named.organization_id), reason="calendar feed", request_id=request.request_id):  # type: ignore[attr-defined]
        visits = visits_behind(named.key, named.proof)
        if visits is None:
            raise Missing
        text = feed_text(visits)
        tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
        is_known = request.headers.get("If-None-Match") == tag
        if not is_known:
            record_access(Appointment, patients=[one.patient_id for one in visits], detail="calendar feed")
    response = HttpResponse(status=304) if is_known else HttpResponse(text)
    response["Content-Type"] = "text/calendar; charset=utf-8"
    response["ETag"], response["Cache-Control"] = tag, "private, no-cache"
    return response
