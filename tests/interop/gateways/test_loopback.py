"""The loopback mailbox answers as real mail servers do, and sends nothing on."""

import smtplib
from email.message import EmailMessage

import pytest
from django.test.utils import override_settings

from osler.clinic.communication.models import Notice
from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor
from osler.interop.gateways import loopback
from osler.interop.gateways.loopback import controller, keep, kept_mail, kept_mails
from osler.interop.gateways.mail import send_notices
from tests.interop.gateways.conftest import _free_port, states


@pytest.fixture
def mailbox(tmp_path):
    """A running mailbox: its folder and its port."""
    server = controller(tmp_path / "mail", host="127.0.0.1", port=_free_port())
    server.start()
    smtp = "django.core.mail.backends.smtp.EmailBackend"
    with override_settings(EMAIL_BACKEND=smtp, EMAIL_HOST="127.0.0.1", EMAIL_PORT=server.port):
        yield tmp_path / "mail", server.port
    server.stop()


def written(subject, to, body="Por favor, inicie sesión: ¡gracias!"):
    message = EmailMessage()
    message["Subject"], message["To"], message["From"] = subject, to, "clinic@localhost"
    message.set_content(body)
    return message


def notice_to(organization, address):
    with acting(SystemActor(organization.id)):
        Notice(effect_key=address, kind="message", to_address=address, subject="News", body="Sign in").save()


def test_what_is_taken_can_be_read(mailbox):
    folder, port = mailbox
    with smtplib.SMTP("127.0.0.1", port) as client:
        for subject in ("Primero", "Su cita está reservada"):
            client.send_message(written(subject, "dana@home.test"))
    found = list(kept_mails(folder))

    assert [(one.subject, one.to) for one in found] == [
        ("Su cita está reservada", "dana@home.test"),
        ("Primero", "dana@home.test"),
    ]
    assert found[0].body.strip() == "Por favor, inicie sesión: ¡gracias!"
    assert kept_mail(folder, found[1].key) == found[1]
    assert [path.stat().st_mode & 0o777 for path in folder.iterdir()] == [0o600, 0o600]


@pytest.mark.parametrize("key", ["", "0", "../secret", "..", "x.eml"])
def test_a_key_that_is_none_finds_nothing(mailbox, key):
    folder, _ = mailbox
    (folder.parent / "secret.eml").write_text("Subject: Secret\n\n")

    assert kept_mail(folder, key) is None


@pytest.mark.parametrize(
    ("domain", "fate", "kept"),
    [
        ("home.test", "sent", 1),
        ("refuses.test", "queued", 0),
        ("later.test", "queued", 0),
        ("silent.test", "unknown", 1),
    ],
)
def test_each_fate_of_a_mail_can_be_met(organization, mailbox, domain, fate, kept):
    folder, _ = mailbox
    notice_to(organization, f"reader@{domain}")
    send_notices(organization.id)

    assert states(organization.id) == [(fate, 1)]
    assert [one.subject for one in kept_mails(folder)] == ["News"] * kept


def test_the_oldest_go_when_there_are_many(tmp_path, monkeypatch):
    monkeypatch.setattr(loopback, "MOST_KEPT", 3)
    for number in range(5):
        keep(tmp_path, written(f"Number {number}", "dana@home.test").as_bytes())

    assert [one.subject for one in kept_mails(tmp_path)] == ["Number 4", "Number 3", "Number 2"]
