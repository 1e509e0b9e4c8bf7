"""Phones and e-mail addresses that several patients have: what is sent to one, others may read (A10)."""

from dataclasses import dataclass

from osler.clinic.patients.models import Patient, SearchToken
from osler.clinic.patients.placeholders import real_email, real_phone
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped

MOST = 20
"""So many are counted at most."""


@dataclass(frozen=True)
class Sharing:
    """How many other active patients have the phone, and how many the e-mail address, of a patient."""

    phone: int
    email: int


def sharing_of(patient: Patient, *, actor: Actor) -> Sharing:
    """Who else is reached where this patient is, in numbers. Placeholders are shared by nobody."""
    phone, email = real_phone(patient.phone), real_email(patient.email)
    return Sharing(
        _others("p", phone, patient, actor) if phone else 0,
        _others("e", email, patient, actor) if email else 0,
    )


def _others(kind: str, token: str, patient: Patient, actor: Actor) -> int:
    keys = scoped(SearchToken, actor).filter(kind=kind, token=token).exclude(patient_id=patient.id)
    ids = [row[0] for row in keys.order_by("patient_id").values_list("patient_id")[:MOST]]
    return scoped(Patient, actor).filter(id__in=ids, active=True).count() if ids else 0
