"""How urgent somebody is: said with a reason, kept with who said it."""

import pytest

from osler.clinic.scheduling.models import QueueEntry
from tests.web.workspace.conftest import about

pytestmark = pytest.mark.django_db


@pytest.fixture
def ranked(act, bob):
    def read() -> tuple[int, str]:
        with act(bob):
            return QueueEntry.objects.values_list("priority", "priority_reason").get()

    return read


def test_each_change_is_kept_with_its_reason(client_of, bob, nina, hall, queue, ranked):
    entry = hall.walks_in(queue)
    page = f"/queue/entries/{entry.id}/priority/"

    answer = client_of(nina).post(page, {"priority": 1, "reason": "Chest pain", **about(entry)})
    assert (answer.status_code, ranked()) == (302, (1, "Chest pain"))
    answer = client_of(bob).post(page, {"priority": 0, "reason": "Better now", **about(entry)})
    assert (answer.status_code, ranked()) == (302, (4, "Better now"))

    words = client_of(bob).get(page).content.decode().partition("What was said before")[2]
    said = [words.index(one) for one in ("Better now", "Bob Diaz", "Chest pain", "Nina Cole")]
    assert said == sorted(said)


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"reason": ""}, 422), ({"priority": 3}, 422), ({"version": "9"}, 412), ({"patient": ""}, 409)],
)
def test_what_is_wrong_changes_nothing(client_of, nina, hall, queue, ranked, wrong, status):
    entry = hall.walks_in(queue)
    form = {"priority": 2, "reason": "Fever", **about(entry), **wrong}

    assert client_of(nina).post(f"/queue/entries/{entry.id}/priority/", form).status_code == status
    assert ranked() == (4, "")


def test_the_laboratory_reads_the_slip_and_ranks_nobody(client_of, lena, hall, queue, ranked):
    entry = hall.walks_in(queue)
    form = {"priority": 2, "reason": "Fever", **about(entry)}

    assert client_of(lena).post(f"/queue/entries/{entry.id}/priority/", form).status_code == 403
    assert client_of(lena).get(f"/queue/entries/{entry.id}/slip/").status_code == 200
    assert ranked() == (4, "")
