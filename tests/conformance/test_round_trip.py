"""Outside records go in and come out unharmed: resource by resource, digit by digit."""

import pytest

from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor
from osler.interop.fhir.arrivals.running import Wish, import_resources
from osler.interop.fhir.exporting import export_resources
from osler.interop.fhir.models import SourceRecord
from tests.conformance.comparing import losses
from tests.conformance.outside_data import DATA, WHOLE, needs_data
from tests.conftest import new_organization
from tests.environment import FULL

SOME = DATA / "synthea" / "bundles"
MANY = 6 if FULL else 2
SETS = {
    "synthea": [DATA / "synthea" / "reference", *([SOME] if WHOLE else sorted(SOME.glob("*"))[:MANY])],
    "bulk-1000": [DATA / "bulk-1000"] if WHOLE else [DATA / "bulk-1000" / f"{name}.000.ndjson.gz" for name in
                  ("Organization", "Practitioner", "PractitionerRole", "Location")],
    "inferno-us-core": [DATA / "inferno-us-core"],
    "us-core-3.1.1": [DATA / "us-core" / "3.1.1" / "examples"],
    "us-core-6.1.0": [DATA / "us-core" / "6.1.0" / "examples"],
    "hl7-r4-examples": [DATA / "hl7-r4-examples"],
}  # fmt: skip


def ids_of(organization):
    """Which id became which, as the installation remembers it."""
    with acting(SystemActor(organization.id)):
        return {
            (each.resource_type, each.source_id, each.source): str(each.resource_id)
            for each in SourceRecord.objects.exclude(placed_in="")
        }


@needs_data
@pytest.mark.django_db
@pytest.mark.parametrize("name", SETS)
def test_what_goes_in_comes_out(name, tmp_path):
    organization = new_organization()
    actor, wish, out = SystemActor(organization.id), Wish(SETS[name]), tmp_path / "out"
    first = import_resources(wish, actor=actor, progress=lambda *_: None)
    second = import_resources(wish, actor=actor, progress=lambda *_: None)

    written = export_resources(out, actor=actor)

    assert (second.created, second.changed) == (0, 0)
    assert len(second.refusals) == len(first.refusals)
    compared, lost = losses(SETS[name], out, ids_of(organization))
    refused = {f"{each.file} [{each.index}]" for each in first.refusals}
    assert set(lost_places(lost)) <= refused
    assert compared >= first.created + first.changed + first.unchanged
    assert sum(written.values()) == first.created + 1  # and the tenant itself


def lost_places(lost):
    """File and index of each loss."""
    return [each.partition("]")[0] + "]" for each in lost]


@needs_data
@pytest.mark.django_db
def test_each_line_of_a_refusal_says_file_place_and_reason(tmp_path):
    bad = tmp_path / "Patient-bad.json"
    bad.write_text('{"resourceType": "Patient", "gender": "x"}')

    tally = import_resources(Wish([bad]), actor=SystemActor(new_organization().id), progress=lambda *_: None)

    [refusal] = tally.refusals
    assert (refusal.file, refusal.index, refusal.path) == (str(bad), 0, "Patient.gender")
    assert "not a code" in refusal.reason
