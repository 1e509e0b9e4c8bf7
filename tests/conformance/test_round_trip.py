"""Outside records go in and come out unharmed: resource by resource, digit by digit."""

import json
from pathlib import Path

import pytest

from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor
from osler.interop.fhir.arrivals.importing import Importing
from osler.interop.fhir.arrivals.linking import key_named, names_of, relinked
from osler.interop.fhir.arrivals.running import Wish, import_resources
from osler.interop.fhir.exporting import export_resources
from osler.interop.fhir.lossless import read_json, write_json
from osler.interop.fhir.models import SourceRecord
from osler.interop.fhir.sources import read_batches
from tests.conformance.outside_data import DATA, WHOLE, needs_data
from tests.conftest import new_organization

SOME = DATA / "synthea" / "bundles"
SETS = {
    "synthea": [DATA / "synthea" / "reference", *([SOME] if WHOLE else sorted(SOME.glob("*"))[:6])],
    "bulk-1000": [DATA / "bulk-1000"] if WHOLE else [DATA / "bulk-1000" / f"{name}.000.ndjson.gz" for name in
                  ("Organization", "Practitioner", "PractitionerRole", "Location")],
    "inferno-us-core": [DATA / "inferno-us-core"],
    "us-core-3.1.1": [DATA / "us-core" / "3.1.1" / "examples"],
    "us-core-6.1.0": [DATA / "us-core" / "6.1.0" / "examples"],
    "hl7-r4-examples": [DATA / "hl7-r4-examples"],
}  # fmt: skip


def plain(resource):
    """A resource without what is ours: id, version, instant."""
    meta = {k: v for k, v in resource.get("meta", {}).items() if k not in ("versionId", "lastUpdated")}
    rest = {k: v for k, v in resource.items() if k not in ("id", "meta")}
    return write_json({k: rest[k] for k in sorted(rest)} | ({"meta": meta} if meta else {}))


def sorted_text(resource):
    return json.dumps(json.loads(plain(resource), parse_float=str, parse_int=str), sort_keys=True)


def exported(organization, folder: Path):
    export_resources(folder, actor=SystemActor(organization.id))
    found = {}
    for path in folder.glob("*.ndjson"):
        for line in path.read_bytes().splitlines():
            resource = read_json(line)
            found[resource["id"]] = resource
    return found


def expected(organization, paths):
    """Each source resource with its references as they are here, by the id that it has here."""
    with acting(SystemActor(organization.id)):
        ids = {
            (each.resource_type, each.source_id, each.source): str(each.resource_id)
            for each in SourceRecord.objects.all()
        }
    for batch in read_batches(paths):
        importing = Importing(batch)
        arriving = [importing.met(arrival) for arrival in batch.arrivals]
        names = names_of(arriving)

        def here(text, names=names, source=batch.source):
            key = key_named(text, names, source)
            if key is None or tuple(key) not in ids:
                return text
            version = text.partition("/_history/")
            return f"{key.resource_type}/{ids[tuple(key)]}{version[1]}{version[2]}"

        for each in arriving:
            resource = each.arrival.resource
            whole = each.resource_type == "Bundle"
            yield each, ids.get(tuple(each.key)), resource if whole else relinked(resource, here)


@needs_data
@pytest.mark.django_db
@pytest.mark.parametrize("name", SETS)
def test_what_goes_in_comes_out(name, tmp_path):
    organization = new_organization()
    actor, wish = SystemActor(organization.id), Wish(SETS[name])
    first = import_resources(wish, actor=actor, progress=lambda *_: None)
    second = import_resources(wish, actor=actor, progress=lambda *_: None)

    out = exported(organization, tmp_path / "out")

    assert (second.created, second.changed) == (0, 0)
    assert len(second.refusals) == len(first.refusals)
    refused = {(each.file, each.index) for each in first.refusals}
    versions: dict[str, list[str]] = {}
    for each, key, resource in expected(organization, SETS[name]):
        if (each.arrival.index, key) != (each.arrival.index, None):
            versions.setdefault(key, []).append(sorted_text(resource))
        else:
            assert any(index == each.arrival.index for _, index in refused), each.key
    lost = [key for key, texts in versions.items() if sorted_text(out[key]) not in texts]
    assert lost == []
    assert len(out) == first.created + 1  # and the tenant itself


@needs_data
@pytest.mark.django_db
def test_each_line_of_a_refusal_says_file_place_and_reason(tmp_path):
    bad = tmp_path / "Patient-bad.json"
    bad.write_text('{"resourceType": "Patient", "gender": "x"}')

    tally = import_resources(Wish([bad]), actor=SystemActor(new_organization().id), progress=lambda *_: None)

    [refusal] = tally.refusals
    assert (refusal.file, refusal.index, refusal.path) == (str(bad), 0, "Patient.gender")
    assert "not a code" in refusal.reason
