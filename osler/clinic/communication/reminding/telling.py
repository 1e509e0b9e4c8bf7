"""What is told of a visit that was booked or moved without the desk: when and where, and the link to it."""

from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from osler.clinic.communication.models import Notice
from osler.clinic.communication.notices import PLACE, link_with, queue, spoken, wake_sender, wordings
from osler.clinic.communication.reminding.links import link_of
from osler.clinic.communication.reminding.wording import clinic_of, when_of
from osler.clinic.scheduling.models import Appointment
from osler.foundation.ui.dates import plain_date, plain_time

BOOKED, MOVED = "appointment-booked", "appointment-moved"
"""The kinds of mail that tell the same of a visit which the desk has booked or moved: it is told once."""


def tell_of_booking_online(appointment: Appointment, *, channel: str, to: str, language: str) -> Notice:
    """Tell that it is booked, at the address that was just proved."""
    notice = _notice(appointment, BOOKED, str(appointment.id), channel=channel, to=to, language=language)
    return _sent(notice)


def tell_of_move_online(appointment: Appointment, *, before: Notice) -> Notice:
    """Tell the new time to where the old one was told."""
    occasion = f"{appointment.id}:{appointment.version}"
    channel, to, language = before.channel, before.to_address, before.language
    return _sent(_notice(appointment, MOVED, occasion, channel=channel, to=to, language=language))


def _sent(notice: Notice) -> Notice:
    queue(notice)
    wake_sender(notice)
    return notice


def _notice(
    appointment: Appointment, kind: str, occasion: str, *, channel: str, to: str, language: str
) -> Notice:
    subject, body = _words(appointment, kind, channel=channel, language=language)
    return Notice(
        patient=appointment.patient,
        organization_id=appointment.organization_id,
        effect_key=f"{kind}:{occasion}",
        kind=kind,
        channel=channel,
        to_address=to,
        language=spoken(language),
        subject=subject,
        body=body,
        appointment=appointment,
        occurrence=appointment.occurrence,
    )


def _words(appointment: Appointment, kind: str, *, channel: str, language: str) -> tuple[str, str]:
    start, place = appointment.starts_at, appointment.location
    zone = appointment.zone or timezone.get_current_timezone_name()
    with translation.override(spoken(language)), timezone.override(ZoneInfo(zone)):
        said = {"clinic": clinic_of(appointment).name, "when": when_of(appointment), "link": PLACE}
        if channel == Notice.Channel.SMS:
            return "", _(
                "%(clinic)s: your visit is booked for %(when)s. To move or cancel it: %(link)s"
            ) % said
        where = place.address if place else ""
        lines = [
            wordings()[kind][1],
            "\n".join([f"{plain_date(start)}, {plain_time(start)}", where]).strip(),
            _("On this page you can put it into your calendar, move it or cancel it:"),
            PLACE,
        ]
        return wordings()[kind][0], "\n\n".join(lines)


link_with(BOOKED, link_of)
link_with(MOVED, link_of)
