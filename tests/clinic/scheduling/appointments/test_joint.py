"""Visits that take more than a clinician: pools, buffers, groups, holds; what is shown can be booked."""

import itertools
import random
from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from osler.clinic.scheduling.appointments.booking import (
    book_appointment,
    cancel_appointment,
    reinstate_appointment,
    reschedule_appointment,
)
from osler.clinic.scheduling.appointments.holds import (
    HELD_FOR,
    confirm_hold,
    end_holds,
    hold_slot,
    release_hold,
)
from osler.clinic.scheduling.calendars.absences import absence_between, note_absence
from osler.clinic.scheduling.calendars.availability import Preference, free_slots
from osler.clinic.scheduling.calendars.pools import (
    needs_of,
    pool_list,
    pools,
    retire_pool,
    save_pool,
    set_needs,
)
from osler.clinic.scheduling.errors import PoolNamed, ResourceTaken, SlotTaken
from osler.clinic.scheduling.models import Appointment, Pool, PoolMember, Reservation
from osler.foundation.directory.models import HealthcareService, Location
from osler.kernel.errors import Denied, Refusal, StaleVersion
from osler.kernel.keys import uuid7
from osler.kernel.states import ImpossibleMove
from tests.clinic.scheduling.conftest import MONDAY, at
from tests.conftest import new_patient
from tests.environment import RUN

pytestmark = pytest.mark.django_db


@pytest.fixture
def echo(act, bob, organization):
    with act(bob):
        return HealthcareService.objects.create(name="Echo", duration_minutes=20)


@pytest.fixture
def rooms(act, bob, site):
    with act(bob):
        return [
            Location.objects.create(name=f"Echo {n}", form="ro", part_of=site, zone=site.zone) for n in (1, 2)
        ]


@pytest.fixture
def pool(act, adam, echo, rooms):
    with act(adam):
        found = save_pool(Pool(), name="Echo rooms", members=rooms, actor=adam)
        set_needs(echo, [found], actor=adam)
    return found


def shown(*practitioners, service, hours=24, **more):
    found = free_slots(
        practitioners, start=at(9), end=at(9) + timedelta(hours=hours), service=service, limit=500, **more
    )
    return [one.clock for one in found]


def held():
    return sorted(Reservation.objects.values_list("resource_id", "period"), key=str)


def test_a_visit_takes_one_of_the_pool_until_there_is_none(
    act, bob, patient, other_patient, organization, echo, pool, rooms, osei, ruiz, slot
):
    kern = new_patient(organization, given="Kay")
    with act(bob):
        first = book_appointment(patient, slot=slot(9), service=echo, actor=bob)
        second = book_appointment(other_patient, slot=slot(9, by=ruiz), service=echo, actor=bob)
        assert (first.also_places, second.also_places) == ([rooms[0].id], [rooms[1].id])
        before = held()
        assert len(before) == 4
        with pytest.raises(SlotTaken):
            book_appointment(kern, slot=slot(9, 10), service=echo, actor=bob)
        assert held() == before
        reschedule_appointment(first, slot=slot(9, 20), actor=bob)
        assert shown(osei, service=echo)[0] == "09:00"
        cancel_appointment(second, actor=bob)
        assert [one for one, _ in held()].count(rooms[0].id) == 1
        assert reinstate_appointment(second, actor=bob).also_places == [rooms[1].id]


def test_without_one_of_the_pool_nothing_is_booked_and_other_times_are_told(
    act, bob, patient, other_patient, echo, pool, rooms, osei, ruiz, slot
):
    with act(bob):
        absence_between(at(9), at(11), location=rooms[1], reason="Repair").save(force_insert=True)
        book_appointment(patient, slot=slot(9), service=echo, actor=bob)
        before = held()
        with pytest.raises(ResourceTaken) as refusal:
            book_appointment(other_patient, slot=slot(9, by=ruiz), service=echo, actor=bob)
        assert refusal.value.pool_id == pool.id
        assert [one.clock for one in refusal.value.times] == ["09:20", "09:40", "10:00"]
        assert (held(), Appointment.objects.count()) == (before, 1)
        assert shown(ruiz, service=echo)[:2] == ["09:20", "09:40"]
        forced = book_appointment(
            other_patient, slot=slot(9, by=ruiz), service=echo, overbook_reason="Portable echo", actor=bob
        )
        assert (forced.also_places, forced.lane) == ([], 0)


