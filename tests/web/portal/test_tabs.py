"""The right chart in every tab (A47): a parent with several tabs and two children at once."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client

from osler.clinic.communication.models import Message
from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.actors import load_actor
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel.keys import uuid7
from tests.environment import FULL, SEED
from tests.hostile.pages import Form, Reader

START = SEED or random.SystemRandom().randrange(1, 2**31)
STEPS = 250 if FULL else 100
FORMS = ("messages/new/", "visits/ask/", "profile/")
PORTAL_FORMS = re.compile(r"^/portal/[0-9a-f-]{36}/")


@dataclass
class Tab:
    """A tab of the browser: the pages one came by, each as it was shown."""

    seen: list[tuple[str, str]] = field(default_factory=list)

    def show(self, client: Client, address: str) -> None:
        answer = client.get(address)
        if answer.status_code == 200:
            self.seen.append((address, answer.content.decode()))

    def form(self) -> Form | None:
        """The form of the page that is shown, with what stood in it when it was loaded."""
        address, text = self.seen[-1]
        reader = Reader(address)
        reader.feed(text)
        reader.close()
        forms = [form for form in reader.forms if PORTAL_FORMS.match(form.action) and form.method == "post"]
        return forms[0] if forms else None


def filled(form: Form, words: str) -> dict[str, str]:
    """The form with words in each field for words; the phone number takes its digits."""
    given = {name: next(filter(None, offered), "") for name, _kind, offered in form.fields}
    given.pop("csrfmiddlewaretoken", None)
    for name in ("subject", "body", "reason", "city"):
        if name in given:
            given[name] = words
    return given


@pytest.fixture
def parent(act, organization, client_of, each_on_its_own, dana, sam) -> Client:
    actor = load_actor(dana.user_id, realm="portal")[0]
    return each_on_its_own(client_of(actor), organization)


@pytest.fixture
def written(act, organization) -> Callable[[], dict[str, set[UUID]]]:
    """Every word that was kept, and whose records it is in."""

    def read() -> dict[str, set[UUID]]:
        with act(SystemActor(organization.id)):
            found = [(message.body, message.patient_id) for message in Message.objects.all()]
            found += Appointment.objects.values_list("reason", "patient_id")
            found += Patient.objects.values_list("city", "id")
        kept: dict[str, set[UUID]] = {}
        for words, patient_id in found:
            kept.setdefault(words, set()).add(patient_id)
        return kept

    return read


def step(tab: Tab, client: Client, chance: random.Random, patients: list[Any], words: str) -> UUID | None:
    """One thing that one does in a tab; the patient of the page, if something was sent and taken."""
    what = chance.choice(("open", "open", "reload", "back", "write", "write"))
    if what == "open" or not tab.seen:
        tab.show(client, f"/portal/{chance.choice(patients).id}/{chance.choice(FORMS)}")
    elif what == "reload":
        tab.show(client, tab.seen.pop()[0])
    elif what == "back" and len(tab.seen) > 1:
        tab.seen.pop()
    elif what == "write" and (form := tab.form()):
        shown_for = UUID(tab.seen[-1][0].split("/")[2])
        answer = client.post(form.action, filled(form, words))
        if answer.status_code == 302:
            tab.show(client, answer["Location"])
            return shown_for
    return None


def test_what_is_written_in_a_tab_is_in_the_record_that_the_tab_shows(
    parent, written, service, dana_patient, sam
):
    print(f"OSLER_SEED={START}")
    chance, sent = random.Random(START), {}
    for round_ in range(4):
        tabs = [Tab() for _ in range(chance.randint(2, 8))]
        for number in range(STEPS):
            words = f"words {round_} {number}"
            whose = step(chance.choice(tabs), parent, chance, [dana_patient, sam], words)
            if whose is not None:
                sent[words] = whose

    kept = written()
    elsewhere = {
        words: kept[words] for words, whose in sent.items() if words in kept and kept[words] != {whose}
    }
    assert elsewhere == {}
    assert len(sent) > STEPS / 4
    assert {dana_patient.id, sam.id} == set(sent.values())
    assert {words for words in kept if words.startswith("words ")} <= set(sent)


def answers_of(client: Client, address: str, patient: Patient, sender: object) -> HttpResponse:
    data = {
        "patient": sender,
        "subject": "Refill",
        "body": "Please",
        "reason": "Cough",
        "city": "Elsewhere",
        "contact_by": "email",
        "language": "en",
        "version": patient.version,
    }
    return client.post(address, {key: value for key, value in data.items() if value is not None})


@pytest.mark.parametrize("named", ["other", "nobody", "none"])
@pytest.mark.parametrize("path", FORMS)
def test_a_form_of_another_patient_is_refused_and_nothing_changed(
    parent, written, service, dana_patient, sam, path, named
):
    before = written()
    sender = {"other": sam.id, "nobody": uuid7(), "none": None}[named]
    answer = answers_of(parent, f"/portal/{dana_patient.id}/{path}", dana_patient, sender)
    assert answer.status_code == 409
    assert "This form was opened for another patient." in answer.content.decode()
    assert written() == before
