"""Those who look after the house see at once that the trail is not sealed (PROMISES A28)."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from osler.foundation.audit.sealing import OVERDUE
from osler.kernel import clock

WORDS = "Call whoever runs this installation: the audit trail is not sealed."


@pytest.mark.parametrize(
    ("who", "is_told"), [("adam", True), ("petra", True), ("alice", False), ("bob", False)]
)
def test_a_missed_seal_is_an_alarm_for_administrator_and_privacy_officer(
    request: pytest.FixtureRequest, client_of: Any, who: str, is_told: bool
) -> None:
    client = client_of(request.getfixturevalue(who))
    at_once = client.get("/home/").content.decode()
    with time_machine.travel(clock.now() + OVERDUE + timedelta(minutes=1)):
        later = client.get("/home/").content.decode()

    assert WORDS not in at_once
    assert (WORDS in later) is is_told
