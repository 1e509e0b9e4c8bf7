"""The door for what comes back from a provider of text messages: replies and reports of delivery.

A body is believed if it bears our secret's seal over its own bytes and a time that is near; it may come
again, within that time or by the provider's own retries: each event is taken in once by its name.
"""

import hashlib
import hmac
import json
import logging
import re
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from osler.clinic.communication.models import Notice
from osler.clinic.communication.reminding.addresses import phone_number
from osler.clinic.communication.reminding.texts import Text, last_reminded_at, note_delivery, take_text
from osler.foundation.access.routes import RouteRule, declare_rule
from osler.foundation.audit.context import acting
from osler.foundation.directory.tenants import tenants
from osler.foundation.jobs.outbox import SystemActor
from osler.interop.gateways.loopback_phones import LoopbackPhones
from osler.kernel import clock
from osler.kernel.retries import until_done

log = logging.getLogger(__name__)

HEADER = "X-Osler-Signature"
WINDOW = 300  # seconds
LARGEST = 64 * 1024
MOST_EVENTS = 100
_SEAL = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")
_KEY = re.compile(r"[\x21-\x7e]{1,120}")


class NotUnderstood(ValueError):
    """The body is not what a provider sends."""


@dataclass(frozen=True)
class Event:
    """One thing that came back."""

    kind: str
    key: str
    number: str = ""
    words: str = ""
    reference: UUID | None = None
    is_delivered: bool = False


def seal_of(body: bytes, *, at: datetime, secret: str) -> str:
    """What a provider says in the header."""
    stamp = str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


def is_sealed(body: bytes, header: str, *, now: datetime) -> bool:
    """Whether a body is our provider's, and of this hour."""
    found = _SEAL.fullmatch(header)
    if found is None or not settings.SMS_SECRET:
        return False
    stamp = int(found[1])
    if abs(now.timestamp() - stamp) > WINDOW:
        return False
    return hmac.compare_digest(
        seal_of(body, at=datetime.fromtimestamp(stamp, now.tzinfo), secret=settings.SMS_SECRET), header
    )


def _incoming(request: HttpRequest) -> HttpResponse:
    """`/texts/incoming/`."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    body = request.read(LARGEST + 1)
    if len(body) > LARGEST:
        return HttpResponse(status=413)
    if not settings.SMS_URL or not is_sealed(body, request.headers.get(HEADER, ""), now=clock.now()):
        return HttpResponse(status=401)
    try:
        take_in(body)
    except NotUnderstood:
        return HttpResponse(status=400)
    return HttpResponse(status=204)


incoming = declare_rule(_incoming, RouteRule(methods=frozenset({"POST"}), own_chain=True))


def take_in(body: bytes) -> None:
    """Take in all events of a body, each in a transaction of its own; none if any cannot be read."""
    for event in read_events(body):
        until_done(partial(_take_reply if event.kind == "reply" else _take_report, event))


def has_come_back() -> bool:
    """Whether the loopback has something to bring."""
    return settings.SMS_FOLDER is not None and any(LoopbackPhones(settings.SMS_FOLDER).come_back())


def collect_texts() -> None:
    """Take in what the loopback would have posted to the door."""
    if settings.SMS_FOLDER is None:
        return
    phones = LoopbackPhones(settings.SMS_FOLDER)
    for key, body in phones.come_back():
        take_in(body)
        phones.let_go(key)


def read_events(body: bytes) -> list[Event]:
    """The events of a body; raises NotUnderstood."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotUnderstood from error
    events = said.get("events") if isinstance(said, dict) else None
    if not isinstance(events, list) or len(events) > MOST_EVENTS:
        raise NotUnderstood
    return [_event(one) for one in events]


def _event(said: Any) -> Event:
    if not isinstance(said, dict) or not all(isinstance(value, str) for value in said.values()):
        raise NotUnderstood
    kind, key = said.get("kind", ""), said.get("id", "")
    if not _KEY.fullmatch(key):
        raise NotUnderstood
    if kind == "reply":
        number, words = phone_number(said.get("from", "")), said.get("text", "").replace("\0", "")
        if not number:
            raise NotUnderstood
        words = words.encode("utf-8", "replace").decode()
        return Event(kind, key, number=number, words=words)
    if kind != "report" or said.get("status") not in ("delivered", "failed"):
        raise NotUnderstood
    try:
        reference = UUID(said.get("reference", ""))
    except ValueError as error:
        raise NotUnderstood from error
    return Event(kind, key, reference=reference, is_delivered=said["status"] == "delivered")


def _take_reply(event: Event) -> None:
    """For the clinic that last wrote to the number; a stranger's text is kept where there is one clinic."""
    clinics, latest = [key for key, _name in tenants()], []
    for organization_id in clinics:
        with acting(SystemActor(organization_id), reason="take_text"):
            at = last_reminded_at(event.number)
        if at is not None:
            latest.append((at, organization_id))
    if not latest and len(clinics) > 1:
        log.warning("a text message came from a number to which no clinic has written")
        return
    organization_id = max(latest)[1] if latest else clinics[0]
    take_text(Text(event.key, event.number, event.words, clock.now()), organization_id=organization_id)


def _take_report(event: Event) -> None:
    for organization_id, _name in tenants():
        with acting(SystemActor(organization_id), reason="note_delivery"):
            texts = Notice.objects.select_for_update().filter(channel=Notice.Channel.SMS)
            notice = texts.filter(pk=event.reference).first() if event.reference else None
            if notice is not None:
                note_delivery(notice, is_delivered=event.is_delivered, at=clock.now())
                return
