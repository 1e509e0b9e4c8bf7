import gzip
import io
import json
import tarfile

from osler.interop.fhir import sources
from osler.interop.fhir.sources import LINES_A_BATCH, Refusal, read_batches

PATIENT = {"resourceType": "Patient", "id": "p1"}


def bundle(*entries, kind="transaction"):
    return json.dumps({"resourceType": "Bundle", "type": kind, "entry": list(entries)}).encode()


def test_directories_and_patients_come_before_what_refers_to_them(tmp_path):
    for name in ("Observation-1.json", "Patient-1.json", "Organization-1.json", "bundle.json"):
        (tmp_path / name).write_bytes(json.dumps(PATIENT).encode())

    files = [batch.file.rpartition("/")[2] for batch in read_batches([tmp_path])]

    assert files == ["Organization-1.json", "Patient-1.json", "Observation-1.json", "bundle.json"]


def test_a_bundle_is_one_batch_and_a_bad_entry_does_not_spoil_it(tmp_path):
    good = {"fullUrl": "urn:uuid:1", "resource": PATIENT, "request": {"method": "POST", "url": "Patient"}}
    gone = {"request": {"method": "DELETE", "url": "Patient/1"}}
    (tmp_path / "b.json.gz").write_bytes(gzip.compress(bundle(good, "no entry", gone, {"resource": 1})))

    [batch] = read_batches([tmp_path])

    [arrival] = batch.arrivals
    assert (arrival.index, arrival.full_url, arrival.method) == (0, "urn:uuid:1", "POST")
    assert [(each.index, each.reason) for each in batch.refusals] == [
        (1, "is not an object"),
        (2, "only entries that create or update can be imported"),
        (3, "there is no resource"),
    ]


def test_lines_are_read_in_batches_and_a_bad_line_is_named(tmp_path):
    lines = [json.dumps(PATIENT)] * (LINES_A_BATCH + 2)
    lines[2] = '{"resourceType": '
    (tmp_path / "Patient.ndjson").write_text("\n".join(lines) + "\n\n")

    first, second = read_batches([tmp_path])

    assert (len(first.arrivals), len(second.arrivals)) == (LINES_A_BATCH, 1)
    assert [(each.index, each.path) for each in first.refusals] == [(2, "")]
    assert second.refusals == []


def test_an_archive_is_read_without_unpacking(tmp_path):
    with tarfile.open(tmp_path / "load.tar.xz", "w:xz") as archive:
        for name in ("in/a.json", "in/readme.txt"):
            content = bundle({"resource": PATIENT}, kind="collection")
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))

    [batch] = read_batches([tmp_path])

    assert batch.file.endswith("load.tar.xz!in/a.json")
    assert [arrival.resource for arrival in batch.arrivals] == [PATIENT]


def test_what_cannot_be_opened_is_one_refusal(tmp_path):
    broken = tmp_path / "broken.json.gz"
    broken.write_bytes(gzip.compress(b"{}")[:-9])
    missing = tmp_path / "missing.json"

    reasons = [batch.refusals[0] for batch in read_batches([broken, missing])]

    assert [type(each) for each in reasons] == [Refusal, Refusal]
    assert all(each.reason.startswith("cannot be read") for each in reasons)


def test_a_document_stays_whole(tmp_path):
    (tmp_path / "d.json").write_bytes(bundle({"resource": PATIENT}, kind="document"))

    [batch] = read_batches([tmp_path])

    assert [arrival.resource["resourceType"] for arrival in batch.arrivals] == ["Bundle"]


def test_a_line_without_end_is_refused_and_not_kept_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "LARGEST_LINE", 100)
    lines = [b'{"resourceType":"Patient"}', b'{"resourceType":"Patient","id":"' + b"x" * 100]
    (tmp_path / "a.ndjson").write_bytes(b"\n".join(lines))

    [batch] = read_batches([tmp_path])

    assert len(batch.arrivals) == 1
    assert [(each.index, each.reason) for each in batch.refusals] == [(1, "is longer than 100 bytes")]
