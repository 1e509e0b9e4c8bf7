"""Notices: one mail for one occasion, in the patient's language, with nothing of the record in it."""

import pytest
from django.utils import translation

from osler.clinic.communication.models import Notice
from osler.clinic.communication.notices import queue_notice, site_address, wordings
from osler.foundation.jobs.models import OutboxEvent
from osler.foundation.jobs.outbox import SystemActor
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
