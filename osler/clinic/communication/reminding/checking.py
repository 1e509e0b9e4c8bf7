"""What is asked of a reminder at the last moment, in the transaction that claims it: is it still true?"""

from datetime import datetime
from enum import Enum
from uuid import UUID

from django.utils import timezone

from osler.clinic.communication.models import Notice
from osler.clinic.communication.reminding.addresses import refused_ways
from osler.clinic.communication.reminding.ladders import plan_for, plans
from osler.clinic.communication.reminding.timing import is_quiet, quiet_ends
from osler.clinic.scheduling.models import Appointment, WaitlistOffer


class Verdict(Enum):
    """What is done with a reminder that waits."""

    SEND = "send"
    WITHDRAW = "withdraw"


def verdict(notice: Notice, *, now: datetime) -> Verdict | datetime:
    """Send it, withdraw it, or the instant until which it waits, because the quiet hours have begun."""
    if notice.offer_id is not None:
        return offer_verdict(notice.offer_id, notice, now=now)
    if notice.appointment_id is None:
        return Verdict.SEND
    appointment = Appointment.objects.select_related("patient").get(pk=notice.appointment_id)
    if not is_true(notice, appointment, now=now):
        return Verdict.WITHDRAW
    refused = refused_ways(patient=appointment.patient, address=notice.to_address)
    if (appointment.patient_id, notice.channel) in refused or (notice.to_address, notice.channel) in refused:
        return Verdict.WITHDRAW
    if notice.lead_minutes is None:  # somebody at the desk wants it now
        return Verdict.SEND
    _steps, quiet = plan_for(plans(), appointment.service_id)
    zone = appointment.zone or timezone.get_current_timezone_name()
    if not is_quiet(now, zone=zone, quiet=quiet):
        return Verdict.SEND
    ends, start = quiet_ends(now, zone=zone, quiet=quiet), appointment.starts_at
    return ends if start is not None and ends < start else Verdict.WITHDRAW


def offer_verdict(offer_id: UUID, notice: Notice, *, now: datetime) -> Verdict:
    """Send an offer only while it stands, to somebody who still wants texts or mails, and never at night."""
    offer = WaitlistOffer.objects.select_related("patient", "entry__appointment").get(pk=offer_id)
    refused = refused_ways(patient=offer.patient, address=notice.to_address)
    is_refused = (offer.patient_id, notice.channel) in refused or (
        notice.to_address,
        notice.channel,
    ) in refused
    _steps, quiet = plan_for(plans(), offer.entry.appointment.service_id)
    stands = offer.status == WaitlistOffer.Status.OPEN and offer.expires_at > now
    if not stands or is_refused or is_quiet(now, zone=offer.zone, quiet=quiet):
        return Verdict.WITHDRAW
    return Verdict.SEND


def is_true(notice: Notice, appointment: Appointment, *, now: datetime) -> bool:
    """Whether the visit that a reminder speaks of is to come, at the very time that it names."""
    start = appointment.starts_at
    return (
        start is not None
        and start > now
        and appointment.status == Appointment.Status.BOOKED
        and appointment.occurrence == notice.occurrence
        and appointment.patient.deceased_at is None
    )
