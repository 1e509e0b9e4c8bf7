"""Notices: short mails that something waits, in the patient's language, without health data."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from osler.clinic.communication.errors import AlreadyQueued
from osler.clinic.communication.events import NoticeQueued
from osler.clinic.communication.models import Notice
from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.audit.context import acting_organization
from osler.foundation.jobs.outbox import announce
from osler.kernel import clock
from osler.kernel.constraints import declare, refusals
from osler.kernel.states import ImpossibleMove, move

BEING_SENT = timedelta(minutes=1)  # longer than a mail server is waited for

VISIT_REMINDER = "visit-reminder"
"""The kind of those that remind of a visit: what else is told of one reminds nobody."""

PLACE = "{link}"
"""Where a link that opens something stands: it is put in when the mail is sent, and kept nowhere."""

_links: dict[str, Callable[[Notice], str]] = {}

declare("notice_sent_once", AlreadyQueued)


def link_with(kind: str, link: Callable[[Notice], str]) -> None:
    """Say what makes the link of the mails of a kind."""
    _links[kind] = link


def body_of(notice: Notice) -> str:
    """The words of a mail as it is sent."""
    if notice.kind not in _links or PLACE not in notice.body:
        return notice.body
    return notice.body.replace(PLACE, _links[notice.kind](notice))


def wordings() -> dict[str, tuple[str, str]]:
    """Subject and sentence of each kind, in the language that is active."""
    return {
        "message": (_("You have a new message"), _("Your clinic has written to you.")),
        "result": (_("A new document is there for you"), _("Something new is in your record.")),
        "appointment-booked": (_("Your visit is booked"), _("You have a new appointment.")),
        "appointment-moved": (_("Your visit was moved"), _("One of your appointments has a new time.")),
        "appointment-cancelled": (
            _("Your visit was cancelled"),
            _("One of your appointments was cancelled."),
        ),
        "portal-invitation": (
            _("Your way into the patient portal"),
            _("Your clinic invites you to its patient portal."),
        ),
        "invoice": (_("You have a new invoice"), _("A new invoice is there for you.")),
        "registration-link": (
            _("Go on with your registration"),
            _("You can go on where you stopped."),
        ),
        "registration-received": (
            _("We have your registration"),
            _("Thank you. Your registration has arrived, and somebody of the clinic will look at it."),
        ),
        "registration-accepted": (
            _("You are registered"),
            _("The clinic has taken over what you sent. You need not fill in the same papers at the desk."),
        ),
        "visit-code": (
            _("Your code for the visit"),
            _("Somebody has chosen a time at the clinic and given this address."),
        ),
        "change-decided": (
            _("Your clinic has answered"),
            _("The clinic has looked at the change that you asked for."),
        ),
        "registration-rejected": (
            _("About your registration"),
            _("We could not take over what you sent. Please call us, or come to the desk."),
        ),
    }


def spoken(language: str) -> str:
    """The language of our mails that is nearest to a person's."""
    return "es" if language.startswith("es") else "en"


def queue_notice(patient: Patient, *, kind: str, occasion: str) -> Notice | None:
    """Queue one mail for one occasion, whatever is retried; None if the patient wants no mail."""
    if not patient.email or patient.contact_by != Patient.ContactBy.EMAIL:
        return None
    with translation.override(spoken(patient.language)):
        lines = [_("Please sign in to read it:"), f"{site_address()}/portal/"]
    return write_notice(
        kind, occasion, to=patient.email, language=patient.language, lines=lines, patient=patient
    )


def write_notice(
    kind: str, occasion: str, *, to: str, language: str, lines: Sequence[str], patient: Patient | None = None
) -> Notice | None:
    """Queue one mail with a kind's subject and sentence and more lines; None if it was queued before."""
    with translation.override(spoken(language)):
        subject, sentence = wordings()[kind]
    notice = Notice(
        patient=patient,
        organization_id=acting_organization(),
        effect_key=f"{kind}:{occasion}",
        kind=kind,
        to_address=to,
        language=spoken(language),
        subject=subject,
        body="\n\n".join([sentence, *lines]),
    )
    if not queue(notice):
        return None
    wake_sender(notice)
    return notice


def queue(notice: Notice) -> bool:
    """Have it wait to be sent; False if its occasion has a notice already."""
    try:
        with refusals():
            notice.save()
    except AlreadyQueued:
        return False
    return True


def wake_sender(notice: Notice) -> None:
    """Have the worker send what waits, this one and those queued with it."""
    announce(NoticeQueued(notice.id, acting_organization()))


def stuck_notices(*, actor: Actor) -> QuerySet[Notice]:
    """Mails that were given up, and those of which nobody knows whether they went out; the oldest
    first. What is being sent at this moment is none of them."""
    is_known = Q(status=Notice.Status.FAILED)
    is_doubtful = Q(status=Notice.Status.UNKNOWN, updated_at__lt=clock.now() - BEING_SENT)
    return scoped(Notice, actor).filter(is_known | is_doubtful).select_related("patient").order_by("id")


def due_notices() -> QuerySet[Notice]:
    """What is to be sent now, for whoever sends."""
    come = Q(next_try_at=None) | Q(next_try_at__lte=clock.now())
    return Notice.objects.filter(come, status=Notice.Status.QUEUED)


def waiting_notices(*, actor: Actor) -> QuerySet[Notice]:
    """Mails that the server has refused, or that found none, and that are tried again by themselves;
    the next one first."""
    waiting = scoped(Notice, actor).filter(status=Notice.Status.QUEUED, attempts__gt=0)
    return waiting.select_related("patient").order_by("next_try_at", "id")


def resend_notice(notice: Notice, *, version: int | None, actor: Actor) -> Notice:
    """Send a stuck mail again, with as many attempts as a new one; if its first sending did go
    out, the patient gets it twice."""
    decide(actor, "settle", notice)
    notice.require_version(version)
    move(notice, Notice.Status.QUEUED, transitions=Notice.TRANSITIONS)
    notice.attempts, notice.next_try_at = 0, None
    notice.save()
    announce(NoticeQueued(notice.id, notice.organization_id))
    return notice


def settle_notice(notice: Notice, *, version: int | None, actor: Actor) -> Notice:
    """Nothing more is to be done: it has arrived, or the patient was told in another way."""
    decide(actor, "settle", notice)
    notice.require_version(version)
    move(notice, Notice.Status.SETTLED, transitions=Notice.TRANSITIONS)
    notice.save()
    return notice


def reopen_notice(notice: Notice, *, version: int | None, actor: Actor) -> Notice:
    """Take a settling back: somebody has to look at it again."""
    decide(actor, "settle", notice)
    notice.require_version(version)
    if notice.status != Notice.Status.SETTLED:
        raise ImpossibleMove
    move(notice, Notice.Status.UNKNOWN, transitions=Notice.TRANSITIONS)
    notice.save()
    return notice


def site_address() -> str:
    """The address of the pages as patients reach them."""
    origins = settings.CSRF_TRUSTED_ORIGINS
    return str(origins[0]) if origins else f"http://{settings.CONFIG.host}:{settings.CONFIG.port}"
