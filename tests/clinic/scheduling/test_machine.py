"""C1: whatever is booked, held, moved, made longer, cancelled, missed, repeated, split, while time goes on.

A model keeps what each visit was promised and what became of it; after each step the database must agree,
nobody is held twice in a lane, and now and then each time of a morning is tried: what is shown can be booked,
and nothing else. OSLER_FULL=1 runs 2,000 histories of 50 steps, OSLER_CASES any number of them.
"""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

import hypothesis
import pytest
import time_machine
from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from osler.clinic.scheduling.appointments.booking import (
    book_appointment,
    cancel_appointment,
    reinstate_appointment,
    reschedule_appointment,
)
from osler.clinic.scheduling.appointments.checkin import check_in_patient, mark_no_show, undo_check_in
from osler.clinic.scheduling.appointments.holds import confirm_hold, end_holds, hold_slot, release_hold
from osler.clinic.scheduling.appointments.resizing import extend_appointment
from osler.clinic.scheduling.appointments.undoing import take_back_move
from osler.clinic.scheduling.calendars.absences import absence_between, note_absence, take_back_absence
from osler.clinic.scheduling.calendars.availability import Slot, free_slots
from osler.clinic.scheduling.calendars.pools import save_pool, set_needs
from osler.clinic.scheduling.models import Absence, Appointment, Pool, Series
from osler.clinic.scheduling.series.moving import Shift, move_series
from osler.clinic.scheduling.series.preview import wish_for
from osler.clinic.scheduling.series.recurrence import Recurrence
from osler.clinic.scheduling.series.repeating import (
    Planned,
    Reach,
    book_series,
    cancel_series,
    to_come,
    versions_of,
)
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import HealthcareService, Location
from osler.kernel.errors import Refusal
from tests.clinic.scheduling.conftest import MONDAY, at
from tests.conftest import new_patient
from tests.environment import CASES, FULL, SEED

pytestmark = pytest.mark.django_db
RUNS = CASES or (2000 if FULL else 8)
STEPS = 50 if FULL or CASES else 25
DAYS = (0, 7, 14)
SLOTS, STEP = 9, 20
"""The mornings of three Mondays, nine times of twenty minutes each."""
TWICE = """
SELECT count(*) FROM scheduling_reservation a JOIN scheduling_reservation b
  ON a.resource_id = b.resource_id AND a.lane = b.lane AND a.period && b.period AND a.id < b.id
"""
HELD = "SELECT DISTINCT appointment_id FROM scheduling_reservation"
places = st.integers(0, SLOTS - 1)
whose = st.integers(0, 3)
days = st.sampled_from(DAYS)


@dataclass
class Promise:
    """A visit as the model knows it."""

    start: datetime
    end: datetime
    status: str


