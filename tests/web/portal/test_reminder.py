"""The page behind a reminder's link: nothing of the patient, nothing done by looking, nothing to find out."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from osler.clinic.communication.models import Notice, OptOut, PatientReply
from osler.clinic.communication.reminding.links import VISITS, link_of
from osler.clinic.scheduling.models import Appointment
from osler.foundation.audit.models import AuditEvent
from osler.foundation.directory.models import HealthcareService
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel.keys import uuid7
from osler.web.portal.reminder import WRONG
from tests.clinic.communication.reminding.conftest import (  # noqa: F401  fixtures
    START,
    booked,
    ladder,
    patient,
    texts,
    tick,
)


@pytest.fixture(autouse=True)
def two_days_before():
    with time_machine.travel(START - timedelta(hours=46), tick=False):
        yield


@pytest.fixture
def visit(act, organization, ladder, booked, tick) -> Appointment:  # noqa: F811
    visit = booked()
    with act(SystemActor(organization.id)):
        visit.service = HealthcareService.objects.create(name="Oncology follow-up")
        visit.reason = "chemotherapy"
        visit.save()
    tick(START - timedelta(hours=48))
    return visit


@pytest.fixture
def link(act, organization, visit) -> str:
    with act(SystemActor(organization.id)):
        return "/" + link_of(Notice.objects.get()).split("/", 3)[3]


@pytest.fixture
def state(act, organization):
    def now() -> tuple[object, ...]:
        with act(SystemActor(organization.id)):
            one = Appointment.objects.get()
            replies = list(PatientReply.objects.order_by("id").values_list("wish", "status"))
            return one.status, one.confirmed_by, replies, OptOut.objects.filter(ended_at=None).count()

    return now


UNTOUCHED = ("booked", "", [], 0)


def test_it_shows_day_time_and_place_and_nothing_of_the_patient(act, adam, link, patient) -> None:  # noqa: F811
    answer = Client().get(link)
    page = answer.content.decode()

    assert answer.status_code == 200
    for shown in ("Wednesday, March 10, 2027", "2 p.m.", "Test Clinic", "Main Street"):
        assert shown in page
    for private in ("Dana", "Rivera", patient.mrn, "1980", "Oncology", "chemotherapy", "home.test", "0142"):
        assert private not in page
    assert (
        answer["Referrer-Policy"] == "same-origin"
    )  # stricter, and browsers would send no origin with the form
    assert "no-store" in answer["Cache-Control"]
    with act(adam):
        seen = AuditEvent.objects.filter(action="R", entity="scheduling_appointment", patient_id=patient.id)
        assert [event.actor_role for event in seen] == ["patient"]


def test_looking_changes_nothing(link, state) -> None:
    for _again in range(3):
        Client().get(link)
        Client().head(link)

    assert state() == UNTOUCHED


@pytest.mark.parametrize(
    ("wish", "after"),
    [
        ("confirm", ("booked", "link", [("confirm", "done")], 0)),
        ("cancel", ("cancelled", "", [("cancel", "done")], 0)),
        ("call", ("booked", "", [("call", "open")], 0)),
        ("stop", ("booked", "", [("stop", "done")], 1)),
        ("other", UNTOUCHED),
        ("", UNTOUCHED),
        ("confirm'--", UNTOUCHED),
    ],
)
def test_a_button_does_what_it_says_once(link, state, wish, after) -> None:
    for _again in range(2):
        answer = Client().post(link, {"answer": wish})
        assert answer.status_code in (200, 302, 404 if wish == "cancel" else 302)
    assert state() == after


def test_no_form_of_another_site_answers(link, state) -> None:
    assert Client(enforce_csrf_checks=True).post(link, {"answer": "confirm"}).status_code == 403
    assert state() == UNTOUCHED


def test_what_is_over_moved_and_never_made_looks_alike(act, organization, visit, link, state) -> None:
    never = f"/v/{VISITS.token_of(organization.id, uuid7())}/"
    strange = "/v/" + "A" * 35 + "/"
    with act(SystemActor(organization.id)):
        Appointment.objects.update(status="cancelled")
    pages = {
        re.sub(r'name="csrf" content="\w+"', "", Client().get(address).content.decode())
        for address in (link, never, strange, "/v/x/")
    }
    answers = [
        Client().post(address, {"answer": "confirm"}).status_code for address in (link, never, strange)
    ]

    assert (len(pages), answers) == (1, [404, 404, 404])
    assert state()[1:] == ("", [], 0)


def test_guesses_are_counted(link) -> None:
    for _guess in range(WRONG.tries):
        assert Client().get("/v/" + "A" * 35 + "/").status_code == 404
    assert Client().get("/v/" + "A" * 35 + "/").status_code == 429
    assert Client().get(link).status_code == 200


def test_it_speaks_the_language_of_the_reader(act, organization, link) -> None:
    with act(SystemActor(organization.id)):
        Notice.objects.update(language="es")
    page = Client().get(link).content.decode()

    assert "Su cita" in page
    assert "14:00" in page


def test_less_than_a_day_before_it_asks_to_call(link, state) -> None:
    with time_machine.travel(START - timedelta(hours=20), tick=False):
        Client().post(link, {"answer": "cancel"})
        page = Client().get(link).content.decode()
    assert "It is too late to cancel here" in page
    assert state() == ("booked", "", [("cancel", "open")], 0)


def test_after_the_visit_has_begun_it_is_over(link, state) -> None:
    with time_machine.travel(START + timedelta(minutes=1), tick=False):
        assert Client().post(link, {"answer": "confirm"}).status_code == 404
    assert state() == UNTOUCHED
