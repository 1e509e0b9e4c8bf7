"""The page behind the link of an offer: would you like this time? For whoever has the link, without
signing in.

It shows day, time and place, and nothing of the patient. Opening it changes nothing, so that programs
which look at the links of a mail accept nothing.
"""

from zoneinfo import ZoneInfo

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers

from osler.clinic.communication.notices import spoken
from osler.clinic.communication.offering.telling import OFFERS
from osler.clinic.communication.reminding.answering import reader_of
from osler.clinic.scheduling.models import WaitlistOffer
from osler.clinic.scheduling.waiting_list.offering import accept_offer, decline_offer
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.access.routes import allow
from osler.foundation.audit.access import record_access
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import Organization
from osler.foundation.directory.tenants import tenants
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel import clock
from osler.kernel.errors import Refusal
from osler.kernel.retries import until_done
from osler.web.portal.registration.limits import network
from osler.web.portal.reminder import ANSWERS, WRONG

PAGE = "portal/offer.html"
Status = WaitlistOffer.Status
STILL_OPEN = frozenset({Status.OPEN, Status.LAPSED})


@allow()
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """`/o/<token>/`."""
    response = until_done(lambda: _answer(request, token))
    add_never_cache_headers(response)
    return response


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    named = OFFERS.named_by(token, among=[key for key, _name in tenants()])
    if named is None:
        WRONG.count(network(request))
        return _over(request)
    with acting(SystemActor(named[0])):
        known = WaitlistOffer.objects.select_related("patient").filter(pk=named[1]).first()
    if known is None:
        return _over(request)
    reader, language = reader_of(known), spoken(known.patient.language)
    with acting(reader, request_id=request.request_id), translation.override(language):  # type: ignore[attr-defined]
        offer = scoped(WaitlistOffer, reader).select_related(
            "location", "entry__appointment", "entry__replaces"
        )
        row = offer.filter(pk=known.pk).first()
        if row is None or row.starts_at <= clock.now():
            return _over(request)
        with timezone.override(ZoneInfo(row.zone)):
            if request.method == "POST":
                return _take(request, row, reader)
            record_access(WaitlistOffer, patient=row.patient_id, entity_id=row.id)
            return _shown(request, row)


def _take(request: HttpRequest, offer: WaitlistOffer, reader: Actor) -> HttpResponse:
    ANSWERS.count(network(request))
    deed = {"accept": accept_offer, "decline": decline_offer}.get(request.POST.get("answer", ""))
    if deed is None:
        return redirect(request.path)
    try:
        with transaction.atomic():
            deed(offer, actor=reader)
    except Refusal as refusal:
        record_access(WaitlistOffer, patient=offer.patient_id, entity_id=offer.id)
        context = {"is_gone": True, "why": refusal}
        return render(request, PAGE, context, status=refusal.status)
    return redirect(request.path)


def _shown(request: HttpRequest, offer: WaitlistOffer) -> HttpResponse:
    if offer.status not in (*STILL_OPEN, Status.ACCEPTED, Status.DECLINED) or not (
        offer.status == Status.ACCEPTED or offer.entry.is_waiting
    ):
        return render(request, PAGE, {"is_gone": True}, status=410)
    clinic = Organization.objects.get(pk=offer.organization_id)
    place = offer.location
    context = {
        "offer": offer,
        "clinic": clinic.name,
        "place": place,
        "phone": (place.phone if place else "") or clinic.phone,
        "is_open": offer.status in STILL_OPEN,
        "is_late": offer.status == Status.LAPSED or offer.expires_at <= clock.now(),
        "is_accepted": offer.status == Status.ACCEPTED,
        "replaced": offer.entry.replaces if offer.status in STILL_OPEN else None,
    }
    return render(request, PAGE, context)


def _over(request: HttpRequest) -> HttpResponse:
    """The same page for what is over and what was never made."""
    return render(request, PAGE, {"is_over": True}, status=404)
