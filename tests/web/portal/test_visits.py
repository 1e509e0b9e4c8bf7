"""Visits: asked for, to come, cancelled, past."""

import html
import re
from datetime import timedelta

import pytest
import time_machine

from osler.clinic.records.models import ClinicalNote
from osler.clinic.scheduling.appointments.booking import cancel_appointment, reinstate_appointment
from osler.clinic.scheduling.models import Appointment, Schedule
from osler.foundation.directory.models import Location, Organization, Practitioner
from osler.foundation.jobs.models import OutboxEvent
from osler.foundation.jobs.outbox import SystemActor
from osler.foundation.ui.dates import plain_date
from osler.kernel import clock
from tests.conftest import new_patient, new_portal_actor


@pytest.fixture
def stored(act, organization):
    def read() -> list[Appointment]:
        with act(SystemActor(organization.id)):
            return list(Appointment.objects.order_by("id"))

    return read


def test_asking_for_a_visit(portal_of, dana, service, stored, page, home):
    client = portal_of(dana)
    assert "Kind of visit" in page("visits/ask/")
    data = {"service": service.id, "reason": "A cough", "wishes": "Mornings"}
    answer = client.post("visits/ask/", data)
    assert (answer.status_code, answer.url) == (302, f"{home}visits/")
    (asked,) = stored()
    assert (asked.status, asked.reason, asked.wishes) == ("proposed", "A cough", "Mornings")
    assert asked.patient_id == dana.patient_id
    text = page("visits/")
    assert "A cough · Mornings" in text
    assert "Take back" in text

    again = client.post("visits/ask/", data)
    assert again.status_code == 422
    assert "A cough" in again.content.decode()
    assert len(stored()) == 1


@pytest.mark.parametrize("lacking", ["service", "reason"])
def test_an_incomplete_request_is_refused_with_the_words_kept(portal_of, dana, service, stored, lacking):
    data = {"service": service.id, "reason": "A cough", "wishes": "Mornings"} | {lacking: ""}
    answer = portal_of(dana).post("visits/ask/", data)
    assert answer.status_code == 422
    assert "Mornings" in answer.content.decode()
    assert stored() == []


def test_only_what_may_be_asked_for_online_is_offered(act, organization, page, service):
    with act(SystemActor(organization.id)):
        service.online_booking = False
        service.save()
    assert "Office visit" not in page("visits/ask/")


@pytest.fixture
def calendar(act, organization, alice) -> Practitioner:
    """Alice keeps a calendar; another clinician keeps none, a third has left."""
    with act(SystemActor(organization.id)):
        doctor = Practitioner.objects.get(id=alice.practitioner_id)
        site = Location.objects.create(name="Main Street", form="si", zone="America/New_York")
        left = Practitioner.objects.create(given="Gone", family="Away", active=False)
        Practitioner.objects.create(given="No", family="Calendar")
        for one in (doctor, left):
            Schedule.objects.create(practitioner=one, location=site)
    return doctor


def test_one_asks_for_a_clinician_or_for_whoever_has_time(portal_of, dana, service, calendar, stored, page):
    text = page("visits/ask/")
    assert "Whoever has time first" in text
    assert ">Alice Bell</option>" in text
    assert "Calendar</option>" not in text
    assert "Away</option>" not in text
    data = {"service": service.id, "reason": "A cough", "practitioner": calendar.id}
    assert portal_of(dana).post("visits/ask/", data).status_code == 302
    assert stored()[0].practitioner_id == calendar.id
    assert "Alice Bell · A cough" in page("visits/")


def test_nobody_asks_for_who_keeps_no_calendar(act, organization, portal_of, dana, service, stored):
    with act(SystemActor(organization.id)):
        other = Practitioner.objects.create(given="No", family="Calendar")
    data = {"service": service.id, "reason": "A cough", "practitioner": other.id}
    assert portal_of(dana).post("visits/ask/", data).status_code == 422
    assert stored() == []


def test_a_visit_that_was_moved_meanwhile_is_not_cancelled_unseen(portal_of, dana, booked, stored):
    appointment = booked(48)
    data = {"version": appointment.version + 1}
    assert portal_of(dana).post(f"visits/{appointment.id}/cancel/", data).status_code == 412
    assert stored()[0].status == "booked"


def test_cancelling_asks_once_then_does_it(portal_of, dana, booked, stored, page, home):
    appointment = booked(48)
    address = f"visits/{appointment.id}/cancel/"
    assert plain_date(appointment.starts_at, appointment.zone) in page(address)
    answer = portal_of(dana).post(address, {"reason": "Better", "version": appointment.version})
    assert (answer.status_code, answer.url) == (302, f"{home}visits/")
    (found,) = stored()
    assert (found.status, found.cancellation_reason) == ("cancelled", "Better")
    assert OutboxEvent.objects.filter(name="AppointmentCancelled").count() == 1


def test_a_visit_of_the_next_day_is_cancelled_by_phone_only(portal_of, dana, booked, stored):
    appointment = booked(23)
    answer = portal_of(dana).post(f"visits/{appointment.id}/cancel/", {"version": appointment.version})
    assert answer.status_code == 422
    assert stored()[0].status == "booked"


