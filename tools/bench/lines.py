"""What is asked, as whom, what is wanted of it, and the bare twin it is compared with."""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import quote
from uuid import UUID

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from osler.clinic.scheduling.models import Schedule
from osler.foundation.access.models import PatientGrant
from osler.foundation.accounts.models import User
from osler.foundation.accounts.session_store import SessionStore
from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel import clock
from tools.bench.building import Facts, token_of
from tools.bench.full_day import full_day
from tools.bench.load import Ask

CSRF = "b" * 32
FORM = "application/x-www-form-urlencoded"
FHIR = "application/fhir+json"
API = "/fhir/R4"
SAMPLE, NEWCOMERS = 400, 20_000
GIVEN = (
    "Agnes",
    "Bertha",
    "Clara",
    "Dora",
    "Edith",
    "Flora",
    "Greta",
    "Hulda",
    "Ida",
    "Jane",
    "Lotte",
    "Mina",
)


@dataclass(frozen=True)
class Line:
    """One line of the report."""

    name: str
    asks: Sequence[Ask]
    headers: Mapping[str, str]
    bare: str
    """Which bare request does the same work without Osler."""
    target: float = 0.0
    """Requests a second at eight connections (PERFORMANCE section 5); 0 where none is set."""
    writes: bool = False


def session_of(name: str) -> dict[str, str]:
    """Headers of a demo account's browser, signed in."""
    user = User.objects.get(email=f"{name}@demo.test")
    session = SessionStore()
    session.realm = "portal" if name == "patient" else "staff"
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    session.save()
    cookie = f"osler_{session.realm}={session.session_key}; csrftoken={CSRF}"
    return {"Cookie": cookie, "X-CSRFToken": CSRF, "Content-Type": FORM}


def bearer(name: str = "doctor", scope: str = "user/*.cruds") -> dict[str, str]:
    """Headers of a program that acts for a demo account."""
    return {"Authorization": f"Bearer {token_of(name, scope)}", "Content-Type": FHIR, "Accept": FHIR}


def observation(patient: str) -> str:
    """A laboratory value to be created."""
    return json.dumps(
        {
            "resourceType": "Observation",
            "status": "final",
            "category": [
                {
                    "coding": [
                        {
                            "system": "http://terminology.hl7.org/CodeSystem/observation-category",
                            "code": "laboratory",
                        }
                    ]
                }
            ],
            "code": {"coding": [{"system": "http://loinc.org", "code": "2345-7", "display": "Glucose"}]},
            "subject": {"reference": f"Patient/{patient}"},
            "effectiveDateTime": "2026-03-04T10:15:00Z",
            "valueQuantity": {
                "value": 96.5,
                "unit": "mg/dL",
                "system": "http://unitsofmeasure.org",
                "code": "mg/dL",
            },
        }
    )


