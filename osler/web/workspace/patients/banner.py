"""The banner over every page of a patient: all of it for clinicians, without clinical content for
the desk."""

from dataclasses import dataclass
from uuid import UUID

from osler.clinic.billing.ledger.balances import open_balance
from osler.clinic.billing.models import JournalEntry
from osler.clinic.patients.models import Flag, Patient, PatientLink, PatientPhoto
from osler.clinic.patients.similar_names import similar_names
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may, scoped
from osler.foundation.access.roles import CLINICAL
from osler.foundation.ui.banner import PatientBanner, hue_of
from osler.foundation.ui.dates import clinic_date, clinic_day
from osler.foundation.ui.templatetags.ui import money
from osler.kernel import clock
from osler.web.workspace.patients.faces import face_url
from osler.web.workspace.records.banner import alerts_of, chart_banner


@dataclass(frozen=True)
class DeskBanner(PatientBanner):
    """The banner with what the desk may do from it."""

    patient_id: UUID | None = None
    may_amend: bool = False
    may_identify: bool = False
    may_book: bool = False
    may_flag: bool = False
    may_merge: bool = False
    may_photograph: bool = False


def banner_of(patient: Patient, *, actor: Actor) -> PatientBanner:
    """Who is open, and what this role must not forget."""
    if actor.has_role(*CLINICAL):
        return chart_banner(patient, actor=actor)
    return DeskBanner(
        name=str(patient),
        birth_date=patient.birth_date,
        sex=patient.get_gender_display(),
        mrn=patient.mrn,
        called=patient.name_used,
        pronouns=patient.pronouns,
        url=f"/patients/{patient.id}/",
        photo_url=face_url(patient.id, actor=actor),
        died_on=patient.deceased_at.date() if patient.deceased_at else None,
        shows_allergies=False,
        alerts=alerts_of(patient, actor=actor),
        balance=_balance(patient, actor=actor),
        next_visit=_next_visit(patient.id, actor=actor),
        namesakes=len(similar_names(patient, actor=actor)),
        hue=hue_of(patient.id),
        patient_id=patient.id,
        may_amend=may(actor, "amend", Patient),
        may_identify=patient.is_unidentified and may(actor, "amend", Patient),
        may_book=may(actor, "book", Appointment),
        may_flag=may(actor, "raise", Flag),
        may_merge=may(actor, "propose", PatientLink),
        may_photograph=may(actor, "take", PatientPhoto),
    )


def _balance(patient: Patient, *, actor: Actor) -> str:
    if not may(actor, "read", JournalEntry):
        return ""
    owed = open_balance(patient, actor=actor).owed
    return money(owed) if owed else ""


def _next_visit(patient_id: UUID, *, actor: Actor) -> str:
    if not may(actor, "read", Appointment):
        return ""
    coming = (
        scoped(Appointment, actor)
        .filter(patient_id=patient_id, status=Appointment.Status.BOOKED, period_start__gte=clock.now())
        .order_by("period_start")
        .first()
    )
    start = coming.starts_at if coming else None
    if coming is None or start is None:
        return ""
    near = (start - clock.now()).days < 60
    day = clinic_day(start, coming.zone) if near else clinic_date(start, coming.zone)
    return f"{day} {coming.wall_clock}"
