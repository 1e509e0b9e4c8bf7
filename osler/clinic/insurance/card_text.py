"""What stands on an insurance card: labels and their values, out of lines of text and their places.

Cards have no standard for what is printed (WEDI's is a recommendation), and a reader of pictures loses
spaces: labels are looked for without them. Nothing found here is taken by itself.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from osler.foundation.files.reading import Line


@dataclass(frozen=True)
class Found:
    """A value on the card for a field, and how sure it is."""

    field: str
    value: str
    sureness: float


_ID = r"[A-Z0-9][A-Z0-9\-*/]{3,24}"
_NUMBER = r"[A-Z0-9][A-Z0-9\-]{1,19}"
_WORDS = r"[A-Za-z0-9][\w .,&+/\-']{1,60}"
_SAID = r"\s*(?:no|number|num|nbr|#)?\.?\s*[:.#]?\s*"
LABELS: tuple[tuple[str, str, str], ...] = (
    ("rx_bin", rf"rx\s*bin{_SAID}|\bbin{_SAID}", r"\d{6}"),
    ("rx_pcn", rf"rx\s*pcn{_SAID}|\bpcn{_SAID}", r"[A-Z0-9]{2,15}"),
    ("rx_group", rf"rx\s*(?:grp|group){_SAID}", _NUMBER),
    (
        "member_id",
        rf"(?:member|subscriber|enrollee|insured|medicare|beneficiary)?\s*(?:'s)?\s*(?:id|identification){_SAID}"
        rf"|(?:member|subscriber|medicare|policy|beneficiary)\s*(?:number|no\.?|#){_SAID}",
        _ID,
    ),
    ("group_number", rf"(?<!rx)(?<!rx )(?:group|grp){_SAID}", _NUMBER),
    ("plan_name", r"plan(?:\s*(?:name|type))?\s*[:.]\s*|product\s*[:.]\s*", _WORDS),
    ("subscriber_name", r"(?:member|subscriber|enrollee|insured|cardholder)?\s*name\s*[:.]?\s*", _WORDS),
    ("copay", r"(?:office\s*visit|pcp|primary\s*care|copay(?:ment)?)[^$]{0,20}\$\s*", r"\d{1,4}(?:\.\d\d)?"),
)
_PATTERNS = tuple(
    (field, re.compile(label, re.IGNORECASE), re.compile(value)) for field, label, value in LABELS
)
_ALL_LABELS = re.compile("|".join(f"(?:{label})" for _field, label, _value in LABELS), re.IGNORECASE)
_DIGIT = re.compile(r"\d")
WITH_DIGITS = frozenset({"member_id", "group_number", "rx_bin"})
BESIDE = 0.9
"""How much of its sureness a value keeps that stands beside its label, not behind it."""


def read_card(lines: Sequence[Line]) -> list[Found]:
    """The values whose labels are on the card, each field once: the surest, then the first."""
    best: dict[str, Found] = {}
    for line in lines:
        for field, label, pattern in _PATTERNS:
            for match in label.finditer(line.text):
                if not _is_own(field, match, line.text):
                    continue
                found = _behind(field, line, match.end(), pattern) or _beside(
                    field, line, match, lines, pattern
                )
                if found and found.sureness > best.get(field, Found(field, "", 0.0)).sureness:
                    best[field] = found
    return [best[field] for field, _label, _value in LABELS if field in best]


def _is_own(field: str, match: re.Match[str], text: str) -> bool:
    """Whether the label is a word of its own, and not a part of another one (a "grp" in "RxGrp")."""
    before = text[: match.start()].rstrip()
    if field == "group_number" and before.lower().endswith("rx"):
        return False
    if field in ("member_id", "subscriber_name") and match[0].strip().lower() in ("id", "name"):
        return not before or not before[-1].isalpha()
    return bool(match[0].strip())


def _behind(field: str, line: Line, place: int, pattern: re.Pattern[str]) -> Found | None:
    """The value behind the label, up to the next label."""
    rest = line.text[place:]
    following = _ALL_LABELS.search(rest)
    if following is not None and following[0].strip() and field != "plan_name":
        rest = rest[: following.start()] or rest
    match = pattern.match(rest.strip(" :.#"))
    return _kept(field, match[0] if match else "", line.sureness)


def _beside(
    field: str, line: Line, label: re.Match[str], lines: Sequence[Line], pattern: re.Pattern[str]
) -> Found | None:
    """The value right of the label or below it, if the label ends its line."""
    if line.text[label.end() :].strip(" :.#"):
        return None
    for other in sorted(lines, key=lambda one: _distance(line, one)):
        if other is line or _distance(line, other) > 3 * max(line.height, 0.01):
            continue
        if _ALL_LABELS.match(other.text.strip()):
            continue
        match = pattern.fullmatch(other.text.strip(" :.#"))
        if match is not None and (
            found := _kept(field, match[0], min(line.sureness, other.sureness) * BESIDE)
        ):
            return found
    return None


def _distance(label: Line, other: Line) -> float:
    """How far a line is as the value of a label; very far if it is neither right of it nor below."""
    middle = (other.top + other.bottom) / 2
    if (
        label.top - label.height * 0.3 <= middle <= label.bottom + label.height * 0.3
        and other.left >= label.left
    ):
        return max(other.left - label.right, 0.0) / 3
    is_below = (
        other.top >= label.top + label.height * 0.5
        and other.left <= label.right
        and other.right >= label.left
    )
    return other.top - label.bottom + abs(other.left - label.left) / 4 if is_below else 9.0


def _kept(field: str, value: str, sureness: float) -> Found | None:
    value = " ".join(value.split()).strip(" .,:-")
    if len(value) < 2 or (field in WITH_DIGITS and not _DIGIT.search(value)):
        return None
    return Found(field, value, round(min(max(sureness, 0.0), 1.0), 2))


def payer_on_card(lines: Sequence[Line], names: Sequence[str]) -> Found | None:
    """Which of the known insurers the card names: the longest name whose letters stand in a line."""
    plain = [(re.sub(r"[\W_]+", "", line.text).casefold(), line.sureness) for line in lines]
    hits = [
        (len(key), name, sureness)
        for name in names
        if len(key := re.sub(r"[\W_]+", "", name).casefold()) >= 4
        for text, sureness in plain
        if key in text
    ]
    if not hits:
        return None
    _length, name, sureness = max(hits)
    return Found("payer", name, round(sureness, 2))
