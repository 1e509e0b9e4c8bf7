# ruff: noqa: E501  (tables)
"""Values that no form expects, and ways to spoil what was filled in."""

import random
from typing import Any
from urllib.parse import quote_from_bytes
from uuid import UUID

Pairs = list[tuple[str, str | bytes]]

TEXTS: list[str | bytes] = [
    *("", " ", "\x00", "a\x00b", "\ud800", "\udfff x", "\ufeff", "\u202e", "😀" * 50, "é" * 70_000),
    *("-1", "0", "1e400", "1e-400", "NaN", "Infinity", "-Infinity", "9" * 40, "0.1" + "0" * 300, "٣", "½", "1,5"),
    *("999999999999", "-9223372036854775809", "2147483648", "0x10", "1_000", "+1", "１２", "²", "٣²"),
    *("0000-00-00", "0001-01-01", "9999-12-31", "10000-01-01", "2026-02-30", "31.12.1999", "99/99/9999"),
    *("0001-01-01T00:00", "9999-12-31T23:59", "2026-03-08T02:30", "2026-01-01T24:00", "T", "25:61", "23:59:60"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1.0", " 1 ", "1.5", "1e1"),
    *("0001-01", "2026-W53", "2026-13", "yesterday", "1/1/1", "-0001-01-01"),
    *("null", "None", "undefined", "true", "[]", "{}", '{"a":' * 200 + "1" + "}" * 200, "[" * 3000),
    *("' OR 1=1 --", "%", "%s", "{0}", "{{ x }}", "<script>alert(1)</script>", "../../etc/passwd", "\\", "a|b|c"),
    *("\r\nX-Evil: 1", "\n", "\t", "🏥", "x" * 300, "x" * 5_000, "ß" * 256, "\u0301" * 400),
    *("00000000-0000-0000-0000-000000000000", "not-a-uuid", "{12345678-1234-5678-1234-567812345678}", "1234"),
    *("//evil.test/", "https://evil.test", "javascript:alert(1)", "http://[::1", "?next=//x", "a" * 64 + "@x.test"),
    *(b"\xff\xfe", b"\xed\xa0\x80", b"%zz", b"\xc3", b"\xf8\x88\x80\x80\x80"),
]  # fmt: skip
HUGE = "x" * 1_000_000


def nasty_text(chance: random.Random, ids: list[str]) -> str | bytes:
    """A value that is wrong almost everywhere: odd, huge, another kind, or an id from elsewhere."""
    kind = chance.random()
    if kind < 0.15:
        return chance.choice(ids)
    if kind < 0.2:
        return str(UUID(int=chance.getrandbits(128)))
    if kind < 0.21:
        return HUGE
    if kind < 0.3:
        return "".join(
            chr(chance.choice([chance.randrange(1, 0xD7FF), chance.randrange(32, 127)])) for _ in range(8)
        )
    return chance.choice(TEXTS)


def spoiled(pairs: Pairs, chance: random.Random, ids: list[str]) -> Pairs:
    """A filled-in form in which one to three things are wrong."""
    spoilt = list(pairs)
    for _ in range(chance.randint(1, 3)):
        how = chance.choice(["put", "put", "put", "drop", "twice", "add", "rename", "swap"])
        at = chance.randrange(len(spoilt)) if spoilt else 0
        if not spoilt or how == "add":
            name = chance.choice(["page", "q", "id", "patient", "next", "version", "x" * 200, "a[b]", "\x00"])
            spoilt.append((name, nasty_text(chance, ids)))
        elif how == "put":
            spoilt[at] = (spoilt[at][0], nasty_text(chance, ids))
        elif how == "drop":
            del spoilt[at]
        elif how == "twice":
            spoilt.append((spoilt[at][0], nasty_text(chance, ids)))
        elif how == "rename":
            spoilt[at] = (spoilt[at][0] + chance.choice(["", "-0", "[]", "\x00"]), spoilt[at][1])
        else:
            other = chance.randrange(len(spoilt))
            one, two = spoilt[at], spoilt[other]
            spoilt[at], spoilt[other] = (one[0], two[1]), (two[0], one[1])
    return spoilt


def as_bytes(text: str | bytes) -> bytes:
    """The bytes that a careless client would send."""
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")


def urlencoded(pairs: Pairs) -> bytes:
    """A body or query string, surrogates and broken bytes included."""
    return b"&".join(
        f"{quote_from_bytes(as_bytes(name))}={quote_from_bytes(as_bytes(text))}".encode()
        for name, text in pairs
    )


def multipart(pairs: Pairs, chance: random.Random) -> tuple[bytes, str]:
    """A multipart body, often broken, with its content type."""
    mark = b"hostile"
    parts = [
        b'--%s\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
        % (mark, as_bytes(name)[:200], chance.choice([b"", b'; filename="a.exe"']), as_bytes(text)[:100_000])
        for name, text in pairs
    ]
    body = b"".join(parts) + b"--%s--\r\n" % mark
    kinds = [
        "multipart/form-data; boundary=hostile",
        "multipart/form-data",
        "multipart/form-data; boundary=" + "x" * 300,
    ]
    if chance.random() < 0.3:
        body = body[: chance.randrange(len(body))]
    return body, chance.choice([kinds[0], *kinds])


def spoiled_address(path: str, chance: random.Random, ids: list[str]) -> str:
    """The same address with another id, or none that makes sense."""
    parts = path.split("/")
    places = [index for index, part in enumerate(parts) if part]
    if not places:
        return path
    other: list[Any] = [
        chance.choice(ids),
        UUID(int=chance.getrandbits(128)),
        "x",
        "%00",
        "%ff",
        "..",
        "%2e%2e%2f",
        "ä",
    ]
    parts[chance.choice(places)] = str(chance.choice(other))
    return "/".join(parts) or "/"
