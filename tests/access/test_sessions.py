"""A session ends by the server's clock, and nothing in a request puts it off (A16).

A run asks at a third of the pages, by seed; OSLER_FULL=1 at every page, and a thousand times.
"""

import itertools
import random
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from osler.foundation.accounts.models import Session
from osler.foundation.accounts.session_store import SessionStore
from tests.access.matrix import Line, reviewed
from tests.environment import FULL, RUN

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
IDLE = timedelta(minutes=settings.SESSION_IDLE_MINUTES)
WHOLE = timedelta(hours=settings.SESSION_HOURS)
SECOND = timedelta(seconds=1)
NAMES = ("skip_timeout_reset", "keepalive", "keep_alive", "extend", "touch", "seen_at", "expires_at", "ended")
NAMES += ("session", "session_key", "idle_minutes", "ajax", "polling", "live", "refresh", "remember", "realm")
HEADERS = (
    "X-Live",
    "X-Keep-Alive",
    "X-Session-Extend",
    "X-Requested-With",
    "Keep-Alive",
    "Date",
    "HX-Request",
)
HEADERS += ("X-Http-Method-Override", "X-Forwarded-For", "If-Modified-Since", "X-Original-Url", "X-Autosave")
VALUES = ("1", "true", "0", "2099-01-01T00:00:00Z", "")
PAGES = [
    line for line in reviewed() if not (line.is_machines or line.is_library) and "everybody" not in line.roles
]
REQUESTS = 1_000 if FULL else 150
LIVE_PAGES = [line.address for line in PAGES if "polls" in line.reads]


def opened(client_of, actor) -> Client:
    """Somebody who signs in at nine o'clock."""
    with time_machine.travel(NINE, tick=False):
        return client_of(actor)


def at(moment: datetime, client: Client, path: str, **extra) -> int:
    with time_machine.travel(moment, tick=False):
        return client.get(path, **extra).status_code


def clocks() -> list[tuple]:
    return list(Session.objects.order_by("key_hash").values_list("key_hash", "seen_at", "expires_at"))


def test_the_idle_end_is_kept_to_the_second(client_of, bob):
    assert at(NINE + IDLE - SECOND, opened(client_of, bob), "/home/") == 200
    assert at(NINE + IDLE, opened(client_of, bob), "/home/") == 302


def test_work_puts_the_idle_end_off_and_the_absolute_end_stays(client_of, bob):
    client = opened(client_of, bob)
    step = IDLE - timedelta(minutes=1)
    moment = NINE
    while moment + step < NINE + WHOLE:
        moment += step
        assert at(moment, client, "/home/") == 200
    assert at(NINE + WHOLE - SECOND, client, "/home/") == 200
    assert at(NINE + WHOLE, client, "/home/") == 302


@pytest.mark.parametrize("who", ["bob", "dana"])
def test_the_pages_of_ones_own_account_are_work_too(request, client_of, who):
    client = opened(client_of, request.getfixturevalue(who))
    assert at(NINE + timedelta(minutes=10), client, "/accounts/2fa/") == 200
    assert at(NINE + timedelta(minutes=20), client, "/accounts/keep-alive/") == 204


def addresses(role: str) -> list[str]:
    print(f"OSLER_SEED={RUN}")
    found = [line.address for line in PAGES if role in line.roles and "GET" in line.methods]
    return found if FULL else random.Random(f"{RUN} {role}").sample(found, len(found) // 3)


@pytest.mark.parametrize(
    ("who", "role"), [("alice", "physician"), ("adam", "administrator"), ("dana", "patient")]
)
def test_what_a_page_asks_by_itself_extends_nothing(request, client_of, who, role):
    actor = request.getfixturevalue(who)
    client = opened(client_of, actor)
    before = clocks()
    for path in addresses(role):
        at(NINE + timedelta(minutes=9), client, path, headers={"X-Live": "true"})
        assert clocks() == before, path
    for path in LIVE_PAGES:
        at(NINE + timedelta(minutes=9), client, path)
        assert clocks() == before, path
    assert at(NINE + IDLE, client, f"/portal/{actor.patient_id}/" if role == "patient" else "/home/") == 302


def test_what_is_kept_in_the_session_extends_nothing(client_of, bob):
    key = opened(client_of, bob).cookies["osler_staff"].value
    before = clocks()
    with time_machine.travel(NINE + timedelta(minutes=9), tick=False):
        store = SessionStore(key)
        store["something"] = 1
        store.save()
        assert SessionStore(key)["something"] == 1
    assert clocks() == before


def added(rng: random.Random) -> tuple[str, dict[str, str]]:
    names, headers = rng.sample(NAMES, 2), rng.sample(HEADERS, 2)
    query = "&".join(f"{name}={rng.choice(VALUES)}" for name in names)
    return query, {name: rng.choice(VALUES) or "1" for name in headers}


def some_pages(count: int, rng: random.Random) -> list[Line]:
    shuffled = rng.sample(PAGES, len(PAGES))
    return list(itertools.islice(itertools.cycle(shuffled), count))


@pytest.mark.parametrize("who", ["alice", "dana"])
def test_no_parameter_or_header_opens_an_ended_session(request, client_of, who):
    """Many requests each, over the pages, by every method they have."""
    print(f"OSLER_SEED={RUN}")
    client = opened(client_of, request.getfixturevalue(who))
    cookies, before = client.cookies.copy(), clocks()
    rng, kept = random.Random(RUN), []
    with time_machine.travel(NINE + IDLE, tick=False):
        for line in some_pages(REQUESTS, rng):
            query, headers = added(rng)
            method = rng.choice(sorted(line.methods))
            client.cookies = cookies.copy()
            answer = client.generic(method, f"{line.address}?{query}", headers=headers)
            if answer.status_code not in (302, 401) or clocks() != before:
                kept.append((RUN, method, line.address, query, headers, answer.status_code))
    assert kept == []
