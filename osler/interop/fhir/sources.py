"""Where resources come from: files, folders, archives; Bundles, NDJSON and single resources.

Read as a stream, one batch at a time; what cannot be read is told with file, index and reason.
"""

import gzip
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from osler.interop.fhir.lossless import NotJson, read_json
from osler.interop.fhir.validation.problems import sayable

LINES_A_BATCH = 500
LARGEST_FILE = 512 * 1_048_576
LARGEST_LINE = 64 * 1_048_576
SUFFIXES = (".json", ".ndjson", ".jsonl", ".json.gz", ".ndjson.gz", ".jsonl.gz")
ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.xz")
Bytes = IO[bytes] | gzip.GzipFile
UNREADABLE = (OSError, EOFError, lzma.LZMAError, tarfile.TarError, zlib.error)
# What others refer to comes first, so that it is there when they arrive.
ORDER = ("Organization", "Location", "Practitioner", "PractitionerRole", "Patient", "Encounter")


@dataclass(frozen=True)
class Refusal:
    """One thing that was not taken, and why."""

    file: str
    index: int
    path: str
    reason: str

    def __str__(self) -> str:
        """One line, as any terminal can show it: names of files need not be UTF-8."""
        return sayable(f"{self.file} [{self.index}] {self.path}: {self.reason}")


@dataclass(frozen=True)
class Arrival:
    """A resource as it arrived: `full_url` and `method` are those of its Bundle entry."""

    index: int
    resource: dict[str, Any]
    full_url: str = ""
    method: str = "PUT"
    none_exist: str = ""


@dataclass
class Batch:
    """What is written together: a Bundle, or some hundreds of lines."""

    file: str
    source: str
    arrivals: list[Arrival] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


def read_batches(paths: list[Path]) -> Iterator[Batch]:
    """All batches under these paths, in an order in which references mostly point backwards."""
    for path in ordered(files_under(paths)):
        if path.name.lower().endswith(ARCHIVES):
            yield from read_archive(path)
        else:
            yield from read_file(path)


def files_under(paths: list[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (file for file in path.rglob("*") if file.is_file())
            found.extend(file for file in inside if file.name.lower().endswith(SUFFIXES + ARCHIVES))
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def ordered(files: list[Path]) -> list[Path]:
    """Directories and patients first, told by the names of files."""

    def rank(file: Path) -> tuple[int, str]:
        name = file.name
        for place, type_name in enumerate(ORDER):
            if name.startswith((f"{type_name}.", f"{type_name}-")):
                return place, str(file)
        known = name.lower().startswith(("hospitalinformation", "practitionerinformation"))
        return -1 if known else len(ORDER), str(file)

    return sorted(files, key=rank)


def source_of(folder: Path, name: str) -> str:
    """The place a file stands for: ids without a world of their own are told apart by it."""
    parent = (folder.resolve() / name).parent
    return sayable("/".join(parent.parts[-2:]))[:200]


def read_file(path: Path) -> Iterator[Batch]:
    """The batches of one file; a file that cannot be opened is one refusal."""
    try:
        with path.open("rb") as raw:
            packed = path.suffix == ".gz"
            stream: Bytes = gzip.GzipFile(fileobj=raw) if packed else raw
            yield from read_stream(stream, str(path), source_of(path.parent, path.name))
    except UNREADABLE as error:
        yield unreadable(str(path), source_of(path.parent, path.name), error)


def read_archive(path: Path) -> Iterator[Batch]:
    """The files inside a tar archive, one after another, never unpacked to disk."""
    try:
        with tarfile.open(path, "r|*") as archive:
            for member in archive:
                inner = archive.extractfile(member) if member.isfile() else None
                if inner is None or not member.name.lower().endswith(SUFFIXES):
                    continue
                name, source = f"{path}!{member.name}", source_of(path.parent, member.name)
                packed = member.name.endswith(".gz")
                stream: Bytes = gzip.GzipFile(fileobj=inner) if packed else inner
                yield from read_stream(stream, name, source)
    except UNREADABLE as error:
        yield unreadable(str(path), source_of(path.parent, path.name), error)


def unreadable(file: str, source: str, error: BaseException) -> Batch:
    return Batch(file, source, refusals=[Refusal(file, 0, "", f"cannot be read: {error}")])


def read_stream(stream: Bytes, file: str, source: str) -> Iterator[Batch]:
    lines = any(mark in file.lower() for mark in (".ndjson", ".jsonl"))
    if lines:
        yield from read_lines(stream, file, source)
        return
    text = stream.read(LARGEST_FILE + 1)
    batch = Batch(file, source)
    if len(text) > LARGEST_FILE:
        batch.refusals.append(Refusal(file, 0, "", f"is larger than {LARGEST_FILE} bytes"))
    else:
        read_document(batch, text)
    yield batch


def read_lines(stream: Bytes, file: str, source: str) -> Iterator[Batch]:
    batch = Batch(file, source)
    for index, line in enumerate(iter(lambda: stream.readline(LARGEST_LINE + 1), b"")):
        if line.isspace():
            continue
        if len(line) > LARGEST_LINE:  # what follows cannot be told from the rest of it
            batch.refusals.append(Refusal(file, index, "", f"is longer than {LARGEST_LINE} bytes"))
            break
        try:
            add_arrival(batch, index, read_json(line))
        except NotJson as error:
            batch.refusals.append(Refusal(file, index, "", str(error)))
        if len(batch.arrivals) >= LINES_A_BATCH:
            yield batch
            batch = Batch(file, source)
    if batch.arrivals or batch.refusals:
        yield batch


def read_document(batch: Batch, text: bytes) -> None:
    """A Bundle that carries resources is opened; any other resource stands for itself."""
    try:
        document = read_json(text)
    except NotJson as error:
        batch.refusals.append(Refusal(batch.file, 0, "", str(error)))
        return
    kind = document.get("type") if isinstance(document, dict) else None
    if not isinstance(document, dict) or document.get("resourceType") != "Bundle":
        add_arrival(batch, 0, document)
    elif kind in ("document", "message"):
        add_arrival(batch, 0, document)  # what was signed or sent together stays together
    else:
        entries = document.get("entry", [])
        for index, entry in enumerate(entries if isinstance(entries, list) else []):
            add_entry(batch, index, entry)


def add_entry(batch: Batch, index: int, entry: Any) -> None:
    if not isinstance(entry, dict):
        batch.refusals.append(Refusal(batch.file, index, "Bundle.entry", "is not an object"))
        return
    asked = entry.get("request")
    request = asked if isinstance(asked, dict) else {}
    if request.get("method", "POST") not in ("POST", "PUT"):
        words = "only entries that create or update can be imported"
        batch.refusals.append(Refusal(batch.file, index, "Bundle.entry.request.method", words))
        return
    texts = [entry.get("fullUrl"), request.get("method"), request.get("ifNoneExist")]
    full_url, method, none_exist = (text if isinstance(text, str) else "" for text in texts)
    add_arrival(
        batch,
        index,
        entry.get("resource"),
        full_url=full_url,
        method=method or "PUT",
        none_exist=none_exist,
    )


def add_arrival(batch: Batch, index: int, resource: Any, **given: str) -> None:
    if isinstance(resource, dict):
        batch.arrivals.append(Arrival(index, resource, **given))
    else:
        batch.refusals.append(Refusal(batch.file, index, "", "there is no resource"))
