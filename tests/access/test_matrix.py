"""Every route, role and method against the reviewed table (A1).

Each route is asked by three roles, of which one may and one may not where there are such, by one method
each: another sample in each run, `OSLER_SEED` repeats one, and with OSLER_FULL=1 all ask by every method.
"""

import random
from collections.abc import Iterator
from itertools import product
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client

from tests.access.matrix import HEAD, NO_ONE, Line, declared, reviewed
from tests.environment import FULL, RUN

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
STAFF = {
    "reception": "bob",
    "nurse": "nina",
    "physician": "alice",
    "lab": "lena",
    "billing": "bill",
    "administrator": "adam",
    "privacy": "petra",
}
PORTAL = {"patient": "dana", "proxy": "dora"}
ROLES = (*STAFF, *PORTAL, "nobody")
OF_MACHINES = ("/healthz", "/readyz")
"""They answer whatever they are asked by, and know nobody."""
OURS = [line for line in reviewed() if not (line.is_library or line.is_machines or line.route in OF_MACHINES)]


def test_the_code_says_what_was_reviewed() -> None:
    assert HEAD + "\n".join(map(str, declared())) == HEAD + "\n".join(map(str, reviewed()))


def answer_to(client: Client, line: Line, method: str, own: UUID | None = None) -> str:
    """What the server says to somebody at the door of a route (a patient: of her own pages)."""
    address = line.address.replace(f"/portal/{NO_ONE}/", f"/portal/{own or NO_ONE}/")
    kept = client.cookies.copy()
    with transaction.atomic():
        answer = client.generic(method, address, b"", "application/x-www-form-urlencoded")
        transaction.set_rollback(True)
    client.cookies = kept
    place = answer.get("Location", "")
    if answer.status_code == 302 and place.startswith("/?next="):
        return "sign in"
    assert answer.status_code != 500, (method, line)
    return {403: "denied", 405: "no such method"}.get(answer.status_code, "in")


def wanted(line: Line, method: str, role: str) -> str:
    """What the table says."""
    if method not in line.methods:
        return "no such method"
    if "everybody" in line.roles:
        return "in"
    in_portal = line.route.startswith("/portal/")
    if role == "nobody" or (role in PORTAL) != in_portal:  # each realm has a session of its own
        return "sign in"
    return "in" if role in line.roles else "denied"


def questions() -> Iterator[tuple[str, Line, str]]:
    """Who asks at which route by which method: one who may, one who may not, and anybody by any method."""
    if FULL:
        yield from product(ROLES, OURS, METHODS)
        return
    chance = random.Random(RUN)
    for line in OURS:
        method = chance.choice(sorted(line.methods))
        may = [role for role in ROLES if wanted(line, method, role) == "in"]
        may_not = [role for role in ROLES if role not in may]
        yield from ((chance.choice(some), line, method) for some in (may, may_not) if some)
        yield chance.choice(ROLES), line, chance.choice(METHODS)


ASKED = [*questions()]


@pytest.mark.parametrize("role", ROLES)
def test_the_server_does_what_was_reviewed(request, role) -> None:
    print(f"seed {RUN}")
    client, own = Client(raise_request_exception=False), None
    if role != "nobody":
        actor = request.getfixturevalue({**STAFF, **PORTAL}[role])
        client, own = request.getfixturevalue("client_of")(actor), actor.patient_id
    else:
        request.getfixturevalue("db")

    other = []
    for line, method in [(line, method) for who, line, method in ASKED if who == role]:
        said, right = answer_to(client, line, method, own), wanted(line, method, role)
        if said != right:
            other.append(f"{method} {line.route} by {role}: {said}, not {right}")

    assert other == []


@pytest.mark.parametrize("line", [line for line in reviewed() if line.is_fhir], ids=lambda line: line.route)
def test_fhir_asks_everybody_for_a_token(db, line) -> None:
    said = {Client().generic(method, line.address).status_code for method in METHODS}

    assert said <= {401, 405} or line.route.endswith(("metadata", "smart-configuration"))
