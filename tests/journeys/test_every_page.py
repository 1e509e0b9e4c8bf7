"""Every page that a role can open, in each state of what it shows: for all eyes and hands, and light.

One look at each, the width and the colors taking turns; with OSLER_FULL=1 all six looks at each.
"""

from typing import Any

import pytest

from tests.journeys.conftest import STRANGER
from tests.journeys.installation import Installation
from tests.journeys.walking import STAFF, routes_of

KIN = "kin@home.test"
NOT_IN_THE_DEMO = {
    "/absences/<uuid:absence_id>/visits/",
    "/patients/<uuid:patient_id>/portal/invitations/<uuid:invitation_id>/",
}
"""Pages of an absence that visits fall into, and of an invitation that waits."""
WHILE_IT_LASTS = {
    "/portal/<uuid:patient_id>/visits/held/<uuid:appointment_id>/",
    "/portal/<uuid:patient_id>/visits/<uuid:appointment_id>/move/",
}
"""Of a time that is held for ten minutes and of a visit that may be moved: test_booking_online walks them."""

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.mark.parametrize("role", STAFF)
def test_every_page_of_staff(walk_as: Any, states: list[str], role: str) -> None:
    walk = walk_as(role, STAFF[role])

    walk.explore(["/home/"], states)

    assert routes_of(role) - walk.routes <= NOT_IN_THE_DEMO


@pytest.mark.parametrize("locale", ["en-US", "es-US"])
def test_every_page_of_a_patient(walk_as: Any, locale: str) -> None:
    walk = walk_as("patient", "patient", locale=locale)

    walk.explore(["/portal/"])

    assert routes_of("patient") - walk.routes <= WHILE_IT_LASTS


def test_every_page_of_somebody_quite_new(walk_as: Any, states: list[str]) -> None:
    walk = walk_as("patient", STRANGER)

    walk.follow(["/portal/"])

    assert "/portal/<uuid:patient_id>/results/" in walk.routes


def test_every_page_of_a_proxy(walk_as: Any, installation: Installation) -> None:
    installation.stage("kin", "patient@demo.test", KIN)
    of_a_child, of_a_parent = walk_as("proxy", "proxy"), walk_as("proxy", KIN)

    of_a_child.follow(["/portal/"])
    of_a_parent.follow(["/portal/"])

    assert routes_of("proxy") - of_a_child.routes - of_a_parent.routes <= WHILE_IT_LASTS
