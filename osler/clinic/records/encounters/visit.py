"""Starting and finishing a visit."""

from osler.clinic.patients.models import Patient
from osler.clinic.records.authorship import author_id
from osler.clinic.records.errors import EncounterClosed, EncounterExists, NotCheckedIn, UnsignedNote
from osler.clinic.records.events import EncounterFinished, EncounterStarted
from osler.clinic.records.models import ClinicalNote, Encounter
from osler.clinic.scheduling.appointments.checkin import finish_visit, room_patient, start_visit
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.access.roles import Role
from osler.foundation.audit.rows import completed
from osler.foundation.jobs.outbox import announce
from osler.kernel import clock
from osler.kernel.constraints import refusals
from osler.kernel.states import can_move, move

OPEN = frozenset({"planned", "arrived", "triaged", "in-progress", "onleave"})
HERE = frozenset({"arrived", "checked-in"})


def start_encounter(
    subject: Appointment | Patient, *, actor: Actor, reason: str = "", draft: Encounter | None = None
) -> Encounter:
    """Open the visit of an appointment (once: whoever comes second gets the same), or a visit
    without appointment. With a physician it is in progress, with a nurse it has begun.

    A `draft` is a visit of its own: EncounterExists if the appointment has one."""
    decide(actor, "start", Encounter)
    if isinstance(subject, Patient):
        visit = completed(draft or Encounter(reason=reason), patient=subject)
        return _open_visit(visit, actor=actor)
    found = scoped(Encounter, actor).filter(appointment=subject).first()
    if found is not None and draft is not None:
        raise EncounterExists
    if found is None:
        found = _open_visit(_visit_of(subject, draft or Encounter()), actor=actor)
    elif actor.has_role(Role.PHYSICIAN) and found.status in {"planned", "arrived", "triaged"}:
        _see_patient(found, actor=actor)
    _tell_appointment(subject, actor=actor)
    return found


def _visit_of(appointment: Appointment, visit: Encounter) -> Encounter:
    if appointment.status not in HERE:
        raise NotCheckedIn
    service = appointment.service
    return completed(
        visit,
        patient_id=appointment.patient_id,
        appointment=appointment,
        practitioner_id=visit.practitioner_id or appointment.practitioner_id,
        location_id=visit.location_id or appointment.room_id or appointment.location_id,
        display=visit.display or (service.name if service else ""),
        reason=visit.reason or appointment.reason,
    )


def _open_visit(encounter: Encounter, *, actor: Actor) -> Encounter:
    encounter.started_at = encounter.started_at or clock.now()
    encounter.status = Encounter.Status.ARRIVED
    encounter.location_id = encounter.location_id or actor.facility_id
    if actor.has_role(Role.PHYSICIAN):
        encounter.status = Encounter.Status.IN_PROGRESS
        encounter.practitioner_id = author_id(actor)
    with refusals():
        encounter.save(force_insert=True)
    announce(EncounterStarted(encounter.id, encounter.patient_id))
    return encounter


def _see_patient(encounter: Encounter, *, actor: Actor) -> None:
    if encounter.status == Encounter.Status.PLANNED:
        move(encounter, Encounter.Status.ARRIVED, transitions=Encounter.TRANSITIONS)
    move(encounter, Encounter.Status.IN_PROGRESS, transitions=Encounter.TRANSITIONS)
    encounter.practitioner_id = author_id(actor)
    encounter.save()


def _tell_appointment(appointment: Appointment, *, actor: Actor) -> None:
    """The board shows where the patient is: in the room, then with the physician."""
    if appointment.status not in HERE:
        return
    if actor.has_role(Role.PHYSICIAN):
        if appointment.started_at is None:
            start_visit(appointment, actor=actor)
    elif appointment.status == Appointment.Status.ARRIVED:
        room_patient(appointment, actor=actor)


def require_open(encounter: Encounter) -> None:
    """Refuse a visit that is over: nothing is added to it."""
    if encounter.status not in OPEN:
        raise EncounterClosed


def note_triage(encounter: Encounter) -> None:
    """The first vital signs make an arrived patient a triaged one."""
    if encounter.status == Encounter.Status.ARRIVED:
        move(encounter, Encounter.Status.TRIAGED, transitions=Encounter.TRANSITIONS)
        encounter.save()


def finish_encounter(encounter: Encounter, *, actor: Actor) -> Encounter:
    """Close the visit: refused while a note with words is unsigned; empty drafts go away."""
    decide(actor, "finish", encounter)
    require_open(encounter)
    drafts = scoped(ClinicalNote, actor).filter(encounter=encounter, status="preliminary")
    for draft in drafts:
        if draft.has_words:
            raise UnsignedNote
        draft.status = ClinicalNote.Status.ENTERED_IN_ERROR
        draft.save()
    if not can_move(Encounter.TRANSITIONS, current=encounter.status, to="finished"):
        _see_patient(encounter, actor=actor)
    move(encounter, Encounter.Status.FINISHED, transitions=Encounter.TRANSITIONS)
    encounter.finished_at = clock.now()
    with refusals():
        encounter.save()
    appointment = encounter.appointment
    if appointment is not None and appointment.status in HERE:
        finish_visit(appointment, actor=actor)
    announce(EncounterFinished(encounter.id, encounter.patient_id))
    return encounter


def enter_encounter_in_error(encounter: Encounter, *, actor: Actor) -> Encounter:
    """The visit was opened by mistake: it stays, marked, and shows no more."""
    decide(actor, "finish", encounter)
    if encounter.status in {"arrived", "triaged", "planned"}:
        move(encounter, Encounter.Status.CANCELLED, transitions=Encounter.TRANSITIONS)
    else:
        move(
            encounter,
            Encounter.Status.ENTERED_IN_ERROR,
            transitions=Encounter.TRANSITIONS,
        )
    encounter.save()
    return encounter
