"""Mail: takes queued notices to an SMTP server, each once.

A notice is claimed in a transaction of its own before it is sent. If the server refuses, it is
tried again later; if the connection dies after the words were sent, nobody knows: the notice
becomes "unknown" and a person decides, because mail has no idempotency key (PROMISES D16).
"""

import logging
import smtplib
from dataclasses import dataclass
from uuid import UUID

from django.core.mail import EmailMessage, get_connection
from django.db.models import Q

from osler.clinic.communication.models import Notice
from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel import clock

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 6
REFUSALS = (
    smtplib.SMTPConnectError,
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPHeloError,
    smtplib.SMTPAuthenticationError,
    ConnectionRefusedError,
)


@dataclass
class Sending:
    """How a run went."""

    sent: int = 0
    refused: int = 0
    unknown: int = 0


def send_notices(organization_id: UUID, *, limit: int = 200) -> Sending:
    """Send what is queued for a tenant; several workers may do so at once."""
    actor, result = SystemActor(organization_id), Sending()
    for _ in range(limit):
        notice = _claim(actor)
        if notice is None:
            break
        outcome = _send(notice)
        _note(actor, notice, outcome, result)
    return result


def _claim(actor: SystemActor) -> Notice | None:
    """The next notice, marked "unknown" until its fate is known: a crash leaves it so."""
    with acting(actor, reason="send_notices"):
        due = Q(status=Notice.Status.QUEUED, attempts__lt=MOST_ATTEMPTS)
        notice = (
            Notice.objects.select_for_update(skip_locked=True).filter(due).order_by("attempts", "id").first()
        )
        if notice is None:
            return None
        notice.status, notice.attempts = Notice.Status.UNKNOWN, notice.attempts + 1
        notice.save()
    return notice


def _send(notice: Notice) -> Exception | None:
    message = EmailMessage(
        notice.subject, notice.body, to=[notice.to_address], headers={"Message-ID": f"<{notice.id}@osler>"}
    )
    try:
        with get_connection() as connection:
            connection.send_messages([message])
    except (smtplib.SMTPException, OSError) as error:
        return error
    return None


def _note(actor: SystemActor, notice: Notice, error: Exception | None, result: Sending) -> None:
    with acting(actor, reason="send_notices"):
        if error is None:
            notice.status, notice.sent_at = Notice.Status.SENT, clock.now()
            result.sent += 1
        elif isinstance(error, REFUSALS):
            given_up = notice.attempts >= MOST_ATTEMPTS
            notice.status = Notice.Status.FAILED if given_up else Notice.Status.QUEUED
            result.refused += 1
        else:
            result.unknown += 1
        notice.last_error = "" if error is None else type(error).__name__
        notice.save()