def test_an_interpreter_must_be_there_and_the_clinicians_own_room_will_do(
    act, bob, adam, patient, echo, osei, ruiz, slot, rooms
):
    with act(adam):
        people = save_pool(Pool(), name="Interpreters", members=[ruiz], actor=adam)
        places = save_pool(Pool(), name="Echo rooms", members=rooms[:1], actor=adam)
        set_needs(echo, [people, places], actor=adam)
        assert [one.name for one in needs_of(echo, actor=adam)] == ["Echo rooms", "Interpreters"]
    with act(bob):
        booked = book_appointment(patient, slot=slot(9, room=rooms[0]), service=echo, actor=bob)
        assert (booked.also_people, booked.also_places) == ([ruiz.id], [])
        assert {one for one, _ in held()} == {osei.id, rooms[0].id, ruiz.id}
        assert "09:00" not in shown(ruiz, service=None)
        cancel_appointment(booked, actor=bob)
        assert held() == []
    with act(adam):
        note_absence(absence_between(at(9), at(10), practitioner=ruiz), actor=adam)
    with act(bob):
        assert shown(osei, service=echo, hours=3)[0] == "10:00"


def test_buffers_keep_everybody_away_but_need_no_working_hours(
    act, bob, patient, other_patient, osei, slot, visit
):
    with act(bob):
        long = HealthcareService.objects.create(
            name="Procedure", duration_minutes=20, buffer_before_minutes=10, buffer_after_minutes=30
        )
        booked = book_appointment(patient, slot=slot(9), service=long, actor=bob)
        assert (booked.period.lower, booked.period.upper) == (at(9), at(9, 20)), "what the patient is told"
        assert [one.period.upper for one in Reservation.objects.all()] == [at(9, 50)]
        assert shown(osei, service=visit)[0] == "10:00"
        with pytest.raises(SlotTaken):
            book_appointment(other_patient, slot=slot(9, 40), service=visit, actor=bob)
        long.buffer_after_minutes = 0
        long.save()
        booked.refresh_from_db()
        booked.reason = "Later rules change no promise"
        booked.save()
        assert [one.period.upper for one in Reservation.objects.all()] == [at(9, 50)]


@pytest.mark.parametrize("capacity", [1, 2, 5])
def test_a_group_has_so_many_places(act, bob, organization, osei, slot, visit, capacity):
    people = [new_patient(organization, given=f"P{n}") for n in range(capacity + 1)]
    with act(bob):
        group = HealthcareService.objects.create(name="Class", duration_minutes=20, places=capacity)
        booked = []
        for one in people[:capacity]:
            assert "09:00" in shown(osei, service=group)
            booked.append(book_appointment(one, slot=slot(9), service=group, actor=bob))
        assert [one.lane for one in booked] == list(range(capacity))
        assert "09:00" not in shown(osei, service=group)
        for service in (group, visit):
            with pytest.raises(SlotTaken):
                book_appointment(people[-1], slot=slot(9), service=service, actor=bob)
        cancel_appointment(booked[0], actor=bob)
        if capacity > 1:
            assert "09:00" not in shown(osei, service=visit), "the group still meets"
            with pytest.raises(SlotTaken):
                book_appointment(people[-1], slot=slot(9, 10), service=group, actor=bob)
        assert book_appointment(people[-1], slot=slot(9), service=group, actor=bob).lane == 0
        with pytest.raises(SlotTaken):
            reinstate_appointment(booked[0], actor=bob)


