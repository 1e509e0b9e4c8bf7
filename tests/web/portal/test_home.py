"""The first page, and acting for another."""

from datetime import datetime

import pytest

from osler.clinic.communication.threads import open_thread
from osler.foundation.access.models import PatientGrant
from osler.foundation.jobs.outbox import SystemActor
from osler.foundation.ui.dates import plain_date, plain_time
from tests.conftest import new_patient


def test_an_empty_record_says_what_will_be_there(page):
    text = page("")
    assert "Hello, Dana" in text
    assert "You have no visit booked." in text
    assert "Nothing just now." in text
    assert "Results appear here once your clinic has them." in text
    assert "You are acting for" not in text


def test_the_next_visit_stands_in_the_wall_time_of_its_site(page, booked):
    later, first = booked(80), booked(50)
    text = page("")
    assert plain_date(first.starts_at, first.zone) in text
    assert plain_time(first.starts_at, first.zone) in text
    assert str(later.id) not in text
    assert "Office visit · Alice Bell" in text
    assert "Bring your card." in text


def test_visits_that_are_over_or_cancelled_are_not_the_next(page, booked):
    booked(-5)
    booked(30, status="cancelled")
    assert "You have no visit booked." in page("")


def test_what_needs_doing_is_listed(act, alice, page, dana_patient, invoice, resulted):
    report, _ = resulted(), resulted("5.1", hold=True)
    with act(alice):
        open_thread(dana_patient, subject="Your result", body="All well", actor=alice)
    text = page("")
    assert "1 new message" in text
    assert "A bill to pay" in text
    assert "$30.00" in text
    assert text.count("/portal/results/0") == 1
    assert f"/portal/results/{report.id}/" in text
    assert "Something is outside the usual range" in text


@pytest.fixture
def each_on_its_own(act):
    """A client whose requests know nothing of each other, as in transactions of their own."""

    def wrap(client, organization):
        plain = client.request

        def request(**values):
            with act(SystemActor(organization.id)):
                pass
            return plain(**values)

        client.request = request
        return client

    return wrap


@pytest.fixture
def sam(act, organization, dana):
    """Dana's child, for whom she may act."""
    patient = new_patient(organization, given="Sam", birth_date=datetime(2018, 5, 1).date())
    with act(SystemActor(organization.id)):
        PatientGrant(
            user_id=dana.user_id, patient_id=patient.id, patient_name="Sam Rivera", relationship="parent"
        ).save()
    return patient


def test_a_parent_switches_to_the_child_and_back(
    client_of, each_on_its_own, organization, dana, sam, dana_patient
):
    client = each_on_its_own(client_of(dana), organization)
    text = client.get("/portal/").content.decode()
    assert "Sam Rivera" in text
    assert "You are acting for" not in text

    answer = client.post("/portal/patient/", {"patient": str(sam.id)})
    assert (answer.status_code, answer.url) == (302, "/portal/")
    text = client.get("/portal/").content.decode()
    assert "Hello, Dana Rivera" in text
    assert "You are acting for Sam Rivera." in text
    assert sam.mrn in client.get("/portal/profile/").content.decode()

    client.post("/portal/patient/", {"patient": str(dana_patient.id)})
    assert "Hello, Dana" in client.get("/portal/").content.decode()


@pytest.mark.parametrize("wanted", ["", "nobody", "stranger"])
def test_nobody_switches_to_a_patient_without_a_grant(
    client_of, each_on_its_own, organization, dana, sam, wanted
):
    stranger = new_patient(organization, given="Ann", family="Other")
    client = each_on_its_own(client_of(dana), organization)
    chosen = str(stranger.id) if wanted == "stranger" else wanted
    assert client.post("/portal/patient/", {"patient": chosen}).status_code == 404
    assert "Hello, Dana" in client.get("/portal/").content.decode()


def test_a_proxy_whose_grant_has_ended_sees_nothing(
    act, organization, client_of, each_on_its_own, dora, page
):
    client = each_on_its_own(client_of(dora), organization)
    assert "You are acting for Dana Rivera." in client.get("/portal/").content.decode()
    with act(SystemActor(organization.id)):
        grant = PatientGrant.objects.get(user_id=dora.user_id)
        grant.ended_at = grant.created_at
        grant.save()
    assert client.get("/portal/").status_code == 404
    assert "Hello, Dana" in page("")


@pytest.mark.parametrize("role", ["alice", "nina", "bob", "lena", "bill", "adam", "petra"])
def test_staff_have_no_way_into_the_portal(request, client_of, role):
    response = client_of(request.getfixturevalue(role)).get("/portal/")
    assert (response.status_code, response.url) == (302, "/?next=%2Fportal%2F")


def test_a_language_chosen_in_the_portal_is_kept_beside_a_staff_session(client_of, dana, alice):
    client = client_of(dana)
    client.cookies["osler_staff"] = client_of(alice).cookies["osler_staff"].value
    menu = client.get("/portal/").content.decode()
    assert "/accounts/preferences/?realm=portal" in menu
    assert "/accounts/logout/?realm=portal" in menu
    client.post("/accounts/preferences/?realm=portal", {"language": "es", "next": "/portal/"})
    assert '<html lang="es"' in client.get("/portal/").content.decode()
    assert '<html lang="en"' in client.get("/home/").content.decode()
    client.post("/accounts/logout/?realm=portal")
    assert client.get("/portal/").status_code == 302
    assert client.get("/home/").status_code == 200
