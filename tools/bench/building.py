"""Makes the clinic of the benchmark: the demo clinic, and a crowd with years of measurements.

The crowd comes through COPY and the same triggers as everybody. The measurements are written by the
database itself, a statement for each kind, with triggers off and indexes built afterwards, as a
restore would: five million of them one by one are not what is measured here.
"""

import json
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
from django.core.management import call_command
from django.db import connection, connections, transaction
from psycopg import sql

from osler.clinic.patients.models import Patient
from osler.clinic.records.models import Encounter, Observation
from osler.foundation.accounts.models import User
from osler.foundation.accounts.tokens import issue_token
from osler.foundation.audit.context import acting
from osler.interop.fhir.representing import represent
from osler.kernel import clock
from osler.kernel.coding import LOINC, SNOMED
from osler.ops.demo.chance import Chance
from osler.ops.demo.house import House
from osler.ops.demo.making import make_clinic
from osler.ops.demo.people import make_people
from osler.ops.demo.zone import keep_zone, zone_for
from osler.ops.supervisor.cluster import ADMIN, Cluster

DEMO_PATIENTS, CHUNK = 2_000, 10_000
VISITS_EACH, DAYS = 10, 3_000
MARK = UUID("00000000-0000-7000-8000-0000000000aa")
THEN = datetime(1999, 12, 31, 10, 11, 12, tzinfo=UTC)
VALUE = Decimal("777.7")
LABORATORY = (
    ("4548-4", "Hemoglobin A1c", "%", 4, 6),
    ("2345-7", "Glucose", "mg/dL", 70, 99),
    ("2160-0", "Creatinine", "mg/dL", 1, 2),
    ("2951-2", "Sodium", "mmol/L", 135, 145),
    ("2823-3", "Potassium", "mmol/L", 3, 5),
    ("718-7", "Hemoglobin", "g/dL", 12, 16),
)
VITALS = (
    ("8867-4", "Heart rate", "/min", 60, 100),
    ("8310-5", "Body temperature", "Cel", 36, 37),
    ("29463-7", "Body weight", "kg", 50, 90),
    ("9279-1", "Respiratory rate", "/min", 12, 20),
)
KINDS = [("laboratory", *one) for one in LABORATORY] + [("vital-signs", *one) for one in VITALS]


@dataclass
class Facts:
    """What the asking needs to know of the clinic."""

    patients: int
    observations: int
    organization: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    """A sample of the crowd."""
    names: list[str] = field(default_factory=list)


Say = Callable[[str], None]

TEXT = """replace(replace(replace({text}, {mark}, p.id::text), {then},
    to_char(made.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS+00:00')), {value}, made.value::text)"""
COPIES = """INSERT INTO {table} ({columns}) SELECT {values} FROM patients_patient p
CROSS JOIN LATERAL (
    SELECT date_trunc('second', now() - random() * {days} * interval '1 day') AS at, {value} AS value
    FROM generate_series(1, {times}) WHERE p.id IS NOT NULL
) AS made
WHERE p.organization_id = {organization}"""


