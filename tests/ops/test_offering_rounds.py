"""The clock's round of the waiting list: each time in a transaction of its own, and nothing at night."""

from datetime import timedelta

import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osler.ops.jobs import offer_free_times
from tests.clinic.communication.offering.conftest import offers, texts, waits  # noqa: F401
from tests.clinic.scheduling.conftest import MONDAY, monday, osei, visit  # noqa: F401

NOTICE = {"Dana": 0, "Eve": 25 * 60 + 10, "Fay": 25 * 60 + 30}
"""Minutes that each needs: on Monday at eight the first times are nine, twenty past and twenty to ten."""


def transactions(asked: CaptureQueriesContext) -> int:
    return len([one for one in asked if "'offer_wished_for'" in one["sql"] and "set_config" in one["sql"]])


def test_each_time_is_offered_in_a_transaction_of_its_own(waits, offers):  # noqa: F811
    for name, minutes in NOTICE.items():
        waits(name, notice_minutes=minutes)

    with CaptureQueriesContext(connection) as asked:
        offer_free_times.func(0)

    assert offers() == [("Dana", "09:00", "open"), ("Eve", "09:20", "open"), ("Fay", "09:40", "open")]
    assert transactions(asked) == 1 + len(NOTICE)


def test_at_night_the_round_is_over_at_once(waits, offers):  # noqa: F811
    waits("Dana")
    night = time_machine.travel(MONDAY + timedelta(hours=14), tick=False)
    with night, CaptureQueriesContext(connection) as asked:
        offer_free_times.func(0)

    assert (offers(), transactions(asked)) == ([], 1)
