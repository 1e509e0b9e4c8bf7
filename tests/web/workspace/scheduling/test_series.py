"""Repeating a visit on the page: shown first, booked whole, changed as this, the following or all."""

import re

import pytest

from osler.clinic.scheduling.appointments.booking import book_appointment, reschedule_appointment
from osler.clinic.scheduling.models import Appointment, Series
from osler.foundation.ui.notices import undo_url
from osler.web.workspace.scheduling.slot_choice import token

pytestmark = pytest.mark.django_db


@pytest.fixture
def repeat(patient, visit, slot):
    return {
        "patient": patient.id,
        "service": visit.id,
        "slot": token(slot(10)),
        "reason": "Dressing",
        "repeat_kind": "weekly",
        "repeat_every": "1",
        "repeat_count": "3",
    }


@pytest.fixture
def all_booked(act, bob):
    def read() -> list[tuple]:
        with act(bob):
            rows = Appointment.objects.exclude(series=None).order_by("period_start")
            return [(row.recurrence_id, f"{row.wall_start:%m-%d %H:%M}", row.status) for row in rows]

    return read


@pytest.fixture
def series(act, bob, client_of, repeat):
    """Three visits that stand, as the page books them."""
    chosen = as_chosen(client_of(bob).post("/appointments/series/new/", repeat))
    assert (
        client_of(bob).post("/appointments/series/new/", repeat | chosen | {"book": "1"}).status_code == 302
    )
    with act(bob):
        return list(Appointment.objects.exclude(series=None).order_by("recurrence_id"))


def as_chosen(page):
    """What the selects of a preview would send."""
    return {row.name: next(one.value for one in row.options if one.is_chosen) for row in page.context["rows"]}


def undo_of(client, path):
    """The address behind Undo on the next page."""
    page = client.get(path)
    return next(
        undo_url(message.extra_tags) for message in page.context["messages"] if undo_url(message.extra_tags)
    )


BOOKED = [(1, "03-01 10:00", "booked"), (2, "03-08 10:00", "booked"), (3, "03-15 10:00", "booked")]


def test_what_is_repeated_is_shown_before_anything_is_booked(client_of, bob, repeat, all_booked):
    for address in ("/appointments/new/", "/appointments/series/new/"):
        page = client_of(bob).post(address, repeat)

        assert page.status_code == 200
        assert [row.seen.answer for row in page.context["rows"]] == ["free"] * 3
        assert "every week: Monday, 10:00" in page.content.decode()
    assert all_booked() == []


def test_the_series_is_booked_as_shown_and_undone_whole(client_of, bob, repeat, all_booked):
    client = client_of(bob)
    chosen = as_chosen(client.post("/appointments/series/new/", repeat))
    answer = client.post("/appointments/series/new/", repeat | chosen | {"book": "1"})

    assert answer.status_code == 302
    assert all_booked() == BOOKED
    assert client.post(undo_of(client, answer["Location"])).status_code == 302
    assert {status for *_, status in all_booked()} == {"cancelled"}


def test_a_day_is_left_out_and_another_taken_at_another_time(
    client_of, act, bob, repeat, visit, slot, other_patient, all_booked
):
    with act(bob):
        book_appointment(other_patient, slot=slot(10, day=7), service=visit, actor=bob)
    page = client_of(bob).post("/appointments/series/new/", repeat)
    chosen = as_chosen(page)
    assert [row.seen.answer for row in page.context["rows"]] == ["free", "taken", "free"]

    chosen["visit-2027-03-15"] = "out"
    answer = client_of(bob).post("/appointments/series/new/", repeat | chosen | {"book": "1"})

    assert answer.status_code == 302
    assert all_booked() == [(1, "03-01 10:00", "booked"), (2, "03-08 09:40", "booked")]


def test_what_was_taken_since_the_preview_books_nothing_and_is_told(
    client_of, act, bob, repeat, visit, slot, other_patient, all_booked
):
    chosen = as_chosen(client_of(bob).post("/appointments/series/new/", repeat))
    with act(bob):
        book_appointment(other_patient, slot=slot(10, day=14), service=visit, actor=bob)
    page = client_of(bob).post("/appointments/series/new/", repeat | chosen | {"book": "1"})

    assert page.status_code == 409
    assert [row.is_changed for row in page.context["rows"]] == [False, False, True]
    assert "This has just changed" in page.content.decode()
    assert all_booked() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"repeat_count": "1"},
        {"repeat_count": "61"},
        {"repeat_count": "", "repeat_until": "2029-01-01"},
        {"slot": ""},
    ],
    ids=["one visit", "too many", "too long", "no time"],
)
def test_what_is_no_series_is_said(client_of, bob, repeat, wrong, all_booked):
    page = client_of(bob).post("/appointments/series/new/", repeat | wrong)

    assert page.status_code == 422
    assert 'role="alert"' in page.content.decode()
    assert all_booked() == []


def test_a_visit_tells_which_of_its_series_it_is(client_of, bob, series):
    page = client_of(bob).get(f"/appointments/{series[1].id}/").content.decode()

    assert "2 of 3" in page
    assert "every week: Monday, 10:00" in page
    assert all(f"/appointments/{one.id}/" in page for one in series)
    page = client_of(bob).get(f"/patients/{series[1].patient_id}/").content.decode()
    assert re.findall(r"\d of 3", page) == ["1 of 3", "2 of 3", "3 of 3"]


