"""Which way a reminder goes: by the rule of its step, the wish and addresses of the patient, and refusals."""

import re
from collections.abc import Collection
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from osler.clinic.communication.models import Notice, OptOut, ReminderStep
from osler.clinic.patients.models import Patient

EMAIL, SMS = Notice.Channel.EMAIL, Notice.Channel.SMS
PREFERRED = {Patient.ContactBy.EMAIL: EMAIL, Patient.ContactBy.SMS: SMS}
"""Whoever wants to be called is called: no channel of ours stands for that."""

_NOT_DIGIT = re.compile(r"\D")
Refused = Collection[tuple[UUID | str, str]]
"""Patients and addresses, each with the channel by which nothing goes to them."""


def phone_number(written: str) -> str:
    """A phone number as networks know it (E.164), or nothing; ten digits are North American."""
    digits = _NOT_DIGIT.sub("", written)
    if written.strip().startswith("+"):
        return f"+{digits}" if 8 <= len(digits) <= 15 else ""
    if len(digits) == 10 and digits[0] not in "01":
        return f"+1{digits}"
    return f"+{digits}" if len(digits) == 11 and digits[0] == "1" else ""


def address_of(patient: Patient, channel: str) -> str:
    """Where a patient is reached by a channel, or nothing."""
    if channel == EMAIL:
        return patient.email
    return phone_number(patient.phone) if settings.SMS_URL else ""


def way_to(patient: Patient, by: str, *, refused: Refused) -> tuple[str, str] | None:
    """The channel and address for a step's rule; None: this patient gets none by it."""
    if patient.contact_by == Patient.ContactBy.NONE or patient.deceased_at or not patient.active:
        return None
    channel = PREFERRED.get(Patient.ContactBy(patient.contact_by)) if by == ReminderStep.By.PREFERRED else by
    if channel is None or (patient.id, channel) in refused:
        return None
    address = address_of(patient, channel)
    return (channel, address) if address and (address, channel) not in refused else None


def refused_ways(*, patient: Patient | None = None, address: str = "") -> Refused:
    """Who wants no reminders by which channel, and addresses whose reader does not, whoever has them; of one
    patient (whoever has opted out at his addresses) and a further address, or of the whole clinic."""
    found: set[tuple[UUID | str, str]] = set()
    rows = OptOut.objects.filter(ended_at=None)
    if patient is not None:
        here = {address, patient.email, phone_number(patient.phone)} - {""}
        rows = rows.filter(Q(patient=patient) | Q(address__in=here))
    for patient_id, written, channel in rows.values_list("patient_id", "address", "channel"):
        found.add((patient_id, channel))
        if written:
            found.add((written, channel))
    return found
