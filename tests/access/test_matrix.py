"""Every route, role and method against the reviewed table (A1)."""

from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client

from tests.access.matrix import HEAD, NO_ONE, Line, declared, reviewed
from tests.environment import FULL

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
OFTEN, SELDOM = ("GET", "POST"), ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")
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


def methods_at(place: int, role: str) -> tuple[str, ...]:
    """What a role tries at a route: of what is seldom asked one, each by two roles; with OSLER_FULL=1 all."""
    if FULL:
        return METHODS
    return (*OFTEN, SELDOM[(place + ROLES.index(role)) % len(SELDOM)])


@pytest.mark.parametrize("role", ROLES)
def test_the_server_does_what_was_reviewed(request, role) -> None:
    client, own = Client(raise_request_exception=False), None
    if role != "nobody":
        actor = request.getfixturevalue({**STAFF, **PORTAL}[role])
        client, own = request.getfixturevalue("client_of")(actor), actor.patient_id
    else:
        request.getfixturevalue("db")

    other = []
    for place, line in enumerate(OURS):
        for method in methods_at(place, role):
            said, right = answer_to(client, line, method, own), wanted(line, method, role)
            if said != right:
                other.append(f"{method} {line.route} by {role}: {said}, not {right}")

    assert other == []


@pytest.mark.parametrize("line", [line for line in reviewed() if line.is_fhir], ids=lambda line: line.route)
def test_fhir_asks_everybody_for_a_token(db, line) -> None:
    said = {Client().generic(method, line.address).status_code for method in METHODS}

    assert said <= {401, 405} or line.route.endswith(("metadata", "smart-configuration"))