@dataclass
class Asking:
    """Builds the lines from what is known of the clinic."""

    facts: Facts
    chance: random.Random = field(default_factory=lambda: random.Random(1867))

    def lines(self) -> list[Line]:
        return [*self.machines(), *self.pages()]

    def each(self, make: Callable[[str], str]) -> list[Ask]:
        return [Ask(make(one)) for one in self.facts.ids[:SAMPLE]]

    def machines(self) -> list[Line]:
        """The FHIR door."""
        api = bearer()
        names = [Ask(f"{API}/Patient?name={quote(name)}") for name in self.facts.names]
        return [
            Line("read Patient", self.each(lambda one: f"{API}/Patient/{one}"), api, "read", 2000),
            Line("search Patient by name", names, api, "list 20", 1000),
            Line(
                "search 50 laboratory results of a patient",
                self.each(lambda one: f"{API}/Observation?patient={one}&category=laboratory&_count=50"),
                api,
                "list 50",
                760,
            ),
            Line(
                "search results by code and date",
                self.each(lambda one: f"{API}/Observation?patient={one}&code=2345-7&date=ge2022-01-01"),
                api,
                "list 10",
            ),
            Line("search Encounter by date", self.days(), api, "list 20", 750),
            Line(
                "Patient $everything",
                self.each(lambda one: f"{API}/Patient/{one}/$everything"),
                api,
                "list 110",
                200,
            ),
            Line(
                "create Observation",
                [Ask(f"{API}/Observation", "POST", observation(one)) for one in self.facts.ids[:SAMPLE]],
                api,
                "create",
                700,
                writes=True,
            ),
        ]

    def days(self) -> list[Ask]:
        today, asks = clock.today(), []
        for _ in range(SAMPLE):
            day = today - timedelta(days=self.chance.randint(30, 2000))
            until = day + timedelta(days=1)
            asks.append(Ask(f"{API}/Encounter?date=ge{day}&date=lt{until}&_count=20"))
        return asks

    def pages(self) -> list[Line]:
        """The pages, as HTML."""
        desk, doctor = session_of("reception"), session_of("doctor")
        searches = [f"{name} {self.chance.choice('abcdefgjlmnprst')}" for name in self.facts.names]
        return [
            Line(
                "page: patients by name",
                [Ask(f"/patients/?q={quote(one)}") for one in self.facts.names],
                desk,
                "page",
                500,
            ),
            Line("page: search box", [Ask(f"/search/?q={quote(one)}") for one in searches], desk, "page"),
            Line("page: patient", self.each(lambda one: f"/patients/{one}/"), desk, "page", 500),
            Line(
                "page: chart summary",
                self.each(lambda one: f"/patients/{one}/chart/summary/"),
                doctor,
                "page",
            ),
            Line("page: day board of the whole clinic", [Ask("/board/")], desk, "page"),
            Line("page: day board of one clinician", self.boards(), desk, "page", 350),
            Line("page: day view of 30 x 900", [Ask(full_day(UUID(self.facts.organization)))], desk, "page"),
            Line(
                "page: free times of a day",
                self.each(lambda one: f"/appointments/new/?patient={one}"),
                desk,
                "page",
                350,
            ),
            Line("register a patient", self.newcomers(), desk, "create", 300, writes=True),
        ]

    def newcomers(self) -> list[Ask]:
        """People who resemble nobody."""
        asks = []
        for _ in range(NEWCOMERS):
            born = clock.today() - timedelta(days=self.chance.randint(400, 30_000))
            phone = f"{self.chance.randint(201, 989)}-555-{self.chance.randint(0, 9999):04d}"
            given = self.chance.choice(GIVEN)
            asks.append(
                Ask(
                    "/patients/new/",
                    "POST",
                    f"given={given}&family={{w}}&birth_date={born}&gender=female&phone={phone}"
                    "&contact_by=phone&language=en&idempotency_key={n}",
                )
            )
        return asks

    def boards(self) -> list[Ask]:
        """Some twenty lines each, as the peers' lists of a day have."""
        with acting(SystemActor(UUID(self.facts.organization))):
            found = Schedule.objects.values_list("practitioner_id", flat=True).distinct()
            return [Ask(f"/board/?practitioner={key}") for key in found]


MIXED = (
    ("reception", "/home/"),
    ("reception", "/board/"),
    ("reception", "/calendar/"),
    ("reception", "/patients/?q=garcia"),
    ("reception", "/patients/{id}/"),
    ("reception", "/appointments/new/?patient={id}"),
    ("nurse", "/home/"),
    ("nurse", "/patients/{id}/chart/summary/"),
    ("doctor", "/home/"),
    ("doctor", "/patients/{id}/chart/summary/"),
    ("doctor", "/patients/{id}/chart/results/"),
    ("doctor", "/inbox/"),
    ("lab", "/lab/"),
    ("billing", "/billing/"),
    ("billing", "/billing/invoices/"),
    ("billing", "/patients/{id}/account/"),
    ("privacy", "/privacy/"),
    ("admin", "/administration/users/"),
    ("patient", "/portal/{own}/"),
    ("patient", "/portal/{own}/results/"),
    ("patient", "/portal/{own}/bills/"),
)
"""A mix of pages of all roles."""


def mixed(facts: Facts) -> dict[str, list[tuple[Ask, Mapping[str, str]]]]:
    """Requests of the mix, by page."""
    headers = {name: session_of(name) for name, _ in MIXED}
    with acting(SystemActor(UUID(facts.organization))):
        grant = PatientGrant.objects.get(user__email="patient@demo.test", relationship="self")
    own = str(grant.patient_id)
    return {
        f"{name} {path}": [(Ask(path.format(id=one, own=own)), headers[name]) for one in facts.ids[:40]]
        for name, path in MIXED
    }
