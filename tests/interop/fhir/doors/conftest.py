"""A clinician with hours, as the scheduling tests have one."""

from tests.clinic.scheduling.conftest import osei, slot  # noqa: F401  fixtures
from tests.clinic.scheduling.conftest import visit as service  # noqa: F401
