"""Judges a round trip from the files alone: what went in, what came out, and which id became which.

Nothing of the importer is used here: references are resolved by the rules of R4 (bundle.html#references),
so that a fault of its own reading cannot hide.
"""

import gzip
import io
import json
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = Any
Ids = dict[tuple[str, str, str], str]
"""Type, id where it comes from, folder (empty for UUIDs), to the id here."""
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
RELATIVE = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(/_history/.+)?")


@dataclass(frozen=True)
class Sent:
    """A resource as it stands in a file, and the names by which its neighbors call it."""

    file: str
    index: int
    resource: Json
    source_id: str
    folder: str
    names: dict[str, tuple[str, str]]


def read(text: bytes) -> Json:
    """JSON with numbers as they are written."""
    return json.loads(text.decode("utf-8-sig"), parse_float=Number, parse_int=Number)


class Number(str):
    """A number as written: 1.0 is not 1.00."""

    __slots__ = ()


def sent_in(paths: list[Path]) -> Iterator[Sent]:
    """Every resource of the files."""
    for path in paths:
        files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
        for file in files:
            yield from sent_by(file)


def sent_by(file: Path) -> Iterator[Sent]:
    if file.name.endswith((".tar.xz", ".tgz")):
        with tarfile.open(file) as archive:
            for member in archive:
                inner = archive.extractfile(member) if member.isfile() else None
                if inner is not None and member.name.endswith(".json"):
                    name = file.resolve().parent / member.name
                    yield from documents(f"{file}!{member.name}", name, inner.read())
    elif ".json" in file.name or ".ndjson" in file.name:
        raw = file.read_bytes()
        yield from documents(str(file), file.resolve(), gzip.decompress(raw) if file.suffix == ".gz" else raw)


def documents(name: str, path: Path, text: bytes) -> Iterator[Sent]:
    folder = "/".join(path.parent.parts[-2:])
    if ".ndjson" in path.name:
        lines = [line for line in io.BytesIO(text) if line.strip()]
        for index, line in enumerate(lines):
            resource = read(line)
            yield sent(name, index, resource, "", folder, {})
        return
    document = read(text)
    if "resourceType" not in document:  # a package's own table of contents
        return
    is_open = document["resourceType"] == "Bundle" and document.get("type") not in ("document", "message")
    if not is_open:
        yield sent(name, 0, document, "", folder, {})
        return
    entries = document.get("entry", [])
    names = names_in(entries)
    for index, entry in enumerate(entries):
        if "resource" in entry:
            yield sent(name, index, entry["resource"], entry.get("fullUrl", ""), folder, names)


def names_in(entries: Json) -> dict[str, tuple[str, str]]:
    """Full URLs and conditional references that stand for entries."""
    names: dict[str, tuple[str, str]] = {}
    for entry in entries:
        resource = entry.get("resource", {})
        kind = resource.get("resourceType", "")
        key = (kind, resource.get("id") or entry.get("fullUrl", "").removeprefix("urn:uuid:"))
        names.setdefault(entry.get("fullUrl", ""), key)
        for each in resource.get("identifier", []) if isinstance(resource.get("identifier"), list) else []:
            names.setdefault(f"{kind}?identifier={each.get('system')}|{each.get('value')}", key)
    names.pop("", None)
    return names


def sent(
    file: str, index: int, resource: Json, full_url: str, folder: str, names: dict[str, tuple[str, str]]
) -> Sent:
    source_id = resource.get("id") or full_url.removeprefix("urn:uuid:")
    return Sent(file, index, resource, source_id, folder, names)


def id_here(ids: Ids, kind: str, source_id: str, folder: str) -> str | None:
    return ids.get((kind, source_id, "" if UUID.fullmatch(source_id) else folder))


def as_it_should_come(one: Sent, ids: Ids) -> str:
    """The resource with references of ours, without id and meta, in one spelling."""

    def renamed(text: str) -> str:
        if text in one.names:
            kind, source_id, version = (*one.names[text], "")
        else:
            match = RELATIVE.fullmatch(text)
            if match is None:
                return text
            kind, source_id, version = match[1], match[2], match[3] or ""
        here = id_here(ids, kind, source_id, one.folder)
        return f"{kind}/{here}{version}" if here else text

    whole = one.resource["resourceType"] == "Bundle"  # a document refers to its own entries
    return spelled(one.resource, str if whole else renamed)


def spelled(resource: Json, renamed: Any = str) -> str:
    """One spelling of a resource: names sorted, numbers as written, no id, no meta."""

    def part(value: Json) -> Json:
        if isinstance(value, dict):
            return {
                name: renamed(inner) if name == "reference" and isinstance(inner, str) else part(inner)
                for name, inner in value.items()
            }
        if isinstance(value, list):
            return [part(inner) for inner in value]
        return ["number", str(value)] if isinstance(value, Number) else value

    top = {name: value for name, value in resource.items() if name not in ("id", "meta")}
    return json.dumps(part(top), sort_keys=True)


def came_out(folder: Path) -> dict[str, str]:
    """What was exported, by type and id."""
    found = {}
    for file in folder.glob("*.ndjson"):
        for line in file.read_bytes().splitlines():
            resource = read(line)
            found[f"{resource['resourceType']}/{resource['id']}"] = spelled(resource)
    return found


def losses(paths: list[Path], out: Path, ids: Ids) -> tuple[int, list[str]]:
    """How many resources were compared, and which did not come out as any file says them."""
    exported, said = came_out(out), {}
    missing = []
    for one in sent_in(paths):
        kind = one.resource["resourceType"]
        here = id_here(ids, kind, one.source_id, one.folder) if one.source_id else None
        if here is None or f"{kind}/{here}" not in exported:
            missing.append(f"{one.file} [{one.index}] {kind}/{one.source_id} is not there")
        else:
            said.setdefault(f"{kind}/{here}", []).append((one, as_it_should_come(one, ids)))
    changed = [
        f"{texts[0][0].file} [{texts[0][0].index}] {name} says otherwise"
        for name, texts in said.items()
        if exported[name] not in [text for _, text in texts]
    ]
    return sum(map(len, said.values())) + len(missing), missing + changed
