"""Booking on the page: four actions, and one wins."""

import pytest

from osler.clinic.scheduling.appointments.booking import book_appointment
from osler.clinic.scheduling.appointments.requests import request_appointment
from osler.clinic.scheduling.models import Appointment
from osler.kernel.keys import uuid7
from osler.web.workspace.scheduling.slot_choice import token
from tests.clinic.scheduling.conftest import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def all_booked(act, bob):
    def read() -> list[tuple]:
        with act(bob):
            rows = Appointment.objects.order_by("period_start", "lane")
            return [(row.period.lower, row.status, row.lane) for row in rows]

    return read


def form(patient, chosen, **more):
    return {"patient": patient.id, "slot": token(chosen), **more}


def test_the_next_free_slot_stands_chosen(act, bob, client_of, booked, patient, visit, slot):
    page = client_of(bob).get(f"/appointments/new/?patient={patient.id}")

    assert page.status_code == 200
    assert page.context["chosen"] == token(slot(9, 20))
    assert page.context["practitioner"] == booked.practitioner
    assert f'value="{token(slot(9, 20))}" checked' in page.content.decode()


def test_confirming_books_it(client_of, bob, patient, visit, slot, all_booked):
    answer = client_of(bob).post(
        "/appointments/new/", form(patient, slot(9), service=visit.id, reason="Cough")
    )

    assert answer.status_code == 302
    assert all_booked() == [(at(9), "booked", 0)]
    assert answer["Location"].startswith("/appointments/")


def test_the_same_form_sent_twice_books_once(client_of, bob, patient, slot, all_booked):
    client, sent = client_of(bob), form(patient, slot(9), idempotency_key=str(uuid7()))
    first, second = client.post("/appointments/new/", sent), client.post("/appointments/new/", sent)

    assert (first.status_code, first["Location"]) == (302, second["Location"])
    assert all_booked() == [(at(9), "booked", 0)]


def test_a_taken_time_offers_three_others_and_keeps_what_was_typed(
    client_of, bob, booked, other_patient, visit, slot, all_booked
):
    client = client_of(bob)
    sent = form(other_patient, slot(9), service=visit.id, reason="Knee pain")
    page = client.post("/appointments/new/", sent)

    assert page.status_code == 409
    assert [value for _slot, value in page.context["times"]] == [
        token(slot(9, minute)) for minute in (20, 40)
    ] + [token(slot(10))]
    assert "Knee pain" in page.content.decode()
    assert len(all_booked()) == 1

    answer = client.post("/appointments/new/", sent | {"slot_now": token(slot(9, 40))})

    assert (answer.status_code, all_booked()[1]) == (302, (at(9, 40), "booked", 0))


def test_overbooking_from_the_refusal(client_of, bob, nina, booked, other_patient, slot, all_booked):
    sent = form(other_patient, slot(9), overbook="1", overbook_reason="Sick child")

    assert client_of(nina).post("/appointments/new/", sent).status_code == 403
    assert client_of(bob).post("/appointments/new/", sent).status_code == 302
    assert all_booked() == [(at(9), "booked", 0), (at(9), "booked", 1)]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        pytest.param({"slot": ""}, 422, id="no time"),
        pytest.param({"slot": "x~y~z"}, 422, id="nonsense for a time"),
        pytest.param({"slot": "other", "other_day": "soon", "other_time": "9:00"}, 422, id="no day"),
        pytest.param({"patient": "x"}, 404, id="nonsense for a patient"),
        pytest.param({"patient": str(uuid7())}, 404, id="no such patient"),
    ],
)
def test_bad_input_books_nothing(client_of, bob, patient, slot, all_booked, changes, status):
    answer = client_of(bob).post("/appointments/new/", form(patient, slot(9)) | changes)

    assert (answer.status_code, all_booked()) == (status, [])


@pytest.mark.parametrize(
    ("day", "time", "fold", "status"),
    [
        pytest.param("3/2/27", "9:20", "", 302, id="a time by hand"),
        pytest.param("14-Mar-2027", "02:30", "", 422, id="a time that does not exist"),
        pytest.param("07-Nov-2027", "01:30", "", 422, id="a time that comes twice"),
        pytest.param("07-Nov-2027", "01:30", "1", 302, id="its second coming"),
    ],
)
def test_a_time_by_hand(client_of, bob, patient, osei, all_booked, day, time, fold, status):
    sent = {
        "patient": patient.id,
        "slot": "other",
        "other_practitioner": osei.id,
        "other_day": day,
        "other_time": time,
        "fold": fold,
        "overbook": "1",
        "overbook_reason": "By hand",
    }
    page = client_of(bob).post("/appointments/new/", sent)

    assert (page.status_code, len(all_booked())) == (status, 1 if status == 302 else 0)
    if status == 422:
        assert page.context["asks_fold"] == ("Nov" in day)


def test_a_click_in_the_calendar_chooses_its_time(client_of, bob, patient, osei, visit, slot):
    url = f"/appointments/new/?patient={patient.id}&practitioner={osei.id}&start=2027-03-01T10:40-0500"
    page = client_of(bob).get(url)

    assert page.context["chosen"] == token(slot(10, 40))


def test_without_a_patient_it_begins_with_a_search(client_of, bob, patient, osei):
    client = client_of(bob)
    assert client.get("/appointments/new/").templates[0].name.endswith("find_patient.html")
    page = client.get(f"/appointments/new/?q=okafor&practitioner={osei.id}")

    ((found, url),) = page.context["found"]
    assert found == patient
    assert url == f"/appointments/new/?patient={patient.id}&practitioner={osei.id}"


def test_another_clinics_patient_is_not_there(client_of, charlie, patient):
    client = client_of(charlie)

    assert client.get(f"/appointments/new/?patient={patient.id}").status_code == 404
    assert client.get("/appointments/new/?q=okafor").context["found"] == []


def test_a_request_is_answered_here(act, bob, client_of, patient, visit, slot, all_booked):
    with act(bob):
        asked = request_appointment(patient, service=visit, wishes="Mornings", actor=bob)
    client = client_of(bob)
    page = client.get(f"/appointments/new/?request={asked.id}")
    assert "Mornings" in page.content.decode()

    answer = client.post("/appointments/new/", {"request": asked.id, "version": 1, "slot": token(slot(9))})

    assert (answer.status_code, all_booked()) == (302, [(at(9), "booked", 0)])


def test_the_last_clinician_is_proposed_again(act, bob, client_of, patient, ruiz, osei, slot):
    with act(bob):
        book_appointment(patient, slot=slot(15, by=ruiz), actor=bob)

    assert client_of(bob).get(f"/appointments/new/?patient={patient.id}").context["practitioner"] == ruiz


@pytest.mark.parametrize(
    ("wish", "first"),
    [
        ("weekday=1", (9, 0, 1)),
        ("part=afternoon", (13, 0, 0)),
        ("weekday=2&part=afternoon", (13, 0, 2)),
        ("weekday=9&part=noon", (9, 20, 0)),
    ],
)
def test_times_are_offered_on_the_day_and_in_the_hours_wished_for(
    client_of, bob, booked, patient, visit, slot, wish, first
):
    hour, minute, day = first
    for page in (f"/appointments/new/?patient={patient.id}&", f"/appointments/{booked.id}/move/?"):
        shown = client_of(bob).get(page + wish)
        assert shown.context["slots"][0][1] == token(slot(hour, minute, day=day)), page
    assert all(one.clock >= "12:00" for one, _ in shown.context["slots"]) is ("afternoon" in wish)
