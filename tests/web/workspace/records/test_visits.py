"""The visit in the browser: bench, note, decisions; forms name their patient."""

from datetime import timedelta

import pytest

from osler.clinic.records.encounters.visit import start_encounter
from osler.clinic.records.models import (
    AllergyIntolerance,
    ClinicalNote,
    Condition,
    Encounter,
    MedicationRequest,
    Observation,
    ServiceRequest,
)
from osler.clinic.scheduling.models import Appointment
from osler.foundation.ui.dates import clinic_time
from osler.kernel import clock
from osler.kernel.periods import period
from tests.conftest import new_patient

HTMX = {"HX-Request": "true"}
LISINOPRIL = {"words": "Lisinopril", "code": "314076", "sig": "1 a day", "quantity": "30", "refills": "0"}
AMOXICILLIN = {"words": "Amoxicillin", "code": "308191", "sig": "3 a day", "quantity": "21", "refills": "0"}
DEEDS = (
    "note/",
    "note/sign/",
    "vitals/",
    "diagnoses/",
    "prescriptions/",
    "orders/",
    "follow-ups/",
    "finish/",
)


@pytest.fixture
def visit(act, alice, dana_patient) -> Encounter:
    with act(alice):
        return start_encounter(dana_patient, actor=alice, reason="Cough")


@pytest.fixture
def url(visit) -> str:
    return f"/encounters/{visit.id}/"


@pytest.fixture
def form(dana_patient):
    """The fields that every form carries."""
    return lambda **fields: {"patient": str(dana_patient.id), **fields}


def test_chart_offers_a_visit_without_appointment_while_none_is_open(
    act, alice, client_of, dana_patient, form
):
    client = client_of(alice)
    door = f'action="/patients/{dana_patient.id}/encounters/"'
    assert door in client.get(f"/patients/{dana_patient.id}/").content.decode()

    answer = client.post(f"/patients/{dana_patient.id}/encounters/", form())

    with act(alice):
        started = Encounter.objects.get()
    assert answer.headers["Location"] == f"/encounters/{started.id}/"
    assert door not in client.get(f"/patients/{dana_patient.id}/").content.decode()


def test_visit_starts_from_the_appointment(act, bob, alice, client_of, dana_patient, form):
    now = clock.now()
    with act(bob):
        appointment = Appointment.objects.create(
            patient=dana_patient,
            status="arrived",
            period=period(now, now + timedelta(minutes=20)),
            local_start=now,
            zone="America/New_York",
        )
    client = client_of(alice)
    address = f"/encounters/of/{appointment.id}/"
    assert client.post(address, {"patient": "somebody else"}).status_code == 409
    response = client.post(address, form())
    with act(alice):
        started = Encounter.objects.get()
    assert (response.status_code, response.url) == (302, f"/encounters/{started.id}/")


def test_nurse_gets_the_intake_and_physician_the_note(alice, nina, client_of, url):
    assert b'id="note-form"' in client_of(alice).get(url).content
    intake = client_of(nina).get(url).content
    assert b'id="vital-systolic"' in intake
    assert b'id="note-form"' not in intake
    assert b'id="note-form"' in client_of(nina).get(url, {"bench": "note"}).content


def test_middle_alone_leaves_the_bench_as_it_is(alice, client_of, url):
    middle = client_of(alice).get(url, {"section": "results"}, headers={**HTMX, "HX-Target": "chart"})
    assert b'id="bench"' not in middle.content


@pytest.mark.parametrize("who", ["bob", "lena", "bill", "adam", "petra"])
def test_others_do_not_enter(request, client_of, url, who):
    assert client_of(request.getfixturevalue(who)).get(url).status_code == 403


def test_stranger_finds_no_visit(client_of, charlie, url):
    assert client_of(charlie).get(url).status_code == 404


def test_autosave_gives_the_version_and_tells_the_second_editor(act, alice, client_of, url, form):
    client, script = client_of(alice), {"X-Autosave": "true"}
    first = client.post(url + "note/", form(version="0", subjective="Cough"), headers=script)
    again = client.post(
        url + "note/", form(version=first.json()["version"], subjective="Cough, no fever"), headers=script
    )
    stale = client.post(
        url + "note/", form(version=first.json()["version"], subjective="Other"), headers=script
    )
    page = client.post(url + "note/compare/", form(version="2", subjective="Other"))

    with act(alice):
        saved = clinic_time(ClinicalNote.objects.get().saved_at)
    assert (first.json()["version"], stale.status_code) == (2, 412)
    assert again.json() == {"version": 3, "saved": saved}
    assert page.status_code == 412
    assert b"Cough, no fever" in page.content
    assert b"Other</textarea>" in page.content
    with act(alice):
        assert ClinicalNote.objects.get().subjective == "Cough, no fever"


def test_note_is_saved_without_scripts_and_phrases_are_written_out(act, alice, client_of, url, form):
    response = client_of(alice).post(url + "note/", form(version="0", objective=".heart"))
    assert response.status_code == 302
    with act(alice):
        assert ClinicalNote.objects.get().objective.startswith("Regular rate")


def test_template_fills_only_what_is_empty(act, alice, client_of, url, form):
    data = form(version="0", subjective="Mine", objective="", assessment="", plan="", template="acute")
    response = client_of(alice).post(url + "note/template/", data, headers=HTMX)
    with act(alice):
        note = ClinicalNote.objects.get()
    assert response.status_code == 200
    assert note.subjective == "Mine"
    assert note.objective.startswith("General: well")


