"""Appointments and the visits that come of them over FHIR, on a Monday at 8."""

import json
from datetime import timedelta

import pytest
import time_machine

from osler.clinic.scheduling.appointments.booking import book_appointment
from osler.clinic.scheduling.appointments.checkin import check_in_patient
from osler.clinic.scheduling.models import Appointment, Queue, Reservation
from osler.clinic.scheduling.queue.queueing import take_in_walk_in
from osler.clinic.scheduling.queue.queues import save_queue
from osler.interop.fhir.models import StoredResource
from tests.clinic.scheduling.conftest import MONDAY, at
from tests.interop.fhir.conftest import rows
from tests.interop.fhir.deeds import announced, made, refusal, state, visit


def appointment(patient, practitioner, site, hour=9, **more):
    actors = [f"Patient/{patient.id}", f"Practitioner/{practitioner.id}", f"Location/{site.id}"]
    start, end = at(hour), at(hour, 20)
    return {
        "resourceType": "Appointment",
        "extension": [{"url": "urn:example:kept", "valueString": "kept"}],
        "status": "booked",
        "description": "Cough",
        "start": start.isoformat(),
        "end": end.isoformat(),
        "participant": [{"actor": {"reference": each}, "status": said(each)} for each in actors],
        **more,
    }


def said(actor):
    """Staff and places are there; the patient has not said yet that he will come."""
    return "needs-action" if actor.startswith("Patient") else "accepted"


def changed(resource, **more):
    return {**resource, **more}


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def desk(bob, api_of):
    return api_of(bob)


def put(api, resource, version="1", **more):
    path = f"/Appointment/{resource['id']}"
    return api.put(path, {**resource, **more}, HTTP_IF_MATCH=f'W/"{version}"')


def test_the_desk_books_and_what_it_says_besides_is_kept(desk, dana_patient, osei, site, organization):
    asked = appointment(dana_patient, osei, site)

    answer = made(desk.post("/Appointment", asked))

    [row] = rows(organization, Appointment)
    assert (row.status, row.practitioner_id, row.location_id) == ("booked", osei.id, site.id)
    assert (row.wall_clock, row.zone, row.reason) == ("09:00", "America/New_York", "Cough")
    assert announced(organization) == ["AppointmentBooked"]
    assert {name: answer[name] for name in asked} == asked
    assert rows(organization, StoredResource) == []
    assert len(desk.found(f"/Appointment?patient={dana_patient.id}&date=2027-03-01")) == 1


def test_a_taken_time_is_answered_with_others(desk, dana_patient, osei, site, organization):
    asked = appointment(dana_patient, osei, site)
    made(desk.post("/Appointment", asked))
    before = state(organization)

    answer = desk.post("/Appointment", asked)

    assert refusal(answer) == (409, "slot-taken", "Appointment.start")
    others = json.loads(answer.content)["issue"][1:]
    assert [each["details"]["coding"][0]["code"] for each in others] == ["free-time"] * 3
    first = f"free: 2027-03-01T09:20:00-05:00 to 2027-03-01T09:40:00-05:00, Practitioner/{osei.id}"
    assert others[0]["diagnostics"].startswith(first)
    assert state(organization) == before


def test_what_the_desk_could_not_book_is_refused(
    desk, adam, lena, api_of, dana_patient, osei, site, organization
):
    asked = appointment(dana_patient, osei, site)
    without = changed(asked, participant=asked["participant"][:1])
    before = state(organization)

    assert refusal(desk.post("/Appointment", appointment(dana_patient, osei, site, hour=20))) == (
        422,
        "outside-schedule",
        "Appointment.start",
    )
    past = desk.post("/Appointment", appointment(dana_patient, osei, site, hour=5))
    assert refusal(past) == (422, "time-passed", "Appointment.start")
    over = desk.post("/Appointment", changed(asked, status="fulfilled"))
    assert refusal(over) == (422, "business-rule", "Appointment.status")
    assert refusal(desk.post("/Appointment", without)) == (422, "required", "Appointment.participant")
    assert [api_of(each).post("/Appointment", asked).status_code for each in (adam, lena)] == [403, 403]
    assert state(organization) == before
    assert rows(organization, StoredResource) == []


def test_with_a_reason_it_is_booked_over_another(desk, dana_patient, osei, site, organization):
    asked = appointment(dana_patient, osei, site)
    made(desk.post("/Appointment", asked))
    urgent = {"url": "urn:osler:overbook-reason", "valueString": "Urgent"}

    made(desk.post("/Appointment", changed(asked, extension=[urgent])))

    assert sorted(row.lane for row in rows(organization, Appointment)) == [0, 1]


def test_an_appointment_is_moved_and_its_old_time_is_free(desk, dana_patient, osei, site, organization):
    first = made(desk.post("/Appointment", appointment(dana_patient, osei, site)))
    other = made(desk.post("/Appointment", appointment(dana_patient, osei, site, hour=10)))
    before = state(organization)
    times = {"start": at(10).isoformat(), "end": at(10, 20).isoformat()}

    taken = put(desk, first, **times)
    assert refusal(taken) == (409, "slot-taken", "Appointment.start")
    assert state(organization) == before

    later = {"start": at(14).isoformat(), "end": at(14, 20).isoformat()}
    moved = made(put(desk, first, **later))

    assert moved["start"] == later["start"]
    held = {row.period.lower for row in rows(organization, Reservation)}
    assert held == {at(10), at(14)}
    assert sorted(announced(organization)) == ["AppointmentBooked", "AppointmentBooked", "AppointmentMoved"]
    assert other["id"] != moved["id"]


