"""What a patient answers to a reminder, whichever way: done at once, or a line for the desk."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from osler.clinic.communication.errors import LinkOver
from osler.clinic.communication.models import Notice, OptOut, PatientReply
from osler.clinic.communication.reminding.checking import is_true
from osler.clinic.communication.reminding.opting_out import opt_in, opt_out
from osler.clinic.scheduling.appointments.confirming import confirm_appointment
from osler.clinic.scheduling.appointments.together import cancel_together
from osler.clinic.scheduling.errors import TooLate
from osler.clinic.scheduling.models import Appointment, WaitlistOffer
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.access.roles import Role
from osler.kernel import clock
from osler.kernel.constraints import refusals

Wish = PatientReply.Wish
TOO_LATE = "too-late"
FOR_THE_DESK = frozenset({Wish.CALL, Wish.OTHER})


def reader_of(told: Notice | WaitlistOffer) -> Actor:
    """Whoever answers a reminder or an offer: its patient, with no rights but his own on his own rows."""
    return Actor(
        user_id=None,
        name="",
        organization_id=told.organization_id,
        roles=frozenset({Role.PATIENT}),
        realm="portal",
        patient_id=told.patient_id,
    )


def visit_of(notice: Notice, *, actor: Actor) -> Appointment | None:
    """The visit that a reminder speaks of, while it is to come at that time."""
    rows = scoped(Appointment, actor).select_related("patient", "location", "service")
    appointment = rows.filter(pk=notice.appointment_id).first() if notice.appointment_id else None
    if appointment is None or not is_true(notice, appointment, now=clock.now()):
        return None
    return appointment


def answer_by_link(notice: Notice, *, wish: str, actor: Actor) -> PatientReply | None:
    """Do what the reader of a reminder has chosen on its page; None if that is so already, LinkOver if its
    visit is no more."""
    appointment = visit_of(notice, actor=actor)
    if appointment is None:
        raise LinkOver
    if wish == Wish.CONFIRM and appointment.is_confirmed:
        return None
    if wish == Wish.CALL and is_call_asked_for(appointment, actor=actor):
        return None
    reply = PatientReply(
        effect_key=f"link:{notice.id}:{wish}:{appointment.version}:{clock.now():%Y%m%d%H%M}",
        organization_id=notice.organization_id,
        patient_id=notice.patient_id,
        appointment=appointment,
        channel=notice.channel,
        from_address=notice.to_address,
        wish=wish,
        received_at=clock.now(),
    )
    return take_answer(reply, appointment, by=Appointment.ConfirmedBy.LINK, actor=actor)


def take_answer(reply: PatientReply, appointment: Appointment, *, by: str, actor: Actor) -> PatientReply:
    """Note an answer about a visit and do what it says; what cannot be done waits for the desk.

    Raises ReplyTaken if this very answer was taken in before.
    """
    decide(actor, "give", reply)
    decide(actor, "read", appointment)
    if reply.wish in FOR_THE_DESK:
        reply.status = PatientReply.Status.OPEN
    with refusals():
        reply.save(force_insert=True)
    wish, patient = reply.wish, appointment.patient
    if wish == Wish.CONFIRM:
        confirm_appointment(appointment, by=by, actor=actor)
    elif wish == Wish.CANCEL:
        _cancel(reply, appointment, actor)
    elif wish == Wish.STOP:
        source = OptOut.Source(by)
        opt_out(patient, channel=reply.channel, source=source, address=reply.from_address, actor=actor)
    elif wish == Wish.START:
        opt_in(patient, channel=reply.channel, actor=actor)
    return reply


def is_call_asked_for(appointment: Appointment, *, actor: Actor) -> bool:
    """Whether the patient wants a call about this visit and nobody has settled it."""
    rows = scoped(PatientReply, actor).filter(appointment=appointment, status=PatientReply.Status.OPEN)
    return rows.filter(wish=Wish.CALL).exists()


def _cancel(reply: PatientReply, appointment: Appointment, actor: Actor) -> None:
    """Cancel it; after the cut-off for patients the desk is told instead."""
    with translation.override(settings.LANGUAGE_CODE):  # colleagues read it
        reason = _("The patient cancelled by answering a reminder")
    try:
        cancel_together(appointment, reason=reason, actor=actor)
    except TooLate:
        reply.why, reply.status = TOO_LATE, PatientReply.Status.OPEN
        reply.save()
