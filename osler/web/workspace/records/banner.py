"""The banner over every page of a chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from osler.clinic.patients.models import Flag, Patient, PatientLink
from osler.clinic.patients.queries import active_flags, links_of
from osler.clinic.patients.similar_names import similar_names
from osler.clinic.records.allergies.recording import active_allergies, severity_word
from osler.clinic.records.encounters.visit import OPEN
from osler.clinic.records.models import AllergyIntolerance, Encounter
from osler.clinic.records.models.allergies import NO_KNOWN_ALLERGY
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may, scoped
from osler.foundation.ui.banner import BannerAlert, BannerAllergy, PatientBanner, hue_of
from osler.foundation.ui.dates import clinic_date, clinic_day, clinic_time
from osler.kernel import clock
from osler.web.workspace.patients.faces import face_url

SEVERE = frozenset({"severe"})
LATE = timedelta(hours=12)  # somebody may still be in the room long after the booked time


@dataclass(frozen=True)
class ChartBanner(PatientBanner):
    """The banner with the way into the visit: the open one, the appointment's, or one without appointment."""

    patient_id: UUID | None = None
    encounter_id: UUID | None = None
    appointment_id: UUID | None = None
    may_start: bool = False
    may_merge: bool = False


def chart_banner(patient: Patient, *, actor: Actor, encounter: Encounter | None = None) -> ChartBanner:
    """Who is open and what must not be forgotten; six statements."""
    allergies = _allergies(patient, actor=actor) if may(actor, "read", AllergyIntolerance) else ()
    here, coming = _appointments(patient, actor=actor)
    visit = None if encounter else _open_visit(patient, actor=actor)
    return ChartBanner(
        name=str(patient),
        birth_date=patient.birth_date,
        sex=patient.get_gender_display(),
        mrn=patient.mrn,
        called=patient.name_used,
        pronouns=patient.pronouns,
        url=f"/patients/{patient.id}/",
        photo_url=face_url(patient.id, actor=actor),
        died_on=patient.deceased_at.date() if patient.deceased_at else None,
        allergies=allergies,
        allergies_url=f"/patients/{patient.id}/chart/allergies/",
        alerts=alerts_of(patient, actor=actor),
        next_visit=_when(coming),
        namesakes=len(similar_names(patient, actor=actor)),
        hue=hue_of(patient.id),
        patient_id=patient.id,
        encounter_id=visit,
        appointment_id=here.id if here and visit is None and encounter is None else None,
        may_merge=may(actor, "propose", PatientLink),
        may_start=not (here or visit or encounter or patient.deceased_at),
    )


def alerts_of(patient: Patient, *, actor: Actor) -> list[BannerAlert]:
    """What everybody who meets the patient must know first."""
    alerts = [] if patient.active else [BannerAlert(_("Inactive record"), tone="danger")]
    if patient.is_unidentified:
        may_name = may(actor, "amend", Patient)
        url = reverse("patient-identify", args=[patient.id]) if may_name else ""
        alerts.append(BannerAlert(_("Unidentified"), url=url))
    alerts += _merges(patient, actor=actor)
    if patient.needs_interpreter:
        alerts.append(BannerAlert(_("Interpreter"), tone="info"))
    if may(actor, "read", Flag):
        alerts += [BannerAlert(flag.text) for flag in active_flags(patient, actor=actor)]
    return alerts


def _merges(patient: Patient, *, actor: Actor) -> list[BannerAlert]:
    """That the chart holds another's rows, or somebody thinks it should."""
    alerts = []
    for link in links_of(patient, actor=actor):
        is_open = link.status == PatientLink.Status.PROPOSED
        other = link.duplicate if link.survivor_id == patient.id else link.survivor
        words = _("Merge with MRN %s proposed") if is_open else _("Merged from MRN %s")
        url = reverse("merge-link", args=[link.id])
        alerts.append(BannerAlert(words % other.mrn, "warn" if is_open else "info", url, "merge"))
        if link.allergies_open and may(actor, "read", AllergyIntolerance):
            alerts.insert(
                0, BannerAlert(_("Allergies of two charts: review"), "danger", url, "triangle-alert")
            )
    return alerts


def _allergies(patient: Patient, *, actor: Actor) -> Sequence[BannerAllergy] | None:
    rows = list(active_allergies(patient, actor=actor).defer("resource"))
    if not rows:
        return None
    return [
        BannerAllergy(
            row.display,
            severity_word(row),
            row.criticality == "high" or row.severity in SEVERE,
        )
        for row in rows
        if row.code != NO_KNOWN_ALLERGY
    ]


def _appointments(patient: Patient, *, actor: Actor) -> tuple[Appointment | None, Appointment | None]:
    """The appointment for which the patient is here, and the next one to come."""
    found = (
        scoped(Appointment, actor)
        .filter(patient=patient, status__in=["booked", "arrived", "checked-in"])
        .filter(period__endswith__gte=clock.now() - LATE)
        .defer("resource")
        .order_by("period")[:5]
    )
    rows = list(found)
    here = next((row for row in rows if row.status in {"arrived", "checked-in"}), None)
    now = clock.now()
    coming = next(
        (row for row in rows if row.status == "booked" and row.starts_at and row.starts_at > now),
        None,
    )
    return here, coming


def _open_visit(patient: Patient, *, actor: Actor) -> UUID | None:
    return (
        scoped(Encounter, actor)
        .filter(patient=patient, status__in=OPEN - {"planned"})
        .order_by("-started_at")
        .values_list("id", flat=True)
        .first()
    )


def _when(appointment: Appointment | None) -> str:
    if appointment is None or appointment.starts_at is None:
        return ""
    starts_at = appointment.starts_at
    zone = appointment.zone
    if timezone.localdate(starts_at) == clock.today():
        return clinic_time(starts_at, zone)
    near = (starts_at - clock.now()).days < 60
    return clinic_day(starts_at, zone) if near else clinic_date(starts_at, zone)
