"""The page of kinds of numbers: set there, asked, checked and allotted at the desk."""

import pytest

from osler.clinic.patients.models import IdentifierType, Patient, PatientIdentifier
from osler.foundation.directory.models import Location

pytestmark = pytest.mark.django_db
URL = "/administration/number-types/"
CARD = {"name": "Card", "shape": "A-######-#", "check_digit": "luhn", "asked": "offered", "is_single": "on"}
ADA = {"given": "Ada", "family": "Okafor", "birth_date": "7/14/45", "gender": "female", "phone": "1"}


def kinds(act, actor):
    with act(actor):
        return list(IdentifierType.objects.order_by("name").values_list("name", "shape", "active"))


def stored(act, actor):
    with act(actor):
        return list(PatientIdentifier.objects.order_by("value").values_list("value", flat=True))


def test_a_kind_is_added_tried_amended_retired_and_restored(act, client_of, adam):
    client = client_of(adam)
    assert "No kinds of numbers yet" in client.get(URL).content.decode()
    tried = client.post(f"{URL}new/", CARD | {"try": "1", "example": "a0001230"})
    assert (tried.status_code, "A-000123-0" in tried.content.decode(), kinds(act, adam)) == (200, True, [])
    wrong = client.post(f"{URL}new/", CARD | {"try": "1", "example": "a0001231"})
    assert (wrong.status_code, "check digit is wrong" in wrong.content.decode()) == (422, True)

    assert client.post(f"{URL}new/", CARD).status_code == 302
    with act(adam):
        kind = IdentifierType.objects.get()
    assert "Card" in client.get(f"{URL}{kind.id}/").content.decode()
    amended = client.post(f"{URL}{kind.id}/", CARD | {"name": "Folder", "version": "1"})
    assert (amended.status_code, kinds(act, adam)) == (302, [("Folder", "A-######-#", True)])
    client.post(f"{URL}{kind.id}/retire/", {"version": "2"})
    assert kinds(act, adam) == [("Folder", "A-######-#", False)]
    client.post(f"{URL}{kind.id}/restore/?version=3")
    assert kinds(act, adam) == [("Folder", "A-######-#", True)]


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"name": ""}, 422, "required"),
        ({"shape": "A-#{"}, 422, "Sign 4: write how many"),
        ({"is_allotted": "on", "shape": "@##"}, 422, "To be allotted"),
        ({"system": "urn:known"}, 409, "with this system already"),
        ({"type_code": "odd"}, 422, "odd"),
    ],
)
def test_what_is_refused_is_said_and_changes_nothing(act, client_of, adam, changes, status, said):
    client = client_of(adam)
    client.post(f"{URL}new/", CARD | {"name": "Known", "system": "urn:known"})
    before = kinds(act, adam)

    answer = client.post(f"{URL}new/", CARD | changes)

    assert (answer.status_code, said in answer.content.decode()) == (status, True)
    assert kinds(act, adam) == before


def test_a_number_is_asked_checked_and_stored_at_registration(act, client_of, adam, bob):
    client_of(adam).post(f"{URL}new/", CARD | {"asked": "required"})
    with act(adam):
        name = f"number_{IdentifierType.objects.get().id.hex}"
    client = client_of(bob)
    assert name in client.get("/patients/new/").content.decode()
    for typed, status in (("", 422), ("A-000123-1", 422), ("a0001230", 302)):
        answer = client.post("/patients/new/", ADA | {name: typed})
        assert answer.status_code == status
        if status != 302:
            assert list(answer.context["form"].errors) == [name]
            assert stored(act, bob) == []
    assert stored(act, bob) == ["A-000123-0"]
    other = ADA | {"given": "Bea", "family": "Moss", name: "A-000123-0"}
    alike = client.post("/patients/new/", other)
    assert (alike.status_code, len(alike.context["likenesses"])) == (409, 1)
    with act(bob):
        seen = {"seen": str(Patient.objects.get().id)}
    taken = client.post("/patients/new/", other | seen)
    assert (taken.status_code, list(taken.context["form"].errors)) == (409, [name])
    with act(bob):
        assert Patient.objects.count() == 1


