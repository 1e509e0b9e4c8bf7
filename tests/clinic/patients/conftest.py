"""Patients to look for and to mistake for each other."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from osler.clinic.patients.models import Patient


def unsaved(**fields: Any) -> Patient:
    """Ada Okafor as a clerk would type her, or otherwise."""
    usual = {
        "given": "Ada",
        "family": "Okafor",
        "birth_date": date(1945, 7, 14),
        "gender": "female",
        "phone": "(212) 555-0142",
    }
    return Patient(**usual | fields)


@pytest.fixture
def enrolled(act, bob, organization) -> Callable[..., Patient]:
    """A patient of this clinic who is stored already."""

    def enrol(**fields: Any) -> Patient:
        with act(bob):
            patient = unsaved(**fields)
            patient.save(force_insert=True)
            patient.refresh_from_db()
            return patient

    return enrol