@pytest.mark.parametrize("deed", [reinstate_appointment, confirm_hold])
@pytest.mark.parametrize("places_now", [1, 2, 5])
def test_a_place_in_a_group_comes_back_only_into_its_own_session(
    act, bob, organization, osei, slot, visit, deed, places_now
):
    """Whoever has the clinician's time meanwhile keeps it, in whatever lane the place was; and a group
    that has become smaller takes no more than it holds now."""
    people = [new_patient(organization, given=f"P{n}") for n in range(3)]
    with act(bob):
        group = HealthcareService.objects.create(name="Class", duration_minutes=20, places=5)
        make = hold_slot if deed is confirm_hold else book_appointment
        first, second = (make(one, slot=slot(9), service=group, actor=bob) for one in people[:2])
        assert (first.lane, second.lane) == (0, 1)
        if deed is reinstate_appointment:
            for one in (first, second):
                cancel_appointment(one, actor=bob)
        group.places = places_now
        group.save()
    with time_machine.travel(MONDAY + HELD_FOR, tick=False), act(bob):
        other = book_appointment(people[2], slot=slot(9), service=visit, actor=bob)
        for one in (first, second):
            one = Appointment.objects.get(id=one.id)
            with pytest.raises(SlotTaken):
                deed(one, actor=bob)
        assert [one.appointment_id for one in Reservation.objects.all()] == [other.id]
        cancel_appointment(other, actor=bob)
        came, refused = [], 0
        for one in (second, first):
            try:
                with transaction.atomic():
                    came.append(deed(Appointment.objects.get(id=one.id), actor=bob).lane)
            except SlotTaken:
                refused += 1
        assert (came, refused) == (([0], 1) if places_now == 1 else ([0, 1], 0))


def test_what_is_held_ends_by_itself(act, bob, patient, other_patient, visit, osei, slot):
    with act(bob):
        mine = hold_slot(patient, slot=slot(9), service=visit, actor=bob)
        assert (mine.status, mine.held_until) == ("pending", MONDAY + HELD_FOR)
        assert "09:00" not in shown(osei, service=visit)
        with pytest.raises(SlotTaken):
            book_appointment(other_patient, slot=slot(9), service=visit, actor=bob)
    with time_machine.travel(MONDAY + HELD_FOR, tick=False), act(bob):
        assert "09:00" in shown(osei, service=visit)
        theirs = book_appointment(other_patient, slot=slot(9), service=visit, actor=bob)
        with pytest.raises(SlotTaken):
            confirm_hold(mine, actor=bob)
        mine.refresh_from_db()
        assert (mine.status, Reservation.objects.get().appointment_id) == ("pending", theirs.id)
        assert (end_holds(), end_holds()) == (1, 0)
        mine.refresh_from_db()
        assert (mine.status, mine.cancellation_reason) == ("cancelled", "hold-ended")


@pytest.mark.parametrize("late", [timedelta(0), HELD_FOR * 2], ids=["in time", "late, and still free"])
def test_a_hold_is_confirmed_or_given_back(act, bob, patient, visit, osei, slot, late):
    with act(bob):
        mine = hold_slot(patient, slot=slot(9), service=visit, actor=bob)
        other = hold_slot(patient, slot=slot(9, 20), service=visit, actor=bob)
    with time_machine.travel(MONDAY + late, tick=False), act(bob):
        assert confirm_hold(mine, actor=bob).status == "booked"
        assert release_hold(other, actor=bob).status == "cancelled"
        assert [one.held_until for one in Reservation.objects.all()] == [None]
        assert end_holds() == 0


@pytest.mark.parametrize("deed", [confirm_hold, release_hold])
@pytest.mark.parametrize("status", ["booked", "cancelled", "noshow", "arrived", "fulfilled", "waitlist"])
def test_what_is_no_hold_is_neither_confirmed_nor_given_back(
    act, bob, patient, visit, osei, slot, deed, status
):
    with act(bob):
        mine = book_appointment(patient, slot=slot(9), service=visit, actor=bob)
        Appointment.objects.filter(pk=mine.pk).update(status=status)
        mine.refresh_from_db()
        with pytest.raises(ImpossibleMove):
            deed(mine, actor=bob)
        assert Appointment.objects.values_list("status", "version").get() == (status, mine.version)


def test_on_certain_days_and_at_certain_hours(act, bob, visit, osei, ruiz):
    with act(bob):
        wanted = Preference(frozenset({1}), MONDAY.replace(hour=9).time(), MONDAY.replace(hour=10).time())
        found = free_slots(
            [osei, ruiz], start=at(9), end=at(9, day=15), service=visit, preference=wanted, limit=500
        )
        assert {one.local_start.weekday() for one in found} == {1}
        assert sorted({one.clock for one in found}) == ["09:00", "09:20", "09:40"]
        assert len(found) == 2 * 2 * 3


