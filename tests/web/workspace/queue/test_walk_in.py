"""Taking in: find, press, done; and what is refused leaves nothing."""

import pytest

from osler.clinic.scheduling.models import Appointment, QueueEntry

pytestmark = pytest.mark.django_db
PAGE = "/queue/walk-in/"


@pytest.fixture
def counted(act, bob):
    def count() -> tuple[int, int]:
        with act(bob):
            return Appointment.objects.count(), QueueEntry.objects.count()

    return count


def test_find_press_done(act, client_of, bob, patient, queue, visit, counted):
    desk = client_of(bob)
    found = desk.get(f"{PAGE}?q=okafor").content.decode()
    assert f"patient={patient.id}" in found
    page = desk.get(f"{PAGE}?patient={patient.id}").content.decode()
    assert f'value="{queue.id}~{visit.id}"' in page

    answer = desk.post(PAGE, {"patient": patient.id, "into": f"{queue.id}~{visit.id}", "reason": "Cough"})

    with act(bob):
        entry = QueueEntry.objects.select_related("appointment").get()
    assert (answer.status_code, answer["Location"]) == (302, f"/queue/entries/{entry.id}/slip/")
    assert (entry.token, entry.appointment.reason, entry.appointment.service_id) == ("A01", "Cough", visit.id)
    assert counted() == (1, 1)


def test_the_slip_tells_the_number_and_nothing_of_whom_or_what(client_of, bob, patient, queue, visit):
    desk = client_of(bob)
    form = {"patient": patient.id, "into": f"{queue.id}~{visit.id}", "reason": "Cough"}
    page = desk.get(desk.post(PAGE, form)["Location"])
    slip = page.content.decode().partition("<article")[2].partition("</article>")[0]

    assert "A01" in slip
    for private in ("Okafor", "Ada", patient.mrn, "1945", "Cough", "Office visit", "Clinicians"):
        assert private not in slip


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"into": ""}, 422),
        ({"into": "x~y"}, 422),
        ({"priority": "2"}, 422),
        ({"priority": "7"}, 422),
        ({"patient": ""}, 200),
    ],
)
def test_what_is_not_said_is_asked_and_nothing_is_done(
    client_of, bob, patient, queue, visit, counted, wrong, status
):
    form = {"patient": patient.id, "into": f"{queue.id}~{visit.id}", **wrong}

    assert client_of(bob).post(PAGE, form).status_code == status
    assert counted() == (0, 0)


def test_who_cannot_wait_goes_first(act, client_of, bob, hall, patient, queue, visit):
    hall.walks_in(queue)
    form = {
        "patient": patient.id,
        "into": f"{queue.id}~{visit.id}",
        "priority": "1",
        "priority_reason": "Chest pain",
    }

    assert client_of(bob).post(PAGE, form).status_code == 302
    with act(bob):
        assert [one.token for one in QueueEntry.objects.waiting().in_order(hall.came[0].waits_from)] == [
            "A02",
            "A01",
        ]


def test_twice_is_refused_and_sent_twice_is_once(client_of, bob, patient, queue, visit, counted):
    form = {"patient": patient.id, "into": f"{queue.id}~{visit.id}"}
    key = {"idempotency_key": "0198c0de-0000-7000-8000-000000000001"}
    desk = client_of(bob)

    assert [desk.post(PAGE, form | key).status_code for _ in range(2)] == [302, 302]
    again = desk.post(PAGE, form)
    assert (again.status_code, "waiting in this queue already" in again.content.decode()) == (409, True)
    assert counted() == (1, 1)


def test_a_form_of_another_patient_takes_nobody_in(
    client_of, bob, patient, other_patient, queue, visit, counted
):
    form = {"patient": other_patient.id, "into": f"{queue.id}~{visit.id}"}

    assert client_of(bob).post(f"{PAGE}?patient={patient.id}", form).status_code == 409
    assert counted() == (0, 0)


@pytest.mark.parametrize("who", ["lena", "bill", "adam"])
def test_others_do_not_take_in(client_of, request, patient, queue, visit, counted, who):
    form = {"patient": patient.id, "into": f"{queue.id}~{visit.id}"}

    assert client_of(request.getfixturevalue(who)).post(PAGE, form).status_code == 403
    assert counted() == (0, 0)


def test_a_patient_of_another_clinic_is_nobody(client_of, charlie, elsewhere, patient, queue, visit, counted):
    form = {"patient": patient.id, "into": f"{queue.id}~{visit.id}"}

    assert client_of(charlie).post(PAGE, form).status_code == 404
    assert client_of(charlie).post(PAGE, {**form, "into": f"{elsewhere.id}~"}).status_code == 404
    assert counted() == (0, 0)
