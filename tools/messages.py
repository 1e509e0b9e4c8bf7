"""Gathers the texts of the interface into the catalogues and compiles them: `make messages`.

Babel does what GNU gettext would. Templates are first turned into Python-like calls by Django's
own `templatize`. `--check` writes nothing and fails when a catalogue is behind the code.
"""

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import django
from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "osler"
CATALOGUES = PACKAGE / "locale"
LANGUAGES = ("es",)
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Lines of the head that would change with every run, or name nobody.
ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)
DATED = (
    '"POT-Creation-Date',
    '"PO-Revision-Date',
    '"Last-Translator',
    '"Language-Team',
    '"Report-Msgid-Bugs',
)
NOT_FOR_USERS = ("/gallery/", "/migrations/")
Found = tuple[int, Any, list[str], str | None]


def sources() -> Iterator[Path]:
    """Code and templates whose words people read; the gallery is for developers."""
    for pattern in ("*.py", "*.html", "*.txt"):
        for path in sorted(PACKAGE.rglob(pattern)):
            name = path.relative_to(ROOT).as_posix()
            is_template = "/templates/" in name
            if (path.suffix == ".py" or is_template) and not any(part in name for part in NOT_FOR_USERS):
                yield path


def texts_of(path: Path) -> Iterator[Found]:
    """Line, text, comments and context of each text in one file."""
    content = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        content = templatize(content, origin=str(path))
    file: IO[bytes] = io.BytesIO(content.encode())
    yield from extract("python", file, keywords=KEYWORDS, comment_tags=("Translators:",))


def gather() -> Catalog:
    """All texts with the files in which they stand."""
    found = Catalog(charset="utf-8")
    for path in sources():
        place = path.relative_to(ROOT).as_posix()
        for _, text, comments, context in texts_of(path):
            if text and text != ("", ""):
                found.add(text, locations=[(place, None)], auto_comments=comments, context=context)
    return found


def catalogue_path(language: str) -> Path:
    """Where a language's texts are kept."""
    return CATALOGUES / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """The catalogue of a language as it is stored; an empty one if there is none."""
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def renewed(language: str, texts: Catalog) -> Catalog:
    """The stored translations for the texts that are there now, in the order of the texts."""
    stored = read(language)
    catalogue = Catalog(
        locale=language,
        charset="utf-8",
        fuzzy=False,
        header_comment=f"# Osler in {stored.locale.english_name}.",
    )
    catalogue.project, catalogue.version = "Osler", ""
    catalogue.creation_date = catalogue.revision_date = ANY_DAY
    for message in texts:
        if not message.id:
            continue
        known = stored.get(first_id(message), message.context)
        string = known.string if known and known.id == message.id else None
        catalogue.add(
            message.id,
            string,
            message.locations,
            message.flags,
            message.auto_comments,
            context=message.context,
        )
    return catalogue


def first_id(message: Message) -> str:
    """The text in the singular."""
    return message.id[0] if isinstance(message.id, tuple | list) else message.id


def is_translated(message: Message) -> bool:
    """Whether every form of a text has its words."""
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(strings) and not message.fuzzy


def as_text(catalogue: Catalog) -> bytes:
    """The catalogue as a PO file, sorted by text so that changes are easy to read."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, sort_output=True, width=100, include_lineno=False)
    lines = buffer.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(DATED)).encode()


def as_binary(catalogue: Catalog) -> bytes:
    """The catalogue as the program reads it."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def main() -> int:
    """Renew the catalogues, or with `--check` say whether that is needed."""
    settings.configure(USE_I18N=True)
    django.setup()
    texts, behind = gather(), []
    for language in LANGUAGES:
        catalogue, path = renewed(language, texts), catalogue_path(language)
        files = {path: as_text(catalogue), path.with_suffix(".mo"): as_binary(catalogue)}
        behind += [
            file for file, content in files.items() if not file.exists() or file.read_bytes() != content
        ]
        if "--check" not in sys.argv:
            path.parent.mkdir(parents=True, exist_ok=True)
            for file, content in files.items():
                file.write_bytes(content)
        texts_now = [message for message in catalogue if message.id]
        done = sum(is_translated(message) for message in texts_now)
        print(f"{language}: {done} of {len(texts_now)} texts translated")
    if "--check" in sys.argv and behind:
        print("behind the code:", *(file.relative_to(ROOT) for file in behind), "(run `make messages`)")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
