"""Shapes: what a number or word looks like, in signs that an administrator can read.

`#` is a digit, `@` a letter, `*` a letter or digit, `[ABC]` one of these signs; `{3}` and `{2,5}` after
one say how many; `|` stands between two shapes of which either is right; `\\` makes the next sign stand
for itself, and every other sign does. There is nothing that repeats without end or within itself, so
whether a text fits is told in as many steps as it has signs times the shape's: an unlucky shape cannot
make anybody wait. The database reads the same signs (`patients_fits`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from osler.kernel.errors import Invalid

LONGEST, MOST_SIGNS, MOST_SHAPES = 100, 100, 10
DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CLASSES = {"#": DIGITS, "@": LETTERS + LETTERS.lower(), "*": DIGITS + LETTERS + LETTERS.lower()}
_COUNT = re.compile(r"\{([0-9]{1,3})(?:,([0-9]{1,3}))?\}").match


class ShapeWrong(Invalid):
    """A shape that cannot be read; says at which sign."""

    code = "shape-wrong"
    field = "shape"


@dataclass(frozen=True)
class Piece:
    """One place of a shape: which signs, and how many of them. `kind` is `#`, `@`, `*`, `[` or empty."""

    signs: str
    kind: str = ""
    least: int = 1
    most: int = 1


@dataclass(frozen=True)
class Shape:
    """A shape that was read: one or several rows of pieces."""

    ways: tuple[tuple[Piece, ...], ...]

    def fits(self, text: str) -> bool:
        """Whether the whole text looks so."""
        return any(_fits(way, text) for way in self.ways)

    @property
    def places(self) -> tuple[Piece, ...] | None:
        """Its pieces one by one, if there is only one way and no piece may be left out or repeated freely."""
        if len(self.ways) != 1 or any(piece.least != piece.most for piece in self.ways[0]):
            return None
        return tuple(Piece(piece.signs, piece.kind) for piece in self.ways[0] for _each in range(piece.most))

    @property
    def words(self) -> str:
        """The shape as one says it."""
        return _(" or ").join(", ".join(_said(way)) for way in self.ways)


def _fits(way: tuple[Piece, ...], text: str) -> bool:
    """All places in the text that the pieces so far may have reached, piece by piece."""
    reached = {0}
    for piece in way:
        ends = set()
        for number in range(piece.most + 1):
            if number >= piece.least:
                ends |= reached
            reached = {at + 1 for at in reached if at < len(text) and text[at] in piece.signs}
        reached = ends
    return len(text) in reached


def _joined(way: tuple[Piece, ...]) -> Iterator[Piece]:
    """The pieces, those of one kind that follow each other in one."""
    before: Piece | None = None
    for piece in way:
        if before and before.kind and (before.kind, before.signs) == (piece.kind, piece.signs):
            most = before.most + piece.most
            before = Piece(piece.signs, piece.kind, before.least + piece.least, most)
        else:
            if before:
                yield before
            before = piece
    if before:
        yield before


def _said(way: tuple[Piece, ...]) -> Iterator[str]:
    literal = ""
    for piece in _joined(way):
        if not piece.kind and piece.least == piece.most:
            literal += piece.signs * piece.most
            continue
        if literal:
            yield f"“{literal}”"
            literal = ""
        yield _piece_said(piece)
    if literal:
        yield f"“{literal}”"


def _piece_said(piece: Piece) -> str:
    many = piece.most
    words = {
        "#": ngettext("digit", "digits", many),
        "@": ngettext("letter", "letters", many),
        "*": ngettext("letter or digit", "letters or digits", many),
    }.get(piece.kind) or _("of “%s”") % piece.signs
    if piece.least == piece.most:
        return f"{many} {words}"
    return _("%(least)d to %(most)d %(what)s") % {"least": piece.least, "most": many, "what": words}


@lru_cache(maxsize=256)
def read_shape(text: str) -> Shape:
    """Read a shape; refused with ShapeWrong, which says where."""
    if len(text) > LONGEST:
        raise ShapeWrong(_("A format has up to %d signs.") % LONGEST)
    ways: list[list[Piece]] = [[]]
    at = 0
    while at < len(text):
        if text[at] == "|":
            ways.append([])
            at += 1
            continue
        piece, end = _piece(text, at)
        ways[-1].append(piece)
        at = end
    if len(ways) > MOST_SHAPES:
        raise ShapeWrong(_("A format has up to %d ways.") % MOST_SHAPES)
    if len(ways) > 1 and not all(ways):
        raise ShapeWrong(_("Enter a format on each side of “|”."))
    if any(sum(piece.most for piece in way) > MOST_SIGNS for way in ways):
        raise ShapeWrong(_("A number may have up to %d signs.") % MOST_SIGNS)
    return Shape(tuple(tuple(way) for way in ways))


def _piece(text: str, at: int) -> tuple[Piece, int]:
    sign = text[at]
    if sign == "\\":
        if at + 1 >= len(text):
            raise ShapeWrong(_("Sign %d: a sign must follow “\\”.") % (at + 1))
        return _counted(text, at + 2, at, text[at + 1], "")
    if sign == "[":
        return _listed(text, at)
    if sign in "]{}":
        raise ShapeWrong(
            _("Sign %(place)d: “%(sign)s” has no beginning here. Write “\\%(sign)s” if it stands for itself.")
            % {"place": at + 1, "sign": sign}
        )
    if ord(sign) < ord(" ") or not sign.isprintable():
        raise ShapeWrong(_("Sign %d cannot be typed.") % (at + 1))
    return _counted(text, at + 1, at, CLASSES.get(sign, sign), sign if sign in CLASSES else "")


def _listed(text: str, at: int) -> tuple[Piece, int]:
    end = text.find("]", at)
    signs = text[at + 1 : end]
    if end < 0 or not signs:
        raise ShapeWrong(_("Sign %d: write signs and “]” after “[”.") % (at + 1))
    if not signs.isalnum() or not signs.isascii():
        raise ShapeWrong(_("Sign %d: only letters and digits stand between “[” and “]”.") % (at + 1))
    return _counted(text, end + 1, at, signs, "[")


def _counted(text: str, at: int, begun: int, signs: str, kind: str) -> tuple[Piece, int]:
    """The piece with the number that may follow it."""
    if at >= len(text) or text[at] != "{":
        return Piece(signs, kind), at
    found = _COUNT(text, at)
    least = int(found[1]) if found else 0
    most = int(found[2] or found[1]) if found else 0
    if not found or most < 1 or least > most or most > MOST_SIGNS:
        words = _("Sign %(place)d: write how many, as “{3}” or “{2,5}”, up to %(most)d.")
        raise ShapeWrong(words % {"place": at + 1, "most": MOST_SIGNS})
    return Piece(signs, kind, least, most), found.end()
