"""Requests of two organizations take turns on the same few connections, and nothing leaks (A7).

`OSLER_FULL=1` makes it 10,000 requests; `OSLER_SEED` repeats an order.
"""

import json
import logging
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection
from django.test import Client

from osler.foundation.access.roles import Role
from osler.foundation.accounts.models import User
from osler.foundation.accounts.tokens import issue_token
from osler.foundation.directory.models import Organization
from tests.conftest import new_actor, new_organization, new_patient, new_portal_actor, signed_in
from tests.environment import FULL, SEED
from tests.simulation.clients import at_once

log = logging.getLogger(__name__)
REQUESTS = 10_000 if FULL else 1_000
CONNECTIONS = 4
OF_NOBODY = "SELECT coalesce(current_setting('app.org', true), ''), (SELECT count(*) FROM patients_patient)"
Kind = Callable[["Tenant", "Tenant"], bool]


@dataclass
class Tenant:
    """An organization, two of its patients, and who asks there."""

    organization: Organization
    family: str
    patients: list[UUID] = field(init=False)

    def __post_init__(self) -> None:
        people = [new_patient(self.organization, family=self.family, email="a@b.test") for _ in range(2)]
        self.patients = [each.id for each in people]
        doctor = new_actor(self.organization, Role.PHYSICIAN, "Ann Holt", practitioner=True)
        self.token = issue_token(User.objects.get(pk=doctor.user_id), scope="user/*.cruds")
        self.doctor, self.portal = doctor, new_portal_actor(people[0], "Own Self")

    def fhir(self, path: str) -> tuple[int, bytes]:
        answer = Client().get(f"/fhir/R4/{path}", HTTP_AUTHORIZATION=f"Bearer {self.token}")
        return answer.status_code, answer.content

    def page(self, path: str) -> tuple[int, str]:
        answer = self.staff_client.get(path)
        return answer.status_code, answer.content.decode()

    def sign_in(self) -> "Tenant":
        """Sessions for the pages."""
        self.staff_client = signed_in(Client(), self.doctor)
        self.portal_client = signed_in(Client(), self.portal)
        return self


def own_read(here: Tenant, there: Tenant) -> bool:
    status, text = here.fhir(f"Patient/{here.patients[0]}")
    return status == 200 and json.loads(text)["id"] == str(here.patients[0])


def foreign_read(here: Tenant, there: Tenant) -> bool:
    return here.fhir(f"Patient/{there.patients[0]}")[0] == 404


def search(here: Tenant, there: Tenant) -> bool:
    status, text = here.fhir("Patient?_count=50")
    found = {entry["resource"]["id"] for entry in json.loads(text)["entry"]}
    return status == 200 and found == set(map(str, here.patients))


def listing(here: Tenant, there: Tenant) -> bool:
    status, text = here.page("/patients/")
    return status == 200 and here.family in text and there.family not in text


def foreign_chart(here: Tenant, there: Tenant) -> bool:
    status, text = here.page(f"/patients/{there.patients[1]}/")
    return status == 404 and there.family not in text


def portal(here: Tenant, there: Tenant) -> bool:
    answer = here.portal_client.get("/portal/", follow=True)
    return answer.status_code == 200 and there.family not in answer.content.decode()


KINDS: dict[Kind, int] = {
    own_read: 30,
    foreign_read: 30,
    search: 30,
    listing: 4,
    foreign_chart: 4,
    portal: 2,
}


def test_two_organizations_take_turns_and_nothing_leaks(live_clinic) -> None:
    seed = SEED or random.SystemRandom().randrange(1, 2**31)
    print(f"OSLER_SEED={seed}")
    tenants = [
        Tenant(live_clinic.organization, "Aaronsen").sign_in(),
        Tenant(new_organization("Other Clinic"), "Zwetschke").sign_in(),
    ]

    def on_one_connection(number: int) -> Counter[str]:
        chance, answers = random.Random(seed + number), Counter[str]()
        for turn in range(REQUESTS // CONNECTIONS):
            here, there = tenants[turn % 2], tenants[1 - turn % 2]
            (kind,) = chance.choices(list(KINDS), list(KINDS.values()))
            answers[kind.__name__ if kind(here, there) else f"LEAK in {kind.__name__}"] += 1
            with connection.cursor() as cursor:
                cursor.execute(OF_NOBODY)
                answers["LEFT BEHIND"] += cursor.fetchone() != ("", 0)
        return answers

    outcomes = at_once([lambda number=number: on_one_connection(number) for number in range(CONNECTIONS)])

    assert [one.error for one in outcomes if one.error] == []
    answers = sum((one.value for one in outcomes), Counter())  # type: ignore[misc]
    log.info("%s requests of two organizations over %s connections: %s", REQUESTS, CONNECTIONS, dict(answers))
    assert sum(answers.values()) == REQUESTS
    assert set(answers) <= {kind.__name__ for kind in KINDS}
