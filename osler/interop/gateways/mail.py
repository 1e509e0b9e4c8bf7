"""Mail: takes queued notices to an SMTP server, each once.

If the server refuses, it is tried again later; if the connection dies after the words were sent, nobody
knows: the notice becomes "unknown", because mail has no idempotency key (PROMISES D16).
"""

import smtplib
from contextlib import suppress
from uuid import UUID

from django.core.mail import EmailMessage, get_connection

from osler.clinic.communication.models import Notice
from osler.clinic.communication.notices import body_of
from osler.interop.gateways.sending import Fate, Outcome, Sending, send_queued

# The server has said no in words, so it has not taken the mail.
REFUSALS = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPHeloError,
    smtplib.SMTPNotSupportedError,
)


def send_notices(organization_id: UUID, *, limit: int = 200) -> Sending:
    """Send the mails that are queued for a tenant."""
    return send_queued(organization_id, channel=Notice.Channel.EMAIL, hand_over=_send, limit=limit)


def _send(notice: Notice) -> Outcome:
    """What became of it; only what happens after the greeting can be in doubt."""
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
        return Outcome(Fate.REFUSED, f"Unreachable {type(error).__name__}")
    try:
        message.send()
    except (smtplib.SMTPException, OSError) as error:
        words = " ".join([type(error).__name__, *map(str, error.args)])
        return Outcome(Fate.REFUSED if isinstance(error, REFUSALS) else Fate.UNKNOWN, words)
    finally:
        with suppress(smtplib.SMTPException, OSError):  # the mail's fate is known by now
            connection.close()
    return Outcome(Fate.TAKEN)
