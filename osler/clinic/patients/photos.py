"""How a patient looks: a photo taken, replaced, removed, and brought back."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from osler.clinic.patients.errors import PhotoChanged
from osler.clinic.patients.models import Patient, PatientPhoto
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, may, scoped
from osler.foundation.files.drawing import JPEG, Crop, portrait_of
from osler.kernel import clock
from osler.kernel.constraints import refusals

SEALED = ("content_sealed", "small_sealed")


def take_photo(
    patient: Patient,
    content: bytes,
    *,
    actor: Actor,
    crop: Crop | None = None,
    instead_of: PatientPhoto | None = None,
    version: int | None = None,
) -> PatientPhoto:
    """Show the patient by this picture, which is drawn anew; the one that it replaces stays as a former
    one. `instead_of` is the photo that whoever took it saw, in that version."""
    photo = PatientPhoto(patient=patient, organization_id=patient.organization_id)
    decide(actor, "take", photo)
    portrait = portrait_of(content, crop=crop)
    photo.keep(portrait.large, JPEG)
    photo.small = portrait.small
    with refusals():
        if instead_of is not None:
            instead_of.require_version(version)
            _end(instead_of)
        photo.save(force_insert=True)
    return photo


def remove_photo(photo: PatientPhoto, *, version: int | None, actor: Actor) -> PatientPhoto:
    """Show no photo any more; it stays with the patient as a former one."""
    decide(actor, "take", photo)
    photo.require_version(version)
    if photo.ended_at is not None:
        raise PhotoChanged
    _end(photo)
    return photo


def restore_photo(photo: PatientPhoto, *, version: int | None, actor: Actor) -> PatientPhoto:
    """Show a former photo again, and the one that is shown no longer."""
    decide(actor, "take", photo)
    photo.require_version(version)
    if photo.ended_at is None:
        raise PhotoChanged
    with refusals():
        for shown in photos_of(photo.patient, actor=actor).filter(ended_at=None):
            _end(shown)
        photo.ended_at = None
        photo.save(update_fields=["ended_at"])
    return photo


def photos_of(patient: Patient, *, actor: Actor) -> QuerySet[PatientPhoto]:
    """A patient's photos without what they show, the one that is shown first, then the latest."""
    rows = scoped(PatientPhoto, actor).filter(patient=patient).defer(*SEALED, "resource")
    return rows.order_by("-ended_at", "-id")


def shown_photo(patient: Patient, *, actor: Actor) -> PatientPhoto | None:
    """The photo by which a patient is shown."""
    return photos_of(patient, actor=actor).filter(ended_at=None).first()


def faces(patient_ids: Collection[UUID], *, actor: Actor) -> dict[UUID, UUID]:
    """The photo of each patient who has one: one statement, no content."""
    if not patient_ids or not may(actor, "read", PatientPhoto):
        return {}
    rows = scoped(PatientPhoto, actor).filter(patient_id__in=set(patient_ids), ended_at=None)
    return dict(rows.values_list("patient_id", "id"))


def _end(photo: PatientPhoto) -> None:
    photo.ended_at = clock.now()
    photo.save(update_fields=["ended_at"])
