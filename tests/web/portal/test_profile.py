"""The patient's own details, and who opened the record."""

import pytest

from osler.clinic.patients.models import Patient
from osler.foundation.audit.models import AuditEvent
from osler.foundation.jobs.outbox import SystemActor

GIVEN = {
    "phone": "555-201-9999",
    "email": "New@Home.test",
    "contact_by": "email",
    "language": "es",
    "line": "2 Elm Street",
    "city": "Fairview",
    "state": "MA",
    "postal_code": "01901",
}


@pytest.fixture
def stored(act, organization, dana_patient):
    def read() -> Patient:
        with act(SystemActor(organization.id)):
            return Patient.objects.get(id=dana_patient.id)

    return read


def test_patients_change_how_they_are_reached(portal_of, dana, stored, home):
    answer = portal_of(dana).post("profile/", GIVEN | {"version": stored().version})
    assert (answer.status_code, answer.url) == (302, f"{home}profile/")
    found = stored()
    assert (found.phone, found.email, found.line) == ("555-201-9999", "new@home.test", "2 Elm Street")
    assert found.language == "es"


def test_nothing_else_of_the_record_is_changed_by_the_form(portal_of, dana, stored):
    data = GIVEN | {"version": stored().version, "given": "Eve", "birth_date": "2001-01-01", "mrn": "1"}
    portal_of(dana).post("profile/", data)
    found = stored()
    assert (found.given, found.birth_date.year) == ("Dana", 1980)
    assert found.mrn != "1"


def test_a_language_that_we_do_not_speak_is_kept(act, organization, portal_of, dana, dana_patient, stored):
    with act(SystemActor(organization.id)):
        dana_patient.language = "vi"
        dana_patient.save()
    client = portal_of(dana)
    assert 'value="vi" selected' in client.get("profile/").content.decode()
    client.post("profile/", GIVEN | {"language": "vi", "version": stored().version})
    assert (stored().language, stored().phone) == ("vi", "555-201-9999")


@pytest.mark.parametrize(
    ("wrong", "value"), [("email", "no address"), ("contact_by", "pigeon"), ("language", "tlh")]
)
def test_a_wrong_entry_is_named_and_nothing_changed(portal_of, dana, stored, wrong, value):
    before = stored()
    answer = portal_of(dana).post("profile/", GIVEN | {"version": before.version, wrong: value})
    assert answer.status_code == 422
    assert "2 Elm Street" in answer.content.decode()
    assert (stored().version, stored().phone) == (before.version, before.phone)


def test_an_older_form_is_refused_with_the_words_kept(portal_of, dana, stored):
    client = portal_of(dana)
    old = stored().version
    client.post("profile/", GIVEN | {"version": old})
    answer = client.post("profile/", GIVEN | {"version": old, "phone": "555-000-0000"})
    assert answer.status_code == 422
    assert "555-000-0000" in answer.content.decode()
    assert stored().phone == "555-201-9999"


def test_the_list_names_each_opening_with_role_and_latest_first(client_of, alice, dana, dana_patient, page):
    client_of(alice).get(f"/patients/{dana_patient.id}/")
    text = page("access/")
    assert "Alice Bell" in text
    assert "Physician" in text
    assert "Opened: " in text


def test_the_list_equals_the_trail(act, organization, client_of, alice, nina, dana_patient, page):
    for actor in (alice, nina):
        client_of(actor).get(f"/patients/{dana_patient.id}/")
    text = page("access/")
    with act(SystemActor(organization.id)):
        reads = AuditEvent.objects.filter(patient_id=dana_patient.id, action__in=["R", "E"]).count()
    assert text.count('<tr><td class="nowrap">') == reads
    assert "Nina Cole" in text


def test_what_one_opened_oneself_stands_apart(client_of, alice, dana_patient, page):
    client_of(alice).get(f"/patients/{dana_patient.id}/")
    page("results/")
    by_others, _, by_oneself = page("access/").partition("<details")
    assert "Alice Bell" in by_others
    assert "Dana Rivera" not in by_others.partition("<h1>")[2]
    assert "You looked 2 times" in by_oneself


def test_lists_in_which_the_patient_stood_count_too(client_of, bob, dana_patient, page):
    client_of(bob).get("/patients/?q=Rivera")
    assert "Bob Diaz" in page("access/")