def test_sign_and_finish_is_all_or_nothing(act, alice, client_of, url, form):
    client = client_of(alice)
    empty = client.post(url + "note/sign/", form(version="0", plan="", finish="1"))
    with act(alice):
        assert (empty.status_code, Encounter.objects.get().status) == (422, "in-progress")
        assert ClinicalNote.objects.filter(status="final").count() == 0

    done = client.post(url + "note/sign/", form(version="0", plan="Rest.", finish="1"))
    with act(alice):
        note = ClinicalNote.objects.get(status="final")
        assert (done.status_code, Encounter.objects.get().status) == (302, "finished")
    page = client.get(url).content.decode()
    assert "Rest." in page
    assert "Seal intact" in page
    client.post(f"/notes/{note.id}/addendum/", form(words="Called: better."))
    assert "Called: better." in client.get(url).content.decode()
    assert client.get(f"/notes/{note.id}/versions/").status_code == 200


def test_vitals_are_recorded_with_the_unit_typed(act, nina, client_of, url, form):
    client = client_of(nina)
    part = client.post(url + "vitals/", form(weight="154 lb", temperature="98.6 F", pulse="72"), headers=HTMX)
    wrong = client.post(url + "vitals/", form(pulse="7"), headers=HTMX)
    with act(nina):
        values = {row.display: str(row.value) for row in Observation.objects.all()}
    assert (part.status_code, wrong.status_code) == (200, 422)
    assert part.headers["HX-Trigger"] == "chart-changed"
    assert values["Body weight"] == "69.853225"
    assert b"not possible" in wrong.content


def test_changed_weight_asks_before_it_is_kept(act, nina, client_of, url, form):
    client = client_of(nina)
    client.post(url + "vitals/", form(weight="70"))
    asked = client.post(url + "vitals/", form(weight="154"), headers=HTMX)
    assert (asked.status_code, b"is_confirmed" in asked.content) == (422, True)
    client.post(url + "vitals/", form(weight="154", is_confirmed="1"))
    with act(nina):
        assert Observation.objects.filter(code="29463-7").count() == 2


def test_decisions_of_the_visit(act, alice, client_of, url, form):
    client = client_of(alice)
    for path, data in (
        ("diagnoses/", {"words": "Hypertension", "code": "I10"}),
        ("prescriptions/", LISINOPRIL),
        ("orders/", {"words": "Basic metabolic panel", "code": "24321-2"}),
        ("follow-ups/", {"weeks": "6"}),
    ):
        part = client.post(url + path, form(**data), headers=HTMX)
        assert (path, part.status_code) == (path, 200)
        assert client.post(url + path, form(words=""), headers=HTMX).status_code == 422
    with act(alice):
        assert Condition.objects.get().code == "I10"
        assert MedicationRequest.objects.get().sig == "1 a day"
        assert ServiceRequest.objects.count() == 2


def test_allergy_interrupts_until_a_reason_is_given(act, alice, nina, client_of, url, form, dana_patient):
    nurse, client = client_of(nina), client_of(alice)
    nurse.post(
        f"/patients/{dana_patient.id}/allergies/",
        form(words="Penicillin", code="", reaction="Hives", severity="severe"),
    )
    data = AMOXICILLIN
    alert = client.post(url + "prescriptions/", form(**data), headers=HTMX)
    with act(alice):
        assert AllergyIntolerance.objects.count() == 1
        assert MedicationRequest.objects.count() == 0
    assert (alert.status_code, b"Hives" in alert.content) == (422, True)

    client.post(url + "prescriptions/", form(**data, override_reason="tolerated"), headers=HTMX)
    with act(alice):
        assert MedicationRequest.objects.get().override_reason == "tolerated"


def test_forms_of_two_tabs_never_mix_patients(act, alice, nina, client_of, url, organization, form):
    other = new_patient(organization, given="Ann", family="Other")
    client = client_of(alice)
    words = {"plan": "x", "weeks": "4", "code": "I10", "words": "x"}
    for path in DEEDS:
        for data in ({"patient": str(other.id)}, {}):
            response = client.post(url + path, data | words)
            assert (path, response.status_code) == (path, 409)
    with act(alice):
        for model in (ClinicalNote, Condition, MedicationRequest, Observation, ServiceRequest):
            assert model.objects.count() == 0
        assert Encounter.objects.get().status == "in-progress"


def test_a_version_written_oddly_is_read_as_the_form_reads_it(alice, client_of, url, form):
    client = client_of(alice)

    script = {"X-Autosave": "true"}
    kept = client.post(url + "note/", form(version="0.0", subjective="Cough"), headers=script)
    page = client.post(url + "note/", form(version="x", subjective="Cough"))

    assert kept.status_code == 200
    assert (page.status_code, page["Content-Type"].partition(";")[0]) == (422, "text/html")


@pytest.mark.parametrize("version", ["0", "7", "9" * 40])
@pytest.mark.parametrize("door", ["note/", "note/sign/"])
def test_the_first_words_are_kept_whatever_version_they_name(act, alice, client_of, url, form, door, version):
    answer = client_of(alice).post(url + door, form(subjective="First words.", version=version))

    assert answer.status_code == 302
    with act(alice):
        assert ClinicalNote.objects.get().subjective == "First words."
