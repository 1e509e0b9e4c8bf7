"""The page of lengths and its file."""

import csv
import io
from datetime import timedelta

import pytest

from osler.clinic.scheduling.models import Appointment
from tests.clinic.scheduling.conftest import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def measured(act, bob, hall, queue):
    """Four visits of a Monday that waited 10, 20, 30 and 40 minutes."""
    for minutes in (10, 20, 30, 40):
        entry = hall.walks_in(queue)
        with act(bob):
            found = Appointment.objects.get(pk=entry.appointment_id)
            came = at(8)
            found.arrived_at, found.roomed_at = came, came + timedelta(minutes=minutes)
            found.started_at = found.roomed_at + timedelta(minutes=5)
            found.finished_at = found.started_at + timedelta(minutes=15)
            found.status = "fulfilled"
            found.save()


LINE = ["4", "25", "37", "4", "5", "5", "4", "15", "15", "4", "45", "57"]


@pytest.mark.parametrize(
    ("by", "name"), [("weekday", "Monday"), ("queue", "A · Clinicians"), ("clinician", "None")]
)
def test_the_file_has_a_line_for_each(client_of, bob, measured, by, name):
    answer = client_of(bob).get(f"/queue/lengths/export/?by={by}")
    rows = list(csv.reader(io.StringIO(answer.content.decode())))

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert (len(rows), rows[1]) == (2, [name, *LINE])


def test_the_page_shows_median_share_and_number(client_of, bob, measured):
    words = " ".join(client_of(bob).get("/queue/lengths/").content.decode().split())

    assert "90 % within 37 min · 4 visits" in words


def test_days_without_visits_say_so(client_of, bob, measured):
    page = client_of(bob).get("/queue/lengths/?first=2027-02-01&last=2027-02-02").content.decode()

    assert "Nothing measured in these days" in page


@pytest.mark.parametrize("who", ["lena", "bill", "adam"])
def test_others_do_not_measure(client_of, request, measured, who):
    client = client_of(request.getfixturevalue(who))

    assert [client.get(f"/queue/lengths/{page}").status_code for page in ("", "export/")] == [403, 403]


def test_another_clinic_measures_its_own(client_of, charlie, measured):
    assert "Nothing measured" in client_of(charlie).get("/queue/lengths/").content.decode()
