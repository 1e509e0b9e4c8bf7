"""Codes to diagnose with."""

from typing import Any

import pytest

from tests.clinic.records.code_sets import load_few_diagnoses


@pytest.fixture(scope="session", autouse=True)
def diagnoses(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        load_few_diagnoses()
