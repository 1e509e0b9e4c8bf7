"""The validator judged by resources and cases that others have published."""

import csv
import json

import pytest

from osler.interop.fhir.lossless import NotJson, read_json
from osler.interop.fhir.validation.verdict import validate
from tests.conformance.outside_data import DATA, content, needs_data

# Official examples that break R4's own rules; each was looked at.
KNOWN_BAD = {
    "Questionnaire-qs1.json": "Questionnaire.item[0].item[0].linkId",
    "Questionnaire-zika-virus-exposure-assessment.json": "Questionnaire.text.div",
    "Observation-clinical-gender.json": "Observation.performer[0].reference",
    "MedicationRequest-medrx0301.json": "MedicationRequest.dispenseRequest.performer.reference",
}
# Cases that only profiles, terminology servers or narrative links can judge, and two where the
# reference validator is stricter than R4's text (codes with a data-absent-reason; dates of
# unequal precision in a Period).
OUT_OF_REACH = {
    "allergy.json",
    "bundle-id-collection.json",
    "bundle-id-search-3.json",
    "bundle-id-search-4.json",
    "bundle-with-contained.json",
    "cvx.json",
    "encounter-period.json",
    "ips-nz-pj.json",
    "mni-patientOverview-bundle-example1b.json",
    "mr-covid-bnd1.json",
    "obs-temp-bad.json",
    "obs-temp-code2.json",
    "obs-vs-1.json",
    "pat-dob-ext.json",
    "target-ref-profile-empty.json",
    "uk-msg.json",
}


def published(folder, pattern):
    return sorted((DATA / folder).glob(pattern))


@needs_data
@pytest.mark.parametrize("folder", ["hl7-r4-examples", "us-core", "inferno-us-core"])
def test_published_examples_are_valid(folder):
    wrong = {}
    for path in published(folder, "**/*.json*"):
        issues = validate(read_json(content(path)))
        if issues:
            wrong[path.name] = issues[0].path

    assert wrong == (KNOWN_BAD if folder == "hl7-r4-examples" else {})


@needs_data
def test_lines_of_a_bulk_export_are_valid():
    for path in published("bulk-1000", "*.gz"):
        for line in content(path).splitlines():
            assert validate(read_json(line)) == [], path.name


@needs_data
def test_synthea_bundles_are_valid_whole_and_entry_by_entry():
    paths = published("synthea", "*/*.json.gz")[:12]
    for path in paths:
        bundle = read_json(content(path))
        assert validate(bundle) == [], path.name
        for entry in bundle["entry"]:
            assert validate(entry["resource"]) == []


def cases():
    manifest = DATA / "validator-cases" / "manifest.csv"
    if not manifest.exists():
        return []
    with manifest.open() as lines:
        return [row["file"] for row in csv.DictReader(lines)]


@needs_data
@pytest.mark.parametrize("file", cases())
def test_verdicts_agree_with_the_reference_validator(file):
    try:
        wrong = bool(validate(read_json((DATA / "validator-cases" / file).read_bytes())))
    except NotJson:
        wrong = True

    expected = file.startswith("invalid") and file.rpartition("/")[2] not in OUT_OF_REACH
    assert wrong == expected


@needs_data
def test_plain_floats_are_judged_like_decimals():
    path = DATA / "hl7-r4-examples" / "Observation" / "Observation-decimal.json"

    assert validate(json.loads(path.read_bytes())) == []
