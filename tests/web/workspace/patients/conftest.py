"""Patients at the desk."""

from tests.clinic.patients.conftest import enrolled

__all__ = ["enrolled"]
