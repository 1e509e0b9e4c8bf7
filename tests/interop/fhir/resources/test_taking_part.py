"""An appointment tells all that takes part, who has said yes, and of which series it is."""

import json

import pytest

from osler.clinic.scheduling.appointments.booking import book_appointment, reschedule_appointment
from osler.clinic.scheduling.appointments.confirming import confirm_appointment, take_back_confirmation
from osler.clinic.scheduling.calendars.pools import save_pool, set_needs
from osler.clinic.scheduling.models import Appointment, Pool
from osler.clinic.scheduling.series.preview import wish_for
from osler.clinic.scheduling.series.recurrence import Recurrence
from osler.clinic.scheduling.series.repeating import Planned, book_series
from osler.foundation.directory.models import Location
from osler.interop.fhir.resources.participants import HELPS, WHERE
from osler.interop.fhir.resources.recurring import R5, SERIES
from tests.clinic.scheduling.conftest import (  # noqa: F401  fixtures
    MONDAY,
    monday,
    osei,
    patient,
    room,
    ruiz,
    slot,
    visit,
)

pytestmark = pytest.mark.django_db


def told(appointment):
    """Who takes part by the stored text: reference, status, and the role of the further ones."""
    text = json.loads(Appointment.objects.get(id=appointment.id).resource)
    return [
        (
            one["actor"]["reference"],
            one["status"],
            *(coding["code"] for concept in one.get("type", ()) for coding in concept["coding"]),
        )
        for one in text["participant"]
    ]


def test_all_that_it_holds_takes_part(act, bob, adam, osei, ruiz, room, site, patient, visit, slot):  # noqa: F811
    with act(adam):
        devices = [
            Location.objects.create(name=f"Echo {n}", form="ro", part_of=site, zone=site.zone) for n in (1, 2)
        ]
        echo = save_pool(Pool(), name="Echo", members=devices, actor=adam)
        second = save_pool(Pool(), name="Assistants", members=[ruiz], actor=adam)
        set_needs(visit, [echo, second], actor=adam)
    with act(bob):
        booked = book_appointment(patient, slot=slot(9, room=room), service=visit, actor=bob)

        expected = {
            (f"Patient/{patient.id}", "needs-action"),
            (f"Practitioner/{osei.id}", "accepted"),
            (f"Location/{site.id}", "accepted"),
            (f"HealthcareService/{visit.id}", "accepted"),
            (f"Practitioner/{ruiz.id}", "accepted", HELPS),
            (f"Location/{room.id}", "accepted", WHERE),
            (f"Location/{devices[0].id}", "accepted", WHERE),
        }
        assert (set(told(booked)), len(told(booked))) == (expected, 7)

        reschedule_appointment(booked, slot=slot(10), actor=bob)
        assert (f"Location/{room.id}", "accepted", WHERE) not in told(booked)
        assert len(told(booked)) == 6


def test_the_patient_has_accepted_once_he_has_said_so(act, bob, patient, visit, slot):  # noqa: F811
    with act(bob):
        booked = book_appointment(patient, slot=slot(10), service=visit, actor=bob)
        statuses = []
        for deed in (confirm_appointment, take_back_confirmation):
            statuses.append(dict(one[:2] for one in told(booked))[f"Patient/{patient.id}"])
            deed(booked, actor=bob)
        statuses.append(dict(one[:2] for one in told(booked))[f"Patient/{patient.id}"])

    assert statuses == ["needs-action", "accepted", "needs-action"]


def test_a_visit_of_a_series_says_so(act, bob, patient, visit, slot):  # noqa: F811
    rule = Recurrence("monthly", 2, MONDAY.date(), frozenset({0}), nth_week=1)
    with act(bob):
        wishes = [wish_for(slot(10), day, slot(10).local_start.time()) for day in rule.days(count=2)]
        planned = [Planned(wish.day, wish.slot) for wish in wishes]
        series = book_series(patient, rule=rule, pattern=slot(10), planned=planned, service=visit, actor=bob)
        second = Appointment.objects.get(series=series, recurrence_id=2)
        reschedule_appointment(second, slot=slot(11), actor=bob)
        said = {one["url"]: one for one in json.loads(second.resource)["extension"]}

    assert said[SERIES]["valueUuid"] == f"urn:uuid:{series.id}"
    assert said[f"{R5}recurrenceId"]["valuePositiveInt"] == 2
    assert said[f"{R5}occurrenceChanged"]["valueBoolean"] is True
    assert said[f"{R5}recurrenceTemplate"]["extension"] == [
        {"url": "timezone", "valueCodeableConcept": {"text": "America/New_York"}},
        {"url": "recurrenceType", "valueCodeableConcept": {"text": "months"}},
        {
            "url": "monthlyTemplate",
            "extension": [
                {
                    "url": "nthWeekOfMonth",
                    "valueCoding": {"system": "http://hl7.org/fhir/week-of-month", "code": "first"},
                },
                {
                    "url": "dayOfWeek",
                    "valueCoding": {"system": "http://hl7.org/fhir/days-of-week", "code": "mon"},
                },
                {"url": "monthInterval", "valuePositiveInt": 2},
            ],
        },
    ]
