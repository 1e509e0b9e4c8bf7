"""Texts that go out: each fate of the loopback, a provider over HTTP, and reminders that are true no more."""

import http.server
import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.test.utils import override_settings

from osler.clinic.communication.models import Notice
from osler.clinic.communication.reminding.ladders import begin_ladder
from osler.clinic.communication.reminding.opting_out import opt_out
from osler.clinic.communication.reminding.planning import queue_due_reminders
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.wall_time import set_period
from osler.foundation.jobs.outbox import SystemActor
from osler.interop.gateways.incoming import collect_texts, has_come_back
from osler.interop.gateways.loopback_phones import (
    DROPS,
    FAILS,
    HANGS_UP,
    LATE,
    PUTS_OFF,
    REFUSES,
    REPEATS,
    TWICE,
    LoopbackPhones,
)  # fmt: skip
from osler.interop.gateways.texts import HttpProvider, send_texts
from tests.conftest import new_patient

NOW = datetime(2027, 3, 8, 19, 0, tzinfo=UTC)


@pytest.fixture
def phones(tmp_path: Path):
    folder = tmp_path / "texts"
    with override_settings(SMS_URL="loopback", SMS_FOLDER=folder, SMS_SECRET="s"):
        yield LoopbackPhones(folder)


@pytest.fixture
def text(act, organization):
    def queue(number: str) -> Notice:
        with act(SystemActor(organization.id)):
            notice = Notice(
                effect_key=number, kind="x", channel="sms", to_address=number, subject="", body="Hello"
            )
            notice.save()
        return notice

    return queue


@pytest.fixture
def fate(act, organization):
    def of(notice: Notice) -> tuple[str, bool]:
        with act(SystemActor(organization.id)):
            row = Notice.objects.get(pk=notice.pk)
        return row.status, row.delivered_at is not None

    return of


@pytest.mark.parametrize(
    ("ending", "at_once", "later", "copies"),
    [
        ("0142", ("sent", False), ("sent", True), 1),
        (REFUSES, ("failed", False), ("failed", False), 0),
        (PUTS_OFF, ("queued", False), ("queued", False), 0),
        (HANGS_UP, ("unknown", False), ("sent", True), 1),  # the report of delivery settles the doubt
        (TWICE, ("sent", False), ("sent", True), 2),
        (DROPS, ("sent", False), ("sent", False), 1),
        (FAILS, ("sent", False), ("failed", False), 1),
        (REPEATS, ("sent", False), ("sent", True), 1),
        (LATE, ("sent", False), ("sent", False), 1),
    ],
)
def test_each_fate_of_a_text(organization, phones, text, fate, ending, at_once, later, copies) -> None:
    notice = text(f"+1413555{ending}")
    send_texts(organization.id)
    assert fate(notice) == at_once
    collect_texts()
    assert fate(notice) == later
    assert [one.text for one in phones.texts()] == ["Hello"] * copies
    assert send_texts(organization.id).sent == 0
    assert len(phones.texts()) == copies
    assert not has_come_back()


def test_a_key_that_is_known_is_not_taken_again(organization, phones, text) -> None:
    notice = text("+14135550142")
    for _again in range(3):
        phones.hand_over(notice)

    assert len(phones.texts()) == 1


def test_without_a_provider_texts_wait(organization, text, fate) -> None:
    notice = text("+14135550142")
    with override_settings(SMS_URL="", SMS_FOLDER=None):
        assert send_texts(organization.id).sent == 0
    assert fate(notice) == ("queued", False)


