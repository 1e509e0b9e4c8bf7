"""Slot, $find, $hold, $book, $cancel and AppointmentResponse over FHIR, on a Monday at 8."""

import json

import pytest
import time_machine

from osler.clinic.scheduling.appointments.booking import book_appointment
from osler.clinic.scheduling.models import Appointment, Schedule
from osler.interop.fhir.models import StoredResource
from tests.clinic.scheduling.conftest import MONDAY, at
from tests.conftest import new_patient
from tests.interop.fhir.conftest import events, rows
from tests.interop.fhir.deeds import announced, refusal, state


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def desk(bob, api_of):
    return api_of(bob)


@pytest.fixture
def patients_own(dana, api_of):
    return api_of(dana, scope="patient/*.cruds")


@pytest.fixture
def offered(act, bob, service):
    with act(bob):
        service.self_booking = "patients"
        service.save()
    return service


def parameters(**values):
    def part(name, value):
        kind = "valueReference" if name.endswith("reference") else "valueString"
        return {"name": name, kind: {"reference": value} if kind == "valueReference" else value}

    return {
        "resourceType": "Parameters",
        "parameter": [part(n.replace("_", "-"), v) for n, v in values.items()],
    }


def span():
    start, end = at(9), at(12)
    return f"start=ge{start:%Y-%m-%dT%H:%M:%SZ}&start=lt{end:%Y-%m-%dT%H:%M:%SZ}"


def schedule_of(organization):
    [schedule] = rows(organization, Schedule)
    return schedule


def the_one(answer):
    assert answer.status_code == 200, answer.content
    [entry] = json.loads(answer.content)["entry"]
    return entry["resource"]


def found(api, service, **more):
    asked = {"start": at(9).isoformat(), "end": at(12).isoformat(), "visit_type": str(service.id), **more}
    body = parameters(**asked)
    for each in body["parameter"]:
        if each["name"] in ("start", "end"):
            each["valueDateTime"] = each.pop("valueString")
    answer = api.post("/Appointment/$find", body)
    assert answer.status_code == 200, answer.content
    return [entry["resource"] for entry in json.loads(answer.content).get("entry", [])]


