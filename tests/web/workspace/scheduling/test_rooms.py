"""The day by rooms and devices."""

import pytest

from osler.clinic.scheduling.appointments.booking import book_appointment
from osler.clinic.scheduling.models import Appointment
from osler.foundation.directory.models import Location

pytestmark = pytest.mark.django_db


def test_a_column_for_each_room_and_what_is_held_elsewhere(
    act, bob, client_of, booked, other_patient, room, slot, site
):
    with act(bob):
        device = Location.objects.create(name="Echo", form="", part_of=site, zone=site.zone)
        Location.objects.create(name="Room 2", form="ro", part_of=site, zone=site.zone)
        Location.objects.create(name="Old room", form="ro", part_of=site, zone=site.zone, status="inactive")
        held = book_appointment(other_patient, slot=slot(10, room=room), actor=bob)
        Appointment.objects.filter(id=held.id).update(also_places=[device.id])
    page = client_of(bob).get("/calendar/?view=rooms")
    grid = page.context["grid"]

    assert [(one.title, len(one.entries), one.closed, one.free) for one in grid.columns] == [
        ("Echo", 1, [], []),
        ("Room 1", 1, [], []),
        ("Room 2", 0, [], []),
    ]
    assert grid.columns[0].entries[0].text == "Dr. Ada Osei"
    assert b"data-column" not in page.content


def test_a_clinic_without_rooms_is_told_so(client_of, bob, booked):
    page = client_of(bob).get("/calendar/?view=rooms")

    assert (page.status_code, b"No rooms are kept here" in page.content) == (200, True)