def test_a_number_is_looked_at_when_one_leaves_its_field(act, client_of, adam, bob, enrolled):
    client_of(adam).post(f"{URL}new/", CARD)
    with act(adam):
        kind = IdentifierType.objects.get()
    name, client, ada = f"number_{kind.id.hex}", client_of(bob), enrolled()

    def look(text, at=name, **more):
        return client.post(f"/patients/numbers/check/{at}/", {at: text, **more}).content.decode()

    assert 'value="A-000123-0"' in look("a0001230")
    assert "Looks right." in look("a0001230")
    assert "check digit is wrong" in look("a0001231", "value", kind=str(kind.id))
    client.post(f"/patients/{ada.id}/numbers/", {"kind": str(kind.id), "value": "A0001230"})
    assert stored(act, bob) == ["A-000123-0"]
    assert "Another patient already has this number" in look("A-000123-0")
    assert client.post("/patients/numbers/check/number_x/", {}).status_code == 404
    assert "at most 100 characters" in look("A" * 101)
    found = client.get("/scan/", {"code": "A-000123-0"})
    assert found["Location"] == f"/patients/{ada.id}/"


def test_a_wrong_number_of_a_patient_is_said_at_its_field(act, client_of, adam, bob, enrolled):
    client_of(adam).post(f"{URL}new/", CARD)
    with act(adam):
        kind = IdentifierType.objects.get()
    page = client_of(bob).post(f"/patients/{enrolled().id}/numbers/", {"kind": str(kind.id), "value": "B1"})

    assert (page.status_code, list(page.context["form"].errors)) == (422, ["value"])
    assert stored(act, bob) == []


def test_a_sites_number_is_allotted_where_one_registers_and_later(act, client_of, adam, bob, site, enrolled):
    ada = enrolled()
    fields = {
        "name": "Main file",
        "shape": "M-###",
        "is_allotted": "on",
        "asked": "no",
        "location": str(site.id),
    }
    assert client_of(adam).post(f"{URL}new/", fields).status_code == 302
    client = client_of(bob)
    page = client.get("/patients/new/").content.decode()
    assert f'<option value="{site.id}" selected>' in page
    with act(adam):
        other = Location.objects.create(name="A first one", form=Location.Form.SITE)
    fresh = client.get("/patients/new/").content.decode()
    assert (f'<option value="{other.id}">' in fresh, f'"{other.id}" selected' in fresh) == (True, False)
    nowhere = client.post("/patients/new/", ADA | {"given": "Bea", "family": "Moss"})
    assert (nowhere.status_code, list(nowhere.context["form"].errors)) == (422, ["site"])
    client.post("/patients/new/", ADA | {"given": "Bea", "family": "Moss", "site": str(site.id)})
    assert f'<option value="{site.id}" selected>' in client.get("/patients/new/").content.decode()
    assert stored(act, bob) == ["M-001"]

    desk = client.get(f"/patients/{ada.id}/").content.decode()
    assert "Allot: Main file" in desk
    with act(bob):
        kind = IdentifierType.objects.get()
    url = f"/patients/{ada.id}/numbers/{kind.id}/allot/"
    assert client.post(url, {"version": "1"}).status_code == 302
    assert stored(act, bob) == ["M-001", "M-002"]
    desk = client.get(f"/patients/{ada.id}/").content.decode()
    assert ("M-002" in desk, "Main Street" in desk, "Allot:" in desk) == (True, True, False)
    assert client.post(url, {"version": "1"}).status_code == 412
    assert stored(act, bob) == ["M-001", "M-002"]


@pytest.mark.parametrize("who", ["bob", "alice", "bill", "petra"])
def test_who_sets_no_kinds(client_of, request, who):
    client = client_of(request.getfixturevalue(who))

    assert {client.get(URL).status_code, client.post(f"{URL}new/", CARD).status_code} == {403}
