"""Reads ICD-10-CM out of the files of the package simple-icd-10-cm (CDC/NCHS, public domain).

The package itself is not imported: that takes seconds. The tabular list is XML; its chapters'
codes of seven characters are implied by `sevenChrDef` and spelled out in the code list.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from xml.etree.ElementTree import Element, iterparse


@dataclass(frozen=True)
class Entry:
    """One code with its title, its place, and the inclusion terms that mean it as well."""

    code: str
    display: str
    parent_code: str
    is_billable: bool
    inclusions: tuple[str, ...] = ()


@dataclass
class _Node:
    display: str
    parent: str
    inclusions: tuple[str, ...]
    extensions: dict[str, str] = field(default_factory=dict)
    has_children: bool = False


def files() -> tuple[Path, Path]:
    """The code list and the tabular list."""
    spec = find_spec("simple_icd_10_cm")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the package simple-icd-10-cm is not installed")
    folder = Path(spec.submodule_search_locations[0]) / "data"
    return next(folder.glob("code-list-*.txt")), next(folder.glob("*tabular*.xml"))


def edition() -> str:
    """The name of the edition, such as "April-2026"."""
    return files()[0].stem.removeprefix("code-list-")


def entries() -> Iterator[Entry]:
    """Every code of the list from category on (A00 and finer), with its dot."""
    listed, tabular = files()
    nodes = _nodes(tabular)
    for compact in dict.fromkeys(listed.read_text().split()):  # a section of one category stands twice
        if len(compact) < 3 or "-" in compact or not compact[0].isalpha():
            continue
        code = dotted(compact)
        node = nodes.get(code)
        if node is not None:
            yield Entry(
                code, node.display, node.parent, not (node.has_children or node.extensions), node.inclusions
            )
        elif (extended := _extended(code, nodes)) is not None:
            yield extended


def dotted(code: str) -> str:
    """E119 becomes E11.9."""
    plain = code.replace(".", "").upper()
    return plain if len(plain) <= 3 else f"{plain[:3]}.{plain[3:]}"


def _extended(code: str, nodes: dict[str, _Node]) -> Entry | None:
    """A seventh character: the title of the code it extends, and what the character says."""
    stem = code[:-1]
    while stem:
        node = nodes.get(stem)
        if node is not None:
            word = node.extensions.get(code[-1])
            return Entry(code, f"{node.display}, {word}", stem, True) if word else None
        if stem[-1] not in "X.":
            return None
        stem = stem[:-1]
    return None


def _nodes(tabular: Path) -> dict[str, _Node]:
    nodes: dict[str, _Node] = {}
    parsed = iterparse(tabular)  # noqa: S314  a file of an installed package
    chapters = (element for _, element in parsed if element.tag == "chapter")
    for chapter in chapters:
        for section in chapter.findall("section"):
            for diagnosis in section.findall("diag"):
                _walk(diagnosis, "", {}, nodes)
        chapter.clear()
    return nodes


def _walk(element: Element, parent: str, extensions: dict[str, str], nodes: dict[str, _Node]) -> None:
    code = element.findtext("name", "").strip()
    own = {one.get("char", ""): (one.text or "").strip() for one in element.findall("sevenChrDef/extension")}
    extensions = own or extensions
    inclusions = tuple((note.text or "").strip() for note in element.findall("inclusionTerm/note"))
    node = nodes[code] = _Node(element.findtext("desc", "").strip(), parent, inclusions)
    children = element.findall("diag")
    node.has_children = bool(children)
    for child in children:
        _walk(child, code, extensions, nodes)
    if not children:
        node.extensions = extensions