def test_another_end_alone_is_another_length(desk, dana_patient, osei, site, organization):
    first = made(desk.post("/Appointment", appointment(dana_patient, osei, site)))
    made(desk.post("/Appointment", appointment(dana_patient, osei, site, hour=10)))

    longer = made(put(desk, first, end=at(10).isoformat()))
    shorter = made(put(desk, longer, "2", end=at(9, 15).isoformat()))
    before = state(organization)

    assert (longer["start"], longer["end"], shorter["end"]) == (
        first["start"],
        at(10).isoformat(),
        at(9, 15).isoformat(),
    )
    assert announced(organization) == ["AppointmentBooked", "AppointmentBooked"]
    refused = {
        at(10, 5): (409, "slot-taken", "Appointment.start"),
        at(9, 3): (422, "length-impossible", "Appointment.end"),
        at(9, 20) + timedelta(seconds=30): (422, "business-rule", "Appointment.end"),
    }
    for end, expected in refused.items():
        assert refusal(put(desk, shorter, "3", end=end.isoformat())) == expected
    assert state(organization) == before
    arrived = made(put(desk, shorter, "3", status="arrived"))
    assert made(put(desk, arrived, "4", end=at(9, 40).isoformat()))["status"] == "arrived"


def test_the_steps_of_the_day(desk, nina, api_of, dana_patient, osei, site, organization):
    asked = made(desk.post("/Appointment", appointment(dana_patient, osei, site)))

    arrived = made(put(desk, asked, status="arrived"))
    assert refusal(put(desk, arrived, "2", status="proposed")) == (422, "business-rule", "Appointment.status")
    assert put(desk, arrived, "2", status="checked-in").status_code == 403
    roomed = made(put(api_of(nina), arrived, "2", status="checked-in"))
    done = made(put(api_of(nina), roomed, "3", status="fulfilled"))

    [row] = rows(organization, Appointment)
    assert done["status"] == row.status == "fulfilled"
    assert None not in (row.arrived_at, row.roomed_at, row.finished_at)
    assert sorted(announced(organization)) == ["AppointmentBooked", "PatientArrived"]


def test_a_cancellation_frees_the_time_and_can_be_taken_back(desk, dana_patient, osei, site, organization):
    asked = made(desk.post("/Appointment", appointment(dana_patient, osei, site)))

    gone = made(put(desk, asked, status="cancelled", cancelationReason={"text": "Ill"}))
    assert rows(organization, Reservation) == []
    assert rows(organization, Appointment)[0].cancellation_reason == "Ill"

    del gone["cancelationReason"]
    made(put(desk, gone, "2", status="booked"))
    assert len(rows(organization, Reservation)) == 1
    assert sorted(announced(organization)) == [
        "AppointmentBooked",
        "AppointmentBooked",
        "AppointmentCancelled",
    ]


def test_a_patient_asks_for_a_visit_and_the_desk_gives_it_a_time(
    desk, dana, dana_patient, osei, site, service, api_of, organization
):
    portal = api_of(dana, "patient/*.cruds")
    actors = [f"Patient/{dana_patient.id}", f"HealthcareService/{service.id}"]
    wish = {
        "resourceType": "Appointment",
        "status": "proposed",
        "comment": "mornings",
        "participant": [{"actor": {"reference": each}, "status": "needs-action"} for each in actors],
    }

    booked = portal.post("/Appointment", appointment(dana_patient, osei, site))
    asked = made(portal.post("/Appointment", wish))
    again = portal.post("/Appointment", wish)

    assert refusal(booked) == (422, "not-online", "Appointment")
    assert refusal(again) == (409, "asked-already", "Appointment.participant")
    given = appointment(dana_patient, osei, site, id=asked["id"])
    made(put(desk, given))
    [row] = rows(organization, Appointment)
    assert (row.status, row.service_id) == ("booked", service.id)
    assert sorted(announced(organization)) == ["AppointmentBooked", "AppointmentRequested"]


def test_a_new_visit_is_neither_over_nor_of_an_appointment_that_nobody_came_to(
    api, act, bob, dana_patient, slot, organization
):
    with act(bob):
        booked = book_appointment(dana_patient, slot=slot(9), actor=bob)
    of_appointment = visit(dana_patient, appointment=[{"reference": f"Appointment/{booked.id}"}])
    before = state(organization)

    over = api.post("/Encounter", visit(dana_patient, status="finished"))
    early = api.post("/Encounter", of_appointment)

    assert refusal(over) == (422, "business-rule", "Encounter.status")
    assert refusal(early) == (409, "not-checked-in", "Encounter")
    assert state(organization) == before

    with act(bob):
        check_in_patient(Appointment.objects.get(id=booked.id), actor=bob)
    assert api.post("/Encounter", of_appointment).status_code == 201
    assert refusal(api.post("/Encounter", of_appointment)) == (409, "encounter-exists", "Encounter")
    assert rows(organization, Appointment)[0].status == "checked-in"


def test_a_walk_in_is_told_as_one_and_stays_one(act, adam, bob, desk, dana_patient, site, organization):
    with act(adam):
        queue = save_queue(Queue(site=site, name="Clinicians", letter="A"), members=[], actor=adam)
    with act(bob):
        entry = take_in_walk_in(dana_patient, queue=queue, actor=bob)
    told = json.loads(desk.get(f"/Appointment/{entry.appointment_id}").content)
    assert told["appointmentType"]["coding"][0]["code"] == "WALKIN"
    assert (told["status"], told["start"]) == ("arrived", "2027-03-01T08:00:00-05:00")

    unsaid = {name: value for name, value in told.items() if name != "appointmentType"}
    answer = put(desk, unsaid, description="Cough")

    assert answer.status_code == 200
    [row] = rows(organization, Appointment)
    assert (row.is_walk_in, row.reason) == (True, "Cough")
    assert json.loads(answer.content)["appointmentType"] == told["appointmentType"]
