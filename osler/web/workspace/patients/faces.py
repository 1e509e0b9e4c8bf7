"""Where lists and banners find a patient's photo: addresses alone, the browser fetches the pictures."""

from collections.abc import Iterable
from uuid import UUID

from django.urls import reverse

from osler.clinic.patients.photos import faces
from osler.foundation.access.actors import Actor


def face_urls(patient_ids: Iterable[UUID], *, actor: Actor) -> dict[UUID, str]:
    """The small photo of each patient who has one; one statement."""
    found = faces(list(patient_ids), actor=actor)
    return {patient: reverse("photo-small", args=[patient, photo]) for patient, photo in found.items()}


def face_url(patient_id: UUID, *, actor: Actor) -> str:
    """The small photo of one patient, or nothing."""
    return face_urls([patient_id], actor=actor).get(patient_id, "")
