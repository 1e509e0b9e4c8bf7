"""A Monday at eight, and patients who wait for a time on Tuesday morning."""

import itertools
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test.utils import override_settings

from osler.clinic.communication.models import Notice
from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.appointments.booking import book_appointment, cancel_appointment
from osler.clinic.scheduling.calendars.absences import absence_between, note_absence
from osler.clinic.scheduling.models import Appointment, WaitlistEntry, WaitlistOffer
from osler.clinic.scheduling.waiting_list.joining import Wish, join_waiting_list
from osler.foundation.jobs.outbox import SystemActor, deliver_events
from tests.clinic.scheduling.conftest import (  # noqa: F401  fixtures
    MONDAY,
    at,
    monday,
    osei,
    patient,
    room,
    ruiz,
    slot,
    visit,
)
from tests.conftest import new_patient

TUESDAY = date(2027, 3, 2)


@pytest.fixture(autouse=True)
def texts():
    with override_settings(SMS_URL="loopback"):
        yield


@pytest.fixture
def deliver(organization) -> Callable[[], None]:
    """The worker tells what happened, and what follows from it."""
    return lambda: deliver_events(str(organization.id))


@pytest.fixture
def booked(act, bob, patient, slot, visit) -> Callable[..., Appointment]:  # noqa: F811
    def book(hour: int, minute: int = 0, *, whose: Patient = patient, **rest: Any) -> Appointment:
        with act(bob):
            return book_appointment(whose, slot=slot(hour, minute, **rest), service=visit, actor=bob)

    return book


@pytest.fixture
def waits(act, bob, organization, visit, osei) -> Callable[..., WaitlistEntry]:  # noqa: F811
    """Somebody waits for the visit with this clinician; named, and reached by text."""

    def join(
        name: str,
        *,
        priority: int = 0,
        replaces: Appointment | None = None,
        not_after: date = TUESDAY,
        **wish: Any,
    ) -> WaitlistEntry:
        who = (
            replaces.patient
            if replaces
            else new_patient(organization, given=name, phone="(413) 555-0142", contact_by="sms")
        )
        with act(bob):
            entry = join_waiting_list(
                who,
                service=visit,
                wish=Wish(
                    practitioner=osei,
                    parts=["morning"],
                    weekdays=[1],
                    not_after=not_after,
                    **wish,
                ),
                priority=priority,
                replaces=replaces,
                actor=bob,
            )
            entry.joined_at = MONDAY - timedelta(days=1) + timedelta(minutes=next(turns))
            entry.save()
        return entry

    turns = itertools.count()  # the clock stands still, and none waits as long as another
    return join


@pytest.fixture
def offers(act, organization) -> Callable[[], list[tuple[str, str, str]]]:
    """Who was offered which time, and how it stands."""

    def rows() -> list[tuple[str, str, str]]:
        with act(SystemActor(organization.id)):
            found = WaitlistOffer.objects.select_related("patient")
            return sorted((row.patient.given, row.wall_clock, row.status) for row in found)

    return rows


@pytest.fixture
def told(act, organization) -> Callable[[], list[str]]:
    """To whom a message of an offer was queued."""

    def rows() -> list[str]:
        with act(SystemActor(organization.id)):
            found = Notice.objects.filter(kind="waitlist-offer")
            return sorted(found.values_list("patient__given", flat=True))

    return rows


@pytest.fixture
def house(organization) -> SystemActor:
    return SystemActor(organization.id)


@pytest.fixture
def morning(act, bob, osei, booked, adam, site) -> list[Appointment]:  # noqa: F811
    """Of the Tuesday morning nothing is free: one patient each, and away after them."""
    visits = [booked(9, 20 * number, day=1) for number in range(3)]
    with act(adam):
        note_absence(absence_between(at(10, day=1), at(12, day=1), practitioner=osei), actor=adam)
    return visits


@pytest.fixture
def cancel(act, bob, deliver) -> Callable[[Appointment], None]:
    def free(visit: Appointment) -> None:  # noqa: F811
        with act(bob):
            cancel_appointment(Appointment.objects.get(pk=visit.pk), actor=bob)
        deliver()

    return free
