"""The first page, and acting for another."""

import pytest

from osler.clinic.communication.threads import open_thread
from osler.foundation.access.models import PatientGrant
from osler.foundation.jobs.outbox import SystemActor
from osler.foundation.ui.dates import plain_date, plain_time
from osler.kernel.keys import uuid7
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


def test_what_needs_doing_is_listed(act, alice, page, home, dana_patient, invoice, resulted):
    report, _ = resulted(), resulted("5.1", hold=True)
    with act(alice):
        open_thread(dana_patient, subject="Your result", body="All well", actor=alice)
    text = page("")
    assert "1 new message" in text
    assert "A bill to pay" in text
    assert "$30.00" in text
    assert text.count(f"{home}results/0") == 1
    assert f"{home}results/{report.id}/" in text
    assert "Something is outside the usual range" in text


def test_the_start_leads_to_ones_own_pages(client_of, dana, sam):
    answer = client_of(dana).get("/portal/")
    assert (answer.status_code, answer.url) == (302, f"/portal/{dana.patient_id}/")


def test_a_parent_goes_to_the_child_and_back_by_address(
    client_of, each_on_its_own, organization, dana, sam, dana_patient
):
    client = each_on_its_own(client_of(dana), organization)
    text = client.get(f"/portal/{dana_patient.id}/").content.decode()
    assert f'href="/portal/{sam.id}/"' in text
    assert "You are acting for" not in text

    text = client.get(f"/portal/{sam.id}/").content.decode()
    assert "Hello, Dana Rivera" in text
    assert "You are acting for Sam Rivera." in text
    assert f'href="/portal/{sam.id}/messages/"' in text
    assert sam.mrn in client.get(f"/portal/{sam.id}/profile/").content.decode()
    assert "Hello, Dana" in client.get(f"/portal/{dana_patient.id}/").content.decode()


def test_nobody_reaches_a_patient_without_a_grant(client_of, each_on_its_own, organization, dana, sam):
    stranger = new_patient(organization, given="Ann", family="Other")
    client = each_on_its_own(client_of(dana), organization)
    for unknown in (stranger.id, uuid7()):
        assert client.get(f"/portal/{unknown}/").status_code == 404
        assert client.get(f"/portal/{unknown}/profile/").status_code == 404


def test_a_proxy_whose_grant_has_ended_sees_nothing(
    act, organization, client_of, each_on_its_own, dora, page, home
):
    client = each_on_its_own(client_of(dora), organization)
    assert "You are acting for Dana Rivera." in client.get(home).content.decode()
    with act(SystemActor(organization.id)):
        grant = PatientGrant.objects.get(user_id=dora.user_id)
        grant.ended_at = grant.created_at
        grant.save()
    assert client.get("/portal/").status_code == 404
    assert client.get(home).status_code == 404
    assert "Hello, Dana" in page("")


@pytest.mark.parametrize("role", ["alice", "nina", "bob", "lena", "bill", "adam", "petra"])
def test_staff_have_no_way_into_the_portal(request, client_of, role):
    response = client_of(request.getfixturevalue(role)).get("/portal/")
    assert (response.status_code, response.url) == (302, "/?next=%2Fportal%2F")


def test_a_language_chosen_in_the_portal_is_kept_beside_a_staff_session(client_of, dana, alice, home):
    client = client_of(dana)
    client.cookies["osler_staff"] = client_of(alice).cookies["osler_staff"].value
    menu = client.get(home).content.decode()
    assert "/accounts/preferences/?realm=portal" in menu
    assert "/accounts/logout/?realm=portal" in menu
    client.post("/accounts/preferences/?realm=portal", {"language": "es", "next": home})
    assert '<html lang="es"' in client.get(home).content.decode()
    assert '<html lang="en"' in client.get("/home/").content.decode()
    client.post("/accounts/logout/?realm=portal")
    assert client.get(home).status_code == 302
    assert client.get("/home/").status_code == 200