def build(home: Path, *, patients: int, observations: int, say: Say) -> Facts:
    """The clinic in `home`, made once for each size; what it is made of is kept beside it."""
    kept = home / "bench.json"
    wanted = {"patients": patients, "observations": observations}
    if kept.exists() and wanted.items() <= (found := json.loads(kept.read_text())).items():
        return Facts(**found)
    facts = Facts(patients, observations)
    with Cluster(home).running() as cluster:
        with _told("schema", facts, say):
            call_command("migrate", verbosity=0)
        with _told("demo clinic", facts, say):
            house = _demo(home)
        with _told(f"{patients:,} patients", facts, say):
            _crowd(house, patients)
        with psycopg.connect(cluster.dsn(ADMIN), autocommit=True) as admin:
            admin.execute("SET session_replication_role = replica")
            admin.execute("SET maintenance_work_mem = '1GB'")
            with _told(f"{observations:,} observations", facts, say):
                _measurements(admin, house.organization.id, observations // patients // len(KINDS))
            admin.execute("DELETE FROM patients_matchdue")  # their doubles are looked for by now
            with _told("visits", facts, say):
                _visits(admin, house.organization.id)
            admin.execute("VACUUM (ANALYZE)")
        facts.organization = str(house.organization.id)
        facts.ids, facts.names = _sample(house)
        connections.close_all()
    kept.write_text(json.dumps(asdict(facts)))
    return facts


@contextmanager
def _told(what: str, facts: Facts, say: Say) -> Iterator[None]:
    begun = time.monotonic()
    yield
    facts.seconds[what] = round(time.monotonic() - begun, 1)
    say(f"  {what}: {facts.seconds[what]:.1f} s")


def _demo(home: Path) -> House:
    zone = zone_for(clock.now())
    keep_zone(home, zone)
    return make_clinic(seed=1867, count=DEMO_PATIENTS, today=clock.today(ZoneInfo(zone)), zone=zone)


def _crowd(house: House, count: int) -> None:
    today = clock.today()
    for number in range(0, count, CHUNK):
        with acting(house.actors["reception"], reason="benchmark"):
            make_people(house, Chance(number), count=min(CHUNK, count - number), today=today)


def _measurements(admin: psycopg.Connection, organization: UUID, times: int) -> None:
    with _without_indexes(admin, "records_observation"):
        for category, code, words, unit, low, high in KINDS:
            row = Observation(
                patient=Patient(id=MARK),
                organization_id=organization,
                system=LOINC,
                code=code,
                display=words,
                category=category,
                effective_at=THEN,
                issued_at=THEN,
                value=VALUE,
                unit=unit,
                range_low=Decimal(low),
                range_high=Decimal(high),
            )
            value = sql.SQL("round({low} + random()::numeric * {span}, 1)").format(
                low=sql.Literal(Decimal(low) * 9 / 10), span=sql.Literal(Decimal(high - low) * 14 / 10)
            )
            _multiply(admin, row, times=times, value=value)


def _visits(admin: psycopg.Connection, organization: UUID) -> None:
    with _without_indexes(admin, "records_encounter"):
        row = Encounter(
            patient=Patient(id=MARK),
            organization_id=organization,
            system=SNOMED,
            code="185349003",
            display="Encounter for check up",
            status="finished",
            started_at=THEN,
            finished_at=THEN + timedelta(0),
        )
        _multiply(admin, row, times=VISITS_EACH, value=sql.SQL("0"))


@contextmanager
def _without_indexes(admin: psycopg.Connection, table: str) -> Iterator[None]:
    """Build the indexes of a table once, when its rows are there."""
    found = admin.execute(
        "SELECT indexname, indexdef FROM pg_indexes i WHERE tablename = %s AND NOT EXISTS"
        " (SELECT FROM pg_constraint WHERE conname = i.indexname)",
        [table],
    ).fetchall()
    for name, _ in found:
        admin.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    yield
    for _, definition in found:
        admin.execute(definition)


def _multiply(admin: psycopg.Connection, row: Any, *, times: int, value: sql.Composable) -> None:
    """As many copies of a row for every patient of the crowd, each at its time and with its value."""
    row.resource = represent(row)
    moment = json.loads(row.resource).get("effectiveDateTime") or json.loads(row.resource)["period"]["start"]
    changed = {
        "id": sql.SQL("uuidv7()"),
        "patient_id": sql.SQL("p.id"),
        "effective_at": sql.SQL("made.at"),
        "issued_at": sql.SQL("made.at"),
        "started_at": sql.SQL("made.at"),
        "finished_at": sql.SQL("made.at"),
        "value": sql.SQL("made.value"),
        "created_at": sql.SQL("now()"),
        "updated_at": sql.SQL("now()"),
        "resource": sql.SQL(TEXT).format(
            text=sql.Literal(row.resource),
            mark=sql.Literal(str(MARK)),
            then=sql.Literal(moment),
            value=sql.Literal(str(VALUE)),
        ),
    }
    fields = [each for each in row._meta.local_concrete_fields if not each.generated]
    values = [
        changed.get(each.column) or sql.Literal(each.get_db_prep_save(getattr(row, each.attname), connection))
        for each in fields
    ]
    statement = sql.SQL(COPIES).format(
        table=sql.Identifier(row._meta.db_table),
        columns=sql.SQL(", ").join(sql.Identifier(each.column) for each in fields),
        values=sql.SQL(", ").join(values),
        days=sql.Literal(DAYS),
        value=value,
        times=sql.Literal(times),
        organization=sql.Literal(row.organization_id),
    )
    admin.execute(statement)


def _sample(house: House) -> tuple[list[str], list[str]]:
    with acting(house.actors["reception"]):
        found = list(Patient.objects.order_by("-id").values_list("id", "given", "family")[:CHUNK])
    chosen = random.Random(1867).sample(found, min(2_000, len(found)))
    return [str(row[0]) for row in chosen], sorted({row[2] for row in chosen})


@transaction.atomic
def token_of(name: str, scope: str) -> str:
    """A bearer token of a demo account."""
    return issue_token(User.objects.get(email=f"{name}@demo.test"), scope=scope)
