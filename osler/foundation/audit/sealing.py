"""Sealing the audit trail: batches under Merkle roots, chained, signed, anchored outside (D6).

A batch is all events of the transactions [from_xact, to_xact), where every transaction before
`to_xact` has ended: so a batch is final when it is made, nobody waits for anybody, and any later
edit, removal or insertion changes its root. Each seal is named in an anchor file as well: a cut
tail or a whole rewritten chain shows against it, and so does an anchor that was lost or cut itself.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.db import connection, transaction

from osler.kernel import clock

GENESIS = bytes(32)
OVERDUE = timedelta(minutes=5)
"""The worker seals each minute; what waits longer is an alarm (A28)."""


@dataclass(frozen=True)
class Finding:
    """What is wrong, and with the events of which transactions."""

    seal_id: int
    from_xact: int
    to_xact: int
    problem: str


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """The root of a Merkle tree with parted leaf and node hashes (RFC 6962, section 2.1)."""
    level = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves]
    if not level:
        return hashlib.sha256(b"").digest()
    while len(level) > 1:
        pairs = [level[i : i + 2] for i in range(0, len(level), 2)]
        level = [
            hashlib.sha256(b"\x01" + pair[0] + pair[1]).digest() if len(pair) == 2 else pair[0]
            for pair in pairs
        ]
    return level[0]


def _message(from_xact: int, to_xact: int, count: int, root: bytes, previous: bytes) -> bytes:
    head = f"osler seal {from_xact} {to_xact} {count} ".encode()
    return head + root + previous


def _chain_hash(message: bytes, signature: bytes) -> bytes:
    return hashlib.sha256(message + signature).digest()


@dataclass(frozen=True)
class Seal:
    """A stored seal."""

    id: int
    from_xact: int
    to_xact: int
    event_count: int
    root: bytes
    previous: bytes
    signature: bytes

    @property
    def message(self) -> bytes:
        return _message(self.from_xact, self.to_xact, self.event_count, self.root, self.previous)

    @property
    def link(self) -> bytes:
        """What the next seal names as its previous."""
        return _chain_hash(self.message, self.signature)


def seal_events(key: Ed25519PrivateKey, *, anchor: Path) -> int:
    """Seal all events of ended transactions; returns how many. One sealer at a time.

    The anchor is written once the seal is kept: it never names a seal that was given up. What a
    crash left out between the two is caught up with here.
    """
    with _alone():
        with transaction.atomic():
            last = _last_seal()
            made = _seal_after(last, key)
        if last is not None:
            _catch_up(anchor, last)
        if made is None:
            return 0
        _write_anchor(anchor, made)
    return made.event_count


@contextmanager
def _alone() -> Iterator[None]:
    """Nobody else seals, or looks at seals and anchor, meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('audit_seal'))")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('audit_seal'))")


