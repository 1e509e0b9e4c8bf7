"""No lost update (A43, A44): many edit the same few records, and every acknowledged edit is in the history.

`OSLER_FULL=1 python3 tools/dev.py test tests/simulation -n 0 --log-cli-level=INFO` runs 50 editors and
1,000 edits through each door.
"""

import json
import logging
import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from uuid import UUID

from django.db import connection
from django.test import Client

from osler.clinic.patients.models import Patient
from osler.foundation.access.roles import Role
from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor
from tests.conftest import new_actor, new_patient, signed_in
from tests.environment import FULL
from tests.interop.fhir.conftest import Api, height
from tests.simulation.clients import at_once

log = logging.getLogger(__name__)
EDITORS = 50 if FULL else 8
EDITS = 1000 if FULL else 16
RECORDS = 5 if FULL else 2
FIELDS = {"given": "Dana", "birth_date": "3/14/1980", "gender": "female", "phone": "555-201-3344"}
VERSION = re.compile(r'name="version" value="(\d+)"')


def all_edit(edit: Callable[[int, str], bool]) -> list[list[str]]:
    """Everybody edits one record after the other, each until it is taken; what was taken of each record."""

    def editor(number: int) -> Counter[str]:
        answers: Counter[str] = Counter()
        for turn in range(EDITS // EDITORS):
            record, words = (number + turn) % RECORDS, f"Edit {number} {turn}"
            while not edit(record, words):
                answers["stale"] += 1
            answers[f"{record} {words}"] += 1
        return answers

    outcomes = at_once([lambda number=number: editor(number) for number in range(EDITORS)])

    assert [one.error for one in outcomes if one.error] == []
    answers = sum((one.value for one in outcomes), Counter())  # type: ignore[misc]
    log.info("%s editors: %s edits taken, %s stale ones refused", EDITORS, EDITS, answers.pop("stale", 0))
    assert answers.total() == EDITS
    return [
        sorted(words[2:] for words in answers if words.startswith(f"{record} ")) for record in range(RECORDS)
    ]


def test_over_fhir(live_clinic) -> None:
    api = Api(new_actor(live_clinic.organization, Role.PHYSICIAN, "Alice Bell", practitioner=True))
    patient = new_patient(live_clinic.organization)
    made = [json.loads(api.post("/Observation", height(patient.id)).content)["id"] for _ in range(RECORDS)]

    def edit(record: int, words: str) -> bool:
        path = f"/Observation/{made[record]}"
        seen = api.get(path)
        text = {**json.loads(seen.content), "valueString": words}
        status = api.put(path, text, HTTP_IF_MATCH=seen["ETag"]).status_code
        assert status in (200, 412)
        return bool(status == 200)

    for record, taken in enumerate(all_edit(edit)):
        history = json.loads(api.get(f"/Observation/{made[record]}/_history?_count=1000").content)["entry"]
        kept = [entry["resource"].get("valueString", "") for entry in history]
        versions = [int(entry["resource"]["meta"]["versionId"]) for entry in history]
        assert versions == list(range(len(taken) + 1, 0, -1))
        assert sorted(filter(None, kept)) == taken


def test_at_a_form_with_its_version(live_clinic) -> None:
    bob = new_actor(live_clinic.organization, Role.RECEPTION, "Bob Diaz")
    patients = [
        new_patient(live_clinic.organization, birth_date=date(1950 + number, 3, 14)).id
        for number in range(RECORDS)
    ]
    client = signed_in(Client(), bob)

    def edit(record: int, words: str) -> bool:
        path = f"/patients/{patients[record]}/edit/"
        seen = VERSION.search(client.get(path).content.decode())
        assert seen is not None
        form = {**FIELDS, "family": words, "version": seen[1], "idempotency_key": f"{words} {seen[1]}"}
        status = client.post(path, form).status_code
        assert status in (302, 412)
        return bool(status == 302)

    for record, taken in enumerate(all_edit(edit)):
        assert families_of(live_clinic.organization.id, patients[record]) == ["Rivera", *taken]


def families_of(organization: UUID, patient: UUID) -> list[str]:
    """Every family name that a patient has had, the first one first; the versions run without a gap."""
    history = "SELECT version, content ->> 'family' FROM audit_rowhistory WHERE row_id = %s"
    with acting(SystemActor(organization)), connection.cursor() as cursor:
        cursor.execute(history, [patient])
        found = [*cursor.fetchall(), Patient.objects.values_list("version", "family").get(id=patient)]
    assert sorted(version for version, _ in found) == list(range(1, len(found) + 1))
    first, *others = [family for _, family in sorted(found)]
    return [first, *sorted(others)]