def test_cancelling_twice_is_refused(act, portal_of, dana, booked, stored):
    appointment = booked(48)
    client = portal_of(dana)
    answers = [client.post(f"visits/{appointment.id}/cancel/", {"version": seen}) for seen in (1, 1, 2)]
    assert [answer.status_code for answer in answers] == [302, 412, 409]
    with act(SystemActor(dana.organization_id)):
        assert OutboxEvent.objects.filter(name="AppointmentCancelled").count() == 1


UNDO = re.compile(r'action="(/portal/[^"]+/keep/[^"]*)"')


@pytest.fixture
def cancelled(portal_of, dana, booked, home):
    """A visit that Dana has cancelled, her browser, and where its Undo goes."""
    visit, client = booked(48), portal_of(dana)
    client.post(f"visits/{visit.id}/cancel/", {"reason": "Better", "version": visit.version})
    found = UNDO.search(client.get("visits/").content.decode())
    return visit, client, html.unescape(found[1]).removeprefix(home)


def test_a_cancellation_is_taken_back_within_minutes(cancelled, stored):
    visit, client, undo = cancelled
    assert client.post(undo).status_code == 302

    (found,) = stored()
    assert (found.status, found.cancellation_reason) == ("booked", "")
    assert (found.starts_at, found.practitioner_id) == (visit.starts_at, visit.practitioner_id)
    assert "Your visit is booked again." in client.get("visits/").content.decode()
    assert OutboxEvent.objects.filter(name="AppointmentBooked").count() == 1


def test_what_somebody_else_has_by_now_stays_his(act, cancelled, stored):
    visit, client, undo = cancelled
    with act(SystemActor(visit.organization_id)):
        other = Appointment(
            patient=new_patient(Organization.objects.get()),
            practitioner_id=visit.practitioner_id,
            service=visit.service,
            period=visit.period,
            zone=visit.zone,
        )
        other.save()
    assert client.post(undo).status_code == 302

    assert {one.id: one.status for one in stored()} == {visit.id: "cancelled", other.id: "booked"}
    assert "is-danger" in client.get("visits/").content.decode()


@pytest.mark.parametrize(
    "how", ["too late", "by the desk", "by another user", "seen before", "no cancellation"]
)
def test_only_ones_own_fresh_cancellation_is_taken_back(
    act, bob, dana_patient, cancelled, portal_of, stored, how
):
    visit, client, undo = cancelled
    with act(bob):
        row = Appointment.objects.get(pk=visit.pk)
        if how in ("by the desk", "no cancellation"):
            reinstate_appointment(row, actor=bob)
        if how == "by the desk":
            cancel_appointment(row, actor=bob)
    if how in ("by the desk", "no cancellation"):
        undo = f"visits/{visit.id}/keep/?patient={dana_patient.id}&version={row.version}"
    if how == "by another user":
        client = portal_of(new_portal_actor(dana_patient, "Her Mother", "parent"))
    if how == "seen before":
        undo = undo.replace(f"version={row.version}", "version=1")
    before = [(one.status, one.version) for one in stored()]

    with time_machine.travel(clock.now() + timedelta(minutes=11 if how == "too late" else 1)):
        client.post(undo)

    assert [(one.status, one.version) for one in stored()] == before


def test_a_past_visit_tells_what_was_found_and_agreed(page, signed, home):
    assert f"{home}visits/past/{signed.id}/" in page("visits/")
    text = page(f"visits/past/{signed.id}/")
    assert "Essential (primary) hypertension" in text
    assert "Pressure is fine" in text
    assert "Walk daily" in text
    assert "For colleagues only" not in text


def test_a_visit_that_goes_on_is_not_told_yet(act, alice, page, visit):
    with act(alice):
        ClinicalNote.objects.create(
            patient_id=visit.patient_id,
            encounter=visit,
            author_id=alice.practitioner_id,
            assessment="A first thought",
        )
    assert "Your visits will be listed here." in page("visits/")
    page(f"visits/past/{visit.id}/", status=404)


def test_a_proxy_cancels_for_the_patient(portal_of, dora, booked, stored):
    appointment = booked(48)
    portal_of(dora).post(f"visits/{appointment.id}/cancel/", {"version": appointment.version})
    assert stored()[0].status == "cancelled"


def test_strangers_visits_are_not_there(organization, portal_of, booked, signed):
    appointment = booked(48)
    ann = new_portal_actor(new_patient(organization, given="Ann", family="Other"), "Ann Other")
    client = portal_of(ann)
    assert client.get(f"visits/past/{signed.id}/").status_code == 404
    assert client.get(f"visits/{appointment.id}/cancel/").status_code == 404
    assert (
        client.post(f"visits/{appointment.id}/cancel/", {"version": appointment.version}).status_code == 404
    )
    text = client.get("visits/").content.decode()
    assert str(appointment.id) not in text
    assert str(signed.id) not in text