def test_raw_writing_cannot_take_what_is_held(
    act, bob, patient, other_patient, echo, pool, rooms, slot, ruiz
):
    with act(bob):
        book_appointment(patient, slot=slot(9), service=echo, actor=bob)
        other = book_appointment(other_patient, slot=slot(9, by=ruiz), service=echo, actor=bob)
        before = held()
        for column, value in (
            ("also_places", [rooms[0].id]),
            ("also_people", [slot(9).practitioner_id]),
            ("also_people", [uuid7()]),
            ("lane", 1),
        ):
            with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    f"UPDATE scheduling_appointment SET {column} = %s WHERE id = %s", [value, other.id]
                )
        assert held() == before


def test_pools_are_planned_by_administrators_alone(act, bob, adam, charlie, echo, pool, rooms, osei):
    for actor, refusal in ((bob, Denied), (charlie, Denied)):
        with act(actor), pytest.raises(refusal):
            save_pool(pool, name="Mine", members=[], actor=actor)
    with act(adam):
        with pytest.raises(PoolNamed), transaction.atomic():
            save_pool(Pool(), name="Echo rooms", members=[], actor=adam)
        with pytest.raises(StaleVersion):
            save_pool(pool, name="Other", members=[], version=9, actor=adam)
        assert [[str(m.location) for m in one.members.all()] for one in pool_list(actor=adam)] == [
            ["Echo 1", "Echo 2"]
        ]
        save_pool(pool, name="Echo room", members=[rooms[1], osei], actor=adam)
        assert PoolMember.objects.filter(active=True).count() == 2
        retire_pool(pool, version=pool.version, actor=adam)
        assert (needs_of(echo, actor=adam), list(pools(actor=adam))) == ([], [])


FOUND_ONCE = (880382,)  # somebody leads a session of his own while another's needs him


@pytest.mark.parametrize("seed", [*FOUND_ONCE, *(RUN + number for number in range(5))])
def test_what_is_shown_can_be_booked_and_nothing_else(
    act, bob, adam, organization, osei, ruiz, rooms, slot, seed
):
    """Pools that overlap, buffers, groups and holds by chance; each time of the grid is tried."""
    chance = random.Random(seed)
    print("seed", seed)
    people = [new_patient(organization, given=f"P{n}") for n in range(4)]
    with act(adam):
        services = _services(chance, [*rooms, ruiz], adam)

    def tries(service, by, hour, step):
        return slot(hour, 20 * step, by=by, minutes=service.duration_minutes)

    with act(bob):
        for _ in range(12):
            service, by = chance.choice(services), chance.choice((osei, ruiz))
            wanted = tries(service, by, 9 + chance.randint(0, 2), chance.randint(0, 2))
            deed = chance.choice((book_appointment, book_appointment, hold_slot))
            with suppress(Refusal), transaction.atomic():
                deed(chance.choice(people), slot=wanted, service=service, actor=bob)
    late = MONDAY + chance.choice((timedelta(0), HELD_FOR))
    with time_machine.travel(late, tick=False), act(bob):
        for service, by in itertools.product(services, (osei, ruiz)):
            grid = [tries(service, by, 9 + step // 3, step % 3) for step in range(9)]
            bookable = {one.clock for one in grid if _can_book(people[0], one, service, bob)}
            assert set(shown(by, service=service, hours=4)) == bookable, (seed, service.name, str(by))


def _services(chance, members, adam):
    made = [
        save_pool(Pool(), name=f"Pool {n}", members=chance.sample(members, k), actor=adam)
        for n, k in enumerate((1, 2, chance.randint(1, 3)))
    ]
    services = []
    for n in range(3):
        service = HealthcareService.objects.create(
            name=f"Service {n}",
            duration_minutes=chance.choice((20, 40)),
            buffer_before_minutes=chance.choice((0, 10)),
            buffer_after_minutes=chance.choice((0, 0, 20)),
            places=chance.choice((1, 1, 2)),
        )
        set_needs(service, chance.sample(made, chance.randint(0, 2)), actor=adam)
        services.append(service)
    return services


def _can_book(patient, wanted, service, bob) -> bool:
    """Tried, and taken back."""
    try:
        with transaction.atomic():
            book_appointment(patient, slot=wanted, service=service, actor=bob)
            transaction.set_rollback(True)
    except Refusal:
        return False
    return True
