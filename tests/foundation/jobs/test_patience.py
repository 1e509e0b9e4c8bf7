"""News that cannot be told waits with growing pauses; other news goes on."""

from datetime import UTC, datetime, timedelta

import pytest

from osler.clinic.patients.events import PatientAmended, PatientRegistered
from osler.foundation.jobs import outbox
from osler.foundation.jobs.models import OutboxEvent
from osler.foundation.jobs.outbox import SystemActor, announce, deliver_events
from osler.foundation.jobs.patience import MOST_ATTEMPTS, PAUSES, SPREAD, next_try
from osler.kernel.keys import uuid7

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_each_pause_is_at_least_as_long_as_the_one_before_and_there_is_an_end():
    waits = [next_try(attempt, now=NOW) - NOW for attempt in range(1, MOST_ATTEMPTS)]
    for wait, pause in zip(waits, PAUSES, strict=True):
        assert pause <= wait <= pause * (1 + SPREAD)
    assert (list(PAUSES) == sorted(PAUSES), PAUSES[0], sum(PAUSES, timedelta()) > timedelta(days=3)) == (
        True,
        timedelta(minutes=1),
        True,
    )
    assert next_try(MOST_ATTEMPTS, now=NOW) is None
    assert len({next_try(3, now=NOW) for _ in range(20)}) > 1


@pytest.fixture
def deaf(monkeypatch):
    """A subscriber that fails as long as this list has something in it."""
    trouble, heard = ["away"], []

    def hear(event):
        if trouble:
            raise ConnectionError(trouble[0])
        heard.append(event.patient_id)

    monkeypatch.setitem(outbox._events, "PatientAmended", PatientAmended)
    monkeypatch.setitem(outbox._subscribers, "PatientAmended", [hear])
    return trouble, heard


def test_what_cannot_be_told_uses_up_one_try_at_a_time(act, organization, deaf, time_machine):
    trouble, heard = deaf
    time_machine.move_to(NOW, tick=False)
    patient_id = uuid7()
    with act(SystemActor(organization.id)):
        announce(PatientAmended(patient_id))
        announce(PatientRegistered(uuid7()))

    def state():
        with act(SystemActor(organization.id)):
            event = OutboxEvent.objects.get(name="PatientAmended")
            return event.attempts, event.delivered_at, event.next_try_at

    for _ in range(3):
        deliver_events(str(organization.id))
    attempts, delivered_at, at = state()
    assert (attempts, delivered_at) == (1, None)
    assert timedelta(minutes=1) <= at - NOW <= timedelta(minutes=1) * (1 + SPREAD)
    with act(SystemActor(organization.id)):
        assert OutboxEvent.objects.get(name="PatientRegistered").delivered_at == NOW
    time_machine.move_to(at, tick=False)
    deliver_events(str(organization.id))
    assert state()[0] == 2
    trouble.clear()
    deliver_events(str(organization.id))
    assert heard == []
    time_machine.move_to(state()[2], tick=False)
    deliver_events(str(organization.id))
    assert (heard, state()[1] is not None) == ([patient_id], True)
