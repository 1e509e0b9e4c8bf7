"""Mail that did not arrive: seen by administrators, sent again or settled."""

from datetime import UTC, datetime

import pytest
from django.test.utils import override_settings

from osler.clinic.communication.models import Notice
from osler.foundation.audit.models import AuditEvent
from osler.foundation.jobs.outbox import SystemActor
from osler.interop.gateways.loopback import keep


@pytest.fixture
def failed(act, organization, dana_patient):
    with act(SystemActor(organization.id)):
        notice = Notice(
            patient=dana_patient,
            effect_key="invoice:1",
            kind="invoice",
            to_address="dana@refuses.test",
            subject="You have a new invoice",
            body="Please sign in",
            status="failed",
            attempts=6,
            last_error="SMTPRecipientsRefused no such mailbox",
        )
        notice.save()
    return notice


def status(act, adam):
    with act(adam):
        return Notice.objects.get().status


def test_a_failed_mail_is_seen_and_sent_again(act, client_of, adam, failed):
    client = client_of(adam)
    page = client.get("/administration/mail/").content.decode()

    assert "dana@refuses.test" in page
    assert "no such mailbox" in page
    with act(adam):
        event = AuditEvent.objects.get(actor_id=adam.user_id, detail="mail")
        assert event.patient_ids == [failed.patient_id]
    assert client.post(f"/administration/mail/{failed.id}/resend/", {"version": "1"}).status_code == 302
    assert status(act, adam) == "queued"
    assert "Every mail went out" in client.get("/administration/mail/").content.decode()


def test_a_refused_mail_shows_when_it_is_tried_next(act, client_of, adam, failed, time_machine):
    time_machine.move_to(datetime(2026, 3, 2, 15, tzinfo=UTC), tick=False)
    at = datetime(2026, 3, 2, 16, 5, tzinfo=UTC)
    with act(adam):
        Notice.objects.filter(id=failed.id).update(status="queued", next_try_at=at)
    page = client_of(adam).get("/administration/mail/").content.decode()

    assert "Every mail went out" not in page
    assert ("Next try" in page, ":05" in page, "dana@refuses.test" in page) == (True, True, True)


def test_settling_can_be_undone(act, client_of, adam, failed):
    client, seen = client_of(adam), []
    for deed in ("settle", "reopen"):
        with act(adam):
            failed.refresh_from_db()
        answer = client.post(f"/administration/mail/{failed.id}/{deed}/?version={failed.version}")
        seen.append((answer.status_code, status(act, adam)))

    assert seen == [(302, "settled"), (302, "unknown")]


def test_the_homes_of_the_administrator_count_it(client_of, adam, failed):
    client = client_of(adam)
    areas = {url: count for url, *_, count in client.get("/administration/").context["areas"]}

    assert areas["/administration/mail/"] == 1
    assert "Mail in doubt" in client.get("/home/").content.decode()


def test_a_stale_or_strange_hand_changes_nothing(act, client_of, adam, bob, charlie, failed):
    assert (
        client_of(adam).post(f"/administration/mail/{failed.id}/settle/", {"version": "9"}).status_code == 412
    )
    for stranger in (bob, charlie):
        assert client_of(stranger).post(f"/administration/mail/{failed.id}/settle/").status_code == 403
    assert status(act, adam) == "failed"


def test_the_demo_shows_its_mailbox(client_of, adam, bob, tmp_path):
    path = keep(tmp_path, b"Subject: Hello\r\nTo: dana@home.test\r\n\r\nhttp://127.0.0.1:8000/portal/\r\n")
    with override_settings(MAIL_FOLDER=tmp_path):
        client = client_of(adam)
        one = client.get(f"/administration/mail/box/{path.stem}/").content.decode()

        assert "Hello" in client.get("/administration/mail/box/").content.decode()
        assert '<a href="http://127.0.0.1:8000/portal/"' in one
        assert client.get("/administration/mail/box/none/").status_code == 404
        assert client_of(bob).get("/administration/mail/box/").status_code == 403
    with override_settings(MAIL_FOLDER=None):
        assert client.get("/administration/mail/box/").status_code == 404
        assert "mailbox" not in client.get("/administration/mail/").content.decode()


def test_a_text_from_no_phone_is_refused_in_words_though_there_are_no_texts(
    client_of, adam, settings, tmp_path
):
    settings.SMS_FOLDER = tmp_path
    client = client_of(adam)

    assert "No text message yet" in client.get("/administration/mail/phones/").content.decode()
    answer = client.post("/administration/mail/phones/", {"number": "2125550100", "words": "1"})

    assert (answer.status_code, list(tmp_path.iterdir())) == (422, [])
    assert 'role="alert"' in answer.content.decode()
