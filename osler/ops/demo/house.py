"""The clinic itself: sites, rooms, people, services, hours, prices, accounts."""

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db.backends.postgresql.psycopg_any import DateRange

from osler.clinic.billing.charges.schedules import fee_schedule, load_starter_fees, set_fee
from osler.clinic.insurance.models import InsurancePlan, Payer
from osler.clinic.scheduling.models import Need, Pool, PoolMember, Schedule, WeeklyHours
from osler.foundation.access.actors import Actor, load_actor
from osler.foundation.access.models import RoleAssignment
from osler.foundation.access.roles import Role
from osler.foundation.accounts.models import User
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import (
    HealthcareService,
    Location,
    Organization,
    Practitioner,
    PractitionerRole,
)
from osler.foundation.jobs.outbox import SystemActor
from osler.foundation.terminology.laboratory import lab_tests
from osler.kernel.keys import uuid7
from osler.ops.demo.chance import table
from osler.ops.demo.insuring import make_plans

PASSWORD = settings.DEMO_PASSWORD
ACCOUNTS = (
    ("reception", Role.RECEPTION, "Rosa Lima"),
    ("nurse", Role.NURSE, "Nadia Kowalski"),
    ("doctor", Role.PHYSICIAN, "Ruth Abara"),
    ("lab", Role.LAB, "Lars Jensen"),
    ("billing", Role.BILLING, "Bruno Keller"),
    ("admin", Role.ADMINISTRATOR, "Amara Obi"),
    ("privacy", Role.PRIVACY, "Priya Nair"),
)
SERVICES = (
    ("Office visit", "Consulta", "physician", 20, "", ""),
    ("Long visit", "Consulta larga", "physician", 40, "", ""),
    (
        "Annual physical",
        "Examen anual",
        "physician",
        40,
        "Please do not eat for eight hours before the visit.",
        "No coma nada durante las ocho horas anteriores a la visita.",
    ),
    ("Nurse visit", "Consulta de enfermería", "nurse", 20, "", ""),
    (
        "Video visit",
        "Consulta por video",
        "video",
        20,
        "You will get a link on the day.",
        "Recibirá un enlace ese mismo día.",
    ),
    (
        "Blood test",
        "Análisis de sangre",
        "laboratory",
        20,
        "Please do not eat for eight hours before.",
        "No coma nada durante las ocho horas anteriores.",
    ),
    (
        "Ultrasound",
        "Ecografía",
        "imaging",
        20,
        "Please drink a glass of water an hour before.",
        "Beba un vaso de agua una hora antes.",
    ),
    ("Diabetes class", "Curso sobre la diabetes", "group", 40, "", ""),
    ("Dressing change", "Cambio de vendaje", "nurse", 20, "", ""),
    ("Diabetes review", "Control de la diabetes", "physician", 20, "", ""),
)
NEEDS = {"Ultrasound": ("Ultrasound rooms", "Ultrasound")}
"""Services that need one of the rooms of a name besides the clinician, and what that pool is called."""
BEFORE = {"Diabetes review": ("Blood test", 40, 180)}
"""Services that need another one before them, which ends so many minutes before it at least and at most."""
AFTER, PLACES = {"Ultrasound": 10}, {"Diabetes class": 8}
SELF_BOOKED = {
    "Office visit": "anybody",
    "Nurse visit": "anybody",
    "Blood test": "anybody",
    "Annual physical": "patients",
    "Video visit": "patients",
}
"""Who books it without the desk."""
MISSED_FEE = ("MISSED", "Missed visit", Decimal(25))
COSTS_WHEN_MISSED = {"Office visit", "Annual physical", "Video visit", "Ultrasound"}
REVISIT_DAYS = {"Diabetes review": 14}
VIDEO = "https://video.demo.test/osler"
SITES = (("Main Street", 0), ("Riverside", 1), ("Hilltop", 2))
# A device is booked as the room in which it stands.
ROOMS = (*(f"Room {number}" for number in range(1, 7)), "ECG", "Ultrasound")
PAYERS = (("Northern Mutual", "60001"), ("Harbor Health Plan", "60002"), ("Commonwealth Care", "60003"))
OPENS, CLOSES, LUNCH_FROM, LUNCH_TO = time(8), time(17), time(12), time(13)


def sign_ins() -> str:
    """Who may sign in, and how."""
    names = [name for name, _, _ in ACCOUNTS] + ["patient", "proxy"]
    return f"Sign in as {', '.join(f'{name}@demo.test' for name in names)}\nPassword: {PASSWORD}"


@dataclass
class House:
    """What the other parts of the generator need."""

    organization: Organization
    zone: str
    sites: list[Location] = field(default_factory=list)
    rooms: dict[object, list[Location]] = field(default_factory=dict)
    clinicians: list[tuple[Practitioner, Location]] = field(default_factory=list)
    services: dict[str, HealthcareService] = field(default_factory=dict)
    payers: list[Payer] = field(default_factory=list)
    plans: dict[tuple[UUID, str], InsurancePlan] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)


