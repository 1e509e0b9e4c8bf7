"""Every form about a patient is refused when it names another than its page was for (A47, D4)."""

import random
from collections import Counter
from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.db import transaction
from django.test import Client

from osler.clinic.patients.models import Patient
from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor
from tests.hostile.clinic import FORM, Case, Clinic
from tests.hostile.nasty import urlencoded
from tests.hostile.pages import Form

CHOOSES = ("/appointments/new/", "/billing/accounts/", "/queue/walk-in/")
"""Here the field, or the address alone, is what says whom it is about."""
REFUSED = (403, 404, 405, 409, 422)
"""Not for this role, not there, not posted at all (its buttons go elsewhere), not for this patient."""


def named(form: Form) -> str:
    """The patient whom a form names: in a field, or in the address of its button."""
    for name, kind, offered in form.fields:
        if name == "patient" and kind == "hidden" and any(offered):
            return next(filter(None, offered))
    return parse_qs(urlsplit(form.action).query).get("patient", [""])[0]


def with_other(form: Form, other: str, chance: random.Random) -> Case:
    """The form as the page has it, but for whom it names."""
    pairs = [(name, other if name == "patient" else value) for name, value in form.filled(chance)]
    parts = urlsplit(form.action)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if "patient" in query:
        query["patient"] = other
    return Case("", "post", f"{parts.path}?{urlencode(query)}".rstrip("?"), urlencoded(pairs), FORM)


@pytest.fixture(scope="module")
def other_id(clinic: Clinic) -> str:
    with acting(SystemActor(clinic.house.organization.id)):
        return str(Patient.objects.order_by("id")[0].id)


def status_of(client: Client, case: Case) -> int:
    kept = client.cookies.copy()
    with transaction.atomic():
        status = case.send(client).status_code
        transaction.set_rollback(True)
    client.cookies = kept
    return status


def test_a_form_that_names_another_patient_changes_nothing(
    clinic: Clinic, other_id: str, chance: random.Random
) -> None:
    wrong, tried, statuses = [], set(), Counter()
    for role, reach in clinic.reaches.items():
        for route, forms in reach.forms.items():
            for form in forms:
                if form.method != "post" or route.startswith(CHOOSES) or named(form) in ("", other_id):
                    continue
                for sender in (other_id, ""):
                    case = replace(with_other(form, sender, chance), role=role)
                    status = status_of(clinic.doors[role], case)
                    tried.add(route)
                    statuses[status] += 1
                    if status not in REFUSED:
                        wrong.append(f"{status}: {case}")

    print(*wrong[:20], sep="\n")
    assert wrong == []
    assert len(tried) > 25, sorted(tried)
    assert statuses[409] > len(tried)
