"""What an offer says and where it is answered: the clinic, day, time on the wall and place; nothing else
(A33).

Whoever wants to be called, or has no address, gets no message: the offer stands in the list of the desk.
"""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from osler.clinic.communication.models import Notice, ReminderStep
from osler.clinic.communication.notices import (
    BEING_SENT,
    PLACE,
    link_with,
    queue,
    site_address,
    spoken,
    wake_sender,
)
from osler.clinic.communication.reminding.addresses import refused_ways, way_to
from osler.clinic.scheduling.models import WaitlistOffer
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.accounts.links import ShortLinks
from osler.foundation.directory.models import Organization
from osler.foundation.ui.dates import clinic_day, plain_date, plain_time
from osler.kernel import clock

KIND = "waitlist-offer"
OFFERS = ShortLinks(b"waitlist offer ", 10)


def tell_of_offer(offer_id: UUID) -> Notice | None:
    """Queue the message of an offer, once; None if there is none to be sent."""
    offer = WaitlistOffer.objects.select_related("patient", "location").get(pk=offer_id)
    patient = offer.patient
    way = way_to(patient, ReminderStep.By.PREFERRED, refused=refused_ways(patient=patient))
    if offer.status != WaitlistOffer.Status.OPEN or way is None:
        return None
    channel, address = way
    subject, body = offer_text(offer, channel=channel, language=patient.language)
    notice = Notice(
        patient=patient,
        organization_id=offer.organization_id,
        effect_key=f"{KIND}:{offer.id}",
        kind=KIND,
        channel=channel,
        to_address=address,
        language=spoken(patient.language),
        subject=subject,
        body=body,
        offer=offer,
    )
    if not queue(notice):
        return None
    wake_sender(notice)
    return notice


def offer_text(offer: WaitlistOffer, *, channel: str, language: str) -> tuple[str, str]:
    """Subject and words of an offer in the reader's language; a text message has no subject."""
    clinic = Organization.objects.values_list("name", flat=True).get(pk=offer.organization_id)
    place, start = offer.location, offer.starts_at
    with translation.override(spoken(language)), timezone.override(ZoneInfo(offer.zone)):
        until = f"{clinic_day(offer.expires_at)} {plain_time(offer.expires_at)}"
        words = {"clinic": clinic, "until": until, "link": PLACE}
        if channel == Notice.Channel.SMS:
            words["when"] = f"{clinic_day(start)} {plain_time(start)}"
            words["place"] = f", {place.name}" if place and place.name != clinic else ""
            said = _(
                "%(clinic)s: a time is free on %(when)s%(place)s. Who says yes first has it. Reply 1 (yes)"
                " or 2 (no) by %(until)s, or here: %(link)s"
            )
            return "", said % words
        where = place.address if place else ""
        lines = [
            _("You wait for a time at %(clinic)s. This one is free:") % words,
            "\n".join([f"{plain_date(start)}, {plain_time(start)}", where]).strip(),
            _("It is not held for you: who says yes first has it. Please answer by %(until)s on this page:")
            % words,
            PLACE,
            _("If it does not suit you, you stay on the list."),
        ]
        return _("A time is free at %(clinic)s") % words, "\n\n".join(lines)


def offers_to_call(actor: Actor) -> int:
    """How many open offers no message tells of, or none any more: somebody has to call."""
    offers = scoped(WaitlistOffer, actor).filter(status=WaitlistOffer.Status.OPEN, expires_at__gt=clock.now())
    return offers.exclude(Exists(telling(Notice.objects.filter(offer=OuterRef("pk"))))).count()


def telling(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """Those of some messages that have gone out, or still will: not what was withdrawn, has failed, or hangs
    so that nobody knows whether it went."""
    gone = Q(status__in=[Notice.Status.QUEUED, Notice.Status.SENT, Notice.Status.SETTLED])
    going = Q(status=Notice.Status.UNKNOWN, updated_at__gte=clock.now() - BEING_SENT)
    return notices.filter(gone | going)


def link_of(notice: Notice) -> str:
    """The address at which an offer is answered."""
    assert notice.offer_id is not None
    return f"{site_address()}{path_of(notice.organization_id, notice.offer_id)}"


def path_of(organization_id: UUID, offer_id: UUID) -> str:
    """The path of it."""
    return f"/o/{OFFERS.token_of(organization_id, offer_id)}/"


link_with(KIND, link_of)
