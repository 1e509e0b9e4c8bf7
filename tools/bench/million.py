"""Duplicates, search and similar names among a million patients, as the web role under row-level security.

The people come by COPY into a database of their own, with triggers off; their search tokens are then made
by the clinic's own function, some at a time, as an upgrade would make them.
"""

import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import psycopg
from psycopg import sql

from osler.clinic.patients.finding import find_patients
from osler.clinic.patients.identifiers import Identifier
from osler.clinic.patients.matching import likely_duplicates
from osler.clinic.patients.models import Patient
from osler.clinic.patients.similar_names import similar_names
from osler.foundation.access.actors import Actor
from osler.foundation.access.roles import Role
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import Organization
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel.keys import uuid7
from osler.ops.demo.chance import table
from osler.ops.supervisor.cluster import ADMIN, Cluster
from tools.bench.databases import made_database
from tools.bench.single import Figure

NAME = "million"
CHUNK, ASKED = 20_000, 400
WANTED_MS = 100.0
Look = tuple[str, Callable[[Patient], object]]
LEFT_OUT = ("created_at", "updated_at")
COLUMNS = [field.attname for field in Patient._meta.concrete_fields if field.name not in LEFT_OUT]
COPY = sql.SQL("COPY patients_patient ({}) FROM STDIN").format(
    sql.SQL(", ").join(map(sql.Identifier, COLUMNS))
)
VACUUM = "VACUUM (ANALYZE) patients_patient, patients_searchtoken, patients_patientidentifier"
CONSONANTS, VOWELS = "bcdfghklmnprstvz", "aeiou"


@dataclass
class People:
    """Invents people: names as unevenly shared as in a country, a birth date, a phone, a street."""

    chance: random.Random

    def __post_init__(self) -> None:
        words = [self.word() for _ in range(48_000)]
        self.given = [row["name"] for row in table("given_names")] + words[:3_000]
        self.family = [row["name"] for row in table("family_names")] + words[3_000:43_000]
        self.streets = [row["street"] for row in table("streets")] + [f"{one} Road" for one in words[43_000:]]

    def word(self) -> str:
        pick, pairs = self.chance.choice, self.chance.randint(2, 4)
        return "".join(pick(CONSONANTS) + pick(VOWELS) for _ in range(pairs)).title()

    def one(self) -> dict[str, Any]:
        """Rank by rank a name is rarer (Zipf): the first of a thousand is a hundred times the hundredth."""
        pick = self.chance
        place = pick.randrange(2_000)
        return {
            "given": self.given[int(len(self.given) ** pick.random()) - 1],
            "family": self.family[int(len(self.family) ** pick.random()) - 1],
            "birth_date": date(1930, 1, 1) + timedelta(days=pick.randrange(34_000)),
            "gender": pick.choice(("female", "male")),
            "phone": f"{pick.randint(201, 989)}{pick.randint(2_000_000, 9_999_999)}",
            "line": f"{pick.randint(1, 400)} {pick.choice(self.streets)}",
            "city": f"Town {place}",
            "postal_code": f"{10_000 + place}",
        }


def build(cluster: Cluster, count: int, say: Callable[[str], None]) -> Actor:
    """The people, made once for each size; who asks is a clerk of theirs."""
    with psycopg.connect(cluster.dsn(ADMIN, NAME), autocommit=True) as admin:
        found = admin.execute("SELECT organization_id, count(*) FROM patients_patient GROUP BY 1").fetchone()
        if found is None:
            organization = uuid7()
            with acting(SystemActor(organization)):
                Organization(id=organization, organization_id=organization, name="Million").save()
        else:
            organization = found[0]
        missing = count - (found[1] if found else 0)
        if missing > 0:
            began = time.monotonic()
            _copy(admin, organization, missing, People(random.Random(missing)))
            admin.execute(VACUUM)
            say(f"  {missing:,} patients with their search tokens: {time.monotonic() - began:.0f} s")
    return Actor(uuid7(), "Clerk", organization, frozenset({Role.RECEPTION}))


def _copy(admin: psycopg.Connection, organization: Any, count: int, people: People) -> None:
    first = admin.execute("SELECT count(*) FROM patients_patient").fetchone()
    number = 10_000_000 + int(first[0] if first else 0)
    admin.execute("SET session_replication_role = replica")
    admin.execute("SELECT set_config('app.org', %s, false)", [str(organization)])
    for start in range(0, count, CHUNK):
        keys = []
        with admin.transaction(), admin.cursor() as cursor, cursor.copy(COPY) as copy:
            for _ in range(min(CHUNK, count - start)):
                number += 1
                one = Patient(organization_id=organization, mrn=str(number), **people.one())
                copy.write_row([getattr(one, name) for name in COLUMNS])
                keys.append(one.id)
        admin.execute("SELECT patients_tokens_of(%s)", [keys])
    admin.execute("RESET session_replication_role")


def figures(cluster: Cluster, count: int, say: Callable[[str], None]) -> list[Figure]:
    """What a look costs: p50 and p95 of some hundred different ones, each in a transaction of its own."""
    with made_database(cluster, NAME):
        clerk = build(cluster, count, say)
        people = People(random.Random(1867))
        with acting(clerk):
            known = list(Patient.objects.order_by("-id")[:ASKED])
        typed = [Patient(**people.one()) for _ in range(ASKED)]
        new, found = _new(clerk), _found(clerk)
        looks = [(name, look, typed) for name, look in new] + [(name, look, known) for name, look in found]
        return [_figure(f"among {count:,}: {name}", look, asked, clerk) for name, look, asked in looks]


def _new(clerk: Actor) -> list[Look]:
    number = Identifier("http://hl7.org/fhir/sid/us-ssn", "987-65-4320", "SS")
    return [
        ("duplicates of a new patient", lambda one: likely_duplicates(one, numbers=[number], actor=clerk))
    ]


def _found(clerk: Actor) -> list[Look]:
    def search(text: str) -> object:
        return find_patients(text, actor=clerk, limit=20)

    return [
        ("duplicates of one known", lambda one: likely_duplicates(_again(one), actor=clerk)),
        ("search by two names", lambda one: search(f"{one.given} {one.family}")),
        ("search by names begun", lambda one: search(f"{one.family[:4]} {one.given[:1]}")),
        ("search by names misspelled", lambda one: search(f"{one.given}x {one.family}e")),
        ("search by birth date", lambda one: search(f"{one.birth_date:%d-%b-%Y}")),
        ("search by phone with a slip", lambda one: search(_slip(one.phone))),
        ("similar names on opening", lambda one: similar_names(one, actor=clerk)),
    ]


def _again(patient: Patient) -> Patient:
    """The same person, as a clerk would type him who does not know that he is here."""
    fields = ("family", "birth_date", "gender", "phone", "line", "city", "postal_code")
    return Patient(given=patient.given[:-1] + "e", **{name: getattr(patient, name) for name in fields})


def _slip(phone: str) -> str:
    return phone[:-1] + str((int(phone[-1]) + 1) % 10)


def _figure(name: str, look: Callable[[Patient], object], asked: list[Patient], clerk: Actor) -> Figure:
    took = []
    for one in asked:
        with acting(clerk):
            began = time.perf_counter()
            look(one)
            took.append((time.perf_counter() - began) * 1000)
    p50, p95 = statistics.median(took), statistics.quantiles(took, n=20)[-1]
    return Figure(
        f"{name}, p50 / p95", f"{p50:.1f} / {p95:.1f} ms", f"p95 {WANTED_MS:.0f} ms", p95 <= WANTED_MS
    )
