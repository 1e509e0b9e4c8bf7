"""The same key, the same answer, one effect: twins, crashes, refusals, strangers (PROMISES A55, D15)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.db import connection, connections

from osler.clinic.patients.models import Flag, Patient
from osler.foundation.access.actors import Actor
from osler.foundation.access.roles import Role
from osler.foundation.audit.context import acting
from osler.foundation.jobs.idempotency import Answer, KeyReused, answer_once, forget_key, request_hash
from osler.foundation.jobs.models import IdempotencyKey
from osler.kernel.errors import Invalid
from osler.kernel.keys import uuid7
from osler.ops.supervisor.cluster import ADMIN
from tests.conftest import Clinic, new_actor, new_patient
from tests.databases import CLUSTER

TWINS, ROUNDS = 8, 12
SAME = request_hash("POST", "/flags/", b"text=Fall")


def flag(patient: Patient) -> Answer:
    made = Flag(patient=patient, text="Fall")
    made.save()
    return Answer(302, f"/flags/{made.id}/")


def raised(actor: Actor) -> int:
    with acting(actor):
        return Flag.objects.count()


def kept(actor: Actor) -> list[tuple[str, int]]:
    with acting(actor):
        return list(IdempotencyKey.objects.order_by("id").values_list("key", "status"))


def test_a_retry_gets_the_first_answer_and_does_nothing(bob: Actor, dana_patient: Patient) -> None:
    with acting(bob):
        first, second = (
            answer_once("k", actor_id=bob.user_id, request_hash=SAME, work=lambda: flag(dana_patient))
            for _ in range(2)
        )

    assert first == second
    assert (raised(bob), kept(bob)) == (1, [("k", 302)])


def test_a_key_with_another_request_is_refused_and_changes_nothing(bob: Actor, dana_patient: Patient) -> None:
    with acting(bob):
        answer_once("k", actor_id=bob.user_id, request_hash=SAME, work=lambda: flag(dana_patient))
        for other in (
            request_hash("PUT", "/flags/", b"text=Fall"),
            request_hash("POST", "/flags/2/", b"text=Fall"),
            request_hash("POST", "/flags/", b"text=Other"),
        ):
            with pytest.raises(KeyReused):
                answer_once("k", actor_id=bob.user_id, request_hash=other, work=lambda: flag(dana_patient))

    assert (raised(bob), kept(bob)) == (1, [("k", 302)])


def test_a_key_is_its_owners_alone(bob: Actor, nina: Actor, charlie: Actor, dana_patient: Patient) -> None:
    for actor in (bob, nina):
        with acting(actor):
            answer_once("k", actor_id=actor.user_id, request_hash=SAME, work=lambda: flag(dana_patient))
    with acting(charlie):
        answer_once("k", actor_id=charlie.user_id, request_hash=SAME, work=lambda: Answer(204))

    assert raised(bob) == 2
    assert (kept(bob), kept(charlie)) == ([("k", 302)] * 2, [("k", 204)])


@pytest.mark.parametrize("error", [Invalid, RuntimeError, psycopg.OperationalError])
def test_work_that_failed_leaves_the_key_free(
    bob: Actor, dana_patient: Patient, error: type[Exception]
) -> None:
    def fail() -> Answer:
        flag(dana_patient)
        raise error

    with pytest.raises(error), acting(bob):
        answer_once("k", actor_id=bob.user_id, request_hash=SAME, work=fail)
    assert (raised(bob), kept(bob)) == (0, [])

    with acting(bob):
        answer_once("k", actor_id=bob.user_id, request_hash=SAME, work=lambda: flag(dana_patient))
    assert (raised(bob), kept(bob)) == (1, [("k", 302)])


def test_a_form_with_errors_may_be_sent_again_with_its_key(
    client_of: Any, bob: Actor, dana_patient: Patient
) -> None:
    client, address = client_of(bob), f"/patients/{dana_patient.id}/flags/"
    key = {"idempotency_key": str(uuid7())}
    assert client.post(address, {**key, "text": " "}).status_code == 422
    assert (raised(bob), kept(bob)) == (0, [])

    first, second = (client.post(address, {**key, "text": "Fall"}) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert raised(bob) == 1
    assert client.post(address, {**key, "text": "Other"}).status_code == 422
    assert raised(bob) == 1


def test_a_key_that_was_given_back_is_new(bob: Actor, dana_patient: Patient) -> None:
    with acting(bob):
        answer_once("k", actor_id=bob.user_id, request_hash=SAME, work=lambda: flag(dana_patient))
        forget_key("k", actor_id=bob.user_id)
        answer_once("k", actor_id=bob.user_id, request_hash="other", work=lambda: flag(dana_patient))
    assert raised(bob) == 2


def test_twins_at_the_same_moment_have_one_effect_and_one_answer(live_tenant: Clinic) -> None:
    desk = new_actor(live_tenant.organization, Role.RECEPTION, "Bob Diaz")
    patient = new_patient(live_tenant.organization)

    def send(start: threading.Barrier, key: str) -> Answer:
        try:
            start.wait(timeout=30)
            with acting(desk):
                return answer_once(key, actor_id=desk.user_id, request_hash=SAME, work=lambda: flag(patient))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(TWINS) as pool:
        for number in range(ROUNDS):
            start = threading.Barrier(TWINS)
            answers = list(pool.map(lambda _, n=number, s=start: send(s, f"key {n}"), range(TWINS)))
            assert len(set(answers)) == 1

    assert raised(desk) == ROUNDS


@pytest.mark.parametrize("moment", ["after the work", "before the commit"])
def test_after_a_crash_neither_key_nor_effect_is_there_and_the_retry_does_it(
    live_tenant: Clinic, moment: str
) -> None:
    desk = new_actor(live_tenant.organization, Role.RECEPTION, "Bob Diaz")
    patient = new_patient(live_tenant.organization)

    def crash() -> None:
        """As a killed process does it: the connection is gone, nobody says goodbye."""
        with psycopg.connect(CLUSTER.dsn(ADMIN, live_tenant.name), autocommit=True) as superuser:
            pid = connection.connection.info.backend_pid
            superuser.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    def work() -> Answer:
        answer = flag(patient)
        if moment == "after the work":
            crash()
        return answer

    with pytest.raises(Exception, match=r"terminat|closed|lost"), acting(desk):
        answer_once("k", actor_id=desk.user_id, request_hash=SAME, work=work)
        crash()
    connections.close_all()
    assert (raised(desk), kept(desk)) == (0, [])

    with acting(desk):
        answer_once("k", actor_id=desk.user_id, request_hash=SAME, work=lambda: flag(patient))
    assert (raised(desk), kept(desk)) == (1, [("k", 302)])


def test_what_is_kept_holds_nothing_of_the_answer(live_tenant: Clinic) -> None:
    columns = {field.name for field in IdempotencyKey._meta.get_fields()}
    assert columns == {
        "id",
        "organization_id",
        "actor_id",
        "key",
        "request_hash",
        "status",
        "location",
        "created_at",
    }