def _seal_after(last: Seal | None, key: Ed25519PrivateKey) -> Seal | None:
    """The seal of everything that has ended since the last one, stored; None for nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_horizon()::text::bigint")
        (horizon,) = cursor.fetchone()
        start, previous = (last.to_xact, last.link) if last else (0, GENESIS)
        leaves = list(_leaves(start, horizon)) if horizon > start else []
        if not leaves:
            return None
        root = merkle_root(leaves)
        signature = key.sign(_message(start, horizon, len(leaves), root, previous))
        cursor.execute(
            "INSERT INTO audit_seal (from_xact, to_xact, event_count, root, previous, signature)"
            " VALUES (%s::text::xid8, %s::text::xid8, %s, %s, %s, %s) RETURNING id",
            [start, horizon, len(leaves), root, previous, signature],
        )
        (seal_id,) = cursor.fetchone()
    return Seal(seal_id, start, horizon, len(leaves), root, previous, signature)


def _leaves(start: int, end: int) -> Iterator[bytes]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit_leaves(%s::xid8, %s::xid8)", [str(start), str(end)])
        for (leaf,) in cursor:
            yield bytes(leaf)


def _seals(suffix: str) -> list[Seal]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, from_xact::text::bigint, to_xact::text::bigint, event_count, root, previous,"  # noqa: S608
            f" signature FROM audit_seal ORDER BY id {suffix}"
        )
        return [Seal(*row[:4], *(bytes(part) for part in row[4:])) for row in cursor]


def _last_seal() -> Seal | None:
    return next(iter(_seals("DESC LIMIT 1")), None)


def _catch_up(anchor: Path, last: Seal) -> None:
    """Name the newest seal in the anchor if only that one is missing there, as a crash leaves it.

    More than that is no crash: somebody has taken the anchor away, and it stays so for all to see.
    """
    known = _newest_anchored(anchor)
    if known == (last.previous.hex() if last.previous != GENESIS else ""):
        _write_anchor(anchor, last)


def _write_anchor(anchor: Path, seal: Seal) -> None:
    line = {"seal": seal.id, "from": seal.from_xact, "to": seal.to_xact, "link": seal.link.hex()}
    anchor.parent.mkdir(parents=True, exist_ok=True)
    with anchor.open("ab+") as file:
        torn = file.tell() and _tail(anchor, 1) != b"\n"
        file.write(b"\n" * bool(torn) + json.dumps(line).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _tail(anchor: Path, size: int) -> bytes:
    with anchor.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - size))
        return file.read()


def _newest_anchored(anchor: Path) -> str:
    """The link of the seal that the anchor named last; empty for none."""
    lines = _read_lines(_tail(anchor, 4096)) if anchor.exists() else []
    return str(lines[-1]["link"]) if lines else ""


def _read_lines(content: bytes) -> list[dict[str, Any]]:
    """The lines that name a seal: a torn or spoiled one names none."""
    lines = []
    for line in content.splitlines():
        try:
            read = json.loads(line)
            lines.append({"from": 0, "to": 0, **read, "seal": int(read["seal"]), "link": str(read["link"])})
        except (ValueError, TypeError, KeyError):
            continue
    return lines


def overdue_since() -> datetime | None:
    """Since when events wait in vain for their seal; None when sealing goes on as it should."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_unsealed_since()")
        oldest: datetime | None = cursor.fetchone()[0]
    return oldest if oldest is not None and clock.now() - oldest > OVERDUE else None


def verify_seals(public_key: Ed25519PublicKey, *, anchor: Path) -> list[Finding]:
    """Everything that does not agree: signatures, chain, roots, anchor. Empty when all is well."""
    with _alone():
        seals = _seals("ASC")
        lines = _read_lines(anchor.read_bytes()) if anchor.exists() else []
    anchored = {line["seal"]: line["link"] for line in lines}
    findings: list[Finding] = []
    previous, expected_from = GENESIS, 0
    for seal in seals:
        for problem in _problems(seal, public_key, previous, expected_from):
            findings.append(Finding(seal.id, seal.from_xact, seal.to_xact, problem))
        if anchored and anchored.get(seal.id) != seal.link.hex():
            findings.append(Finding(seal.id, seal.from_xact, seal.to_xact, _unlike_anchor(seal, anchored)))
        previous, expected_from = seal.link, seal.to_xact
    if seals and not anchored:
        findings.append(Finding(seals[-1].id, seals[0].from_xact, seals[-1].to_xact, "the anchor is missing"))
    known = {seal.id for seal in seals}
    for line in lines:
        if line["seal"] not in known:
            problem = "a seal named by the anchor is gone, and perhaps its events"
            findings.append(Finding(line["seal"], line["from"], line["to"], problem))
    return findings


def _unlike_anchor(seal: Seal, anchored: dict[int, str]) -> str:
    return "the seal differs from the anchor" if seal.id in anchored else "the anchor does not name this seal"


def _problems(seal: Seal, key: Ed25519PublicKey, previous: bytes, expected_from: int) -> Iterator[str]:
    if seal.previous != previous or seal.from_xact != expected_from:
        yield "the chain is broken before this seal"
    try:
        key.verify(seal.signature, seal.message)
    except InvalidSignature:
        yield "the signature is not ours"
    leaves = list(_leaves(seal.from_xact, seal.to_xact))
    if len(leaves) != seal.event_count or merkle_root(leaves) != seal.root:
        yield f"events were changed: {seal.event_count} sealed, {len(leaves)} found"