def test_free_slots_are_computed(desk, organization, osei, service, dana_patient, bob, act, site):
    schedule = schedule_of(organization)
    path = f"/Slot?schedule=Schedule/{schedule.id}&{span()}&status=free&service-type={service.id}"

    slots = desk.found(path)

    assert [each["start"] for each in slots] == [
        at(9 + n // 3, 20 * (n % 3)).astimezone(MONDAY.tzinfo).isoformat() for n in range(9)
    ]
    assert {each["schedule"]["reference"] for each in slots} == {f"Schedule/{schedule.id}"}
    assert slots == desk.found(path)
    first = slots[0]
    assert json.loads(desk.get(f"/Slot/{first['id']}").content) == first
    body = parameters(
        appointment_reference=f"Appointment/{first['id']}", patient_reference=f"Patient/{dana_patient.id}"
    )
    the_one(desk.post("/Appointment/$book", body))
    assert json.loads(desk.get(f"/Slot/{first['id']}").content)["status"] == "busy"
    assert desk.found(path) == slots[1:]
    assert desk.found(path.replace("status=free", "status=busy")) == []
    assert len(events(organization, "R", "scheduling_schedule")) == 6


@pytest.mark.parametrize(
    "more", ["&start=whenever", "&specialty=x", "&service-type=nothing", "&start=ge2027-13-01"]
)
def test_a_search_that_cannot_be_read_is_refused(desk, organization, osei, more):
    schedule = schedule_of(organization)
    assert desk.get(f"/Slot?schedule=Schedule/{schedule.id}{more}").status_code == 400


@pytest.mark.parametrize("key", ["s.", "s." + "A" * 48, "s." + "é" * 48, "s." + "-" * 48, "s.x"])
def test_an_id_that_names_no_slot_is_not_here(desk, osei, key):
    assert desk.get(f"/Slot/{key}").status_code == 404


def test_a_stranger_sees_no_calendar(api_of, charlie, organization, osei, service, desk):
    schedule = schedule_of(organization)
    theirs = api_of(charlie)
    assert theirs.found(f"/Slot?schedule=Schedule/{schedule.id}") == []
    slot = desk.found(f"/Slot?schedule=Schedule/{schedule.id}&{span()}")[0]
    assert theirs.get(f"/Slot/{slot['id']}").status_code == 404


def test_found_held_and_booked(desk, organization, osei, service, dana_patient, site):
    proposed = found(desk, service)
    assert [each["status"] for each in proposed] == ["proposed"] * 9
    assert rows(organization, Appointment) == []
    whose = {"patient_reference": f"Patient/{dana_patient.id}"}
    reference = f"Appointment/{proposed[0]['id']}"

    held = the_one(desk.post("/Appointment/$hold", parameters(appointment_reference=reference, **whose)))
    assert (held["status"], held["start"]) == ("pending", proposed[0]["start"])
    assert proposed[0]["id"] not in [each["id"] for each in found(desk, service)]
    body = parameters(appointment_reference=f"Appointment/{held['id']}", comment="Cough")
    booked = the_one(desk.post("/Appointment/$book", body))

    assert (booked["id"], booked["status"], booked["description"]) == (held["id"], "booked", "Cough")
    assert announced(organization) == ["AppointmentBooked"]
    before = state(organization)
    again = desk.post("/Appointment/$book", parameters(appointment_reference=reference, **whose))
    assert refusal(again)[:2] == (409, "slot-taken")
    assert state(organization) == before


def test_sent_again_with_its_key_it_is_done_once(desk, organization, osei, service, dana_patient):
    reference = f"Appointment/{found(desk, service)[0]['id']}"
    whose = {"patient_reference": f"Patient/{dana_patient.id}"}
    body = parameters(appointment_reference=reference, **whose)
    answers = [desk.post("/Appointment/$book", body, HTTP_IDEMPOTENCY_KEY="once") for _time in range(2)]

    assert the_one(answers[0]) == the_one(answers[1])
    assert len(rows(organization, Appointment)) == 1


def test_a_patient_books_what_patients_book(patients_own, organization, osei, offered, dana_patient):
    proposed = found(patients_own, offered)
    assert len(proposed) == 6  # from two hours ahead
    body = parameters(appointment_reference=f"Appointment/{proposed[0]['id']}")

    booked = the_one(patients_own.post("/Appointment/$book", body))

    assert booked["status"] == "booked"
    assert [row.patient_id for row in rows(organization, Appointment)] == [dana_patient.id]


def test_what_patients_only_ask_for_they_do_not_find(patients_own, organization, osei, service):
    body = parameters(visit_type=str(service.id))
    body["parameter"] += [
        {"name": "start", "valueDateTime": at(9).isoformat()},
        {"name": "end", "valueDateTime": at(12).isoformat()},
    ]
    assert refusal(patients_own.post("/Appointment/$find", body))[:2] == (422, "not-online")


def test_a_patient_books_for_nobody_else(patients_own, organization, osei, offered):
    other = new_patient(organization, given="Eve")
    proposed = found(patients_own, offered)
    body = parameters(
        appointment_reference=f"Appointment/{proposed[0]['id']}", patient_reference=f"Patient/{other.id}"
    )
    the_one(patients_own.post("/Appointment/$book", body))
    assert other.id not in [row.patient_id for row in rows(organization, Appointment)]


def test_a_patient_rewrites_nothing_but_the_time(
    patients_own, act, bob, organization, osei, offered, slot, dana_patient
):
    with act(bob):
        made = book_appointment(dana_patient, slot=slot(9, day=3), service=offered, reason="Knee", actor=bob)
    stored = json.loads(patients_own.get(f"/Appointment/{made.id}").content)
    before = state(organization)

    same = patients_own.put(
        f"/Appointment/{made.id}", {**stored, "description": "Back"}, HTTP_IF_MATCH='W/"1"'
    )

    assert same.status_code == 403
    assert state(organization) == before
    later = {"start": at(10, day=3).isoformat(), "end": at(10, 20, day=3).isoformat(), "description": "Back"}
    moved = patients_own.put(f"/Appointment/{made.id}", {**stored, **later}, HTTP_IF_MATCH='W/"1"')
    assert moved.status_code == 200, moved.content
    [row] = rows(organization, Appointment)
    assert (row.starts_at, row.reason, row.patient_moves) == (at(10, day=3), "Knee", 1)


@pytest.fixture
def booked(act, bob, service, slot, dana_patient):
    with act(bob):
        return book_appointment(dana_patient, slot=slot(9, day=3), service=service, actor=bob)


def test_cancelled_with_its_version(desk, organization, booked):
    path = f"/Appointment/{booked.id}/$cancel"
    before = state(organization)
    assert desk.post(path, parameters(comment="Ill"), HTTP_IF_MATCH='W/"7"').status_code == 412
    assert state(organization) == before

    done = the_one(desk.post(path, parameters(comment="Ill"), HTTP_IF_MATCH='W/"1"'))

    assert (done["status"], done["cancelationReason"]) == ("cancelled", {"text": "Ill"})


def test_strangers_cancel_nothing(api_of, charlie, lena, organization, booked):
    before = state(organization)
    path = f"/Appointment/{booked.id}/$cancel"
    assert api_of(charlie).post(path, parameters(comment="x")).status_code == 404
    assert api_of(lena).post(path, parameters(comment="x")).status_code == 403
    assert state(organization) == before


def response(appointment, patient, status):
    return {
        "resourceType": "AppointmentResponse",
        "appointment": {"reference": f"Appointment/{appointment.id}"},
        "actor": {"reference": f"Patient/{patient.id}"},
        "participantStatus": status,
    }


@pytest.mark.parametrize(("answer", "status"), [("accepted", "booked"), ("declined", "cancelled")])
def test_an_answer_is_done_and_kept(patients_own, organization, booked, dana_patient, answer, status):
    made = patients_own.post("/AppointmentResponse", response(booked, dana_patient, answer))

    assert made.status_code == 201, made.content
    [row] = rows(organization, Appointment)
    assert (row.status, row.is_confirmed) == (status, answer == "accepted")
    [kept] = rows(organization, StoredResource)
    assert (kept.resource_type, kept.patient_id) == ("AppointmentResponse", dana_patient.id)


def test_answers_of_others_are_refused(patients_own, api_of, charlie, organization, booked, dana_patient):
    other = new_patient(organization, given="Eve")
    before = state(organization)

    assert patients_own.post("/AppointmentResponse", response(booked, other, "declined")).status_code == 422
    assert (
        patients_own.post("/AppointmentResponse", response(booked, dana_patient, "tentative")).status_code
        == 422
    )
    theirs = api_of(charlie).post("/AppointmentResponse", response(booked, dana_patient, "declined"))
    assert theirs.status_code == 422
    assert state(organization) == before


def test_the_capability_statement_tells_them(desk):
    [rest] = json.loads(desk.get("/metadata").content)["rest"]
    told = {each["type"]: each for each in rest["resource"]}
    assert [each["name"] for each in told["Appointment"]["operation"]] == ["find", "hold", "book", "cancel"]
    assert "Slot?schedule=" in told["Slot"]["documentation"]
