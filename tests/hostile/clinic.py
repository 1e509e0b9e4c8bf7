"""The clinic as each role reaches it: its pages, its forms, and cases made of them."""

import random
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from osler.clinic.billing.models import ChargeItem, FeeItem, Invoice, Payment
from osler.clinic.communication.models import PatientReply, ReminderLadder, ReminderStep, Thread
from osler.clinic.insurance.models import Coverage
from osler.clinic.patients.models import Flag, MatchPair, Patient, RelatedPerson
from osler.clinic.records.models import ClinicalNote, Condition, DiagnosticReport, Encounter, ServiceRequest
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.models import PatientGrant, RoleAssignment
from osler.foundation.access.roles import Role
from osler.foundation.accounts.models import User
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import Location
from osler.foundation.jobs.outbox import SystemActor
from osler.ops.demo.house import House
from tests.hostile.nasty import Pairs, multipart, nasty_text, spoiled, spoiled_address, urlencoded
from tests.hostile.pages import Form, Reach

SECONDS = 60.0
"""More is a hang, also on a machine that does much else."""
STARTS = {
    "nobody": [
        "/",
        "/accounts/login/",
        "/accounts/password/reset/",
        "/accounts/signup/",
        "/accounts/2fa/webauthn/login/",
    ],
    "patient": ["/portal/"],
}
PLACES = {
    "patient_id": "/patients/{}/",
    "appointment_id": "/appointments/{}/",
    "encounter_id": "/encounters/{}/",
    "order_id": "/lab/orders/{}/",
    "report_id": "/reports/{}/",
    "thread_id": "/inbox/threads/{}/",
    "invoice_id": "/billing/invoices/{}/",
    "charge_id": "/billing/charges/{}/",
}
SAID = ('role="alert"', "field-error", "error-page", '"errors"', '"message"')
"""Marks of an answer that says what is wrong: a summary, a field, a refusal, words for a script."""
TEXTS = ("text/html", "application/json")
FORM = "application/x-www-form-urlencoded"


STATES = {
    "appointment_id": Appointment,
    "encounter_id": Encounter,
    "order_id": ServiceRequest,
    "report_id": DiagnosticReport,
    "thread_id": Thread,
    "ladder_id": ReminderLadder,
    "step_id": ReminderStep,
    "reply_id": PatientReply,
    "invoice_id": Invoice,
    "charge_id": ChargeItem,
    "coverage_id": Coverage,
    "flag_id": Flag,
    "note_id": ClinicalNote,
    "payment_id": Payment,
    "pair_id": MatchPair,
    "person_id": RelatedPerson,
    "item_id": FeeItem,
    "assignment_id": RoleAssignment,
    "grant_id": PatientGrant,
    "key": Location,
    "user_id": User,
    "row_id": Condition,
    "patient_id": Patient,
}
WORDS = {
    "slug": ["x"],
    "kind": ["diagnoses", "medications", "tests", "allergens", "prescription", "statement"],
    "step": ["arrive", "check-in", "start", "finish", "no-show"],
    "channel": ["email", "sms"],
    "name": ["x"],
}


def ids_in(house: House) -> dict[str, list[str]]:
    """Ids by what the routes call them: two for each state that a row can be in."""
    known = dict(WORDS)
    with acting(SystemActor(house.organization.id)):
        for name, model in STATES.items():
            rows = model._default_manager.order_by("-pk")
            states = {field.name for field in model._meta.fields} & {"status"}
            found = (
                [""] if not states else rows.order_by("status").values_list("status", flat=True).distinct()
            )
            known[name] = [
                str(key)
                for status in found
                for key in (rows.filter(status=status) if states else rows).values_list("pk", flat=True)[:2]
            ]
    vitals = [str(key) for key in known["row_id"]]
    return {**known, "row_id": vitals + known["order_id"]}


def own_id(client: Client) -> str:
    """The patient whose pages the portal shows to a client."""
    return str(client.get("/portal/")["Location"].split("/")[2])


@dataclass
class Case:
    """One request, as it can be told when it fails."""

    role: str
    method: str
    address: str
    body: bytes = b""
    kind: str = FORM
    htmx: bool = False

    def send(self, client: Client) -> HttpResponse:
        headers: dict[str, Any] = {"HTTP_HX_REQUEST": "true"} if self.htmx else {}
        if self.method == "get":
            return client.get(self.address, QUERY_STRING=self.body.decode("latin-1"), **headers)
        return client.generic("POST", self.address, self.body, content_type=self.kind, **headers)

    def __str__(self) -> str:
        return f"{self.role} {self.method} {self.address} {self.kind} {self.body[:600]!r}"


