"""The waiting list at the desk: joined, offered, answered by phone, left and taken back; and for nobody
else."""

import pytest

from osler.clinic.scheduling.appointments.booking import book_appointment
from osler.clinic.scheduling.models import Appointment, WaitlistEntry, WaitlistOffer
from osler.clinic.scheduling.waiting_list.joining import Wish, join_waiting_list
from tests.clinic.scheduling.conftest import monday, osei, patient, slot, visit  # noqa: F401  fixtures


@pytest.fixture
def entry(act, bob, patient, visit, osei) -> WaitlistEntry:  # noqa: F811
    with act(bob):
        return join_waiting_list(
            patient, service=visit, wish=Wish(practitioner=osei, parts=["morning"]), actor=bob
        )


@pytest.fixture
def desk(client_of, bob):
    return client_of(bob)


def test_the_desk_puts_somebody_on_the_list_from_the_booking_page(act, bob, desk, patient, visit, osei):  # noqa: F811
    page = desk.get(f"/appointments/new/?patient={patient.id}&service={visit.id}&weekday=1").content.decode()
    assert f"/waiting-list/join/?patient={patient.id}&amp;service={visit.id}&amp;weekday=1" in page
    form = {
        "patient": patient.id,
        "service": visit.id,
        "practitioner": osei.id,
        "weekdays": ["1", "3"],
        "parts": ["morning"],
        "not_before": "2027-03-03",
        "notice_minutes": "120",
        "priority": "1",
        "reason": "Knee",
    }

    answer = desk.post("/waiting-list/join/", form)

    assert (answer.status_code, answer["Location"]) == (302, "/waiting-list/")
    with act(bob):
        one = WaitlistEntry.objects.get()
        assert (one.weekdays, one.parts, one.priority, one.notice_minutes) == ([1, 3], ["morning"], 1, 120)
        assert (one.appointment.status, one.appointment.reason, one.practitioner_id) == (
            "waitlist",
            "Knee",
            osei.id,
        )
    assert desk.post("/waiting-list/join/", form).status_code == 409
    listing = desk.get("/waiting-list/").content.decode()
    assert "Okafor, Ada" in listing
    assert "Tuesday, Thursday" in listing


def test_a_visit_is_put_on_the_list_to_be_had_earlier(act, bob, desk, patient, visit, slot):  # noqa: F811
    with act(bob):
        mine = book_appointment(patient, slot=slot(9, day=3), service=visit, actor=bob)
    assert "Wants to come earlier" in desk.get(f"/appointments/{mine.id}/").content.decode()

    form = {"patient": patient.id, "appointment": mine.id, "notice_minutes": "120", "priority": "0"}
    assert desk.post("/waiting-list/join/", form).status_code == 302

    assert "On the waiting list" in desk.get(f"/appointments/{mine.id}/").content.decode()
    with act(bob):
        assert WaitlistEntry.objects.get().replaces_id == mine.id


def test_a_time_is_offered_and_accepted_by_phone(act, bob, desk, patient, entry):  # noqa: F811
    page = desk.get(f"/waiting-list/{entry.id}/").content.decode()
    value = page.split('name="slot" value="')[1].split('"')[0]
    assert (
        desk.post(f"/waiting-list/{entry.id}/offer/", {"patient": patient.id, "slot": value}).status_code
        == 302
    )
    with act(bob):
        offer = WaitlistOffer.objects.get()
        assert (offer.status, offer.is_by_hand) == ("open", True)
    assert "To call" in desk.get("/waiting-list/").content.decode()

    said = desk.post(f"/waiting-list/offers/{offer.id}/accept/", {"patient": patient.id})

    assert said.status_code == 302
    with act(bob):
        assert Appointment.objects.get().status == "booked"
        assert WaitlistOffer.objects.get().status == "accepted"


def test_taking_off_can_be_undone(act, bob, desk, patient, entry):  # noqa: F811
    with act(bob):
        version = WaitlistEntry.objects.get().appointment.version
    form = {"patient": patient.id, "version": version}
    assert desk.post(f"/waiting-list/{entry.id}/leave/", form).status_code == 302
    with act(bob):
        assert Appointment.objects.get().status == "cancelled"
    assert desk.post(f"/waiting-list/{entry.id}/leave/", form).status_code == 412
    undo = {"patient": patient.id, "version": version + 1}
    assert desk.post(f"/waiting-list/{entry.id}/return/", undo).status_code == 302
    with act(bob):
        assert Appointment.objects.get().status == "waitlist"


def test_strangers_and_other_roles_find_nothing(act, bob, client_of, charlie, bill, dana, entry, patient):  # noqa: F811
    assert client_of(charlie).get(f"/waiting-list/{entry.id}/").status_code == 404
    assert "Okafor" not in client_of(charlie).get("/waiting-list/").content.decode()
    assert client_of(bill).get("/waiting-list/").status_code == 403
    answer = client_of(charlie).post(
        f"/waiting-list/{entry.id}/leave/", {"patient": patient.id, "version": 1}
    )
    assert answer.status_code == 404
    with act(bob):
        assert WaitlistEntry.objects.get().is_waiting
