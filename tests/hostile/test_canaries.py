"""No patient data outside the record: distinctive values go through, then we look where it lasts (A33)."""

import io
import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core import mail
from django.db import connections
from django.test import Client
from django.utils.module_loading import import_string
from granian.log import LogLevels

from osler.clinic.communication.models import Notice
from osler.clinic.communication.threads import open_thread
from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import Actor
from osler.foundation.access.roles import Role
from osler.foundation.accounts.models import User
from osler.foundation.accounts.tokens import issue_token
from osler.foundation.audit.context import acting
from osler.interop.gateways.mail import send_notices
from osler.kernel.discretion import told
from osler.kernel.keys import uuid7
from osler.ops.management.commands.web import OPTIONS
from osler.ops.supervisor.cluster import ADMIN, SETTINGS
from tests.conftest import Clinic, new_actor, new_patient, new_portal_actor, signed_in
from tests.databases import CLUSTER
from tests.foundation.jobs.running import free_port, running
from tests.interop.fhir.conftest import height

STEM = "zqcanary"
BROKEN = f"""
ALTER TABLE patients_patient ADD CONSTRAINT unliked CHECK (family NOT ILIKE '{STEM}broken%') NOT VALID;
ALTER TABLE communication_notice ADD CONSTRAINT no_notice
    CHECK (to_address NOT ILIKE '{STEM}broken%') NOT VALID;
CREATE FUNCTION complain() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'who is %?', NEW.subject; END $$;
CREATE TRIGGER complain BEFORE INSERT ON communication_thread FOR EACH ROW
    WHEN (NEW.subject ILIKE '{STEM}broken%')
    EXECUTE FUNCTION complain();
CREATE FUNCTION complain_of_flag() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM NEW.text::date; RETURN NEW; END $$;
CREATE TRIGGER complain BEFORE INSERT ON patients_flag FOR EACH ROW EXECUTE FUNCTION complain_of_flag();
"""
LASTING = {
    "jobs": "SELECT to_jsonb(j)::text FROM procrastinate_jobs j",
    "events of jobs": "SELECT to_jsonb(e)::text FROM procrastinate_events e",
    "news": "SELECT to_jsonb(o)::text FROM jobs_outboxevent o",
    "keys": "SELECT to_jsonb(k)::text FROM jobs_idempotencykey k",
    "notices": "SELECT (to_jsonb(n) - 'to_address')::text FROM communication_notice n",
    "trail": "SELECT to_jsonb(e)::text FROM audit_event e",
    "sessions": "SELECT data FROM accounts_session",
}


def canary(what: str) -> str:
    return f"Zqcanary{what}"


@contextmanager
def log_as_in_production() -> Iterator[io.StringIO]:
    """What our settings would write to standard error."""
    stream, given = io.StringIO(), dict(settings.LOGGING["formatters"]["plain"])
    handler = logging.StreamHandler(stream)
    handler.setFormatter(import_string(given["()"])(given["format"]))
    logging.getLogger().addHandler(handler)
    try:
        yield stream
    finally:
        logging.getLogger().removeHandler(handler)


@pytest.fixture
def house(live_clinic: Clinic) -> Clinic:
    """A clinic whose database refuses some of what it is given, quoting it."""
    with psycopg.connect(CLUSTER.dsn(ADMIN, live_clinic.name), autocommit=True) as superuser:
        superuser.execute(BROKEN)
    return live_clinic


def registering(desk: Client) -> list[int]:
    """A patient is registered, one is refused by the form, one by the database; all are searched for."""
    given = {
        "given": canary("given"),
        "family": canary("family"),
        "birth_date": "7/14/45",
        "gender": "female",
        "phone": "(212) 555-0142",
        "email": f"{STEM}mail@home.test",
        "line": canary("street"),
        "contact_name": canary("contact"),
        "contact_relationship": "SPS",
        "idempotency_key": str(uuid7()),
    }
    answers = [
        desk.post("/patients/new/", given),
        desk.post("/patients/new/", given),
        desk.post("/patients/new/", {**given, "idempotency_key": "", "birth_date": canary("date")}),
        desk.post("/patients/new/", {**given, "idempotency_key": "", "family": canary("broken")}),
        desk.post("/patients/new/", {**given, "idempotency_key": "", "family": canary("long") * 60}),
        desk.get("/patients/new/", {"q": canary("typed")}),
        desk.get("/patients/", {"q": canary("family")}),
        desk.get("/search/", {"q": canary("family")}),
        desk.get(f"/patients/{canary('path')}/"),
    ]
    return [answer.status_code for answer in answers]


def searching(officer: Client) -> list[int]:
    return [officer.get("/privacy/", {"q": canary("family"), "from": canary("day")}).status_code]


def writing(portal: Client, doctor: Client, patient: Patient) -> list[int]:
    """Messages from the patient, one of which breaks the server; a flag that breaks it as well."""
    said = {"subject": canary("subject"), "body": canary("body")}
    answers = [
        portal.post("/portal/messages/new/", said),
        portal.post("/portal/messages/new/", {**said, "subject": canary("broken")}),
        doctor.post(f"/patients/{patient.id}/flags/", {"text": canary("flag")}),
        doctor.post("/inbox/threads/new/", {**said, "patient": str(patient.id)}),
    ]
    return [answer.status_code for answer in answers]


