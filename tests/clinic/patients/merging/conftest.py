"""Two charts of one person, each with a row of every kind, and who may join them."""

from collections.abc import Callable
from typing import Any

import pytest

from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import Actor
from osler.foundation.accounts.models import User
from osler.foundation.directory.models import Practitioner
from tests.clinic.patients.merging.charts import fill
from tests.conftest import new_patient


@pytest.fixture
def filled(act: Any, alice: Actor, organization: Any) -> Callable[..., Patient]:
    """Makes a patient with a full chart."""

    def make(**fields: Any) -> Patient:
        patient = new_patient(organization, **fields)
        with act(alice):
            user = User.objects.get(pk=alice.user_id)
            patient.refresh_from_db()
            fill(patient, user, Practitioner.objects.get(pk=alice.practitioner_id))
        return patient

    return make


@pytest.fixture
def survivor(filled: Callable[..., Patient]) -> Patient:
    return filled(given="Dana", family="Rivera")


@pytest.fixture
def duplicate(filled: Callable[..., Patient]) -> Patient:
    return filled(given="Dayna", family="Riviera", phone="555-201-9999")
