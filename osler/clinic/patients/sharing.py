"""Phones and e-mail addresses that several patients have: what is sent to one, others may read (A10)."""

from dataclasses import dataclass

from django.db.models import QuerySet

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
    return Sharing(
        _count("p", real_phone(patient.phone), patient, actor),
        _count("e", real_email(patient.email), patient, actor),
    )


def sharers(kind: str, token: str, patient: Patient, *, actor: Actor) -> QuerySet[Patient]:
    """The other active patients with a search token: `p`, a `real_phone`, or `e`, a `real_email`."""
    keys = scoped(SearchToken, actor).filter(kind=kind, token=token).exclude(patient_id=patient.id)
    ids = [row[0] for row in keys.order_by("patient_id").values_list("patient_id")[:MOST]] if token else []
    return scoped(Patient, actor).filter(id__in=ids, active=True)


def _count(kind: str, token: str, patient: Patient, actor: Actor) -> int:
    return sharers(kind, token, patient, actor=actor).count() if token else 0