class Clinic:
    """The clinic as each role reaches it."""

    def __init__(self, house: House, doors: dict[str, Client]) -> None:
        self.house, self.doors, self.database = house, doors, ""
        self.reaches: dict[str, Reach] = {}
        self.statuses: Counter[tuple[str, int]] = Counter()
        known = ids_in(house)
        self.own_id = own_id(doors["patient"])
        states = [place.format(key) for name, place in PLACES.items() for key in known[name]]
        for role, client in doors.items():
            reach = self.reaches[role] = Reach()
            starts = STARTS.get(role, ["/home/", "/accounts/2fa/", *states])
            reach.explore(client, starts)
            actor = house.actors.get(role)
            for each in actor.roles if actor else [Role.PATIENT] if role == "patient" else []:
                own = {"patient_id": [self.own_id]} if role == "patient" else {}
                reach.add_the_rest(each, {**known, **own}, random.Random(1867))
        self.ids = sorted(set().union(*(reach.ids for reach in self.reaches.values())))
        self.written = self.count_written()

    def __getstate__(self) -> dict[str, Any]:
        """Without the doors: clients sign in anew wherever this is brought."""
        return {**self.__dict__, "doors": {}}

    def count_written(self) -> int:
        """Rows that say that something was written."""
        with acting(SystemActor(self.house.organization.id)), connection.cursor() as cursor:
            cursor.execute(
                "SELECT (SELECT count(*) FROM audit_event WHERE action <> 'R')"
                " + (SELECT count(*) FROM jobs_outboxevent)"
            )
            return int(cursor.fetchone()[0])

    def case(self, chance: random.Random) -> Case:
        role = chance.choice(list(self.doors))
        reach = self.reaches[role]
        routes = [route for route in reach.forms if reach.forms[route]]
        if routes and chance.random() < 0.75:
            form: Form = chance.choice(reach.forms[chance.choice(routes)])
            return self.form_case(role, form, chance)
        route = chance.choice([route for route in reach.pages if reach.pages[route]])
        address = chance.choice(reach.pages[route]).partition("?")[0]
        if chance.random() < 0.3:
            return Case(role, "get", spoiled_address(address, chance, self.ids))
        names = sorted(reach.parameters[route]) or ["q", "page", "after", "next"]
        pairs: Pairs = [
            (chance.choice(names), nasty_text(chance, self.ids)) for _ in range(chance.randint(1, 3))
        ]
        return Case(role, "get", address, urlencoded(pairs)[:60_000], htmx=chance.random() < 0.4)

    def form_case(self, role: str, form: Form, chance: random.Random) -> Case:
        address = form.action if chance.random() < 0.9 else spoiled_address(form.action, chance, self.ids)
        pairs = spoiled(form.filled(chance), chance, self.ids)
        body, kind = urlencoded(pairs), FORM
        if form.method == "get":
            return Case(role, "get", address.partition("?")[0], body[:60_000], htmx=chance.random() < 0.4)
        how = chance.random()
        if how < 0.08:
            body, kind = multipart(pairs, chance)
        elif how < 0.1:
            body, kind = b'{"a": ' + body, "application/json"
        return Case(role, "post", address, body, kind, htmx=chance.random() < 0.5)

    def fault_of(self, case: Case) -> str:
        """What is wrong with the answer to a case; empty for nothing."""
        client, begun = self.doors[case.role], time.monotonic()
        kept = client.cookies.copy()
        with transaction.atomic():
            answer = case.send(client)
            fault = self.judged(case, answer, time.monotonic() - begun)
            transaction.set_rollback(True)
        client.cookies = kept
        return fault

    def judged(self, case: Case, answer: HttpResponse, seconds: float) -> str:
        status = answer.status_code
        self.statuses[case.method, status] += 1
        if status >= 500:
            info = getattr(answer, "exc_info", None)
            return f"{status} {info[1]!r}" if info else str(status)
        if seconds > SECONDS:
            return f"took {seconds:.1f} s"
        text = answer.content.decode() if answer.get("Content-Type", "").startswith(TEXTS) else ""
        refused = status >= 400 or 'class="field-error"' in text
        if refused and case.method == "post" and self.count_written() != self.written:
            return f"{status}, but something was written"
        if status in (409, 422) and not any(mark in text for mark in SAID):
            return f"{status} without a word of what is wrong"
        return ""
