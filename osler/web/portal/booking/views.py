"""Booking on the public page: what, when, who, and the code; four screens to a visit that stands."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from osler.clinic.communication.models import Notice
from osler.clinic.communication.reminding.links import token_of
from osler.clinic.intake.registering import doors
from osler.clinic.intake.visiting import (
    SEAL,
    Visitor,
    confirm_visit,
    held_linked,
    hold_time,
    is_right,
    say_who,
    way_of,
)
from osler.clinic.scheduling.appointments.online import give_back, self_booked
from osler.clinic.scheduling.models import SlotHold
from osler.foundation.access.actors import NOBODY
from osler.foundation.access.routes import allow
from osler.foundation.accounts.links import named_in
from osler.foundation.audit.context import acting
from osler.kernel.errors import Missing, Refusal
from osler.kernel.retries import until_done
from osler.web.portal.booking import limits
from osler.web.portal.booking.door import Booking, at_booking, forget, frame, remember
from osler.web.portal.booking.forms import CodeForm, WhoForm
from osler.web.portal.booking.times import Choice, Times, offered, slot_in
from osler.web.portal.registration.limits import network


@allow(methods=("GET",))
def clinics(request: HttpRequest) -> HttpResponse:
    """`/book/`: to the one clinic that is open, or a choice of several."""
    found = doors()
    if len(found) == 1:
        return redirect("booking-start", found[0].address)
    template = "booking/clinics.html" if found else "booking/closed.html"
    return render(request, template, {"doors": found}, status=200 if found else 404)


@at_booking(needs_hold=False, methods=("GET",))
def start(request: HttpRequest, booking: Booking) -> HttpResponse:
    """`/book/<clinic>/`: which kind of visit."""
    found = offered(
        self_booked(by_anybody=True), address=lambda key: reverse("booking-times", args=[booking.clinic, key])
    )
    context = frame(booking, offered=found, place=1)
    return render(request, "booking/start.html", context)


@at_booking(needs_hold=False)
def times(request: HttpRequest, booking: Booking, service_id: UUID) -> HttpResponse:
    """`<service>/`: with whom, where and when; a time that is chosen is held for this browser."""
    service = next((one for one in self_booked(by_anybody=True) if one.id == service_id), None)
    if service is None:
        raise Missing
    limits.LOOK.count(network(request))
    refusal = None
    if request.method == "POST":
        limits.HOLD.count(network(request))
        limits.HOLD_HERE.count(str(booking.door.organization_id))
        slot = slot_in(request.POST.get("slot", ""), service)
        if slot is None:
            return booking.here("times", service_id)
        try:
            with transaction.atomic():
                if booking.held is not None:
                    give_back(booking.held)
                held, secret = hold_time(slot, service=service, language=translation.get_language())
            return remember(booking.here("who"), held, secret)
        except Refusal as found:
            refusal = found
    shown = Times(service, Choice.read(request.GET))
    context = frame(booking, times=shown, refusal=refusal, place=2) | {"service": service}
    return render(request, "booking/times.html", context, status=refusal.status if refusal else 200)


@at_booking()
def who(request: HttpRequest, booking: Booking) -> HttpResponse:
    """`who/`: whom the visit is for; what is entered, known or not, has a code sent and no other answer."""
    held, refusal = _held(booking), None
    form = WhoForm(request.POST if request.method == "POST" else None, initial=held.read())
    if form.is_bound and form.is_valid():
        limits.CODE.count(network(request))
        limits.CODE_TO.count(way_of(form.cleaned_data)[1])
        try:
            held.language = translation.get_language()
            with transaction.atomic():
                say_who(held, form.cleaned_data)
            return booking.here("code")
        except Refusal as found:
            refusal = found
    status = refusal.status if refusal else 422 if form.is_bound else 200
    context = frame(booking, form=form, refusal=refusal, place=3)
    return render(request, "booking/who.html", context, status=status)


@at_booking()
def code(request: HttpRequest, booking: Booking) -> HttpResponse:
    """`code/`: the six digits that prove the address; then the visit stands."""
    held, refusal = _held(booking), None
    said = held.read()
    if not said:
        return booking.here("who")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        limits.TRY.count(network(request))
        if is_right(held, form.cleaned_data["code"]):
            try:
                return forget(_to_visit(confirm_visit(held)))
            except Refusal as found:
                refusal = found
        else:
            form.add_error("code", _("This is not the code of the newest message."))
    status = refusal.status if refusal else 422 if form.is_bound else 200
    context = frame(booking, form=form, refusal=refusal, said=said, sent_to=way_of(said)[1], place=4)
    return render(request, "booking/code.html", context, status=status)


@at_booking(methods=("POST",))
def stop(request: HttpRequest, booking: Booking) -> HttpResponse:
    """`stop/`: the time is free at once, and nothing that was entered is kept."""
    held = _held(booking)
    give_back(held)
    return forget(booking.here("start"))


@allow()
def linked(request: HttpRequest, token: str) -> HttpResponse:
    """`/book/confirm/<token>/`: the link in the mail with the code. Opening it books nothing, so that
    programs which look at the links of mails do not; its button does."""
    request.actor = NOBODY  # type: ignore[attr-defined]
    response = until_done(lambda: _linked(request, token))
    add_never_cache_headers(response)
    return response


def _linked(request: HttpRequest, token: str) -> HttpResponse:
    named = named_in(token, length=SEAL)
    door = next((one for one in doors() if named and one.organization_id == named.organization_id), None)
    if named is None or door is None:
        limits.TRY.count(network(request))
        return render(request, "booking/over.html", status=404)
    with acting(Visitor(named.organization_id, named.key), request_id=request.request_id):  # type: ignore[attr-defined]
        held = held_linked(named.proof)
        if held is None:
            limits.TRY.count(network(request))
            return render(request, "booking/over.html", frame(Booking(door)), status=404)
        refusal = None
        with translation.override(held.language):
            if request.method == "POST":
                try:
                    return _to_visit(confirm_visit(held))
                except Refusal as found:
                    refusal = found
            context = frame(Booking(door, held), said=held.read(), refusal=refusal, place=4)
            status = refusal.status if refusal else 200
            return render(request, "booking/confirm.html", context, status=status)


def _to_visit(notice: Notice) -> HttpResponse:
    """To the page of the visit, which whoever has this link opens."""
    return redirect("visit-link", token_of(notice))


def _held(booking: Booking) -> SlotHold:
    if booking.held is None:
        raise Missing
    return booking.held
