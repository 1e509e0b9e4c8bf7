"""Clients that write through the doors of a running installation and keep book of what was answered."""

import http.client
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from urllib.parse import urlencode

from osler.kernel import clock
from osler.kernel.keys import uuid7
from tests.simulation.installation import Embedded
from tests.simulation.staging import PASSWORD

FORM = "application/x-www-form-urlencoded"
PAUSE = 0.5  # after an answer of no use: whoever is not there has no use for haste
LETTERS = "bcdfghklmnprstvw"


@dataclass
class Write:
    """One thing to be written, its key, and when it was acknowledged."""

    number: int
    key: str
    sent_at: float = 0.0
    acked_at: float = 0.0


@dataclass
class Answer:
    """What came back: status, headers and body; status 0 when the line went dead."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    cookies: list[str] = field(default_factory=list)
    body: str = ""


def send(port: int, method: str, path: str, body: str = "", **headers: str) -> Answer:
    """One request on a line of its own."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        line.request(method, path, body.encode() or None, named)
        got = line.getresponse()
        cookies = got.headers.get_all("Set-Cookie") or []
        return Answer(got.status, dict(got.headers), cookies, got.read().decode(errors="replace"))
    except (OSError, http.client.HTTPException):
        return Answer(0)
    finally:
        line.close()


class Desk:
    """A member of staff, signed in with a password as anybody does."""

    def __init__(self, port: int, email: str) -> None:
        self.port, self.cookies = port, {}
        self.keep(send(port, "GET", "/"))
        answer = self.post("/", login=email, password=PASSWORD)
        assert "osler_staff" in self.cookies, (answer.status, answer.body[:500])

    cookies: dict[str, str]

    def keep(self, answer: Answer) -> Answer:
        for cookie in answer.cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def post(self, path: str, **form: str) -> Answer:
        """Send a form."""
        body = urlencode({**form, "csrfmiddlewaretoken": self.cookies["csrftoken"]})
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return self.keep(send(self.port, "POST", path, body, Cookie=jar, Content_Type=FORM))

    def get(self, path: str) -> Answer:
        """Open a page."""
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return self.keep(send(self.port, "GET", path, Cookie=jar))


class Observations:
    """FHIR create with a bearer token and an idempotency key."""

    name, good = "FHIR create", 201
    stored_sql = "SELECT (resource::jsonb -> 'identifier' -> 0 ->> 'value')::int FROM records_observation"

    def __init__(self, clinic: Embedded, desk: Desk) -> None:
        self.clinic = clinic

    def write(self, one: Write) -> Answer:
        patients: list[str] = self.clinic.staged["patients"]
        body = (
            '{"resourceType": "Observation", "status": "final", "code": {"text": "Height"},'
            f' "subject": {{"reference": "Patient/{patients[one.number % len(patients)]}"}},'
            f' "identifier": [{{"system": "urn:kill", "value": "{one.number}"}}]}}'
        )
        headers = {"Authorization": f"Bearer {self.clinic.staged['token']}", "Idempotency_Key": one.key}
        return send(
            self.clinic.port,
            "POST",
            "/fhir/R4/Observation",
            body,
            Content_Type="application/fhir+json",
            **headers,
        )


class Registrations:
    """The registration page."""

    name, good = "registration", 302
    stored_sql = "SELECT substring(email FROM 'n([0-9]+)@')::int FROM patients_patient WHERE email LIKE 'n%'"

    def __init__(self, clinic: Embedded, desk: Desk) -> None:
        self.clinic, self.desk = clinic, desk

    def write(self, one: Write) -> Answer:
        chance = random.Random(one.number)
        given, family = ("".join(chance.choices(LETTERS, k=9)).capitalize() for _ in range(2))
        born = date(1930, 1, 1) + timedelta(days=chance.randrange(30_000))
        return self.desk.post(
            "/patients/new/",
            given=given,
            family=family,
            birth_date=f"{born:%m/%d/%Y}",
            gender="female",
            phone=f"555-{one.number % 1000:03}-{one.number // 1000:04}",
            email=f"n{one.number}@kill.test",
            idempotency_key=one.key,
        )