class Answer(http.server.BaseHTTPRequestHandler):
    """Answers as it is told, and keeps what it was given."""

    status, seen = 200, []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.path, self.headers["Authorization"], self.headers["Idempotency-Key"], body))
        if self.status == 0:
            self.connection.close()
            return
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address():
    server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    Answer.seen = []
    yield f"http://127.0.0.1:{server.server_port}/messages?v=1"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "after"),
    [
        (200, "taken"), (202, "taken"), (400, "impossible"), (401, "impossible"), (422, "impossible"),
        (429, "refused"), (503, "refused"), (500, "unknown"), (502, "unknown"), (0, "unknown"),
    ],
)  # fmt: skip
def test_what_a_provider_answers(organization, text, address, status, after) -> None:
    notice, Answer.status = text("+14135550142"), status
    with override_settings(SMS_TOKEN="t", SMS_FROM="+14135550100"):
        outcome = HttpProvider(address).hand_over(notice)
    assert outcome.fate.value == after
    [(path, token, key, body)] = Answer.seen
    assert (path, token, key) == ("/messages?v=1", "Bearer t", str(notice.id))
    assert json.loads(body) == {
        "to": "+14135550142", "from": "+14135550100", "text": "Hello", "reference": str(notice.id),
    }  # fmt: skip


def test_a_provider_that_is_not_there_has_taken_nothing(text) -> None:
    outcome = HttpProvider("http://127.0.0.1:9/").hand_over(text("+14135550142"))

    assert outcome.fate.value == "refused"


# Reminders that wait, and are true no more


@pytest.fixture
def waiting(act, organization, adam, site, phones):
    """A reminder that is queued, two days before its visit."""
    patient = new_patient(organization, contact_by="sms", phone="4135550142")
    with act(adam):
        begin_ladder(actor=adam)
    with act(SystemActor(organization.id)):
        visit = Appointment(patient=patient, location=site, status="booked")
        start = NOW + timedelta(hours=48)
        set_period(visit, start, end=start + timedelta(minutes=20), zone=site.zone)
        visit.save()
        assert queue_due_reminders(now=NOW) == 1
    return visit


def changed(act, organization, visit, **fields) -> None:
    with act(SystemActor(organization.id)):
        row = Appointment.objects.get(pk=visit.pk)
        for name, value in fields.items():
            setattr(row, name, value)
        row.save()


def test_a_true_one_goes(organization, waiting, phones) -> None:
    with time_machine.travel(NOW, tick=False):
        assert send_texts(organization.id).sent == 1
    assert len(phones.texts()) == 1


@pytest.mark.parametrize("status", ["cancelled", "noshow", "arrived", "entered-in-error"])
def test_none_goes_after_the_visit_was_cancelled(act, organization, waiting, phones, status) -> None:
    changed(act, organization, waiting, status=status)
    with time_machine.travel(NOW, tick=False):
        assert send_texts(organization.id).withdrawn == 1
        assert send_texts(organization.id).withdrawn == 0
    assert phones.texts() == []


def test_none_goes_after_a_move_nor_after_the_visit(act, organization, waiting, phones) -> None:
    with time_machine.travel(NOW + timedelta(hours=49), tick=False):
        assert send_texts(organization.id).withdrawn == 1
    assert phones.texts() == []


def test_none_goes_to_who_has_opted_out_meanwhile(act, bob, organization, waiting, phones) -> None:
    with act(bob):
        opt_out(waiting.patient, channel="sms", source="desk", actor=bob)
    with time_machine.travel(NOW, tick=False):
        assert send_texts(organization.id).withdrawn == 1
    assert phones.texts() == []


def test_one_that_waits_into_the_night_goes_in_the_morning(act, organization, waiting, phones) -> None:
    night = datetime(2027, 3, 9, 3, 0, tzinfo=UTC)
    morning = datetime(2027, 3, 9, 13, 0, tzinfo=UTC)
    with time_machine.travel(night, tick=False):
        assert send_texts(organization.id).sent == 0
    with act(SystemActor(organization.id)):
        assert Notice.objects.values_list("status", "next_try_at", "attempts").get() == ("queued", morning, 0)
    with time_machine.travel(morning, tick=False):
        assert send_texts(organization.id).sent == 1