class Scheduling(RuleBasedStateMachine):
    """The desk of a clinic with two clinicians, two echo rooms and a group."""

    clinic: ClassVar[Any]

    def __init__(self) -> None:
        super().__init__()
        self.now = MONDAY
        self.promised: dict[UUID, Promise] = {}
        self.series: dict[UUID, int] = {}
        """How many visits each series has, as it was booked or split."""
        self.transaction = transaction.atomic()
        self.transaction.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @contextmanager
    def desk(self) -> Iterator[Any]:
        with time_machine.travel(self.now, tick=False), acting(self.clinic.bob):
            yield self.clinic.bob

    def tried(self, deed: Callable[[], Any]) -> Any:
        """What a deed gave; None if it was refused, which must have changed nothing."""
        with self.desk():
            before = self.everything()
            try:
                with transaction.atomic():
                    return deed()
            except Refusal:
                assert self.everything() == before
                return None

    def everything(self) -> list[Any]:
        return sorted(Appointment.objects.values_list("id", "version")) + sorted(
            Series.objects.values_list("id", "version")
        )

    def slot(self, place: int, day: int, by: int, service: Any) -> Slot:
        return self.clinic.slot(
            9 + place // 3,
            STEP * (place % 3),
            day=day,
            by=self.clinic.people[by],
            minutes=service.duration_minutes,
        )

    def promise(self, appointment: Appointment) -> None:
        assert appointment.period is not None
        self.promised[appointment.id] = Promise(
            appointment.period.lower, appointment.period.upper, appointment.status
        )

    def pick(self, data: Any, *statuses: str) -> Appointment | None:
        known = [key for key, one in self.promised.items() if one.status in statuses]
        if not known:
            return None
        key = known[data.draw(st.integers(0, len(known) - 1))]
        with self.desk():
            return Appointment.objects.select_related("service", "patient", "series").get(id=key)

    @rule(
        who=whose, place=places, day=days, by=st.integers(0, 1), kind=st.integers(0, 2), beside=st.booleans()
    )
    def book(self, who: int, place: int, day: int, by: int, kind: int, beside: bool) -> None:
        service, slot = self.clinic.services[kind], self.slot(place, day, by, self.clinic.services[kind])
        reason = "Asked by the doctor" if beside else ""
        made = self.tried(
            lambda: book_appointment(
                self.clinic.patients[who],
                slot=slot,
                service=service,
                overbook_reason=reason,
                actor=self.clinic.bob,
            )
        )
        if made:
            assert (made.period.lower, made.period.upper) == (slot.start, slot.end)
            self.promise(made)

    @rule(who=whose, place=places, day=days, by=st.integers(0, 1), kind=st.integers(0, 2))
    def hold(self, who: int, place: int, day: int, by: int, kind: int) -> None:
        service = self.clinic.services[kind]
        made = self.tried(
            lambda: hold_slot(
                self.clinic.patients[who],
                slot=self.slot(place, day, by, service),
                service=service,
                actor=self.clinic.bob,
            )
        )
        if made:
            self.promise(made)

    @rule(data=st.data(), is_kept=st.booleans())
    def answer_hold(self, data: Any, is_kept: bool) -> None:
        if one := self.pick(data, "pending"):
            deed = confirm_hold if is_kept else release_hold
            if done := self.tried(lambda: deed(one, actor=self.clinic.bob)):
                self.promise(done)

    @rule(data=st.data(), place=places, day=days, by=st.integers(0, 1), undone=st.booleans())
    def move(self, data: Any, place: int, day: int, by: int, undone: bool) -> None:
        one = self.pick(data, "booked", "cancelled", "noshow")
        if one is None:
            return
        was = self.promised[one.id]
        slot = self.slot(place, day, by, one.service)
        moved = self.tried(lambda: reschedule_appointment(one, slot=slot, actor=self.clinic.bob))
        if moved is None:
            return
        assert (moved.period.lower, moved.status) == (slot.start, "booked")
        self.promise(moved)
        if undone and (back := self.tried(lambda: take_back_move(moved, actor=self.clinic.bob))):
            self.promise(back)
            assert self.promised[one.id] == was

    @rule(data=st.data(), minutes=st.sampled_from((10, 20, 30, 40, 60)))
    def extend(self, data: Any, minutes: int) -> None:
        if one := self.pick(data, "booked"):
            done = self.tried(lambda: extend_appointment(one, minutes=minutes, actor=self.clinic.bob))
            if done:
                assert done.period.upper - done.period.lower == timedelta(minutes=minutes)
                self.promise(done)

    @rule(
        data=st.data(),
        deed=st.sampled_from(
            (
                cancel_appointment,
                cancel_appointment,
                reinstate_appointment,
                mark_no_show,
                check_in_patient,
                undo_check_in,
            )
        ),
    )
    def step(self, data: Any, deed: Any) -> None:
        one = self.pick(data, "booked", "cancelled", "noshow", "arrived")
        done = self.tried(lambda: deed(one, actor=self.clinic.bob)) if one else None
        if done:
            start = self.promised[done.id].start
            self.promise(done)
            assert self.promised[done.id].start == start

    @rule(who=whose, place=places, by=st.integers(0, 1))
    def repeat(self, who: int, place: int, by: int) -> None:
        office = self.clinic.services[0]
        pattern = self.slot(place, 0, by, office)
        weekly = Recurrence("weekly", 1, MONDAY.date(), frozenset({0}))
        wishes = [wish_for(pattern, day, pattern.local_start.time()) for day in weekly.days(count=3)]
        made = self.tried(
            lambda: book_series(
                self.clinic.patients[who],
                rule=weekly,
                pattern=pattern,
                planned=[Planned(wish.day, wish.slot) for wish in wishes],
                service=office,
                actor=self.clinic.bob,
            )
        )
        if made:
            self.read_series()

    @precondition(lambda self: self.series)
    @rule(data=st.data(), reach=st.sampled_from(tuple(Reach)), place=places, is_cancelled=st.booleans())
    def change_series(self, data: Any, reach: Reach, place: int, is_cancelled: bool) -> None:
        with self.desk():
            repeated = set(Appointment.objects.exclude(series=None).values_list("id", flat=True))
        members = [key for key, one in self.promised.items() if key in repeated and one.status == "booked"]
        if not members:
            return
        key = members[data.draw(st.integers(0, len(members) - 1))]
        total = sum(self.series.values())

        def change() -> Any:
            one = Appointment.objects.select_related("series", "service", "patient").get(id=key)
            if is_cancelled:
                return cancel_series(one, reach=reach, actor=self.clinic.bob)
            by = [person.id for person in self.clinic.people].index(one.practitioner_id)
            day = (one.wall_start.date() - MONDAY.date()).days
            slot = self.slot(place, day, by, one.service)
            going = to_come(one, reach, actor=self.clinic.bob)
            shift = Shift.of(one, slot)
            where = {
                each.recurrence_id: wish_for(
                    slot, shift.day(each.recurrence_on), slot.local_start.time()
                ).slot
                for each in going
            }
            return move_series(
                one, reach=reach, to=slot, places=where, seen=versions_of(going), actor=self.clinic.bob
            )

        if self.tried(change):
            self.read_series()
            assert sum(self.series.values()) == total  # each member counted once, split or not

    def read_series(self) -> None:
        """What the deeds gave to whole series is their own word; that it holds together is checked."""
        with self.desk():
            for one in Appointment.objects.exclude(series=None).order_by("recurrence_on", "period_start"):
                self.promise(one)
            numbers = Appointment.objects.exclude(series=None).values_list("series_id", "recurrence_id")
            assert len(numbers) == len(set(numbers))
            self.series = {
                key: len(list(rows)) for key, rows in itertools.groupby(sorted(key for key, _ in numbers))
            }

    @rule(by=st.integers(0, 1), day=days)
    def go_away(self, by: int, day: int) -> None:
        with time_machine.travel(self.now, tick=False), acting(self.clinic.adam):
            if found := Absence.objects.filter(active=True).first():
                take_back_absence(found, version=found.version, actor=self.clinic.adam)
                return
            person = self.clinic.people[by]
            absence = absence_between(at(9, day=day), at(10, day=day), reason="Away", practitioner=person)
            note_absence(absence, actor=self.clinic.adam)

    @rule(minutes=st.sampled_from((3, 6, 11)))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        with self.desk():
            end_holds()
            rows = Appointment.objects.filter(id__in=list(self.promised))
            for row in rows:
                if self.promised[row.id].status == "pending" and row.status == "cancelled":
                    assert row.held_until is not None and row.held_until <= self.now
                    self.promise(row)

    @rule(day=days, by=st.integers(0, 1), kind=st.integers(0, 2))
    def try_a_morning(self, day: int, by: int, kind: int) -> None:
        """What is shown is what can be booked."""
        service = self.clinic.services[kind]
        with self.desk():
            grid = [self.slot(place, day, by, service) for place in range(SLOTS)]
            free = free_slots(
                [self.clinic.people[by]], start=at(9, day=day), end=at(12, day=day), service=service, limit=99
            )
            future = [one for one in grid if one.start >= self.now]
            assert [one.clock for one in free] == [one.clock for one in future if self.can_book(one, service)]

    def can_book(self, slot: Slot, service: Any) -> bool:
        try:
            with transaction.atomic():
                book_appointment(self.clinic.patients[0], slot=slot, service=service, actor=self.clinic.bob)
                transaction.set_rollback(True)
        except Refusal:
            return False
        return True

    @invariant()
    def each_visit_is_as_promised(self) -> None:
        with self.desk(), connection.cursor() as cursor:
            rows = list(Appointment.objects.all())
            assert {
                one.id: Promise(one.period.lower, one.period.upper, one.status) for one in rows
            } == self.promised
            for one in rows:
                assert one.wall_start.replace(tzinfo=None) == one.local_start.replace(tzinfo=None)
            cursor.execute(TWICE)
            assert cursor.fetchone() == (0,)
            cursor.execute(HELD)
            held = {row[0] for row in cursor.fetchall()}
            sure = {one.id for one in rows if one.is_holding and one.status != "pending"}
            mere = {one.id for one in rows if one.status == "pending"}
            assert sure <= held <= sure | mere