def test_this_and_the_following_are_moved_after_a_preview(client_of, act, bob, series, slot, all_booked):
    one, client = series[1], client_of(bob)
    wish = {
        "patient": one.patient_id,
        "version": one.version,
        "slot": token(slot(11, day=8)),
        "reach": "following",
    }
    page = client.post(f"/appointments/{one.id}/move/", wish)
    assert (page.status_code, all_booked()) == (200, BOOKED)

    sent = wish | as_chosen(page) | {"seen": page.context["seen"]}
    answer = client.post(f"/appointments/{one.id}/series/move/", sent)

    assert answer.status_code == 302
    assert all_booked() == [
        (1, "03-01 10:00", "booked"),
        (1, "03-09 11:00", "booked"),
        (2, "03-16 11:00", "booked"),
    ]
    with act(bob):
        assert Series.objects.count() == 2
    undo = undo_of(client, answer["Location"])
    told = client.get(f"/appointments/{one.id}/").content.decode()
    assert "Split off an earlier series" in told
    assert client.post(undo).status_code == 302
    assert all_booked() == BOOKED
    assert client.post(undo).status_code == 412
    assert all_booked() == BOOKED


def test_one_moved_on_its_own_stays_unless_it_is_told_to_follow(
    client_of, act, bob, series, slot, all_booked
):
    with act(bob):
        reschedule_appointment(Appointment.objects.get(id=series[2].id), slot=slot(15, day=16), actor=bob)
    one, client = series[0], client_of(bob)
    wish = {"patient": one.patient_id, "version": one.version, "slot": token(slot(11)), "reach": "all"}
    page = client.post(f"/appointments/{one.id}/move/", wish)
    chosen = as_chosen(page)
    assert chosen["visit-3"] == "stay"

    sent = wish | chosen | {"seen": page.context["seen"], "visit-3": token(slot(11, day=14))}
    assert client.post(f"/appointments/{one.id}/series/move/", sent).status_code == 302
    assert [text for _n, text, _s in all_booked()] == ["03-01 11:00", "03-08 11:00", "03-15 11:00"]


def test_a_taken_time_moves_none_and_shows_the_dates_again(
    client_of, act, bob, series, slot, visit, other_patient, all_booked
):
    one, client = series[0], client_of(bob)
    wish = {"patient": one.patient_id, "version": one.version, "slot": token(slot(11)), "reach": "all"}
    page = client.post(f"/appointments/{one.id}/move/", wish)
    with act(bob):
        book_appointment(other_patient, slot=slot(11, day=7), service=visit, actor=bob)
    sent = wish | as_chosen(page) | {"seen": page.context["seen"]}
    page = client.post(f"/appointments/{one.id}/series/move/", sent)

    assert page.status_code == 409
    assert [row.is_changed for row in page.context["rows"]] == [False, True, False]
    assert all_booked() == BOOKED


def test_cancelling_several_and_the_undo(client_of, bob, series, all_booked):
    one, client = series[1], client_of(bob)
    form = {"patient": one.patient_id, "version": one.version, "reach": "following", "with_moved": "1"}
    answer = client.post(f"/appointments/{one.id}/series/cancel/", form)

    assert [status for *_, status in all_booked()] == ["booked", "cancelled", "cancelled"]
    assert client.post(undo_of(client, answer["Location"])).status_code == 302
    assert all_booked() == BOOKED


def test_several_are_booked_again_at_their_time_or_another(
    client_of, act, bob, series, slot, visit, other_patient, all_booked
):
    one, client = series[0], client_of(bob)
    form = {"patient": one.patient_id, "version": one.version, "reach": "all", "with_moved": "1"}
    client.post(f"/appointments/{one.id}/series/cancel/", form)
    with act(bob):
        book_appointment(other_patient, slot=slot(10, day=7), service=visit, actor=bob)
    address = f"/appointments/{one.id}/series/reinstate/"
    page = client.get(address)
    sent = as_chosen(page) | {"seen": page.context["seen"], "patient": one.patient_id, "visit-3": "stay"}
    answer = client.post(address, sent)

    assert answer.status_code == 302
    assert all_booked() == [
        (1, "03-01 10:00", "booked"),
        (2, "03-08 09:40", "booked"),
        (3, "03-15 10:00", "cancelled"),
    ]


def test_strangers_find_no_series(client_of, charlie, bob, series, slot, all_booked):
    one = series[0]
    wish = {"patient": one.patient_id, "version": one.version, "slot": token(slot(11)), "reach": "all"}
    for step in ("move", "cancel", "reinstate"):
        address = f"/appointments/{one.id}/series/{step}/"
        assert client_of(charlie).post(address, wish | {"seen": "1.1-2.1-3.1"}).status_code == 404
    assert (
        client_of(charlie).post("/appointments/series/new/", wish | {"repeat_count": "3"}).status_code == 404
    )
    assert all_booked() == BOOKED


def test_a_form_of_another_patient_changes_nothing(client_of, bob, series, other_patient, all_booked):
    one = series[0]
    form = {"patient": other_patient.id, "version": one.version, "reach": "all"}
    answers = [
        client_of(bob).post(f"/appointments/{one.id}/series/{step}/", form).status_code
        for step in ("move", "cancel", "reinstate")
    ]

    assert answers == [409, 409, 409]
    assert all_booked() == BOOKED
