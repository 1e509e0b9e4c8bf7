"""What a reminder says: the clinic's name, day, time on the wall and place; nothing else of anybody (A33)."""

from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from osler.clinic.communication.models import Notice
from osler.clinic.communication.notices import PLACE, spoken
from osler.clinic.scheduling.models import Appointment
from osler.foundation.directory.models import Organization
from osler.foundation.ui.dates import clinic_day, plain_date, plain_time


def clinic_of(appointment: Appointment) -> Organization:
    """The clinic whose visit it is."""
    return Organization.objects.get(pk=appointment.organization_id)


def phone_of(appointment: Appointment) -> str:
    """The number to call about a visit: its place's, else the clinic's."""
    place = appointment.location
    return (place.phone if place else "") or clinic_of(appointment).phone


def when_of(appointment: Appointment) -> str:
    """Day and time on the wall of its place, short; in the language that is active."""
    start = appointment.starts_at
    with timezone.override(ZoneInfo(appointment.zone or timezone.get_current_timezone_name())):
        return f"{clinic_day(start)} {plain_time(start)}"


def reminder_text(appointment: Appointment, *, channel: str, language: str, clinic: str) -> tuple[str, str]:
    """Subject and words of a reminder in the reader's language; a text message has no subject."""
    start = appointment.starts_at
    assert start is not None
    zone, place = appointment.zone or timezone.get_current_timezone_name(), appointment.location
    with translation.override(spoken(language)), timezone.override(ZoneInfo(zone)):
        if channel == Notice.Channel.SMS:
            return "", _text(when_of(appointment), clinic, place.name if place else "")
        where = place.address if place else ""
        lines = [
            _("%(clinic)s reminds you of your visit:") % {"clinic": clinic},
            "\n".join([f"{plain_date(start)}, {plain_time(start)}", where]).strip(),
            _("Please tell us on this page whether you will come. You can cancel there, or ask for a call:"),
            PLACE,
            _("If you want no more reminders at this address, you can say so there, too."),
        ]
        return _("Your visit at %(clinic)s") % {"clinic": clinic}, "\n\n".join(lines)


def _text(when: str, clinic: str, place: str) -> str:
    words = {
        "clinic": clinic,
        "when": when,
        "place": f", {place}" if place and place != clinic else "",
        "link": PLACE,
    }
    return (
        _(
            "%(clinic)s: your visit is on %(when)s%(place)s. Reply 1 to confirm, 2 to cancel, STOP for no"
            " more reminders. Or open %(link)s"
        )
        % words
    )
