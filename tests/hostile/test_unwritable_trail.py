"""If it cannot be audited, it is not shown and not changed: every page, form, FHIR read (PROMISES A29).

Each route is asked by one of the roles that it admits; with OSLER_FULL=1 by all.
"""

import json
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.test import Client
from django.urls import resolve

from osler.foundation.access import routes
from osler.foundation.access.roles import Role
from osler.foundation.accounts.models import User
from osler.foundation.accounts.tokens import issue_token
from osler.interop.fhir.doors import chain
from osler.interop.fhir.doors.tokens import forget_callers
from osler.ops.supervisor.cluster import ADMIN
from tests import databases
from tests.environment import FULL
from tests.hostile.clinic import Clinic
from tests.hostile.pages import Form
from tests.hostile.sampling import one_of_each

REFUSE = """
CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER a_refuse BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION public.refuse();
"""
UNREFUSE = "DROP TRIGGER a_refuse ON audit_event; DROP FUNCTION public.refuse()"
SETTING = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I {}', current_database()); END $$"
FAULTS = {
    "each event refused, as on a full disk": (REFUSE, UNREFUSE),
    "the database read-only": (
        SETTING.format("SET default_transaction_read_only = on"),
        SETTING.format("RESET default_transaction_read_only"),
    ),
}
MOVING = ("accounts_session", "accounts_attempt", "procrastinate_", "jobs_idempotencykey", "audit_event")
"""Not the record: sessions, tries, queue, and keys of forms that asked for nothing (no picture to read).
What the trail holds is looked at by itself."""


@pytest.fixture(scope="module")
def house(clinic: Clinic) -> tuple[str, Clinic, str]:
    """A committed demo clinic, all that each role reaches in it, and a token."""
    token = issue_token(User.objects.get(pk=clinic.house.actors["doctor"].user_id), scope="user/*.cruds")
    return clinic.database, clinic, token


@contextmanager
def faulty(name: str, fault: str) -> Iterator[None]:
    """The trail cannot be written while the block lasts."""
    spoil, mend = FAULTS[fault]
    for statement in (spoil, mend):
        connections.close_all()
        forget_callers()
        with psycopg.connect(databases.CLUSTER.dsn(ADMIN, name), autocommit=True) as superuser:
            superuser.execute("SET event_triggers = off")
            superuser.execute("SET default_transaction_read_only = off")
            superuser.execute(statement)
        if statement == spoil:
            try:
                yield
            finally:
                connections.close_all()


def content(name: str) -> dict[str, str]:
    """A digest of each table of the record."""
    with psycopg.connect(databases.CLUSTER.dsn(ADMIN, name)) as superuser:
        tables = superuser.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        )
        return {
            table: superuser.execute(
                f"SELECT md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM {table} t"
            ).fetchone()[0]  # type: ignore[index]
            for (table,) in tables.fetchall()
            if not table.startswith(MOVING)
        }


def events(name: str) -> int:
    with psycopg.connect(databases.CLUSTER.dsn(ADMIN, name)) as superuser:
        return int(superuser.execute("SELECT count(*) FROM audit_event").fetchone()[0])  # type: ignore[index]


def pages(clinic: Clinic) -> list[tuple[str, str]]:
    """An address of each route that declares what it reads, and a role that it admits."""
    return one_of_each(_pages(clinic))


def _pages(clinic: Clinic) -> Iterator[tuple[str, tuple[str, str]]]:
    for role, reach in clinic.reaches.items():
        actor = clinic.house.actors.get(role)
        roles = actor.roles if actor else {Role.PATIENT}
        for route, addresses in reach.pages.items():
            if not addresses:
                continue
            rule = resolve(addresses[0].partition("?")[0]).func.rule  # type: ignore[attr-defined]
            if rule.reads and not rule.roles.isdisjoint(roles):
                yield route, (role, addresses[0])


def forms(clinic: Clinic) -> list[tuple[str, Form]]:
    """A form of each route, and a role that can send it."""
    return one_of_each(_forms(clinic))


