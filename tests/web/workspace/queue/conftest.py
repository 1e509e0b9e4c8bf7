"""The same clinic as in the tests of the deeds, with a queue and a room."""

import pytest

from osler.clinic.scheduling.models import Queue
from osler.foundation.directory.models import Location
from tests.clinic.scheduling.conftest import (  # noqa: F401  fixtures
    hall,
    monday,
    osei,
    other_patient,
    patient,
    slot,
    visit,
)


@pytest.fixture
def queue(hall, visit) -> Queue:  # noqa: F811
    return hall.queue("A", name="Clinicians", members=[visit])


@pytest.fixture
def room(hall) -> Location:  # noqa: F811
    return hall.room()


@pytest.fixture
def elsewhere(act, charlie) -> Queue:
    """Another clinic's own queue."""
    with act(charlie):
        site = Location.objects.create(name="Elsewhere", zone="America/New_York")
        return Queue.objects.create(site=site, name="Anybody", letter="E")
