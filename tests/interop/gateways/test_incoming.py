"""The door for texts that come back: sealed, near in time, readable; anything else changes nothing."""

import json
import random
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client, override_settings

from osler.clinic.communication.models import Notice, PatientReply
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.wall_time import set_period
from osler.foundation.jobs.outbox import SystemActor
from osler.interop.gateways.incoming import HEADER, LARGEST, seal_of
from tests.conftest import new_patient
from tests.environment import CASES, SEED

SECRET = "a-secret-of-the-provider"
NOW = datetime(2027, 3, 8, 19, 0, tzinfo=UTC)
START = NOW + timedelta(days=2)
NUMBER = "+14135550142"


@pytest.fixture(autouse=True)
def provider():
    with override_settings(SMS_URL="loopback", SMS_SECRET=SECRET), time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def visit(act, organization, site) -> Appointment:
    patient = new_patient(organization, contact_by="sms", phone=NUMBER)
    with act(SystemActor(organization.id)):
        visit = Appointment(patient=patient, location=site, status="booked")
        set_period(visit, START, end=START + timedelta(minutes=20), zone=site.zone)
        visit.save()
        Notice(
            patient=patient, appointment=visit, occurrence=visit.occurrence, kind="visit-reminder",
            status="sent", channel="sms", to_address=NUMBER, sent_at=NOW, effect_key="visit-reminder:1",
            subject="", body="Visit",
        ).save()  # fmt: skip
    return visit


@pytest.fixture
def state(act, organization, visit):
    def now() -> tuple[object, ...]:
        with act(SystemActor(organization.id)):
            return (
                Appointment.objects.get().confirmed_by,
                list(PatientReply.objects.order_by("id").values_list("wish", "status")),
                list(Notice.objects.order_by("kind").values_list("kind", "status")),
            )

    return now


UNTOUCHED = ("", [], [("visit-reminder", "sent")])
CONFIRMED = ("text", [("confirm", "done")], [("text-answer", "queued"), ("visit-reminder", "sent")])


def reply(words="1", **more):
    return {"kind": "reply", "id": "m1", "from": NUMBER, "text": words, **more}


def body_of(*events) -> bytes:
    return json.dumps({"events": list(events)}).encode()


def post(body: bytes, *, at: datetime = NOW, secret: str = SECRET, header: str | None = None) -> int:
    seal = seal_of(body, at=at, secret=secret) if header is None else header
    client = Client(raise_request_exception=False)
    return client.post(
        "/texts/incoming/", body, content_type="application/json", headers={HEADER: seal}
    ).status_code


def test_a_sealed_reply_is_taken_once_however_often_it_comes(state) -> None:
    body = body_of(reply())

    assert [post(body), post(body), post(body_of(reply(), reply()))] == [204, 204, 204]
    assert state() == CONFIRMED


def test_a_reply_that_is_late_or_early_by_clock_is_taken_within_five_minutes(state) -> None:
    assert post(body_of(reply()), at=NOW - timedelta(minutes=4)) == 204
    assert post(body_of(reply()), at=NOW + timedelta(minutes=4)) == 204
    assert state() == CONFIRMED


@pytest.mark.parametrize(
    "how",
    [
        {"at": NOW - timedelta(minutes=6)}, {"at": NOW + timedelta(minutes=6)}, {"secret": "another"},
        {"header": ""}, {"header": "t=1,v1=00"}, {"header": "v1=" + "0" * 64},
        {"header": "t=x,v1=" + "0" * 64},
        {"header": f"t={int(NOW.timestamp())},v1=" + "0" * 64}, {"header": "é"},
    ],
)  # fmt: skip
def test_what_is_not_sealed_now_is_refused(state, how) -> None:
    assert post(body_of(reply()), **how) == 401
    assert state() == UNTOUCHED


def test_a_seal_is_of_its_own_body(state) -> None:
    seal = seal_of(body_of(reply("help")), at=NOW, secret=SECRET)

    assert post(body_of(reply("1")), header=seal) == 401
    assert state() == UNTOUCHED


def test_the_door_is_shut_where_no_texts_are_sent(state) -> None:
    with override_settings(SMS_URL=""):
        assert post(body_of(reply())) == 401
    assert state() == UNTOUCHED


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"null", b"[]", b"{}", b'{"events": {}}', b'{"events": [1]}', b'{"events": [{}]}',
        b"\xff\xfe", b"[" * 30_000, body_of(reply(id="")), body_of(reply(id="a b")),
        body_of(reply(id="x" * 121)),
        body_of(reply(**{"from": "nobody"})), body_of(reply(text=None)), body_of(reply(kind="cancel")),
        body_of({"kind": "report", "id": "r", "status": "read", "reference": "x"}),
        body_of({"kind": "report", "id": "r", "status": "failed", "reference": "x"}),
        body_of(*[reply()] * 101),
        body_of(reply(), {"kind": "?"}),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_as_a_whole(state, body) -> None:
    assert post(body) == 400
    assert state() == UNTOUCHED


def test_a_flood_is_cut_off(state) -> None:
    assert post(b" " * (LARGEST + 1)) == 413
    assert Client().get("/texts/incoming/").status_code == 405
    assert state() == UNTOUCHED


@pytest.mark.parametrize(
    "words", ["\0", "\ud800", "1\0", "'; DROP TABLE x; --", "\u202e" * 2000, "😀" * 3000, ""]
)
def test_strange_words_are_kept_for_the_desk_and_break_nothing(state, words) -> None:
    assert post(body_of(reply(words))) == 204
    confirmed, replies, _notices = state()
    assert (confirmed, len(replies)) == ("text" if words == "1\0" else "", 1)


def test_a_report_for_nothing_of_ours_changes_nothing(state) -> None:
    body = body_of({"kind": "report", "id": "r", "status": "failed", "reference": "0" * 32})

    assert post(body) == 204
    assert state() == UNTOUCHED


def test_bodies_by_chance_never_fail_the_door(state) -> None:
    seed = SEED or random.SystemRandom().randrange(1, 2**31)
    print(f"OSLER_SEED={seed}")
    chance = random.Random(seed)
    whole = body_of(
        reply("no word"), {"kind": "report", "id": "r", "status": "failed", "reference": "0" * 32}
    )
    for _case in range(CASES or 100):
        body = bytearray(whole)
        for _change in range(chance.randint(1, 6)):
            place = chance.randrange(len(body))
            body[place : place + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 3))
        assert post(bytes(body)) in (204, 400)
    assert state()[0] == ""
