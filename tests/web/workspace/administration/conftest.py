"""What the office's pages need of patients."""

from tests.clinic.patients.conftest import enrolled

__all__ = ["enrolled"]
