"""The list of patients: search, pages, CSV; what it shows to whom, and at what price."""

import csv
import io

import pytest

from osler.foundation.audit.models import AuditEvent

pytestmark = pytest.mark.django_db


def names(page) -> list[str]:
    return [one.list_name for one in page.context["patients"]]


def test_the_list_is_by_name(client_of, bob, enrolled):
    enrolled(family="Young")
    enrolled(family="Abel")
    page = client_of(bob).get("/patients/")

    assert page.status_code == 200
    assert page.templates[0].name == "workspace/patients/list.html"
    assert names(page) == ["Abel, Ada", "Young, Ada"]


def test_htmx_gets_the_rows_alone(client_of, bob, enrolled):
    enrolled()
    page = client_of(bob).get("/patients/?q=oka", headers={"HX-Request": "true"})

    assert page.templates[0].name == "workspace/patients/rows.html"
    assert b"<html" not in page.content
    assert names(page) == ["Okafor, Ada"]


def test_who_shares_a_name_is_marked(client_of, bob, enrolled):
    enrolled()
    enrolled(birth_date=None)
    enrolled(given="Bea")
    page = client_of(bob).get("/patients/")

    assert page.content.decode().count("Same name") == 2


def test_one_patient_and_three_cost_the_same(client_of, bob, enrolled, cost_of):
    client = client_of(bob)
    enrolled()
    one = cost_of(client, "/patients/"), cost_of(client, "/patients/?q=okafor")
    enrolled(given="Bea")
    enrolled(given="Cleo")

    assert (cost_of(client, "/patients/"), cost_of(client, "/patients/?q=okafor")) == one


def test_whoever_is_shown_is_written_down(act, client_of, bob, enrolled):
    ada = enrolled()
    client_of(bob).get("/patients/?q=okafor")
    with act(bob):
        event = AuditEvent.objects.get(action="R", entity="patients_patient")

    assert (event.patient_ids, event.actor_id, event.detail) == ([ada.id], bob.user_id, "patient list")


def test_a_stranger_finds_nobody(client_of, charlie, enrolled):
    enrolled()

    assert names(client_of(charlie).get("/patients/")) == []
    assert names(client_of(charlie).get("/patients/?q=okafor")) == []


@pytest.mark.parametrize("who", ["alice", "nina", "bob", "lena", "bill", "adam", "petra"])
def test_all_staff_may_look_for_patients(client_of, request, enrolled, who):
    enrolled()

    assert names(client_of(request.getfixturevalue(who)).get("/patients/")) == ["Okafor, Ada"]


def test_patients_may_not(client_of, dana):
    assert client_of(dana).get("/patients/").status_code == 302


@pytest.mark.parametrize(
    "query", ["after=nowhere", "before=%5B1%5D", "q=oka&after=x", "status=odd&gender=odd"]
)
def test_a_mistyped_address_is_no_fault_of_ours(client_of, bob, enrolled, query):
    assert client_of(bob).get(f"/patients/?{query}").status_code in {200, 422}


def test_the_csv_holds_the_filtered_list_and_is_written_down(act, client_of, bob, enrolled):
    ada = enrolled(email="=cmd()@x.test")
    enrolled(gender="male")
    answer = client_of(bob).get("/patients.csv?gender=female")

    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    assert rows == [
        ["MRN", "Family", "Given", "Born", "Sex", "Phone", "E-mail", "City"],
        [ada.mrn, "Okafor", "Ada", "1945-07-14", "female", "(212) 555-0142", "'=cmd()@x.test", ""],
    ]
    with act(bob):
        assert AuditEvent.objects.get(action="E").patient_ids == [ada.id]


@pytest.mark.parametrize("who", ["alice", "nina", "lena", "bill", "adam"])
def test_who_does_not_take_the_list_away(client_of, request, who):
    assert client_of(request.getfixturevalue(who)).get("/patients.csv").status_code == 403


# The search box


def test_the_search_box_offers_patients_as_options(client_of, nina, enrolled):
    ada = enrolled()
    page = client_of(nina).get("/search/?q=oka", headers={"HX-Request": "true"})

    words = page.content.decode()
    assert 'role="option"' in words
    assert f"/patients/{ada.id}/" in words
    assert "14-Jul-1945" in words


def test_without_scripts_the_list_answers(client_of, bob):
    answer = client_of(bob).get("/search/?q=oka")

    assert (answer.status_code, answer["Location"]) == (302, "/patients/?q=oka")


def test_nobody_found_leads_to_registration(client_of, bob, adam, organization):
    header = {"HX-Request": "true"}

    assert b"/patients/new/?q=oka" in client_of(bob).get("/search/?q=oka", headers=header).content
    assert b"/patients/new/" not in client_of(adam).get("/search/?q=oka", headers=header).content