@dataclass
class Clinic:
    """What the machine works with."""

    bob: Any
    adam: Any
    people: list[Any]
    patients: list[Any]
    services: list[HealthcareService]
    slot: Callable[..., Slot]


def test_scheduling(act, bob, adam, organization, site, osei, ruiz, slot):
    with act(adam):
        rooms = [
            Location.objects.create(name=f"Echo {n}", form="ro", part_of=site, zone=site.zone)
            for n in range(2)
        ]
        pool = save_pool(Pool(), name="Echo rooms", members=rooms, actor=adam)
        services = [
            HealthcareService.objects.create(name="Office visit", duration_minutes=20),
            HealthcareService.objects.create(name="Echo", duration_minutes=40, buffer_after_minutes=10),
            HealthcareService.objects.create(name="Group", duration_minutes=20, places=3),
        ]
        set_needs(services[1], [pool], actor=adam)
    people = [new_patient(organization, given=f"P{n}") for n in range(4)]
    Scheduling.clinic = Clinic(bob, adam, [osei, ruiz], people, services, slot)
    settings = hypothesis.settings(
        max_examples=RUNS,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        derandomize=not (SEED or FULL or CASES),
        print_blob=True,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    machine = hypothesis.seed(SEED)(Scheduling) if SEED else Scheduling
    run_state_machine_as_test(machine, settings=settings)