def make_house(today: date, *, zone: str) -> House:
    """Open the clinic: everything that is there before the first patient."""
    key = uuid7()
    system = SystemActor(key)
    hashed = make_password(PASSWORD)
    with acting(system, reason="demo"):
        organization = Organization(id=key, organization_id=key, name="Osler Family Health", npi="1234567893")
        organization.line, organization.city = "1 Main Street", "Fairview"
        organization.state, organization.postal_code, organization.phone = "MA", "01901", "555-010-0100"
        organization.save()
        house = House(organization, zone)
        _sites(house)
        users = {name: _user(f"{name}@demo.test", words, role, hashed) for name, role, words in ACCOUNTS}
        _staff(house, users, hashed, today)
        _services(house)
        house.payers = [Payer(name=name, payer_number=number) for name, number in PAYERS]
        for payer in house.payers:
            payer.save()
        house.plans = make_plans(house.payers)
    for name, user in users.items():
        found = load_actor(user.pk)
        assert found is not None
        house.actors[name] = found[0]
    with acting(house.actors["billing"], reason="demo"):
        load_starter_fees(starts_on=today - timedelta(days=800), actor=house.actors["billing"])
        _test_fees(house.actors["billing"], today)
    return house


def _user(email: str, name: str, role: Role | None, hashed: str) -> User:
    user = User(email=email, name=name, password=hashed)
    user.save()
    if role is not None:
        RoleAssignment(user=user, role=role).save()
    return user


def _sites(house: House) -> None:
    for name, number in SITES:
        town = table("towns")[number]
        site = Location(
            name=name, form=Location.Form.SITE, zone=house.zone, line=f"{number + 1} {name}", **town
        )
        site.save()
        house.sites.append(site)
        house.rooms[site.id] = [
            Location(name=room, form=Location.Form.ROOM, part_of=site, zone=house.zone) for room in ROOMS
        ]
        for room in house.rooms[site.id]:
            room.save()


def _staff(house: House, users: dict[str, User], hashed: str, today: date) -> None:
    by_email = {user.email: user for user in users.values()}
    for number, row in enumerate(table("staff")):
        site = house.sites[int(row["site"])]
        user = by_email.get(row["email"])
        if user is None:
            email = f"{row['family'].lower()}@demo.test"
            user = _user(email, f"{row['given']} {row['family']}", Role(row["role"]), hashed)
        names = {key: row[key] for key in ("given", "family", "prefix", "suffix", "gender", "npi")}
        practitioner = Practitioner(user=user, **names)
        practitioner.save()
        PractitionerRole(
            practitioner=practitioner,
            location=site,
            specialty=row["specialty"],
            specialty_code=row["specialty_code"],
        ).save()
        if row["role"] == "physician":
            house.clinicians.append((practitioner, site))
            _hours(practitioner, site, number, today)


def _hours(practitioner: Practitioner, site: Location, number: int, today: date) -> None:
    """Monday to Friday with a lunch break; each clinician has one free afternoon. If the demo is
    made on a weekend, that day is worked too: its board must not be empty."""
    schedule = Schedule(practitioner=practitioner, location=site, slot_minutes=20)
    schedule.save()
    valid = DateRange(today - timedelta(days=500), None)
    only_today = DateRange(today, today + timedelta(days=1))
    for weekday in {*range(5), today.weekday()}:
        has_afternoon = weekday != number % 5 or weekday == today.weekday()
        for starts, ends in [(OPENS, LUNCH_FROM)] + [(LUNCH_TO, CLOSES)] * has_afternoon:
            is_usual = weekday < 5 and (starts == OPENS or weekday != number % 5)
            WeeklyHours(
                schedule=schedule,
                weekday=weekday,
                starts=starts,
                ends=ends,
                valid_period=valid if is_usual else only_today,
            ).save()


def _services(house: House) -> None:
    for name, spanish, kind, minutes, preparation, prepared in SERVICES:
        service = HealthcareService(
            name=name,
            name_es=spanish,
            kind=kind,
            duration_minutes=minutes,
            preparation=preparation,
            preparation_es=prepared,
            buffer_after_minutes=AFTER.get(name, 0),
            places=PLACES.get(name, 1),
            self_booking=SELF_BOOKED.get(name, HealthcareService.SelfBooking.ASKED),
            revisit_days=REVISIT_DAYS.get(name, 0),
            missed_charge_code=MISSED_FEE[0] if name in COSTS_WHEN_MISSED else "",
            video_url=VIDEO if kind == "video" else "",
        )
        service.save()
        house.services[name] = service
    for name, (earlier, least, most) in BEFORE.items():
        service = house.services[name]
        service.needs_before = house.services[earlier]
        service.before_at_least_minutes, service.before_at_most_minutes = least, most
        service.save()
    for name, (words, room) in NEEDS.items():
        pool = Pool(name=words)
        pool.save()
        rooms = [one for rooms in house.rooms.values() for one in rooms if one.name == room]
        for one in rooms:
            PoolMember(pool=pool, location=one).save()
        Need(service=house.services[name], pool=pool).save()


def _test_fees(actor: Actor, today: date) -> None:
    """Every test that can be ordered has a price, under its LOINC code; and a missed visit has one."""
    schedule = fee_schedule(actor=actor)
    offered = {row["code"]: (row["display"], 1) for row in table("tests")}
    offered |= {test.code: (test.name, len(test.analytes)) for test in lab_tests().values()}
    prices = [(code, words, Decimal(24 + 4 * measured)) for code, (words, measured) in offered.items()]
    for code, words, amount in [*prices, MISSED_FEE]:
        set_fee(
            schedule,
            code=code,
            description=words,
            amount=amount,
            starts_on=today - timedelta(days=800),
            actor=actor,
        )
