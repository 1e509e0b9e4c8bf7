"""A clinic that is open for registration."""

import pytest

from osler.clinic.intake.models import Questionnaire
from osler.foundation.access.actors import Actor
from osler.foundation.directory.models import Organization
from tests.clinic.intake.staging import prepared


@pytest.fixture
def questionnaire(organization: Organization, adam: Actor) -> Questionnaire:
    return prepared(organization, adam)
