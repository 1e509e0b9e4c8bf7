"""Two full charts, and clients of everybody who has to do with a merge."""

from tests.clinic.patients.merging.conftest import duplicate, filled, survivor

__all__ = ["duplicate", "filled", "survivor"]
