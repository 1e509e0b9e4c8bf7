"""XHTML of a narrative: only what can do no harm on a screen (R4 narrative.html, txt-1, txt-2)."""

import re
from xml.parsers import expat

from osler.interop.fhir.validation.problems import Found, problem, shown

XHTML = "http://www.w3.org/1999/xhtml"
_TAGS = frozenset(
    "a abbr acronym address b bdo big blockquote br caption center cite code col colgroup dd del dfn"
    " dir div dl dt em font h1 h2 h3 h4 h5 h6 hr i img ins kbd li menu ol p pre q s samp small span"
    " strike strong sub sup table tbody td tfoot th thead tr tt u ul var".split()
)
_ATTRIBUTES = frozenset(
    "abbr accesskey align alt axis bgcolor border cellhalign cellpadding cellspacing cellvalign char"
    " charoff charset cite class color colspan compact coords dir frame headers height href hreflang"
    " hspace id lang longdesc name noshade nowrap rel rev rowspan rules scope shape size span src"
    " start style summary tabindex title type usemap valign value vspace width xmlns"
    " xml:lang xml:space xml:id".split()
)
_harmful_address = re.compile(r"\s*(javascript|vbscript|data:text)", re.IGNORECASE).match


class _Refused(Exception):
    """An element or attribute that a narrative may not have."""


class _Reader:
    def __init__(self) -> None:
        self.depth, self.content = 0, False
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.StartDoctypeDeclHandler = self.doctype

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth == 1 and (tag != "div" or attributes.get("xmlns", XHTML) != XHTML):
            raise _Refused("must be one <div> in the XHTML namespace")
        if tag not in _TAGS:
            raise _Refused(f"may not contain the element {shown(tag)}")
        for name, value in attributes.items():
            if name not in _ATTRIBUTES and not name.startswith("xmlns:"):
                raise _Refused(f"may not contain the attribute {shown(name)}")
            if name in ("href", "src") and _harmful_address(value):
                raise _Refused("may not contain an address that runs a script")
        if tag == "img":
            self.content = True
        if self.depth > 100:
            raise _Refused("is nested too deeply")

    def end(self, _tag: str) -> None:
        self.depth -= 1

    def text(self, text: str) -> None:
        self.content = self.content or not text.isspace()

    def doctype(self, *_: object) -> None:
        raise _Refused("may not declare a document type")


def check_narrative(xhtml: str) -> Found | None:
    """Well-formed, harmless, and not empty."""
    reader = _Reader()
    try:
        reader.parser.Parse(xhtml.encode(), True)
    except expat.ExpatError as error:
        words = expat.errors.messages.get(error.code, str(error.code))
        return problem("invalid", f"is not well-formed XHTML: {words} (line {error.lineno})")
    except _Refused as refused:
        return problem("invariant", str(refused))
    return None if reader.content else problem("invariant", "must contain text or an image (txt-2)")