class Bookings:
    """The booking page; every write has a time of its own."""

    name, good = "booking", 302
    stored_sql = "SELECT substring(reason FROM 'kill ([0-9]+)')::int FROM scheduling_appointment"

    def __init__(self, clinic: Embedded, desk: Desk) -> None:
        self.clinic, self.desk = clinic, desk

    def write(self, one: Write) -> Answer:
        staged, number = self.clinic.staged, one.number
        clinicians, patients = staged["clinicians"], staged["patients"]
        place, day = number // len(clinicians) % 60, number // len(clinicians) // 60
        midnight = datetime.combine(clock.today() + timedelta(days=30 + day), datetime.min.time(), tzinfo=UTC)
        start = midnight + timedelta(hours=6, minutes=20 * place)
        who = clinicians[number % len(clinicians)]
        return self.desk.post(
            "/appointments/new/",
            patient=patients[number % len(patients)],
            slot=f"{who}~{staged['site']}~{start.isoformat()}",
            reason=f"kill {number}",
            idempotency_key=one.key,
        )


Door = Observations | Registrations | Bookings


class Load:
    """Some clients at each door, writing without a pause until told to stop."""

    def __init__(self, clinic: Embedded, doors: Sequence[Door], clients: int = 2) -> None:
        self.clinic, self.doors, self.clients = clinic, doors, clients
        self.writes: dict[str, list[Write]] = {door.name: [] for door in doors}
        self.faults: list[str] = []
        self.numbers = count(_next_number(clinic, doors))
        self.ended = threading.Event()

    @contextmanager
    def running(self) -> Iterator["Load"]:
        threads = [
            threading.Thread(target=self._run, args=[door])
            for door in self.doors
            for _ in range(self.clients)
        ]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self.ended.set()
            for thread in threads:
                thread.join()

    def _run(self, door: Door) -> None:
        while not self.ended.is_set():
            one = Write(next(self.numbers), str(uuid7()))
            self.writes[door.name].append(one)
            self.attempt(door, one)
            if not one.acked_at:
                time.sleep(PAUSE)

    def attempt(self, door: Door, one: Write) -> None:
        """Send it once and note what was said; an answer that is neither yes nor "not now" is a fault."""
        one.sent_at = time.monotonic()
        answer = door.write(one)
        if answer.status == door.good:
            one.acked_at = time.monotonic()
        elif answer.status not in (0, 503):
            self.faults.append(f"{door.name} {one.number}: {answer.status} {_told(answer)}")

    def acked(self, since: float = 0.0) -> Counter[str]:
        """How many writes sent since a moment were acknowledged at each door."""
        return Counter(
            {
                name: sum(bool(one.acked_at) and one.sent_at >= since for one in list(writes))
                for name, writes in self.writes.items()
            }
        )

    def everybody_wrote(self, since: float, least: int = 2) -> bool:
        """Whether every door has acknowledged some writes that were sent since a moment."""
        return all(number >= least for number in self.acked(since).values())

    def verdict(self, kills: int) -> dict[str, tuple[int, int, int]]:
        """acknowledged <= stored <= acknowledged + in flight, each write once: the three figures a door."""
        found = {}
        for door in self.doors:
            ours = {one.number for one in self.writes[door.name]}
            acked = {one.number for one in self.writes[door.name] if one.acked_at}
            stored = Counter(number for (number,) in self.clinic.ask(door.stored_sql) if number in ours)
            assert acked <= set(stored), f"{door.name}: acknowledged, but lost: {acked - set(stored)}"
            assert max(stored.values()) == 1, f"{door.name}: stored twice"
            in_flight = self.clients * kills
            assert len(stored) <= len(acked) + in_flight, f"{door.name}: {len(stored)}, acked {len(acked)}"
            found[door.name] = (len(acked), len(stored), len(acked) + in_flight)
        return found

    def resend(self) -> int:
        """Send what was left in doubt again, with the same key, until all is acknowledged; how many."""
        doubtful = [(door, one) for door in self.doors for one in self.writes[door.name] if not one.acked_at]
        for door, one in doubtful:
            self.attempt(door, one)
            assert one.acked_at, f"{door.name} {one.number} was not taken"
        return len(doubtful)


def _next_number(clinic: Embedded, doors: Sequence[Door]) -> int:
    stored = [number for door in doors for (number,) in clinic.ask(door.stored_sql) if number is not None]
    return max(stored, default=0) + 1


def _told(answer: Answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.body).split())[:300]


def doors_of(clinic: Embedded, desk: Desk) -> list[Door]:
    """The three doors."""
    return [kind(clinic, desk) for kind in (Observations, Registrations, Bookings)]
