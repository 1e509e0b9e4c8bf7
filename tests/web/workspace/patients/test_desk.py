"""A patient's page at the desk: each role sees what its work needs."""

import pytest

from osler.clinic.insurance.covering import add_coverage, days
from osler.clinic.insurance.models import Coverage, Payer
from osler.clinic.patients.flags import raise_flag
from osler.clinic.patients.models import RelatedPerson
from osler.clinic.patients.relations import add_related_person
from osler.foundation.audit.models import AuditEvent
from osler.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(act, bob, enrolled):
    patient = enrolled()
    with act(bob):
        raise_flag(patient, text="Fall risk", actor=bob)
        person = RelatedPerson(patient=patient, name="Chidi Okafor", relationship="SPS")
        add_related_person(person, actor=bob)
        payer = Payer.objects.create(name="Aetna")
        coverage = Coverage(patient=patient, payer=payer, period=days(clock.today()))
        add_coverage(coverage, member_id="W2041", actor=bob)
    return patient


SEEN = {
    "bob": {"Fall risk", "Chidi Okafor", "W2041", "Appointments", "Account"},
    "bill": {"Chidi Okafor", "W2041", "Account"},
    "lena": {"Fall risk"},
    "adam": set(),
    "petra": set(),
}


@pytest.mark.parametrize("who", list(SEEN))
def test_each_role_sees_what_its_work_needs(client_of, request, ada, who):
    page = client_of(request.getfixturevalue(who)).get(f"/patients/{ada.id}/")
    words = page.content.decode()
    main = words[words.index("<main") :] + words[words.index('id="patient-banner"') :][:3000]
    everything = {"Fall risk", "Chidi Okafor", "W2041", "Appointments", "Account"}

    assert page.status_code == 200
    assert "Ada Okafor" in words
    assert {one for one in everything if one in main} == SEEN[who]
    assert "Allergies" not in words


@pytest.mark.parametrize("who", ["alice", "nina"])
def test_clinicians_see_the_chart_and_may_turn_to_the_desk(client_of, request, ada, who):
    client = client_of(request.getfixturevalue(who))

    assert client.get(f"/patients/{ada.id}/").templates[0].name == "workspace/records/chart.html"
    desk = client.get(f"/patients/{ada.id}/?desk=1")
    assert desk.templates[0].name == "workspace/patients/patient.html"
    assert b"Allergies" in desk.content


def test_the_opening_is_written_down(act, client_of, bob, ada):
    client_of(bob).get(f"/patients/{ada.id}/")
    with act(bob):
        event = AuditEvent.objects.get(action="R", entity="patients_patient")

    assert (event.patient_id, event.entity_id, event.actor_id) == (ada.id, ada.id, bob.user_id)


def test_who_has_the_same_name_is_named(client_of, bob, ada, enrolled):
    twin = enrolled(birth_date=None)
    page = client_of(bob).get(f"/patients/{ada.id}/")

    assert [one.id for one in page.context["namesakes"]] == [twin.id]
    assert page.context["banner"].namesakes == 1


@pytest.mark.parametrize(
    "path", ["", "edit/", "flags/", "contacts/", "numbers/", "insurance/", "slip/", "label/"]
)
def test_a_stranger_finds_nothing(client_of, charlie, bob, ada, path):
    answer = client_of(charlie).get(f"/patients/{ada.id}/{path}")

    assert answer.status_code in {403, 404}
    assert b"Okafor" not in answer.content
    assert client_of(bob).get(f"/patients/{ada.id}/{path}").status_code == 200


def test_a_page_costs_the_same_with_more_on_it(act, client_of, bob, ada, cost_of):
    client = client_of(bob)
    one = cost_of(client, f"/patients/{ada.id}/")
    with act(bob):
        for name in ("Zoe", "Max"):
            add_related_person(RelatedPerson(patient=ada, name=name), actor=bob)
            raise_flag(ada, text=name, actor=bob)

    assert cost_of(client, f"/patients/{ada.id}/") == one


def test_a_shared_phone_and_address_are_flagged(client_of, bob, enrolled):
    ada = enrolled(email="home@home.test")
    enrolled(given="Bea", email="home@home.test")
    page = client_of(bob).get(f"/patients/{ada.id}/")

    assert page.content.decode().count("shared with 1 other patient") == 2
