"""Sealing the audit trail: batches under Merkle roots, chained, signed, anchored outside (D6).

A batch is all events of the transactions [from_xact, to_xact), where every transaction before
`to_xact` has ended: so a batch is final when it is made, nobody waits for anybody, and any later
edit, removal or insertion changes its root. The last root goes to an anchor file as well: a cut
tail or a whole rewritten chain shows against it.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.db import connection, transaction

GENESIS = bytes(32)


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


def seal_events(key: Ed25519PrivateKey, *, anchor: Path) -> int:
    """Seal all events of ended transactions; returns how many. One sealer at a time."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('audit_seal'))")
        cursor.execute("SELECT audit_horizon()::text::bigint")
        (horizon,) = cursor.fetchone()
        last = _last_seal()
        start, previous = (last.to_xact, last.link) if last else (0, GENESIS)
        leaves = list(_leaves(start, horizon)) if horizon > start else []
        if not leaves:
            return 0
        root = merkle_root(leaves)
        message = _message(start, horizon, len(leaves), root, previous)
        signature = key.sign(message)
        cursor.execute(
            "INSERT INTO audit_seal (from_xact, to_xact, event_count, root, previous, signature)"
            " VALUES (%s::text::xid8, %s::text::xid8, %s, %s, %s, %s) RETURNING id",
            [start, horizon, len(leaves), root, previous, signature],
        )
        (seal_id,) = cursor.fetchone()
    # Only now: a process killed before the commit must not have named a seal that never came to be.
    _write_anchor(anchor, seal_id, _chain_hash(message, signature))
    return len(leaves)


def _leaves(start: int, end: int) -> Iterator[bytes]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit_leaves(%s::xid8, %s::xid8)", [str(start), str(end)])
        for (leaf,) in cursor:
            yield bytes(leaf)


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


def _seals(suffix: str) -> list[Seal]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, from_xact::text::bigint, to_xact::text::bigint, event_count, root, previous,"  # noqa: S608
            f" signature FROM audit_seal ORDER BY id {suffix}"
        )
        return [Seal(*row[:4], *(bytes(part) for part in row[4:])) for row in cursor]


def _last_seal() -> Seal | None:
    return next(iter(_seals("DESC LIMIT 1")), None)


def _write_anchor(anchor: Path, seal_id: int, link: bytes) -> None:
    anchor.parent.mkdir(parents=True, exist_ok=True)
    with anchor.open("a") as file:
        file.write(json.dumps({"seal": seal_id, "link": link.hex()}) + "\n")


def _anchored(anchor: Path) -> dict[int, str]:
    if not anchor.exists():
        return {}
    lines = [json.loads(line) for line in anchor.read_text().splitlines() if line]
    return {line["seal"]: line["link"] for line in lines}


def verify_seals(public_key: Ed25519PublicKey, *, anchor: Path) -> list[Finding]:
    """Everything that does not agree: signatures, chain, roots, anchors. Empty when all is well."""
    seals, anchored = _seals("ASC"), _anchored(anchor)
    findings: list[Finding] = []
    previous, expected_from = GENESIS, 0
    for seal in seals:
        for problem in _problems(seal, public_key, previous, expected_from, anchored):
            findings.append(Finding(seal.id, seal.from_xact, seal.to_xact, problem))
        previous, expected_from = seal.link, seal.to_xact
    known = {seal.id for seal in seals}
    for missing in sorted(set(anchored) - known):
        findings.append(Finding(missing, expected_from, expected_from, "a seal named by the anchor is gone"))
    return findings


def _problems(
    seal: Seal, key: Ed25519PublicKey, previous: bytes, expected_from: int, anchored: dict[int, str]
) -> Iterator[str]:
    if seal.previous != previous or seal.from_xact != expected_from:
        yield "the chain is broken before this seal"
    try:
        key.verify(seal.signature, seal.message)
    except InvalidSignature:
        yield "the signature is not ours"
    if seal.id in anchored and anchored[seal.id] != seal.link.hex():
        yield "the seal differs from the anchor outside"
    leaves = list(_leaves(seal.from_xact, seal.to_xact))
    if len(leaves) != seal.event_count or merkle_root(leaves) != seal.root:
        yield f"events were changed: {seal.event_count} sealed, {len(leaves)} found"