def speaking_fhir(token: str, patient: Patient) -> list[int]:
    """Creates that are taken, refused by us, refused by the database; searches by name."""
    client, statuses = Client(raise_request_exception=False), []
    told_by = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    person = {
        "resourceType": "Patient",
        "name": [{"family": canary("fhir"), "given": [canary("fhirgiven")]}],
        "birthDate": "1945-07-14",
        "gender": "female",
    }
    bodies: list[Any] = [
        person,
        {**person, "birthDate": canary("birth")},
        {**person, canary("element"): canary("value")},
        {**person, "name": [{"family": canary("broken"), "given": ["x"]}]},
        {"resourceType": "Observation", "status": canary("status"), "code": {"text": canary("code")}},
        height(patient.id, valueString=canary("finding")),
        {
            "resourceType": "Flag",
            "status": "active",
            "code": {"text": canary("fhirflag")},
            "subject": {"reference": f"Patient/{patient.id}"},
        },
    ]
    for body in bodies:
        answer = client.post(
            f"/fhir/R4/{body['resourceType']}",
            json.dumps(body),
            content_type="application/fhir+json",
            HTTP_IDEMPOTENCY_KEY=str(uuid7()),
            **told_by,
        )
        statuses.append(answer.status_code)
    for address in (f"Patient?name={STEM}", f"Patient?birthdate={STEM}", f"Patient/{STEM}"):
        statuses.append(client.get(f"/fhir/R4/{address}", **told_by).status_code)
    return statuses


def signing_in() -> list[int]:
    client = Client(raise_request_exception=False)
    given = {"login": f"{STEM}login@home.test", "password": canary("password")}
    return [client.post("/", given).status_code, client.post("/accounts/login/", given).status_code]


def working(clinic: Clinic) -> str:
    """The worker tells the news, some of which it cannot, and mail goes out; its log."""
    port = free_port()
    with (
        running("worker", clinic.name, port) as log,
        psycopg.connect(CLUSTER.dsn(ADMIN, clinic.name)) as watch,
    ):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            watch.rollback()
            waiting = watch.execute(
                "SELECT count(*) FROM jobs_outboxevent WHERE delivered_at IS NULL AND attempts < 1"
            ).fetchone()
            if waiting == (0,):
                break
            time.sleep(0.2)
        assert waiting == (0,)
        return log.read_text(errors="replace")


def a_mail_to(patient: Patient, doctor: Actor) -> None:
    with acting(doctor):
        open_thread(patient, subject=canary("answer"), body=canary("answerbody"), actor=doctor)


def mail_again(clinic: Clinic, actor: Actor) -> None:
    """The worker has tried, and perhaps found no mail server: try now, not when it is due."""
    with acting(actor):
        Notice.objects.update(next_try_at=None)
    send_notices(clinic.organization.id)


def test_nothing_that_lasts_outside_the_record_holds_a_patients_words(house: Clinic, capfd: Any) -> None:
    patient = new_patient(
        house.organization, family=canary("dana"), email=f"{STEM}dana@home.test", contact_by="email"
    )
    unlucky = new_patient(
        house.organization, family=canary("dora"), email=f"{STEM}broken@home.test", contact_by="email"
    )
    doctor = new_actor(house.organization, Role.PHYSICIAN, "Alice Bell", practitioner=True)
    desk = new_actor(house.organization, Role.RECEPTION, "Bob Diaz")
    officer = new_actor(house.organization, Role.PRIVACY, "Petra Hill")
    portal = new_portal_actor(patient, "Dana Rivera")
    users = [User.objects.get(pk=one.user_id) for one in (doctor, desk)]
    tokens = [issue_token(user, scope="user/*.cruds") for user in users]
    clients = [
        signed_in(Client(raise_request_exception=False), one) for one in (desk, officer, portal, doctor)
    ]
    log_begins = CLUSTER.log.stat().st_size

    with log_as_in_production() as log:
        statuses = registering(clients[0]) + searching(clients[1]) + writing(clients[2], clients[3], patient)
        for token in tokens:
            statuses += speaking_fhir(token, patient)
        statuses += signing_in()
        a_mail_to(patient, doctor)
        a_mail_to(unlucky, doctor)
        worker_log = working(house)
        mail_again(house, doctor)

    found = {
        "our log": log.getvalue(),
        "the worker's log": worker_log,
        "standard output": "".join(capfd.readouterr()),
        "mail": "".join(f"{one.subject}\n{one.body}" for one in mail.outbox),
    }
    with CLUSTER.log.open(errors="replace") as postgresql:
        postgresql.seek(log_begins)
        found["the log of PostgreSQL"] = postgresql.read()
    with psycopg.connect(CLUSTER.dsn(ADMIN, house.name)) as superuser:
        for what, question in LASTING.items():
            found[what] = "\n".join(str(text) for (text,) in superuser.execute(question))
    connections.close_all()

    assert {200, 302, 201, 400, 404, 409, 422, 500} <= set(statuses), statuses
    assert "(22007)" in found["our log"]  # the errors that quote did happen
    assert "no_notice" in found["news"]
    assert found["mail"].count("Please sign in to read it:") >= 1
    held = [
        (what, line) for what, text in found.items() for line in text.splitlines() if STEM in line.lower()
    ]
    assert held == []


def test_postgresql_is_told_to_keep_errors_to_itself(db: None) -> None:
    with connections["default"].cursor() as cursor:
        for name in [name for name in SETTINGS if name.startswith("log_")]:
            cursor.execute("SELECT current_setting(%s)", [name])
            assert cursor.fetchone() == (SETTINGS[name],), f"{name}: restart the test cluster"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("invalid date: Smith"), "ValueError"),
        (KeyError("Smith"), "KeyError"),
        (AttributeError("no attribute 'pk'"), "AttributeError: no attribute 'pk'"),
        (FileNotFoundError(2, "No such file", "/home/smith"), "FileNotFoundError: No such file"),
    ],
)
def test_an_error_is_told_without_what_it_quotes(error: Exception, words: str) -> None:
    assert told(error) == words


def test_the_web_processes_write_no_access_log() -> None:
    assert OPTIONS["log_access"] is False
    assert OPTIONS["log_level"] == LogLevels.warning
