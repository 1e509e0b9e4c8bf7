"""Templates and dot phrases: words that are written often, kept as data."""

import csv
import functools
import re
from dataclasses import dataclass
from pathlib import Path

from osler.clinic.records.notes.digest import PARTS

_WORD = re.compile(r"(?<!\S)\.[a-z]+(?=\s|$)")


@dataclass(frozen=True)
class Phrase:
    """A short name such as `.ros` and the words that it stands for."""

    name: str
    title: str
    text: str


@dataclass(frozen=True)
class NoteTemplate:
    """The words that a kind of visit begins with, part by part."""

    name: str
    title: str
    parts: dict[str, str]


@functools.cache
def phrases() -> dict[str, Phrase]:
    """All dot phrases by name."""
    with Path(__file__).with_name("phrases.csv").open(newline="") as file:
        rows = csv.DictReader(file)
        return {row["name"]: Phrase(row["name"], row["title"], row["text"]) for row in rows}


@functools.cache
def note_templates() -> dict[str, NoteTemplate]:
    """All templates by name."""
    with Path(__file__).with_name("note_templates.csv").open(newline="") as file:
        return {
            row["name"]: NoteTemplate(row["name"], row["title"], {part: row[part] for part in PARTS})
            for row in csv.DictReader(file)
        }


def expand_phrases(words: str) -> str:
    """The words with each known dot phrase written out; unknown ones stay as they are."""
    known = phrases()

    def write_out(found: re.Match[str]) -> str:
        phrase = known.get(found[0])
        return phrase.text if phrase else found[0]

    return _WORD.sub(write_out, words)
