"""Administration of reminders: begun, changed, ended and restored; each saving is told."""

import pytest

from osler.clinic.communication.models import ReminderLadder, ReminderStep
from osler.clinic.communication.reminding.ladders import begin_ladder
from osler.foundation.directory.models import HealthcareService

HOME = "/administration/reminders/"


@pytest.fixture
def ladder(act, adam):
    with act(adam):
        return begin_ladder(actor=adam)


@pytest.fixture
def steps(act, adam):
    def now():
        with act(adam):
            rows = ReminderStep.objects.filter(active=True, ladder__active=True)
            return list(rows.order_by("-lead_minutes").values_list("lead_minutes", "by"))

    return now


DEFAULT = [(10_080, "email"), (2_880, "preferred"), (180, "preferred")]


def test_it_is_begun_once_with_steps_that_suit_most(client_of, adam, steps) -> None:
    client = client_of(adam)
    assert "No reminders are sent yet" in client.get(HOME).content.decode()
    assert client.post(f"{HOME}begin/").status_code == 302
    assert client.post(f"{HOME}begin/").status_code == 409
    assert steps() == DEFAULT
    page = client.get(HOME).content.decode()
    for words in (
        "7 days before",
        "48 hours before",
        "3 hours before",
        "21:00–08:00",
        "Every kind of visit: planned",
    ):
        assert words in page


def test_a_step_is_added_changed_ended_and_restored(act, client_of, adam, ladder, steps) -> None:
    client, add = client_of(adam), f"{HOME}{ladder.id}/steps/add/"
    assert client.post(add, {"count": "1", "unit": "hours", "by": "sms"}).status_code == 302
    assert client.post(add, {"count": "60", "unit": "minutes", "by": "sms"}).status_code == 409
    assert client.post(add, {"count": "5", "unit": "minutes", "by": "sms"}).status_code == 422
    assert client.post(add, {"count": "0", "unit": "hours", "by": "fax"}).status_code == 422
    assert steps() == [*DEFAULT, (60, "sms")]
    with act(adam):
        step = ReminderStep.objects.get(lead_minutes=60)
    one = f"{HOME}steps/{step.id}/"
    said = {"count": "2", "unit": "hours", "by": "email"}
    assert client.post(f"{one}amend/", {**said, "version": "7"}).status_code == 412
    assert client.post(f"{one}amend/", {**said, "version": "1"}).status_code == 302
    assert client.post(f"{one}end/", {"version": "1"}).status_code == 412
    assert client.post(f"{one}end/", {"version": "2"}).status_code == 302
    assert steps() == DEFAULT
    assert client.post(f"{one}restore/", {"version": "3"}).status_code == 302
    assert steps() == [*DEFAULT[:2], DEFAULT[2], (120, "email")]
    assert "2 hours before" in client.get(HOME).content.decode()


def test_quiet_hours_and_the_switch(act, client_of, adam, ladder) -> None:
    client, said = client_of(adam), {"quiet_from": "20:00", "quiet_until": "09:30", "version": "1"}
    assert client.post(f"{HOME}{ladder.id}/amend/", {**said, "quiet_from": "x"}).status_code == 422
    assert client.post(f"{HOME}{ladder.id}/amend/", said).status_code == 302
    with act(adam):
        row = ReminderLadder.objects.get()
        assert (row.is_on, f"{row.quiet_from:%H:%M}", f"{row.quiet_until:%H:%M}") == (False, "20:00", "09:30")
    assert "Switched off" in client.get(HOME).content.decode()


def test_a_kind_of_visit_is_planned_apart_and_back(act, client_of, adam, ladder, steps) -> None:
    client = client_of(adam)
    with act(adam):
        service = HealthcareService.objects.create(name="Imaging")
    assert client.post(f"{HOME}begin/", {"service": str(service.id)}).status_code == 302
    assert len(steps()) == 6
    with act(adam):
        own = ReminderLadder.objects.get(service=service)
    assert client.post(f"{HOME}{own.id}/end/", {"version": "1"}).status_code == 302
    assert steps() == DEFAULT
    assert client.post(f"{HOME}{own.id}/restore/", {"version": "2"}).status_code == 302
    assert len(steps()) == 6
    assert client.post(f"{HOME}begin/", {"service": str(service.id)}).status_code == 422


def test_steps_of_another_clinic_are_not_there(client_of, charlie, adam, ladder, steps) -> None:
    assert client_of(charlie).post(f"{HOME}{ladder.id}/amend/", {"version": "1"}).status_code == 403
    assert steps() == DEFAULT
