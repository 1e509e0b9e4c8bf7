"""The buttons of the queue: each does its step once, for the patient and the version that were shown."""

import pytest

from osler.clinic.scheduling.models import QueueEntry
from tests.web.workspace.conftest import about

pytestmark = pytest.mark.django_db


@pytest.fixture
def state(act, bob):
    def read(entry: QueueEntry) -> tuple[object, ...]:
        with act(bob):
            fields = ("called_at", "room__name", "unanswered", "appointment__status")
            found = QueueEntry.objects.values_list(*fields).get(pk=entry.pk)
            return (found[0] is not None, *found[1:])

    return read


WAITS = (False, None, 0, "arrived")


def press(client, entry, step, **more):
    query = "&".join(f"{name}={value}" for name, value in about(entry).items())
    return client.post(f"/queue/entries/{entry.id}/{step}/?{query}", more).status_code


def test_the_next_is_called_taken_back_called_again_and_is_here(client_of, nina, hall, queue, room, state):
    entry, nurse = hall.walks_in(queue), client_of(nina)

    assert nurse.post(f"/queue/call/?queue={queue.id}", {"room": room.id}).status_code == 302
    assert state(entry) == (True, "Room 1", 0, "arrived")
    assert press(nurse, entry, "take-back") == 302
    assert state(entry) == WAITS
    assert press(nurse, entry, "call", room=room.id) == 302
    assert press(nurse, entry, "again") == 302
    assert press(nurse, entry, "here") == 302
    assert state(entry) == (True, "Room 1", 0, "checked-in")
    assert press(nurse, entry, "done") == 302
    assert state(entry) == (True, "Room 1", 0, "fulfilled")


def test_no_answer_and_taken_out(client_of, bob, nina, hall, queue, room, state):
    entry, nurse = hall.walks_in(queue), client_of(nina)
    press(nurse, entry, "call", room=room.id)

    assert press(nurse, entry, "no-answer") == 302
    assert state(entry) == (False, None, 1, "arrived")
    assert press(client_of(bob), entry, "take-out") == 302
    assert state(entry) == (False, None, 1, "cancelled")


def test_without_a_room_nobody_is_called(client_of, nina, hall, queue, state):
    entry, nurse = hall.walks_in(queue), client_of(nina)

    assert nurse.post(f"/queue/call/?queue={queue.id}", {"room": ""}).status_code == 422
    assert press(nurse, entry, "call") == 422
    assert nurse.post(f"/queue/call/?queue={queue.id}", {"room": hall.site.id}).status_code == 404
    assert state(entry) == WAITS


def test_a_button_of_another_patient_or_version_does_nothing(
    client_of, nina, hall, queue, room, state, patient
):
    entry, nurse = hall.walks_in(queue), client_of(nina)
    path = f"/queue/entries/{entry.id}/call/"
    seen = {"room": room.id}

    assert nurse.post(f"{path}?patient={patient.id}&version={entry.version}", seen).status_code == 409
    assert nurse.post(f"{path}?patient={entry.patient_id}&version=7", seen).status_code == 412
    assert nurse.post(f"{path}?patient={entry.patient_id}", seen).status_code == 412
    assert press(nurse, entry, "nonsense") == 404
    assert state(entry) == WAITS


@pytest.mark.parametrize(("who", "status"), [("bob", 403), ("bill", 403), ("adam", 403), ("charlie", 404)])
def test_who_may_not_calls_nobody(client_of, request, hall, queue, room, state, who, status):
    entry, client = hall.walks_in(queue), client_of(request.getfixturevalue(who))

    assert client.post(f"/queue/call/?queue={queue.id}", {"room": room.id}).status_code == status
    assert press(client, entry, "call", room=room.id) == status
    assert state(entry) == WAITS
