"""The style sheets and scripts of the interface, each delivered as one file without a build.

Scripts are modules that import nothing: each is put into a block of its own, so that its names
stay its own, and all of them into one file.
"""

import functools
import gzip
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from osler.foundation.ui.calendar_css import calendar_css

STATIC = Path(__file__).resolve().parent / "static" / "ui"
FIRST_STYLES = ("reset.css", "tokens.css", "base.css", "layout.css")
FIRST_SCRIPTS = ("page.js", "toasts.js", "drafts.js")

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_LINE_COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)
_INDENT = re.compile(r"\n\s*")


@dataclass(frozen=True)
class Asset:
    """One deliverable file: its text, and a digest that names the version of it."""

    body: bytes
    content_type: str

    @functools.cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.body).hexdigest()[:12]

    @functools.cached_property
    def zipped(self) -> bytes:
        return gzip.compress(self.body, mtime=0)


def _styles() -> str:
    first = [STATIC / name for name in FIRST_STYLES]
    rest = sorted((STATIC / "components").glob("*.css"))
    return "\n".join(path.read_text() for path in [*first, *rest])


def _calendar_styles() -> str:
    return "@layer reset, tokens, base, components, pages;\n" + calendar_css()


def _scripts() -> str:
    first = [STATIC / "js" / name for name in FIRST_SCRIPTS]
    paths = [*first, *(path for path in sorted((STATIC / "js").glob("*.js")) if path not in first)]
    return "\n".join(f"{{\n{path.read_text()}\n}}" for path in paths)


def _without_comments(text: str) -> str:
    return _INDENT.sub("\n", _LINE_COMMENT.sub("", _COMMENT.sub("", text))).strip() + "\n"


SOURCES: dict[str, tuple[Callable[[], str], str]] = {
    "osler.css": (_styles, "text/css; charset=utf-8"),
    "calendar.css": (_calendar_styles, "text/css; charset=utf-8"),
    "osler.js": (_scripts, "text/javascript; charset=utf-8"),
}


def _make_asset(name: str) -> Asset:
    source, content_type = SOURCES[name]
    return Asset(_without_comments(source()).encode(), content_type)


_kept_asset = functools.cache(_make_asset)


def asset(name: str) -> Asset:
    """The asset of a name (KeyError if there is none); read anew each time while developing."""
    return _make_asset(name) if settings.DEBUG else _kept_asset(name)
