"""The patient's photo at the desk: taken or chosen, replaced, removed, brought back; and the pictures."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from osler.clinic.patients.errors import PhotoChanged
from osler.clinic.patients.models import Patient, PatientPhoto
from osler.clinic.patients.photos import photos_of, remove_photo, restore_photo, take_photo
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import STAFF, Role
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.access.seen_version import as_seen, seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.files.drawing import Crop
from osler.foundation.files.errors import PhotoUnfit
from osler.foundation.files.pictures import LARGEST
from osler.foundation.ui.devices import uses_camera
from osler.foundation.ui.notices import notify
from osler.foundation.ui.pictures import lasting_picture
from osler.kernel.errors import Refusal
from osler.web.workspace.acting import actor_of
from osler.web.workspace.patients.banner import banner_of
from osler.web.workspace.patients.reading import open_patient

DESK = (Role.RECEPTION, Role.NURSE)
FORMER = 12


@uses_camera
@allow(*DESK, reads="PatientPhoto", methods=("GET", "POST"))
def photo(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Take one or choose a file; it is shown from then on."""
    patient = open_patient(request, patient_id, detail="photo")
    if request.method != "POST":
        return _page(request, patient)
    require_patient(request, patient_id)
    try:
        with transaction.atomic():
            return _taken(request, patient)
    except Refusal as refusal:
        return _page(request, patient, refusal=refusal)


def _taken(request: HttpRequest, patient: Patient) -> HttpResponse:
    actor, given = actor_of(request), request.POST
    upload = request.FILES.get("photo")
    if upload is None:
        raise PhotoUnfit(_("Please take a photo or choose one."))
    shown = photos_of(patient, actor=actor).filter(ended_at=None).first()
    if given.get("instead_of", "") != (str(shown.id) if shown else ""):
        raise PhotoChanged
    crop = Crop.read(given.get("left", ""), given.get("top", ""), given.get("side", ""))
    taken = take_photo(
        patient,
        upload.read(LARGEST + 1),
        crop=crop,
        instead_of=shown,
        version=seen_version(request) if shown else None,
        actor=actor,
    )
    undo = _undo("photo-restore", shown) if shown else _undo("photo-remove", taken)
    notify(request, _("The photo is saved."), undo_url=undo)
    return redirect("patient-photo", patient.id)


@allow(*DESK, methods=("POST",))
def remove(request: HttpRequest, patient_id: UUID, photo_id: UUID) -> HttpResponse:
    """Show none; it stays among the former ones."""
    found = _found(request, patient_id, photo_id)
    remove_photo(found, version=seen_version(request), actor=actor_of(request))
    words = _("The photo is removed. It is kept among the former ones.")
    notify(request, words, undo_url=_undo("photo-restore", found))
    return redirect("patient-photo", patient_id)


@allow(*DESK, methods=("POST",))
def restore(request: HttpRequest, patient_id: UUID, photo_id: UUID) -> HttpResponse:
    """Show a former one again."""
    found = _found(request, patient_id, photo_id)
    restore_photo(found, version=seen_version(request), actor=actor_of(request))
    notify(request, _("This photo is shown again."))
    return redirect("patient-photo", patient_id)


def _found(request: HttpRequest, patient_id: UUID, photo_id: UUID) -> PatientPhoto:
    require_patient(request, patient_id)
    rows = scoped(PatientPhoto, actor_of(request), "take").select_related("patient")
    rows = rows.defer("content_sealed", "small_sealed", "patient__resource")
    return get_object_or_404(rows, id=photo_id, patient_id=patient_id)


def _undo(name: str, found: PatientPhoto) -> str:
    return as_seen(reverse(name, args=[found.patient_id, found.id]), found)


@allow(*STAFF, reads="PatientPhoto", methods=("GET",))
def large(request: HttpRequest, patient_id: UUID, photo_id: UUID) -> HttpResponseBase:
    """The picture as it is kept."""
    rows = scoped(PatientPhoto, actor_of(request)).defer("small_sealed")
    found = get_object_or_404(rows, id=photo_id, patient_id=patient_id)
    record_access(PatientPhoto, patient=patient_id, entity_id=found.id, detail="photo")
    return lasting_picture(request, found.content, digest=f"{found.id}-large", name="photo")


@allow(*STAFF, methods=("GET",))
def small(request: HttpRequest, patient_id: UUID, photo_id: UUID) -> HttpResponseBase:
    """The picture as lists show it. The list has written down whom it shows: its pictures are a part of it,
    and no address of one is known but by such a page."""
    rows = scoped(PatientPhoto, actor_of(request)).defer("content_sealed")
    found = get_object_or_404(rows, id=photo_id, patient_id=patient_id)
    return lasting_picture(request, found.small, digest=f"{found.id}-small", name="photo")


def _page(request: HttpRequest, patient: Patient, *, refusal: Refusal | None = None) -> HttpResponse:
    actor = actor_of(request)
    photos = list(photos_of(patient, actor=actor)[: FORMER + 1])
    shown = photos[0] if photos and photos[0].ended_at is None else None
    record_access(PatientPhoto, patient=patient.id, detail="photos")
    context = {
        "patient": patient,
        "banner": banner_of(patient, actor=actor),
        "shown": shown,
        "former": [one for one in photos if one.ended_at is not None][:FORMER],
        "refusal": refusal,
    }
    return render(
        request, "workspace/patients/photo.html", context, status=refusal.status if refusal else 200
    )
