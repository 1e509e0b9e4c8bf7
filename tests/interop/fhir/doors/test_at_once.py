"""Many callers at the same moment, on connections of their own."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta

from django.db import connections

from osler.clinic.records.models import Observation
from osler.clinic.scheduling.models import Appointment, Schedule, WeeklyHours
from osler.foundation.access.roles import Role
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import Location, Practitioner
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel import clock
from tests.conftest import new_actor, new_patient
from tests.interop.fhir.conftest import Api, height, rows
from tests.interop.fhir.deeds import announced

CALLERS = 12


def all_at_once(work, count):
    """Run `work(n)` on threads that start together."""
    start = threading.Barrier(CALLERS)

    def one(number):
        if number < CALLERS:
            start.wait(timeout=20)
        try:
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CALLERS) as pool:
        return list(pool.map(one, range(count)))


def test_the_same_conditional_create_makes_one(live_tenant):
    api = Api(new_actor(live_tenant.organization, Role.PHYSICIAN, "Alice Bell", practitioner=True))
    patient = new_patient(live_tenant.organization)
    body = height(patient.id, identifier=[{"system": "urn:x", "value": "1"}])

    answers = all_at_once(
        lambda _: api.post("/Observation", body, HTTP_IF_NONE_EXIST="identifier=urn:x|1").status_code, 36
    )

    assert sorted(answers) == [200] * 35 + [201]
    assert len(rows(live_tenant.organization, Observation)) == 1


def test_no_acknowledged_edit_is_lost(live_tenant):
    api = Api(new_actor(live_tenant.organization, Role.PHYSICIAN, "Alice Bell", practitioner=True))
    patient = new_patient(live_tenant.organization)
    made = json.loads(api.post("/Observation", height(patient.id)).content)
    path = f"/Observation/{made['id']}"

    def edit(number):
        seen = api.get(path)
        text = {**json.loads(seen.content), "valueString": f"edit {number}"}
        answer = api.put(path, text, HTTP_IF_MATCH=seen["ETag"])
        return answer.status_code, f"edit {number}"

    answers = all_at_once(edit, 60)

    taken = [text for status, text in answers if status == 200]
    assert {status for status, _ in answers} <= {200, 412}
    history = json.loads(api.get(f"{path}/_history").content)["entry"]
    kept = [entry["resource"].get("valueString") for entry in history]
    versions = [int(entry["resource"]["meta"]["versionId"]) for entry in history]
    assert versions == list(range(len(taken) + 1, 0, -1))
    assert sorted(each for each in kept if each) == sorted(taken)


def test_reads_travel_with_their_event_and_leave_no_context_behind(live_tenant):
    here, there = live_tenant.organization, None
    from tests.conftest import new_organization

    there = new_organization("Other Clinic")
    apis = [Api(new_actor(each, Role.PHYSICIAN, "Ann Holt", practitioner=True)) for each in (here, there)]
    patients = [new_patient(each) for each in (here, there)]

    def read(number):
        mine, foreign = patients[number % 2], patients[1 - number % 2]
        api = apis[number % 2]
        return api.get(f"/Patient/{mine.id}").status_code, api.get(f"/Patient/{foreign.id}").status_code

    assert set(all_at_once(read, 200)) == {(200, 404)}
    with acting(SystemActor(here.id)):
        from osler.foundation.audit.models import AuditEvent

        assert AuditEvent.objects.filter(action="R", entity="patients_patient").count() == 100
    connections.close_all()


def test_fifty_book_one_time_and_one_has_it(live_tenant):
    organization = live_tenant.organization
    api = Api(new_actor(organization, Role.RECEPTION, "Bob Diaz"))
    start = (clock.now() + timedelta(days=7)).replace(hour=15, minute=0, second=0, microsecond=0)
    with acting(SystemActor(organization.id)):
        site = Location.objects.create(name="Main Street", zone="UTC")
        practitioner = Practitioner.objects.create(given="Ada", family="Osei")
        schedule = Schedule.objects.create(practitioner=practitioner, location=site)
        for weekday in range(7):
            hours = {"starts": time(9), "ends": time(17), "valid_period": (date(2020, 1, 1), None)}
            WeeklyHours.objects.create(schedule=schedule, weekday=weekday, **hours)
    patients = [new_patient(organization) for _ in range(50)]

    def book(number):
        actors = [f"Patient/{patients[number].id}", f"Practitioner/{practitioner.id}", f"Location/{site.id}"]
        body = {
            "resourceType": "Appointment",
            "status": "booked",
            "start": start.isoformat(),
            "end": (start + timedelta(minutes=20)).isoformat(),
            "participant": [{"actor": {"reference": each}, "status": "accepted"} for each in actors],
        }
        return api.post("/Appointment", body).status_code

    answers = all_at_once(book, 50)

    assert sorted(answers) == [201] + [409] * 49
    assert len(rows(organization, Appointment)) == 1
    assert announced(organization) == ["AppointmentBooked"]
