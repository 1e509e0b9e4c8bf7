"""Mail: takes queued notices to an SMTP server, each once.

A notice is claimed in a transaction of its own before it is sent. If the server refuses, it is
tried again later, with growing pauses; if the connection dies after the words were sent, nobody
knows: the notice becomes "unknown" and a person decides, because mail has no idempotency key (PROMISES D16).
"""

import smtplib
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.core.mail import EmailMessage, get_connection

from osler.clinic.communication.models import Notice
from osler.clinic.communication.notices import body_of, due_notices
from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor
from osler.foundation.jobs.patience import next_try
from osler.kernel import clock
from osler.kernel.states import move

# The server has said no in words, so it has not taken the mail.
REFUSALS = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPHeloError,
    smtplib.SMTPNotSupportedError,
)


class Unreachable(Exception):
    """No mail server answered: nothing has been sent."""


@dataclass
class Sending:
    """How a run went."""

    sent: int = 0
    refused: int = 0
    unknown: int = 0


def send_notices(organization_id: UUID, *, limit: int = 200) -> Sending:
    """Send what is queued for a tenant, each notice once a run; several workers may do so at once."""
    actor, result = SystemActor(organization_id), Sending()
    tried: list[UUID] = []
    while len(tried) < limit and (notice := _claim(actor, tried)):
        tried.append(notice.id)
        _note(actor, notice, _send(notice), result)
    return result


def _claim(actor: SystemActor, tried: list[UUID]) -> Notice | None:
    """The next notice, marked "unknown" until its fate is known: a crash leaves it so."""
    with acting(actor, reason="send_notices"):
        due = due_notices().exclude(pk__in=tried)
        notice = due.select_for_update(skip_locked=True).order_by("attempts", "id").first()
        if notice is None:
            return None
        move(notice, Notice.Status.UNKNOWN, transitions=Notice.TRANSITIONS)
        notice.attempts, notice.next_try_at = notice.attempts + 1, None
        notice.save()
    return notice


def _send(notice: Notice) -> Exception | None:
    """What went wrong, if anything did; only what happens after the greeting can be in doubt."""
    connection = get_connection()
    message = EmailMessage(
        notice.subject,
        body_of(notice),
        to=[notice.to_address],
        headers={"Message-ID": f"<{notice.id}@osler>"},
        connection=connection,
    )
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as error:
        return Unreachable(type(error).__name__)
    try:
        message.send()
    except (smtplib.SMTPException, OSError) as error:
        return error
    finally:
        with suppress(smtplib.SMTPException, OSError):  # the mail's fate is known by now
            connection.close()
    return None


def _note(actor: SystemActor, notice: Notice, error: Exception | None, result: Sending) -> None:
    with acting(actor, reason="send_notices"):
        if error is None:
            move(notice, Notice.Status.SENT, transitions=Notice.TRANSITIONS)
            notice.sent_at = clock.now()
            result.sent += 1
        elif isinstance(error, (*REFUSALS, Unreachable)):
            notice.next_try_at = next_try(notice.attempts, now=clock.now())
            fate = Notice.Status.FAILED if notice.next_try_at is None else Notice.Status.QUEUED
            move(notice, fate, transitions=Notice.TRANSITIONS)
            result.refused += 1
        else:
            result.unknown += 1
        notice.last_error = (
            "" if error is None else " ".join([type(error).__name__, *map(str, error.args)])[:300]
        )
        notice.save()