def _forms(clinic: Clinic) -> Iterator[tuple[str, tuple[str, Form]]]:
    for role, reach in clinic.reaches.items():
        for route, found in reach.forms.items():
            sent = [form for form in found if form.method == "post" and not route.startswith("/accounts/")]
            yield from ((route, (role, form)) for form in sent[:1])


def names(clinic: Clinic, name: str) -> list[str]:
    """Family names of the patients, as they would stand on a page."""
    with psycopg.connect(databases.CLUSTER.dsn(ADMIN, name)) as superuser:
        return [family for (family,) in superuser.execute("SELECT DISTINCT family FROM patients_patient")]


def fhir(token: str, method: str, path: str, body: Any = None, **headers: Any) -> Any:
    client = Client(raise_request_exception=False)
    data = json.dumps(body) if body is not None else ""
    return client.generic(
        method,
        f"/fhir/R4{path}",
        data,
        content_type="application/fhir+json",
        HTTP_AUTHORIZATION=f"Bearer {token}",
        **headers,
    )


FHIR_READS = [
    "/Patient/{}",
    "/Patient",
    "/Patient/{}/_history",
    "/Patient/{}/_history/1",
    "/Patient/{}/$everything",
    "/Observation?patient={}",
    "/Patient?_summary=count",
    "/Observation?_include=Observation:patient",
]
PERSON = {"resourceType": "Patient", "name": [{"family": "X"}], "gender": "female", "birthDate": "1980-01-01"}


def a_patient(name: str) -> str:
    with psycopg.connect(databases.CLUSTER.dsn(ADMIN, name)) as superuser:
        return str(superuser.execute("SELECT patient_id FROM records_observation LIMIT 1").fetchone()[0])  # type: ignore[index]


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_is_shown_and_nothing_changed(house: tuple[str, Clinic, str], fault: str) -> None:
    name, clinic, token = house
    known, before, chance = names(clinic, name), content(name), random.Random(1867)
    patient, statuses, shown = a_patient(name), Counter[int](), []
    sent: Counter[int] = Counter()
    went_on = []
    with faulty(name, fault):
        for role, address in pages(clinic):
            answer = clinic.doors[role].get(address)
            statuses[answer.status_code] += 1
            words = answer.content.decode(errors="replace")
            if answer.status_code < 300 or any(f">{family}<" in words for family in known):
                shown.append((role, address, answer.status_code))
        for read in FHIR_READS:
            answer = fhir(token, "GET", read.format(patient))
            statuses[answer.status_code] += 1
            if answer.status_code < 500:
                shown.append(("FHIR", read, answer.status_code))
        for role, form in forms(clinic):
            status = clinic.doors[role].post(form.action, dict(form.filled(chance))).status_code
            sent[status] += 1
            if status < 400:
                went_on.append((role, form.action, status))
        sent[fhir(token, "POST", "/Patient", PERSON).status_code] += 1

    assert shown == []
    assert statuses[500] + statuses[503] > (100 if FULL else 80), statuses
    assert sent[500] + sent[503] > 20, sent
    assert content(name) == before, went_on


def test_when_the_trail_is_back_all_is_shown_again(house: tuple[str, Clinic, str]) -> None:
    name, clinic, token = house
    wrong = [
        (role, address)
        for role, address in pages(clinic)
        if clinic.doors[role].get(address).status_code not in (200, 302)
    ]
    assert len(wrong) < 5, wrong
    assert fhir(token, "GET", f"/Patient/{a_patient(name)}").status_code == 200


def test_each_page_that_forgot_to_record_is_refused(
    house: tuple[str, Clinic, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every route that declares what it reads has the guard: none shows what left no event."""
    name, clinic, token = house
    for module in (routes, chain):
        monkeypatch.setattr(module, "recorded_count", lambda: 0)
    shown, refused = [], set()
    before = events(name)
    for role, address in pages(clinic):
        answer = clinic.doors[role].get(address)
        if answer.status_code == 200:
            shown.append((role, address))
        elif answer.status_code == 500:
            refused.add(resolve(address.partition("?")[0]).route)
    for read in FHIR_READS:
        if fhir(token, "GET", read.format(a_patient(name))).status_code != 500:
            shown.append(("FHIR", read))

    assert shown == []
    assert len(refused) > 60, sorted(refused)
    assert events(name) >= before
