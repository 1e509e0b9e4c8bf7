"""What is another's answers as what does not exist (A2): ids of one clinic asked for by the staff of
another, ids of one patient by another patient."""

import random
import re
import secrets
from dataclasses import replace
from urllib.parse import unquote_plus

import pytest
from django.db import transaction
from django.test import Client

from osler.clinic.patients.models import Patient
from osler.foundation.access.models import PatientGrant
from osler.foundation.access.roles import Role
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import HealthcareService, Location, Practitioner
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel.keys import uuid7
from tests.conftest import new_actor, new_organization, new_portal_actor, signed_in
from tests.environment import FULL
from tests.hostile.clinic import Case, Clinic, own_id
from tests.hostile.conftest import cases

ROLES = {
    "reception": Role.RECEPTION,
    "nurse": Role.NURSE,
    "doctor": Role.PHYSICIAN,
    "lab": Role.LAB,
    "billing": Role.BILLING,
    "admin": Role.ADMINISTRATOR,
    "privacy": Role.PRIVACY,
}
PUBLIC = (HealthcareService, Practitioner, Location)
"""Every patient of a clinic may know these."""
TOO_MANY = 429
ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
ALWAYS_NEW = re.compile(r"\b[A-Za-z0-9]{64}\b|ticket=[\w:.~-]+|\b\d\d:\d\d\b")


@pytest.fixture(scope="module")
def strangers(clinic: Clinic) -> dict[str, Client]:
    """The same roles in another clinic, and another patient of the same clinic in the portal."""
    other = new_organization("The Other Clinic")
    doors = {
        name: signed_in(
            Client(raise_request_exception=False),
            new_actor(other, role, f"{name.title()} Stranger", practitioner=True),
        )
        for name, role in ROLES.items()
    }
    with acting(SystemActor(clinic.house.organization.id)):
        known = PatientGrant.objects.values("patient_id")
        patient = Patient.objects.exclude(id__in=known).order_by("-id")[0]
    actor = new_portal_actor(patient, "Neighbor")
    doors["patient"] = signed_in(Client(raise_request_exception=False), actor)
    return doors


def case_of(clinic: Clinic, chance: random.Random) -> Case:
    """A page or a form of the clinic with at least one id in it."""
    while True:
        role = chance.choice([*ROLES, "patient"])
        reach = clinic.reaches[role]
        if chance.random() < 0.5:
            pages = [address for route in reach.pages.values() for address in route]
            case = Case(role, "get", *split(chance.choice(pages)), htmx=chance.random() < 0.3)
        else:
            routes = [route for route in reach.forms if reach.forms[route]]
            case = clinic.form_case(role, chance.choice(reach.forms[chance.choice(routes)]), chance)
        if ID.search(case.address) or ID.search(case.body.decode("latin-1")):
            return case


def split(address: str) -> tuple[str, bytes]:
    path, _, query = address.partition("?")
    return path, query.encode()


def as_of(case: Case, patient_id: str, neighbor_id: str) -> Case:
    """The same case on the pages of a neighbor: what else it names is still the patient's."""
    pages = f"/portal/{patient_id}/", f"/portal/{neighbor_id}/"
    field = f"patient={patient_id}".encode(), f"patient={neighbor_id}".encode()
    return replace(case, address=case.address.replace(*pages), body=case.body.replace(*field))


def with_ids_of_nothing(case: Case, shared: set[str]) -> Case:
    """The same case; each of its ids, but for those that all may know, is one that nobody has."""
    made = dict(zip(shared, shared, strict=True))

    def unknown(found: re.Match[str]) -> str:
        return made.setdefault(found[0], str(uuid7()))

    body = ID.sub(unknown, case.body.decode("latin-1")).encode("latin-1")
    return replace(case, address=ID.sub(unknown, case.address), body=body)


def answer_of(client: Client, case: Case) -> tuple[int, str, str]:
    """Status, where it leads, and the page without what is new each time; nothing is kept."""
    kept = client.cookies.copy()
    with transaction.atomic():
        answer = case.send(client)
        transaction.set_rollback(True)
    client.cookies = kept
    text = answer.content.decode("latin-1") if not answer.streaming else ""
    place = ID.sub("", unquote_plus(answer.get("Location", "")))
    return answer.status_code, place, ALWAYS_NEW.sub("", ID.sub("", text))


def difference(one: tuple[int, str, str], other: tuple[int, str, str]) -> str:
    """Status and place of both, and where their pages part."""
    pairs = enumerate(zip(one[2], other[2], strict=False))
    same = next((place for place, (a, b) in pairs if a != b), min(len(one[2]), len(other[2])))
    said = [f"{each[:2]} {each[2][max(same - 40, 0) : same + 80]!r}" for each in (one, other)]
    return " is not ".join(said)


def test_ids_of_others_answer_as_ids_of_nothing(
    clinic: Clinic, strangers: dict[str, Client], chance: random.Random
) -> None:
    leaks, seen, written = [], set(), clinic.count_written()
    neighbor_id = own_id(strangers["patient"])
    with acting(SystemActor(clinic.house.organization.id)):
        public = {str(key) for model in PUBLIC for key in model.objects.values_list("id", flat=True)}
    for _ in range(cases(300 if FULL else 100)):
        case = case_of(clinic, chance)
        key = f"idempotency_key={secrets.token_hex(8)}".encode()
        case = replace(case, body=re.sub(rb"idempotency_key=[^&]*", key, case.body))
        shared = set()
        if case.role == "patient":
            shared = public | {neighbor_id}
            case = as_of(case, clinic.own_id, neighbor_id) if chance.random() < 0.7 else case
        theirs = answer_of(strangers[case.role], case)
        nothing = with_ids_of_nothing(case, shared)
        nothings = answer_of(strangers[case.role], nothing)
        seen.add(theirs[0])
        if theirs != nothings and TOO_MANY not in (theirs[0], nothings[0]):
            leaks.append(f"{difference(theirs, nothings)}: {case}")

    print(len(leaks), *leaks[:20], sep="\n")
    assert leaks == []
    assert clinic.count_written() == written
    assert {200, 404} <= seen
