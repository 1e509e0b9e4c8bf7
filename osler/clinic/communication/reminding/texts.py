"""Text messages that come back: replies, each taken in once, and reports of what became of ours.

A reply is about what the last message to its number named: the visit of a reminder, or a time that was
offered. Where the last messages named several at the same time, or none, a person decides.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from osler.clinic.communication.errors import ReplyTaken
from osler.clinic.communication.models import Notice, OptOut, PatientReply
from osler.clinic.communication.notices import VISIT_REMINDER, queue, wake_sender
from osler.clinic.communication.reminding.answering import TOO_LATE, reader_of, take_answer, visit_of
from osler.clinic.communication.reminding.meanings import Wish, meaning_of, says_no
from osler.clinic.communication.reminding.opting_out import opt_in, opt_out
from osler.clinic.communication.reminding.wording import phone_of, when_of
from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.models import Appointment, WaitlistOffer
from osler.clinic.scheduling.waiting_list.offering import accept_offer, decline_offer
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.accounts.attempts import Limit, TooManyTries
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import Organization
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel.constraints import refusals
from osler.kernel.errors import Refusal
from osler.kernel.states import can_move, move

TOGETHER = timedelta(minutes=10)
LONGEST = 1_000
ANSWERED = Limit("answers to a phone number", 20, "", timedelta(days=1))
"""Two machines that answer each other stop."""
SMS = Notice.Channel.SMS
AMBIGUOUS, NOBODY, OVER, OFFERED, GONE = "ambiguous", "nobody", "over", "offered", "gone"


@dataclass(frozen=True)
class Text:
    """A text message that has come: `key` is the provider's own name for it."""

    key: str
    number: str
    words: str
    at: datetime


@dataclass(frozen=True)
class Named:
    """The message that a reply from a number answers, or why that cannot be said."""

    notice: Notice | None
    why: str = ""


def last_reminded_at(number: str) -> datetime | None:
    """When the tenant for whom somebody acts last wrote to a number."""
    sent = Notice.objects.filter(channel=SMS, to_address=number, sent_at__isnull=False)
    return sent.order_by("-sent_at").values_list("sent_at", flat=True).first()


def take_text(text: Text, *, organization_id: UUID) -> PatientReply | None:
    """Take a reply in and do what it says, all of it or nothing; None if it was taken in before."""
    try:
        return _take(text, organization_id)
    except ReplyTaken:  # the same one, at the same moment
        return None


def _take(text: Text, organization_id: UUID) -> PatientReply | None:
    house = SystemActor(organization_id)
    with transaction.atomic():
        with acting(house, reason="take_text"):
            if PatientReply.objects.filter(effect_key=_key(text)).exists():
                return None
            named = _named(text.number)
            readers = _patients(text.number)
        wish = meaning_of(text.words)
        if wish in (Wish.STOP, Wish.START):
            _heed(wish, text, readers)
        reply = _taken(text, named, wish, organization_id)
        with acting(house, reason="take_text"):
            _answer(text, reply, named)
    return reply


def note_delivery(notice: Notice, *, is_delivered: bool, at: datetime) -> None:
    """What the network says of a text message; said again, or late, it changes nothing more. A delivery
    settles what was in doubt."""
    to = Notice.Status.SENT if is_delivered else Notice.Status.FAILED
    if can_move(Notice.TRANSITIONS, current=notice.status, to=to):
        move(notice, to, transitions=Notice.TRANSITIONS)
        notice.sent_at = notice.sent_at or at
    if is_delivered:
        notice.delivered_at = notice.delivered_at or at
    elif notice.status == Notice.Status.FAILED:
        notice.last_error = "undelivered"
    notice.save()


def _key(text: Text) -> str:
    return f"text:{text.key}"


def _named(number: str) -> Named:
    """The last reminder or offer to a number, if those that went out with it name the same."""
    sent = Notice.objects.filter(kind=VISIT_REMINDER, channel=SMS, to_address=number, sent_at__isnull=False)
    last = sent.order_by(F("sent_at").desc(), "-id").first()
    reminded_at = last.sent_at if last else None
    offered = _offered(number, after=reminded_at)
    if offered is not None:
        return offered
    if last is None or reminded_at is None:
        return Named(None, NOBODY)
    beside = sent.filter(sent_at__gte=reminded_at - TOGETHER).values_list("appointment_id", flat=True)
    return Named(None, AMBIGUOUS) if len(set(beside)) > 1 else Named(last)


def _offered(number: str, *, after: datetime | None) -> Named | None:
    """The offer of a time, if that was the last thing that a number was told of; only a person can say what
    is meant where a reminder or another offer went out with it."""
    sent = Notice.objects.filter(offer__isnull=False, channel=SMS, to_address=number, sent_at__isnull=False)
    last = sent.order_by("-sent_at", "-id").first()
    if last is None or last.sent_at is None or (after is not None and last.sent_at <= after):
        return None
    beside = sent.filter(sent_at__gte=last.sent_at - TOGETHER).exclude(offer=last.offer_id)
    is_reminded = after is not None and last.sent_at - after < TOGETHER
    return Named(None, OFFERED) if is_reminded or beside.exists() else Named(last)


def _patients(number: str) -> list[Notice]:
    """The last text to each patient who is reached at a number: whom a STOP from it speaks for."""
    sent = Notice.objects.filter(channel=SMS, to_address=number, patient__isnull=False)
    return list(sent.order_by("patient_id", "-id").distinct("patient_id"))


