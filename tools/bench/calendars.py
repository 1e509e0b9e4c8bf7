"""Free times and joint bookings in a hospital's calendars: 200 people and rooms, a million appointments.

The appointments come by one INSERT with triggers off, as a restore would bring them: three quarters of a year
behind, 90 days ahead, nine of ten times taken. Who asks is the web role, under row-level security.
"""

import random
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from datetime import time as clock_time
from functools import partial
from itertools import count
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections
from psycopg import sql

from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.appointments.booking import book_appointment
from osler.clinic.scheduling.calendars.availability import AT_ANY_TIME, Preference, Slot, free_slots
from osler.clinic.scheduling.models import Appointment, Need, Pool, PoolMember, Schedule, WeeklyHours
from osler.foundation.access.actors import Actor
from osler.foundation.access.roles import Role
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import HealthcareService, Location, Organization, Practitioner
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel import clock
from osler.kernel.errors import Refusal
from osler.kernel.keys import uuid7
from osler.ops.supervisor.cluster import ADMIN, Cluster
from tools.bench.databases import made_database
from tools.bench.single import Figure

NAME = "calendars"
CLINICIANS, ROOMS, CARDIOLOGISTS, ECHO_ROOMS, PATIENTS = 160, 40, 20, 10, 2_000
BEHIND, AHEAD, TAKEN = 280, timedelta(days=90), 0.92
ASKED, WANTED_MS = 300, 50.0
BOOKERS, BOOKING_SECONDS, WANTED_BOOKINGS = 4, 15, 200
ZONE = "America/New_York"
HOURS = ((clock_time(8), clock_time(12)), (clock_time(13), clock_time(18)))
LEFT_OUT = {"id", "patient_id", "practitioner_id", "location_id", "period", "local_start", "also_places"}

TAKE = """INSERT INTO scheduling_appointment
    (id, patient_id, practitioner_id, location_id, period, local_start, also_places, {rest})
SELECT uuidv7(), {patients}[1 + floor(random() * {people})], s.practitioner_id, s.location_id,
    tstzrange(instant, instant + interval '20 minutes'), wall AT TIME ZONE 'UTC',
    CASE WHEN s.place <= {cardiologists} AND s.place / {rooms} % 2 = times.place % 2 AND random() < 0.5
         THEN ARRAY[({echo})[1 + s.place % {rooms}]] ELSE '{{}}'::uuid[] END, {pattern}
FROM (SELECT *, row_number() OVER (ORDER BY id) AS place FROM scheduling_schedule) AS s
JOIN scheduling_weeklyhours h ON h.schedule_id = s.id
CROSS JOIN generate_series({first}::date, {last}::date, interval '1 day') AS day
CROSS JOIN LATERAL generate_series(day::date + h.starts, day::date + h.ends - interval '20 minutes',
                                   interval '20 minutes') WITH ORDINALITY AS times (wall, place)
CROSS JOIN LATERAL (SELECT wall AT TIME ZONE {zone} AS instant) AS one
CROSS JOIN (SELECT {rest} FROM scheduling_appointment LIMIT 1) AS pattern
WHERE extract(isodow FROM day) = h.weekday + 1 AND random() < {taken}"""
RESERVE = """INSERT INTO scheduling_reservation
    (id, organization_id, appointment_id, resource_id, lane, period, practitioner_id, service_id)
SELECT uuidv7(), a.organization_id, a.id, each.held, 0, a.period, a.practitioner_id, a.service_id
FROM scheduling_appointment a CROSS JOIN LATERAL unnest(a.practitioner_id || a.also_places) AS each (held)
WHERE NOT EXISTS (SELECT FROM scheduling_reservation r WHERE r.appointment_id = a.id)"""


@dataclass
class Hospital:
    """Who can be booked, for what."""

    clerk: Actor
    clinicians: list[Practitioner]
    cardiologists: list[Practitioner]
    office: HealthcareService
    echo: HealthcareService
    patients: list[Patient]


def figures(cluster: Cluster, appointments: int, say: Callable[[str], None]) -> list[Figure]:
    """Free times: p50 and p95 of some hundred questions of each kind. Joint bookings: how many a second."""
    with made_database(cluster, NAME):
        hospital = _hospital(cluster, appointments, say)
        with acting(hospital.clerk):
            total = Appointment.objects.count()
        found = [
            _figure(f"free times among {total:,} appointments: {name}", ask, hospital)
            for name, ask in _questions(hospital)
        ]
        return [*found, _bookings(hospital)]


