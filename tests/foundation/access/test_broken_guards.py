"""A guard that is broken denies (A14): raising, answering nothing, or not answering at all.

Each route is asked with one of the empty rights; with OSLER_FULL=1 with each of them.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from osler.clinic.patients.models import Patient
from osler.foundation.access import middleware, policy, routes
from osler.foundation.access.actors import NOBODY, Actor
from osler.foundation.access.policy import decide, declared_rights, scoped
from osler.foundation.accounts.models import User
from osler.foundation.accounts.session_store import SessionStore
from osler.foundation.accounts.tokens import issue_token
from osler.interop.fhir.doors import tokens
from osler.kernel.errors import Denied
from tests.access.matrix import Line, reviewed
from tests.environment import FULL, RUN

PAGES = ["/home/", "/patients/", "/board/", "/inbox/", "/lab/", "/appointments/requests/"]
SAFE = {302, 401, 403, 404, 500, 503}


class Broken(Exception):
    """A guard has failed."""


def raises(*args: Any, **kwargs: Any) -> Any:
    raise Broken


def times_out(*args: Any, **kwargs: Any) -> Any:
    raise OperationalError("canceling statement due to statement timeout")


def answers(value: Any) -> Callable[..., Any]:
    def answer(*args: Any, **kwargs: Any) -> Any:
        return value

    return answer


def roleless(actor: Actor) -> tuple[Actor, str]:
    return Actor(actor.user_id, actor.name, actor.organization_id, frozenset()), "hash"


FAULTS = {"raises": raises, "times out": times_out, "answers nothing": answers(None)}
GUARDS = {
    "the actor's rights": (middleware, "load_actor"),
    "the session": (SessionStore, "load"),
    "the comparison of the password's mark": (middleware, "constant_time_compare"),
    "the rule at the door": (routes, "_refuse_entry"),
    "the transaction with the actor": (routes, "acting"),
}


@pytest.mark.parametrize(
    ("guard", "fault"),
    # To answer nothing is the door's word for “come in”: that roles are compared is tested below.
    [
        (one, how)
        for one in GUARDS
        for how in FAULTS
        if (one, how) != ("the rule at the door", "answers nothing")
    ],
)
def test_a_broken_guard_at_the_door_denies(monkeypatch, client_of, alice, dana_patient, guard, fault):
    client = client_of(alice)
    client.raise_request_exception = False
    names = [*PAGES, f"/patients/{dana_patient.id}/"]
    assert [client.get(path).status_code for path in names] == [200] * len(names)
    cookies = client.cookies.copy()
    monkeypatch.setattr(*GUARDS[guard], FAULTS[fault])
    for path in names:
        client.cookies = cookies.copy()
        answer = client.get(path)
        assert answer.status_code in SAFE, (path, answer.status_code)
        assert dana_patient.family not in answer.content.decode()


EMPTY = {
    "no account": lambda actor: None,
    "no roles": roleless,
    "nobody": lambda actor: (NOBODY, ""),
    "no clinic": lambda actor: (Actor(actor.user_id, actor.name, None, actor.roles), "hash"),
}


def asked_with(empty: str) -> list[Line]:
    """The pages that somebody with these rights asks for."""
    pages = [
        line
        for line in reviewed()
        if not (line.is_fhir or line.is_library or "everybody" in line.roles) and "GET" in line.methods
        if line.route != "/accounts/keep-alive/"
    ]
    return pages if FULL else pages[(RUN + list(EMPTY).index(empty)) % len(EMPTY) :: len(EMPTY)]


@pytest.mark.parametrize("empty", EMPTY)
def test_rights_that_come_back_empty_open_nothing(monkeypatch, client_of, alice, dana_patient, empty):
    client = client_of(alice)
    client.raise_request_exception = False
    monkeypatch.setattr(middleware, "load_actor", answers(EMPTY[empty](alice)))
    monkeypatch.setattr(middleware, "constant_time_compare", answers(True))
    print(f"OSLER_SEED={RUN}")
    opened = []
    for line in asked_with(empty):
        answer = client.get(line.address)
        if answer.status_code == 200 and dana_patient.family in answer.content.decode():
            opened.append(line.route)
        if empty != "no clinic" and answer.status_code not in SAFE:
            opened.append((line.route, answer.status_code))
    assert opened == []


@pytest.mark.parametrize(
    "table", [{}, {"read": {}}, {"edit": {}}, None], ids=["empty", "no role", "no action", "none"]
)
def test_a_missing_rule_denies_every_role(monkeypatch, act, request, dana_patient, table):
    rights = dict(declared_rights())
    rights.pop(Patient)
    monkeypatch.setattr(policy, "_rights", rights if table is None else {**rights, Patient: table})
    for name in ("alice", "nina", "bob", "bill", "lena", "adam", "petra", "dana", "dora"):
        actor = request.getfixturevalue(name)
        with act(actor):
            with pytest.raises(Denied):
                decide(actor, "read", dana_patient)
            with pytest.raises(Denied):
                decide(actor, "read", Patient)
            with pytest.raises(Denied):
                scoped(Patient, actor)


@pytest.mark.parametrize("model", sorted(declared_rights(), key=lambda one: one._meta.label))
def test_an_actor_without_rights_or_without_a_clinic_gets_no_rows(act, alice, model):
    for action in declared_rights()[model]:
        with pytest.raises(Denied):
            scoped(model, NOBODY, action)
        with pytest.raises(Denied):
            scoped(model, roleless(alice)[0], action)
        for role in declared_rights()[model][action]:
            lost = Actor(alice.user_id, alice.name, None, frozenset({role}))
            if declared_rights()[model][action][role].attribute != "user_id":
                with pytest.raises(Denied):
                    scoped(model, lost, action)


def test_a_page_that_reads_and_leaves_no_event_is_not_shown(monkeypatch, client_of, alice, dana_patient):
    client = client_of(alice)
    client.raise_request_exception = False
    monkeypatch.setattr(routes, "recorded_count", answers(0))
    answer = client.get(f"/patients/{dana_patient.id}/")
    assert answer.status_code == 500
    assert dana_patient.family not in answer.content.decode()


API_GUARDS = ["_look_up", "load_actor", "parse_scopes", "hear_of_changes"]


@pytest.mark.parametrize(
    ("guard", "fault"),
    [
        (one, how)
        for one in API_GUARDS
        for how in FAULTS
        if (one, how) != ("hear_of_changes", "answers nothing")
    ],
)
def test_a_broken_guard_of_the_api_denies(monkeypatch, alice, dana_patient, guard, fault):
    token = issue_token(User.objects.get(pk=alice.user_id), scope="user/*.rs")
    client = Client(headers={"Authorization": f"Bearer {token}"}, raise_request_exception=False)
    tokens.forget_callers()
    monkeypatch.setattr(tokens, guard, FAULTS[fault])
    answer = client.get(f"/fhir/R4/Patient/{dana_patient.id}")
    assert answer.status_code in SAFE | {503}
    assert dana_patient.family not in answer.content.decode()
    tokens.forget_callers()
