"""A mail server that sends nothing on: it keeps each mail as a file, or refuses it as real ones do.

What it answers is said by the recipient's domain, so that every fate of a mail can be met without
leaving the machine.
"""

import email
import email.policy
import itertools
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

REFUSES, PUTS_OFF, HANGS_UP = "refuses.test", "later.test", "silent.test"
MOST_KEPT = 500
_numbers = itertools.count()


class Mailbox:
    """Answers of the server (aiosmtpd asks for them by name)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Whether there is such a mailbox."""
        if _domain(address) == REFUSES:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """The words have come: kept, put off, or kept without an answer."""
        domains = {_domain(address) for address in envelope.rcpt_tos}
        if PUTS_OFF in domains:
            return "451 4.3.0 try again later"
        keep(self.folder, envelope.content)
        if HANGS_UP in domains:
            server.transport.abort()
        return "250 OK"


@dataclass(frozen=True)
class KeptMail:
    """A mail that was taken; `key` is its place in the folder."""

    key: str
    at: datetime | None
    to: str
    subject: str
    body: str


def controller(folder: Path, *, host: str, port: int) -> Controller:
    """The server, not started yet."""
    return Controller(Mailbox(folder), hostname=host, port=port)


def keep(folder: Path, content: bytes) -> Path:
    """Write a mail as a file, whole or not at all; the oldest beyond the last 500 go."""
    path = folder / f"{time.time_ns()}-{next(_numbers)}.eml"
    draft = path.with_suffix(".part")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    draft.rename(path)
    for old in _files(folder)[MOST_KEPT:]:
        old.unlink(missing_ok=True)
    return path


def kept_mails(folder: Path, *, limit: int = 100) -> Iterator[KeptMail]:
    """What was taken, the latest first."""
    for path in _files(folder)[:limit]:
        found = kept_mail(folder, path.stem)
        if found is not None:
            yield found


def kept_mail(folder: Path, key: str) -> KeptMail | None:
    """One mail, or None if there is none of that key."""
    path = folder / f"{key}.eml"
    if path not in _files(folder):
        return None
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    sent = message["Date"]
    part = message.get_body(("plain", "html"))
    return KeptMail(
        key=key,
        at=sent.datetime if sent else None,
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        body=str(part.get_content()) if part else "",
    )


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.eml"), reverse=True)


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()