def _questions(hospital: Hospital) -> list[tuple[str, Callable[[random.Random], list[Slot]]]]:
    def ask(people: Any, service: HealthcareService, preference: Preference = AT_ANY_TIME) -> list[Slot]:
        now = clock.now()
        return free_slots(people, start=now, end=now + AHEAD, service=service, preference=preference, limit=3)

    def tuesday(pick: random.Random) -> Preference:
        half = pick.choice(((None, clock_time(12)), (clock_time(12), None)))
        return Preference(frozenset({pick.randrange(5)}), *half)

    heart = hospital.cardiologists
    return [
        ("first with one clinician", lambda pick: ask([pick.choice(hospital.clinicians)], hospital.office)),
        ("first with anyone", lambda _pick: ask(None, hospital.office)),
        (
            "of a weekday's half, with one",
            lambda pick: ask([pick.choice(hospital.clinicians)], hospital.office, tuesday(pick)),
        ),
        (
            "of a weekday's half, anyone in cardiology, echo room",
            lambda pick: ask(heart, hospital.echo, tuesday(pick)),
        ),
        (
            "of a weekday's half, one in cardiology, echo room",
            lambda pick: ask([pick.choice(heart)], hospital.echo, tuesday(pick)),
        ),
    ]


def _figure(name: str, ask: Callable[[random.Random], list[Slot]], hospital: Hospital) -> Figure:
    pick, took, empty = random.Random(1867), [], 0
    for _ in range(ASKED):
        with acting(hospital.clerk):
            began = time.perf_counter()
            empty += not ask(pick)
            took.append((time.perf_counter() - began) * 1000)
    p50, p95 = statistics.median(took), statistics.quantiles(took, n=20)[-1]
    none = f", {empty} of {ASKED} none" if empty else ""
    value = f"{p50:.1f} / {p95:.1f} ms{none}"
    return Figure(f"{name}, p50 / p95", value, f"p95 {WANTED_MS:.0f} ms", p95 <= WANTED_MS)