def _heed(wish: str, text: Text, readers: list[Notice]) -> None:
    """No more texts to a number, or texts again: for every patient who is reached there."""
    for notice in readers:
        reader = reader_of(notice)
        with acting(reader, reason="take_text"):
            patient = Patient.objects.get()  # the walls show a reader no other
            if wish == Wish.STOP:
                source = OptOut.Source.TEXT
                opt_out(patient, channel=SMS, source=source, address=text.number, actor=reader)
            else:
                opt_in(patient, channel=SMS, actor=reader)


def _taken(text: Text, named: Named, wish: str, organization_id: UUID) -> PatientReply:
    reply = PatientReply(
        organization_id=organization_id,
        effect_key=_key(text),
        channel=SMS,
        from_address=text.number,
        wish=wish,
        received_at=text.at,
        why=named.why,
    )
    reply.body = text.words[:LONGEST]
    if named.notice is None:
        with acting(SystemActor(organization_id), reason="take_text"):
            is_done = wish in (Wish.STOP, Wish.START, Wish.HELP)
            reply.status = PatientReply.Status.DONE if is_done else PatientReply.Status.OPEN
            _insert(reply)
        return reply
    reader = reader_of(named.notice)
    with acting(reader, reason="take_text"):
        reply.patient_id = named.notice.patient_id
        if named.notice.offer_id is not None:
            return _to_offer(reply, named.notice.offer_id, text, reader)
        appointment = visit_of(named.notice, actor=reader)
        if appointment is not None and wish in (Wish.CONFIRM, Wish.CANCEL, Wish.OTHER):
            reply.appointment = appointment
            return _done(reply, appointment, reader)
        if wish in (Wish.CONFIRM, Wish.CANCEL, Wish.OTHER):
            reply.why, reply.status = OVER, PatientReply.Status.OPEN
        _insert(reply)
    return reply


def _to_offer(reply: PatientReply, offer_id: UUID, text: Text, reader: Actor) -> PatientReply:
    """Take or decline the time that was offered; whoever is second is told so, and the desk need not call."""
    if says_no(text.words):
        reply.wish = Wish.CANCEL
    deed = {Wish.CONFIRM: accept_offer, Wish.CANCEL: decline_offer}.get(Wish(reply.wish))
    if deed is None:
        if reply.wish == Wish.OTHER:
            reply.why, reply.status = OFFERED, PatientReply.Status.OPEN
        _insert(reply)
        return reply
    offer = scoped(WaitlistOffer, reader, "answer").select_related("entry").get(pk=offer_id)
    reply.appointment_id = offer.entry.replaces_id or offer.entry.appointment_id
    try:
        with transaction.atomic():
            _insert(reply)
            deed(offer, actor=reader)
    except ReplyTaken:
        raise
    except Refusal:
        reply.why = GONE
        _insert(reply)
    return reply


def _insert(reply: PatientReply) -> None:
    """Keep it, once; ReplyTaken if the same text came twice at once."""
    with refusals():
        reply.save(force_insert=True)


def _done(reply: PatientReply, appointment: Appointment, reader: Actor) -> PatientReply:
    """Confirmed or cancelled; a visit that refuses it is for the desk."""
    try:
        with transaction.atomic():
            return take_answer(reply, appointment, by=Appointment.ConfirmedBy.TEXT, actor=reader)
    except ReplyTaken:
        raise
    except Refusal:
        reply.why, reply.status = OVER, PatientReply.Status.OPEN
        _insert(reply)
        return reply


def _answer(text: Text, reply: PatientReply, named: Named) -> None:
    """Say what was done; strangers get no answer."""
    if named.why == NOBODY:
        return
    try:
        ANSWERED.count(text.number)
    except TooManyTries:
        return
    language = named.notice.language if named.notice else "en"
    notice = Notice(
        patient_id=reply.patient_id,
        organization_id=reply.organization_id,
        effect_key=f"text-answer:{text.key}"[:200],
        kind="text-answer",
        channel=SMS,
        to_address=text.number,
        language=language,
        subject="",
        body=_words(reply, language, is_of_offer=bool(named.notice and named.notice.offer_id)),
    )
    if queue(notice):
        wake_sender(notice)


def _words(reply: PatientReply, language: str, *, is_of_offer: bool) -> str:
    clinic = Organization.objects.get(pk=reply.organization_id)
    appointment = reply.appointment
    said = {"clinic": clinic.name, "phone": phone_of(appointment) if appointment else clinic.phone}
    with translation.override(language):
        if appointment is not None and appointment.period is not None:
            said["when"] = when_of(appointment)
        if reply.why == TOO_LATE:
            return _("It is too late to cancel by text message. Please call us: %(phone)s") % said
        if reply.status == PatientReply.Status.OPEN:
            return _("Thank you. Somebody of %(clinic)s reads this and calls you.") % said
        if reply.why == GONE:
            return _("This time is no longer free. You stay on the list of %(clinic)s.") % said
        if is_of_offer and reply.wish == Wish.CANCEL:
            return _("Thank you. You stay on the list of %(clinic)s.") % said
        texts = {
            Wish.CONFIRM: _("Thank you. We expect you: %(when)s"),
            Wish.CANCEL: _("Your visit is cancelled: %(when)s"),
            Wish.STOP: _("You get no more text messages of %(clinic)s. Reply START to get them again."),
            Wish.START: _("%(clinic)s reminds you of visits by text message again. STOP ends it."),
            Wish.HELP: _(
                "%(clinic)s reminds you of visits. Reply 1 to confirm, 2 to cancel, STOP for no more."
                " Phone: %(phone)s"
            ),
        }
        return texts[Wish(reply.wish)] % said
