"""Text messages: takes queued ones to a provider, each once, with a key that makes its own retries safe.

A provider is an address that takes `{"to", "from", "text", "reference"}`; see docs/reminders.md. A no in
words is a no; whatever happens after the words have left may have been taken, and a person decides.
"""

import http.client
import json
from typing import Protocol
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from osler.clinic.communication.models import Notice
from osler.clinic.communication.notices import body_of
from osler.interop.gateways.loopback_phones import LoopbackPhones
from osler.interop.gateways.sending import Fate, Outcome, Sending, send_queued

PATIENCE = 10.0  # seconds
LATER = frozenset({408, 425, 429, 503})


class Provider(Protocol):
    """Somebody who delivers text messages."""

    def hand_over(self, notice: Notice) -> Outcome:
        """Give a message away; says what became of it."""


def provider() -> Provider | None:
    """The one that is set, if there is one."""
    if settings.SMS_FOLDER is not None:
        return LoopbackPhones(settings.SMS_FOLDER)
    return HttpProvider(settings.SMS_URL) if settings.SMS_URL else None


def send_texts(organization_id: UUID, *, limit: int = 200) -> Sending:
    """Send the text messages that are queued for a tenant; without a provider they wait."""
    house = provider()
    if house is None:
        return Sending()
    return send_queued(organization_id, channel=Notice.Channel.SMS, hand_over=house.hand_over, limit=limit)


class HttpProvider:
    """A provider at an address."""

    def __init__(self, url: str) -> None:
        self.url = urlsplit(url)

    def hand_over(self, notice: Notice) -> Outcome:
        """Post it; only what happens once the connection stands can be in doubt."""
        connection = self._connection()
        try:
            connection.connect()
        except OSError as error:
            return Outcome(Fate.REFUSED, f"Unreachable {type(error).__name__}")
        try:
            path = (self.url.path or "/") + (f"?{self.url.query}" if self.url.query else "")
            connection.request("POST", path, body=_message(notice), headers=_headers(notice))
            response = connection.getresponse()
            response.read(1)
        except (OSError, http.client.HTTPException) as error:
            return Outcome(Fate.UNKNOWN, type(error).__name__)
        finally:
            connection.close()
        return _outcome(response.status)

    def _connection(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self.url.scheme == "https" else http.client.HTTPConnection
        return kind(self.url.hostname or "", self.url.port, timeout=PATIENCE)


def _message(notice: Notice) -> bytes:
    said = {
        "to": notice.to_address,
        "from": settings.SMS_FROM,
        "text": body_of(notice),
        "reference": str(notice.id),
    }
    return json.dumps(said).encode()


def _headers(notice: Notice) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {settings.SMS_TOKEN}",
        "Content-Type": "application/json",
        "Idempotency-Key": str(notice.id),
    }


def _outcome(status: int) -> Outcome:
    words = f"HTTP {status}"
    if 200 <= status < 300:
        return Outcome(Fate.TAKEN)
    if status in LATER:
        return Outcome(Fate.REFUSED, words)
    return Outcome(Fate.IMPOSSIBLE if status < 500 else Fate.UNKNOWN, words)