def _bookings(hospital: Hospital) -> Figure:
    """Clinician and echo room at once, by several who book at the same time, for some seconds."""
    now = clock.now()
    with acting(hospital.clerk):
        offered = free_slots(
            hospital.cardiologists, start=now, end=now + AHEAD * 4, service=hospital.echo, limit=20_000
        )
    slots = _beside_each_other(offered)
    random.Random(1867).shuffle(slots)
    turns, booked, refused = count(), [0] * BOOKERS, [0] * BOOKERS
    until = time.monotonic() + BOOKING_SECONDS

    def book(place: int) -> None:
        while time.monotonic() < until and (turn := next(turns)) < len(slots):
            patient = hospital.patients[turn % PATIENTS]
            try:
                with acting(hospital.clerk):
                    book_appointment(patient, slot=slots[turn], service=hospital.echo, actor=hospital.clerk)
                booked[place] += 1
            except Refusal:
                refused[place] += 1
        connections.close_all()

    began = time.monotonic()
    threads = [threading.Thread(target=partial(book, place)) for place in range(BOOKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = sum(booked) / (time.monotonic() - began)
    value = f"{rate:.0f}, {sum(booked):,} booked, {sum(refused):,} gone"
    return Figure("joint bookings a second", value, f"{WANTED_BOOKINGS}", rate >= WANTED_BOOKINGS)


def _beside_each_other(offered: list[Slot]) -> list[Slot]:
    """Those of them that leave each other's clinician alone: whoever asks has just looked."""
    over: dict[UUID, Any] = {}
    kept = []
    for slot in sorted(offered, key=lambda one: one.start):
        if slot.practitioner_id not in over or over[slot.practitioner_id] <= slot.start:
            over[slot.practitioner_id] = slot.end
            kept.append(slot)
    return kept


def _hospital(cluster: Cluster, appointments: int, say: Callable[[str], None]) -> Hospital:
    """The hospital, made once; more appointments of it if there are too few."""
    with psycopg.connect(cluster.dsn(ADMIN, NAME), autocommit=True) as admin:
        found = admin.execute("SELECT id FROM directory_organization").fetchone()
        key = found[0] if found else uuid7()
        clerk = Actor(uuid7(), "Clerk", key, frozenset({Role.RECEPTION}))
        began = time.monotonic()
        if found is None:
            with acting(SystemActor(key)):
                _make(key)
                _first_visit(clerk)
        made = admin.execute("SELECT count(*) FROM (SELECT FROM scheduling_appointment LIMIT 2)").fetchone()
        if made == (1,):
            _fill(admin, appointments)
            say(f"  {CLINICIANS} clinicians, {ROOMS} rooms, their year: {time.monotonic() - began:.0f} s")
    with acting(clerk):
        clinicians = list(Practitioner.objects.order_by("family"))
        return Hospital(
            clerk,
            clinicians,
            [one for one in clinicians if one.family.startswith("Heart")],
            HealthcareService.objects.get(name="Office visit"),
            HealthcareService.objects.get(name="Echo"),
            list(Patient.objects.order_by("id")[:PATIENTS]),
        )


def _make(key: UUID) -> None:
    Organization(id=key, organization_id=key, name="Calendars").save()
    sites = [Location.objects.create(name=f"Site {n}", zone=ZONE) for n in range(4)]
    for n in range(CLINICIANS):
        heart = n < CARDIOLOGISTS
        one = Practitioner.objects.create(given=f"Ada {n}", family=f"{'Heart' if heart else 'Round'} {n:03}")
        schedule = Schedule.objects.create(practitioner=one, location=sites[0 if heart else n % 4])
        for weekday in range(5):
            for starts, ends in HOURS:
                WeeklyHours.objects.create(
                    schedule=schedule,
                    weekday=weekday,
                    starts=starts,
                    ends=ends,
                    valid_period=(date(2020, 1, 1), None),
                )
    pool = Pool.objects.create(name="Echo rooms")
    for n in range(ROOMS):
        kept = n < ECHO_ROOMS
        room = Location.objects.create(
            name=f"{'Echo' if kept else 'Room'} {n:02}",
            form="ro",
            part_of=sites[0 if kept else n % 4],
            zone=ZONE,
        )
        if kept:
            PoolMember.objects.create(pool=pool, location=room)
    HealthcareService.objects.create(name="Office visit", duration_minutes=20)
    echo = HealthcareService.objects.create(name="Echo", duration_minutes=40, buffer_after_minutes=0)
    Need.objects.create(service=echo, pool=pool)
    Patient.objects.bulk_create(
        Patient(organization_id=key, given=f"G{n}", family=f"F{n}", birth_date=date(1950, 1, 1), mrn=f"C{n}")
        for n in range(PATIENTS)
    )


def _first_visit(clerk: Actor) -> None:
    """The pattern of all others, after them."""
    office = HealthcareService.objects.get(name="Office visit")
    after = clock.now() + AHEAD * 1.1
    slot = free_slots(None, start=after, end=after + AHEAD, service=office, limit=1)[0]
    patient = Patient.objects.order_by("id").first()
    book_appointment(patient, slot=slot, service=office, actor=clerk)


def _fill(admin: psycopg.Connection, appointments: int) -> None:
    today = clock.today()
    behind = timedelta(days=round(BEHIND * appointments / 1_000_000))
    fields = [field.attname for field in Appointment._meta.local_concrete_fields if not field.generated]
    rest = [name for name in fields if name not in LEFT_OUT]
    statement = sql.SQL(TAKE).format(
        rest=sql.SQL(", ").join(map(sql.Identifier, rest)),
        pattern=sql.SQL(", ").join(sql.Identifier("pattern", name) for name in rest),
        patients=sql.SQL("(SELECT array_agg(id) FROM patients_patient)"),
        people=sql.Literal(PATIENTS),
        cardiologists=sql.Literal(CARDIOLOGISTS),
        rooms=sql.Literal(ECHO_ROOMS),
        echo=sql.SQL("SELECT array_agg(id ORDER BY name) FROM directory_location WHERE name LIKE 'Echo %'"),
        first=sql.Literal(today - behind),
        last=sql.Literal(today + AHEAD),
        zone=sql.Literal(ZONE),
        taken=sql.Literal(TAKEN),
    )
    admin.execute("SET session_replication_role = replica")
    with admin.transaction():
        admin.execute("SELECT setseed(0.5)")
        admin.execute(statement)
        admin.execute(RESERVE)
    admin.execute("RESET session_replication_role")
    admin.execute("VACUUM (ANALYZE)")
