"""What is refused, and where the finger points."""

import copy
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osler.interop.fhir.validation.schema import SCHEMA, resource_types
from osler.interop.fhir.validation.verdict import validate

PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "name": [
        {
            "family": "Levin",
            "given": ["Anne", None],
            "_given": [
                None,
                {
                    "extension": [
                        {
                            "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
                            "valueCode": "unknown",
                        }
                    ]
                },
            ],
        }
    ],
    "_birthDate": {"extension": [{"url": "urn:x", "valueDateTime": "1974-12-25T14:35:45-05:00"}]},
    "birthDate": "1974-12-25",
    "gender": "male",
    "deceasedBoolean": False,
}
OBSERVATION = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "8302-2"}], "text": "Height"},
    "subject": {"reference": "Patient/p1"},
    "effectiveDateTime": "2020-02-29T10:00:00.123456+01:00",
    "valueQuantity": {"value": Decimal("1.80"), "unit": "m"},
}


def changed(resource, **values):
    result = copy.deepcopy(resource)
    for name, value in values.items():
        result.pop(name, None)
        if value is not ...:
            result[name] = value
    return result


def test_sound_resources_are_valid():
    assert validate(PATIENT) == []
    assert validate(OBSERVATION) == []


@pytest.mark.parametrize(
    ("resource", "path", "code"),
    [
        (changed(OBSERVATION, status=...), "Observation.status", "required"),
        (changed(OBSERVATION, status="finished"), "Observation.status", "code-invalid"),
        (changed(OBSERVATION, colour="red"), "Observation.colour", "structure"),
        (changed(OBSERVATION, valueString="x"), "Observation.value", "structure"),
        (changed(OBSERVATION, subject={"reference": "Claim/1"}), "Observation.subject.reference", "value"),
        (changed(OBSERVATION, subject={"reference": "#p"}), "Observation.subject.reference", "not-found"),
        (changed(OBSERVATION, effectiveDateTime="2021-02-29"), "Observation.effectiveDateTime", "value"),
        (
            changed(OBSERVATION, effectiveDateTime="2020-02-29T10:00"),
            "Observation.effectiveDateTime",
            "value",
        ),
        (changed(OBSERVATION, category={"text": "x"}), "Observation.category", "structure"),
        (changed(OBSERVATION, category=[]), "Observation.category", "structure"),
        (changed(OBSERVATION, category=[{}]), "Observation.category[0]", "structure"),
        (
            changed(OBSERVATION, valueQuantity={"value": "1.8"}),
            "Observation.valueQuantity.value",
            "structure",
        ),
        (changed(OBSERVATION, dataAbsentReason={"text": "x"}), "Observation", "invariant"),
        (changed(OBSERVATION, component=[{"code": OBSERVATION["code"]}]), "Observation", "invariant"),
        (changed(OBSERVATION, id="no spaces"), "Observation.id", "value"),
        (changed(OBSERVATION, note=[{"text": "a\x00b"}]), "Observation.note[0].text", "value"),
        (changed(OBSERVATION, note=[{"text": "\ud800"}]), "Observation.note[0].text", "value"),
        (changed(OBSERVATION, extension=[{"url": "urn:x"}]), "Observation.extension[0]", "invariant"),
        (changed(OBSERVATION, extension=[{"valueCode": "x"}]), "Observation.extension[0].url", "required"),
        (
            changed(OBSERVATION, effectiveDateTime=..., effectivePeriod={"start": "2021", "end": "2020"}),
            "Observation.effectivePeriod",
            "invariant",
        ),
        (changed(PATIENT, name=[{"given": ["A", None]}]), "Patient.name[0].given[1]", "structure"),
        (changed(PATIENT, deceasedDateTime="2020"), "Patient.deceased", "structure"),
        (
            changed(PATIENT, contained=[{"resourceType": "Organization", "id": "o", "name": "x"}]),
            "Patient.contained[0]",
            "invariant",
        ),
        (
            changed(PATIENT, text={"status": "generated", "div": "<div><script>1</script></div>"}),
            "Patient.text.div",
            "invariant",
        ),
        (
            changed(PATIENT, text={"status": "generated", "div": "<div><b onclick='x()'>1</b></div>"}),
            "Patient.text.div",
            "invariant",
        ),
        (
            changed(PATIENT, photo=[{"contentType": "image/png", "data": "%%%"}]),
            "Patient.photo[0].data",
            "value",
        ),
        ({"resourceType": "Person of interest"}, "Resource.resourceType", "structure"),
        ([], "Resource", "structure"),
        ("Patient", "Resource", "structure"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(resource, path, code):
    assert [(issue.path, issue.code) for issue in validate(resource)] == [(path, code)]


def test_an_allergy_has_a_clinical_status_unless_entered_in_error():
    system = "http://terminology.hl7.org/CodeSystem/allergyintolerance-"
    allergy = {"resourceType": "AllergyIntolerance", "patient": {"reference": "Patient/1"}}
    error = {"coding": [{"system": f"{system}verification", "code": "entered-in-error"}]}
    active = {"coding": [{"system": f"{system}clinical", "code": "active"}]}

    assert "(ait-1)" in validate(allergy)[0].diagnostics
    assert validate({**allergy, "clinicalStatus": active}) == []
    assert validate({**allergy, "verificationStatus": error}) == []
    assert (
        "(ait-2)"
        in validate({**allergy, "clinicalStatus": active, "verificationStatus": error})[0].diagnostics
    )


def test_contained_resources_are_checked_and_may_be_referred_to():
    contained = {"resourceType": "Patient", "id": "p", "gender": "male"}
    held = changed(OBSERVATION, subject={"reference": "#p"}, contained=[contained])

    assert validate(held) == []
    held["contained"][0]["gender"] = "x"
    assert [issue.path for issue in validate(held)] == ["Observation.contained[0].gender"]


def test_every_r4_type_has_a_check():
    assert len(resource_types()) == 146
    for name in resource_types():
        assert validate({"resourceType": name, "nonsense": 1}), name
        assert name in SCHEMA.checks


def test_deep_nesting_is_an_answer_not_a_crash():
    extension = {"url": "urn:x", "valueCode": "x"}
    for _ in range(5000):
        extension = {"url": "urn:x", "extension": [extension]}

    [issue] = validate({"resourceType": "Patient", "extension": [extension]})

    assert issue.code == "too-costly"


def test_a_million_items_are_refused_at_once():
    [issue] = validate(changed(PATIENT, name=[{"family": "x"}] * 1_000_000))

    assert (issue.path, issue.code) == ("Patient.name", "too-costly")


SCRAPS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=5)
            | st.sampled_from(
                [
                    "id",
                    "extension",
                    "url",
                    "valueString",
                    "coding",
                    "reference",
                    "_given",
                    "given",
                    "contained",
                    "resourceType",
                    "type",
                    "mode",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None, print_blob=True)
@given(st.sampled_from(sorted(resource_types())), st.data())
def test_whatever_comes_there_is_a_verdict(name, data):
    known = sorted(SCHEMA.shape_of(name).rules)
    keys = st.sampled_from([*known, *("_" + each for each in known)])
    resource = data.draw(st.dictionaries(keys, SCRAPS, max_size=6))

    assert isinstance(validate({**resource, "resourceType": name}), list)
    assert isinstance(validate(data.draw(SCRAPS)), list)
