"""Visits for people's own calendars (RFC 5545): when and where, never why.

The version of a visit is its sequence and its id the name, so that one that was moved replaces the old entry.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from osler.clinic.scheduling.models import Appointment
from osler.kernel import clock

OPENED = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Osler//EN", "METHOD:PUBLISH")


def calendar_text(appointment: Appointment) -> str:
    """One visit for its patient."""
    place = appointment.location
    where = place.address if place else ""
    service = appointment.service
    link = service.video_url if service and appointment.is_holding else ""
    lines = [f"SUMMARY:{_escaped(_('Appointment'))}", f"LOCATION:{_escaped(where)}"]
    return _text([_event(appointment, [*lines, *([f"URL:{link}"] if link else [])])])


def feed_text(appointments: Iterable[Appointment]) -> str:
    """The visits of a clinician for a calendar outside: times, and nothing of anybody. Its stamps are those
    of the visits, so that the text changes with them alone."""
    summary = f"SUMMARY:{_escaped(_('Visit'))}"
    return _text(_event(one, [summary], stamp=one.updated_at) for one in appointments)


def _text(events: Iterable[list[str]]) -> str:
    lines = [*OPENED, *(line for event in events for line in event), "END:VCALENDAR"]
    return "".join(f"{line}\r\n" for line in lines)


def _event(appointment: Appointment, lines: list[str], *, stamp: datetime | None = None) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{appointment.id}@osler",
        f"SEQUENCE:{appointment.version}",
        f"DTSTAMP:{_utc(stamp or clock.now())}",
        f"DTSTART:{_utc(appointment.period.lower)}",
        f"DTEND:{_utc(appointment.period.upper)}",
        *lines,
        f"STATUS:{'CONFIRMED' if appointment.is_holding else 'CANCELLED'}",
        "END:VEVENT",
    ]


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\n", " ")
