"""The waiting list at the desk: who waits, what is offered to whom, and how well it works."""

from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from osler.clinic.communication.models import Notice
from osler.clinic.communication.offering.rounds import offer_now
from osler.clinic.communication.offering.telling import telling
from osler.clinic.scheduling.calendars.availability import AT_ANY_TIME, Preference, Slot, next_free_slots
from osler.clinic.scheduling.models import Appointment, WaitlistEntry, WaitlistOffer
from osler.clinic.scheduling.waiting_list.choosing import silent
from osler.clinic.scheduling.waiting_list.freeing import filling
from osler.clinic.scheduling.waiting_list.joining import (
    leave_waiting_list,
    return_to_waiting_list,
    waiting_list,
)
from osler.clinic.scheduling.waiting_list.matching import reason_words, suits
from osler.clinic.scheduling.waiting_list.offering import accept_offer, decline_offer
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may, scoped
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.access.seen_version import as_seen, seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.ui.notices import notify
from osler.kernel import clock
from osler.kernel.errors import Missing
from osler.web.workspace.acting import actor_of
from osler.web.workspace.scheduling.slot_choice import Choices, booking_url, minutes_of, read_slot, token
from osler.web.workspace.scheduling.steps import DESK

SHOWN_AT_MOST = 200
FIGURES_OF = 30
FREE_SHOWN = 12
LOOKED_AT = 60
ANSWERS = {"accept": accept_offer, "decline": decline_offer}


@allow(*DESK, reads="WaitlistEntry", methods=("GET",))
def listing(request: HttpRequest) -> HttpResponse:
    """Who waits, the most pressing first, each with what is offered now."""
    actor = actor_of(request)
    entries = list(waiting_list(actor)[:SHOWN_AT_MOST])
    record_access(WaitlistEntry, patients=[one.patient_id for one in entries], detail="waiting list")
    offers = _open_offers(actor)
    quiet = silent(entries)
    context = {
        "rows": [(one, offers.get(one.id), one.id in quiet) for one in entries],
        "filling": filling(actor, days=FIGURES_OF),
        "days": FIGURES_OF,
    }
    return render(request, "workspace/scheduling/waiting_list.html", context)


@allow(*DESK, reads="WaitlistEntry", methods=("GET",))
def entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """What somebody waits for, what was offered, and what is free and would suit."""
    actor = actor_of(request)
    one = _entry(actor, entry_id)
    record_access(WaitlistEntry, patient=one.patient_id, entity_id=one.id)
    offers = list(
        one.offers.select_related("practitioner", "location")
        .defer("practitioner__resource", "location__resource")
        .order_by("-offered_at", "-id")
    )
    told = set(telling(scoped(Notice, actor)).filter(offer__in=offers).values_list("offer_id", flat=True))
    current = next((offer for offer in offers if offer.status == WaitlistOffer.Status.OPEN), None)
    may_offer = one.is_waiting and current is None and may(actor, "offer", WaitlistOffer)
    context = {
        "entry": one,
        "patient": one.patient,
        "offers": [(offer, _why(offer), offer.id in told) for offer in offers],
        "current": current,
        "free": [(slot, token(slot)) for slot in _free(one)] if may_offer else [],
        "may_offer": may_offer,
        "booking": booking_url(request=one.appointment_id) if not one.replaces_id else "",
        "is_silent": one.is_waiting and one.id in silent([one]),
    }
    return render(request, "workspace/scheduling/waiting_entry.html", context)


@allow(*DESK, methods=("POST",))
def offer(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Offer one of the free times to this patient, whoever else waits."""
    actor = actor_of(request)
    one = _entry(actor, entry_id)
    require_patient(request, one.patient_id)
    slot = read_slot(request.POST, choices=Choices(), minutes=minutes_of(one.visit.service, None))
    made = offer_now(one, slot, actor=actor)
    said = _("%(day)s is offered to %(patient)s.") % {"day": made.wall_clock, "patient": one.patient}
    notify(request, said)
    return redirect("waiting-entry", one.id)


@allow(*DESK, methods=("POST",))
def answer(request: HttpRequest, offer_id: UUID, said: str) -> HttpResponse:
    """What the patient has answered by phone."""
    actor = actor_of(request)
    rows = scoped(WaitlistOffer, actor, "answer").select_related("patient")
    row = get_object_or_404(rows, id=offer_id)
    require_patient(request, row.patient_id)
    if said not in ANSWERS:
        raise Missing
    ANSWERS[said](row, actor=actor)
    words = (
        _("%s takes the time.")
        if said == "accept"
        else _("%s does not want this time and stays on the list.")
    )
    notify(request, words % row.patient)
    return redirect("waiting-entry", row.entry_id)


@allow(*DESK, methods=("POST",))
def leave(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Take a patient off the list."""
    actor = actor_of(request)
    one = _entry(actor, entry_id)
    require_patient(request, one.patient_id)
    leave_waiting_list(one, version=seen_version(request), actor=actor)
    undo = as_seen(reverse("waiting-return", args=[one.id]), one.appointment)
    notify(request, _("%s is off the waiting list.") % one.patient, undo_url=undo)
    return redirect("waiting-list")


@allow(*DESK, methods=("POST",))
def back(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Undo of taking off."""
    actor = actor_of(request)
    one = _entry(actor, entry_id)
    require_patient(request, one.patient_id)
    return_to_waiting_list(one, version=seen_version(request), actor=actor)
    notify(request, _("%s waits again.") % one.patient)
    return redirect("waiting-list")


def waiting_of_visit(appointment: Appointment, *, actor: Actor) -> dict[str, object]:
    """For its page: the place on the list that it has, or whether one can be had to come earlier."""
    of_it = Q(appointment=appointment) | Q(replaces=appointment)
    waits_as = scoped(WaitlistEntry, actor).waiting().filter(of_it).first()  # type: ignore[attr-defined]
    start = appointment.starts_at
    is_to_come = appointment.status == Appointment.Status.BOOKED and start is not None and start > clock.now()
    return {"waits_as": waits_as, "may_wait": is_to_come and waits_as is None}


def _entry(actor: Actor, entry_id: UUID) -> WaitlistEntry:
    rows = scoped(WaitlistEntry, actor).select_related(
        "patient", "practitioner", "location", "appointment__service", "replaces__service"
    )
    return get_object_or_404(rows.defer("patient__resource", "appointment__resource"), id=entry_id)


def _open_offers(actor: Actor) -> dict[UUID, tuple[WaitlistOffer, bool]]:
    """What is offered now by entry, and whether a message has told of it."""
    rows = scoped(WaitlistOffer, actor).filter(status=WaitlistOffer.Status.OPEN)
    told = set(telling(scoped(Notice, actor)).filter(offer__in=rows).values_list("offer_id", flat=True))
    return {row.entry_id: (row, row.id in told) for row in rows}


def _free(entry: WaitlistEntry) -> list[Slot]:
    """The next free times that suit."""
    now = clock.now()
    slots = next_free_slots(
        [entry.practitioner_id] if entry.practitioner_id else None,
        service=entry.visit.service,
        location=entry.location_id,
        preference=Preference(frozenset(entry.weekdays)) if entry.weekdays else AT_ANY_TIME,
        limit=LOOKED_AT,
    )
    return [slot for slot in slots if suits(entry, slot, now=now)][:FREE_SHOWN]


def _why(offer: WaitlistOffer) -> list[str | Promise]:
    return [_("offered by hand")] if offer.is_by_hand else reason_words(offer.reasons)
