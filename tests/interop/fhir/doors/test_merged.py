"""A chart that was merged stays readable by its own id, and whatever names it means the person."""

from typing import Any

import pytest

from osler.clinic.patients.merging import merge_patients, propose_merge, unmerge_patients
from osler.clinic.patients.models import Patient
from osler.clinic.records.models import Observation, ServiceRequest
from tests.clinic.patients.merging.conftest import duplicate, filled, survivor

pytestmark = pytest.mark.django_db
__all__ = ["duplicate", "filled", "survivor"]


@pytest.fixture
def merged(act: Any, adam: Any, survivor: Patient, duplicate: Patient) -> Any:
    with act(adam):
        link = propose_merge(duplicate, into=survivor, taken=["name"], reason="Same", actor=adam)
        return merge_patients(link, version=link.version, actor=adam)


def test_both_say_that_they_are_one_person(api, merged, survivor, duplicate):
    gone, here = (api.get(f"/Patient/{one.id}").json() for one in (duplicate, survivor))

    assert gone["active"] is False
    assert gone["link"] == [{"other": {"reference": f"Patient/{survivor.id}"}, "type": "replaced-by"}]
    assert here["link"] == [{"other": {"reference": f"Patient/{duplicate.id}"}, "type": "replaces"}]
    assert here["name"][0]["given"] == ["Dayna"]
    assert {"use": "old", "text": "Dana Rivera"} in here["name"]
    numbers = {(one.get("use"), one["value"]) for one in here["identifier"]}
    assert numbers >= {("usual", survivor.mrn), ("old", duplicate.mrn)}


def test_searches_by_either_id_and_number_find_all(api, merged, survivor, duplicate):
    by_new, by_old = (
        {one["id"] for one in api.found(f"/Observation?patient=Patient/{who.id}")}
        for who in (survivor, duplicate)
    )
    assert by_new == by_old and len(by_new) == 2
    found = {one["id"] for one in api.found(f"/Patient?identifier=urn:osler:mrn|{duplicate.mrn}")}
    assert found == {str(survivor.id), str(duplicate.id)}
    assert {one["id"] for one in api.found("/Patient?name=Riviera")} >= {str(survivor.id)}


def test_everything_by_the_old_id_is_everything(api, merged, survivor, duplicate):
    old, new = (api.get(f"/Patient/{one.id}/$everything").json()["entry"] for one in (duplicate, survivor))

    assert [one["fullUrl"] for one in old] == [one["fullUrl"] for one in new]
    assert str(duplicate.id) not in "".join(
        one["resource"].get("subject", {}).get("reference", "") for one in new
    )


def test_what_is_written_for_the_old_id_lands_with_the_survivor(act, api, merged, survivor, duplicate):
    body = {
        "resourceType": "Observation", "status": "final", "code": {"text": "Height"},
        "subject": {"reference": f"Patient/{duplicate.id}"}, "valueString": "180 cm",
    }  # fmt: skip
    answer = api.post("/Observation", body)

    assert answer.status_code == 201
    found = api.get(f"/Observation/{answer.json()['id']}").json()
    assert found["subject"]["reference"] == f"Patient/{survivor.id}"


def test_the_old_patient_takes_no_changes(act, adam, nina, api_of, merged, duplicate):
    api = api_of(nina)
    body = api.get(f"/Patient/{duplicate.id}").json()
    version = f'W/"{body["meta"]["versionId"]}"'
    answer = api.put(f"/Patient/{duplicate.id}", {**body, "gender": "male"}, HTTP_IF_MATCH=version)

    assert answer.status_code == 409, answer.content
    with act(adam):
        assert Patient.objects.get(id=duplicate.id).gender == "female"


def test_after_the_undoing_both_are_as_they_were(act, adam, api, survivor, duplicate):
    before = [api.get(f"/Patient/{one.id}").json() for one in (survivor, duplicate)]
    with act(adam):
        orders = set(ServiceRequest.objects.values_list("id", "patient_id"))
        link = propose_merge(duplicate, into=survivor, taken=["name"], reason="Same", actor=adam)
        merge_patients(link, version=link.version, actor=adam)
        unmerge_patients(link, reason="Two", version=link.version, actor=adam)
        assert set(ServiceRequest.objects.values_list("id", "patient_id")) == orders
        assert Observation.objects.filter(patient=duplicate).count() == 1
    after = [api.get(f"/Patient/{one.id}").json() for one in (survivor, duplicate)]

    for was, now in zip(before, after, strict=True):
        assert {name: part for name, part in was.items() if name != "meta"} == {
            name: part for name, part in now.items() if name != "meta"
        }
