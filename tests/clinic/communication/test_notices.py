"""Notices: one mail for one occasion, in the patient's language, with nothing of the record in it."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import translation

from osler.clinic.communication.models import Notice
from osler.clinic.communication.notices import (
    queue_notice,
    reopen_notice,
    resend_notice,
    settle_notice,
    site_address,
    stuck_notices,
    wordings,
)
from osler.foundation.jobs.models import OutboxEvent
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel import clock
from osler.kernel.errors import Denied, Missing, StaleVersion
from osler.kernel.states import ImpossibleMove
from tests.conftest import new_patient


@pytest.fixture
def reached(organization):
    """A patient who reads mail."""
    return lambda **fields: new_patient(organization, **{"email": "dana@home.test", **fields})


def test_an_occasion_is_told_once(act, organization, reached):
    patient = reached()
    with act(SystemActor(organization.id)):
        notice = queue_notice(patient, kind="invoice", occasion="7")
        assert notice is not None
        assert queue_notice(patient, kind="invoice", occasion="7") is None
        assert queue_notice(patient, kind="invoice", occasion="8") is not None
        assert (notice.to_address, notice.status, notice.effect_key) == (
            "dana@home.test",
            "queued",
            "invoice:7",
        )
        assert Notice.objects.count() == 2
        assert OutboxEvent.objects.filter(name="NoticeQueued").count() == 2


@pytest.mark.parametrize("fields", [{"email": ""}, {"contact_by": "phone"}, {"contact_by": "none"}])
def test_who_wants_no_mail_gets_none(act, organization, reached, fields):
    with act(SystemActor(organization.id)):
        assert queue_notice(reached(**fields), kind="message", occasion="1") is None
        assert Notice.objects.count() == 0


@pytest.mark.parametrize("kind", sorted(wordings()))
@pytest.mark.parametrize("spoken", ["en", "es", "es-MX", "vi"])
def test_a_mail_says_where_to_look_and_nothing_of_the_record(act, organization, reached, kind, spoken):
    patient = reached(language=spoken, given="Zebedee", family="Quill")
    with act(SystemActor(organization.id)), translation.override("en"):
        notice = queue_notice(patient, kind=kind, occasion="1")
        assert notice is not None
        with translation.override("es" if spoken.startswith("es") else "en"):
            subject, sentence = wordings()[kind]
    assert notice.language == spoken[:2].replace("vi", "en")
    assert notice.subject == subject
    assert notice.body.startswith(sentence)
    assert notice.body.endswith(f"{site_address()}/portal/")
    for private in ("Zebedee", "Quill", patient.mrn, "1980"):
        assert private not in notice.subject + notice.body


# Mails that did not arrive


def stuck(act, organization, patient, **fields):
    with act(SystemActor(organization.id)):
        notice = queue_notice(patient, kind="invoice", occasion=str(fields))
        for name, value in fields.items():
            setattr(notice, name, value)
        notice.save()
    return notice


def states():
    return list(Notice.objects.order_by("id").values_list("status", "attempts", "version"))


def later():
    return time_machine.travel(clock.now() + timedelta(minutes=2), tick=False)


def test_the_failed_and_the_doubtful_are_stuck_and_none_that_is_being_sent(
    act, organization, reached, adam, charlie
):
    patient = reached()
    failed = stuck(act, organization, patient, status="failed", attempts=6)
    doubtful = stuck(act, organization, patient, status="unknown", attempts=1)
    for status in ("queued", "sent", "settled"):
        stuck(act, organization, patient, status=status)
    with act(adam):
        assert list(stuck_notices(actor=adam)) == [failed]
        with later():
            assert list(stuck_notices(actor=adam)) == [failed, doubtful]


def test_a_stuck_mail_is_sent_again_like_a_new_one(act, organization, reached, adam):
    failed = stuck(act, organization, reached(), status="failed", attempts=6)
    with act(adam):
        before = OutboxEvent.objects.filter(name="NoticeQueued").count()
        resend_notice(failed, version=2, actor=adam)
        assert states() == [("queued", 0, 3)]
        assert OutboxEvent.objects.filter(name="NoticeQueued").count() == before + 1
        assert list(stuck_notices(actor=adam)) == []


def test_what_is_settled_can_be_opened_again(act, organization, reached, adam):
    doubtful = stuck(act, organization, reached(), status="unknown", attempts=1)
    with act(adam):
        settle_notice(doubtful, version=2, actor=adam)
        assert states() == [("settled", 1, 3)]
        reopen_notice(doubtful, version=3, actor=adam)
        assert states() == [("unknown", 1, 4)]


@pytest.mark.parametrize("status", ["queued", "sent"])
def test_a_mail_that_is_not_stuck_stays_as_it_is(act, organization, reached, adam, status):
    notice = stuck(act, organization, reached(), status=status)
    with act(adam):
        before = states()
        for deed in (resend_notice, settle_notice, reopen_notice):
            with pytest.raises(ImpossibleMove):
                deed(notice, version=notice.version, actor=adam)
            assert states() == before


@pytest.mark.parametrize("who", ["bob", "nina", "alice", "bill", "petra", "dana", "charlie"])
def test_who_settles_no_mail(act, organization, reached, adam, request, who):
    failed = stuck(act, organization, reached(), status="failed", attempts=6)
    actor = request.getfixturevalue(who)
    for deed in (resend_notice, settle_notice, reopen_notice):
        with act(actor), pytest.raises((Denied, Missing)):
            deed(failed, version=2, actor=actor)
    with act(adam):
        assert states() == [("failed", 6, 2)]
        with pytest.raises(StaleVersion):
            settle_notice(failed, version=1, actor=adam)
        assert states() == [("failed", 6, 2)]
