"""Mail by SMTP: each notice once, refused ones later again, doubtful ones never by themselves."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import override_settings
from procrastinate.contrib.django.models import ProcrastinateJob

from osler.clinic.communication.models import Notice
from osler.foundation.jobs.outbox import SystemActor
from osler.foundation.jobs.patience import MOST_ATTEMPTS, PAUSES, SPREAD
from osler.interop.gateways import sending
from osler.interop.gateways.jobs import send_queued_notices
from osler.interop.gateways.mail import send_notices
from osler.kernel import clock
from osler.ops.jobs import try_again
from tests.interop.gateways.conftest import queue, states


def test_queued_notices_go_out_once(act, organization, mail_server):
    ids = [f"<{notice.id}@osler>" for notice in queue(organization.id, 3)]
    result = send_notices(organization.id)
    assert (result.sent, result.refused, result.unknown) == (3, 0, 0)
    assert sorted(mail_server.subjects) == ["Subject 0", "Subject 1", "Subject 2"]
    assert sorted(one["Message-ID"] for one in mail_server.taken) == sorted(ids)
    assert {one["To"] for one in mail_server.taken} == {f"reader{number}@home.test" for number in range(3)}
    assert {one.get_payload() for one in mail_server.taken} == {"Please sign in\r\n"}
    assert states(organization.id) == [("sent", 1)] * 3
    with act(SystemActor(organization.id)):
        assert Notice.objects.filter(sent_at=None).count() == 0
    assert send_notices(organization.id).sent == 0
    assert len(mail_server.taken) == 3


@pytest.mark.parametrize("answer", ["refuse", "refuse-recipient"])
def test_a_refused_notice_stays_queued_and_holds_up_nobody(
    act, organization, mail_server, answer, time_machine
):
    queue(organization.id, 2)
    mail_server.answers = [answer]
    result = send_notices(organization.id)
    assert (result.sent, result.refused) == (1, 1)
    assert mail_server.tries == 2
    assert states(organization.id) == [("queued", 1), ("sent", 1)]
    with act(SystemActor(organization.id)):
        assert Notice.objects.get(status="queued").last_error.startswith("SMTP")
    time_machine.move_to(clock.now() + timedelta(minutes=2))
    assert send_notices(organization.id).sent == 1
    assert states(organization.id) == [("sent", 2), ("sent", 1)]


def test_a_notice_is_tried_with_growing_pauses_over_three_days_and_then_given_up(
    act, organization, mail_server, time_machine
):
    queue(organization.id, 1)
    mail_server.answers = ["refuse"] * 99
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    for attempt, pause in enumerate(PAUSES, start=1):
        time_machine.move_to(now, tick=False)
        send_notices(organization.id)
        send_notices(organization.id)
        assert (states(organization.id), mail_server.tries) == ([("queued", attempt)], attempt)
        with act(SystemActor(organization.id)):
            at = Notice.objects.get().next_try_at
        assert now + pause <= at <= now + pause * (1 + SPREAD)
        time_machine.move_to(at - timedelta(seconds=1), tick=False)
        assert send_notices(organization.id).refused == 0
        now = at
    assert now - datetime(2026, 3, 2, 9, tzinfo=UTC) > timedelta(days=3)
    time_machine.move_to(now, tick=False)
    send_notices(organization.id)
    assert states(organization.id) == [("failed", MOST_ATTEMPTS)]
    time_machine.move_to(now + timedelta(days=9), tick=False)
    assert send_notices(organization.id).refused == 0
    assert mail_server.tries == MOST_ATTEMPTS


def test_a_server_that_was_down_for_three_days_loses_nothing(organization, mail_server, time_machine):
    queue(organization.id, 3)
    down = datetime(2026, 3, 2, 9, tzinfo=UTC)
    with override_settings(EMAIL_PORT=9):
        for minute in range(0, 72 * 60, 30):
            time_machine.move_to(down + timedelta(minutes=minute), tick=False)
            send_notices(organization.id)
    assert {status for status, _ in states(organization.id)} == {"queued"}
    time_machine.move_to(down + timedelta(hours=72 + 29), tick=False)
    send_notices(organization.id)
    assert {status for status, _ in states(organization.id)} == {"sent"}
    assert sorted(mail_server.subjects) == ["Subject 0", "Subject 1", "Subject 2"]


def test_each_minute_those_are_woken_whose_time_has_come(act, organization, mail_server, time_machine):
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    time_machine.move_to(now, tick=False)
    queue(organization.id, 1)
    mail_server.answers = ["refuse"]
    send_queued_notices(str(organization.id))
    waking = ProcrastinateJob.objects.filter(task_name="send_notices")
    try_again(0)
    assert waking.count() == 0
    time_machine.move_to(now + timedelta(minutes=2), tick=False)
    try_again(0)
    assert [job.args for job in waking] == [{"organization_id": str(organization.id)}]
    send_queued_notices(str(organization.id))
    assert states(organization.id) == [("sent", 2)]


def test_a_hang_up_after_the_words_leaves_it_to_a_person(organization, mail_server):
    queue(organization.id, 1)
    mail_server.answers = ["hang-up"]
    result = send_notices(organization.id)
    assert (result.sent, result.refused, result.unknown) == (0, 0, 1)
    assert states(organization.id) == [("unknown", 1)]
    assert send_notices(organization.id).unknown == 0
    assert len(mail_server.taken) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "nowhere.invalid"])
def test_without_a_server_nothing_was_sent_and_everything_waits(act, organization, host):
    queue(organization.id, 2)
    smtp = "django.core.mail.backends.smtp.EmailBackend"
    with override_settings(EMAIL_BACKEND=smtp, EMAIL_HOST=host, EMAIL_PORT=9):
        result = send_notices(organization.id)
    assert (result.refused, result.unknown) == (2, 0)
    assert states(organization.id) == [("queued", 1)] * 2
    with act(SystemActor(organization.id)):
        assert Notice.objects.first().last_error.startswith("Unreachable")


def test_a_crash_between_sending_and_noting_never_sends_again(monkeypatch, organization, mail_server):
    queue(organization.id, 1)

    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(sending, "_note", die)
        send_notices(organization.id)
    assert states(organization.id) == [("unknown", 1)]
    assert send_notices(organization.id).sent == 0
    assert len(mail_server.taken) == 1


def test_another_tenants_notices_stay_where_they_are(organization, charlie, mail_server):
    queue(charlie.organization_id, 1)
    assert send_notices(organization.id).sent == 0
    assert states(charlie.organization_id) == [("queued", 0)]


def test_several_workers_send_each_notice_exactly_once(live_clinic, mail_server):
    key = live_clinic.organization.id
    queue(key, 40)

    def work() -> None:
        try:
            send_notices(key)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(mail_server.subjects) == sorted(f"Subject {number}" for number in range(40))
    assert states(key) == [("sent", 1)] * 40
