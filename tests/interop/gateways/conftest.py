"""A mail server of our own that takes, refuses, or hangs up."""

from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.core.mail import get_connection
from django.test.utils import override_settings

from osler.clinic.communication.models import Notice
from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel.keys import uuid7


class MailServer:
    """Answers as told, one answer a mail: "take", "refuse", "refuse-recipient" or "hang-up"."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.taken: list[Message] = []
        self.tries = 0

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.answers[:1] == ["refuse-recipient"]:
            self.answers.pop(0)
            self.tries += 1
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = self.answers.pop(0) if self.answers else "take"
        self.tries += 1
        if answer == "refuse":
            return "451 try again later"
        self.taken.append(message_from_bytes(envelope.content))
        if answer == "hang-up":
            server.transport.close()
        return "250 OK"

    @property
    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.taken]


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    controller = Controller(server, hostname="127.0.0.1", port=0)
    controller.port = _free_port()
    controller.start()
    smtp = "django.core.mail.backends.smtp.EmailBackend"
    with override_settings(EMAIL_BACKEND=smtp, EMAIL_HOST="127.0.0.1", EMAIL_PORT=controller.port):
        assert get_connection().port == settings.EMAIL_PORT
        yield server
    controller.stop()


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


Queue = Callable[..., list[Notice]]


def queue(organization_id: Any, count: int) -> list[Notice]:
    """Notices of nobody's record."""
    with acting(SystemActor(organization_id)):
        found = [
            Notice(
                effect_key=f"message:{uuid7()}",
                kind="message",
                to_address=f"reader{number}@home.test",
                subject=f"Subject {number}",
                body="Please sign in",
            )
            for number in range(count)
        ]
        for notice in found:
            notice.save()
    return found


def states(organization_id: Any) -> list[tuple[str, int]]:
    """Status and attempts of all notices, in order."""
    with acting(SystemActor(organization_id)):
        return list(Notice.objects.order_by("id").values_list("status", "attempts"))
