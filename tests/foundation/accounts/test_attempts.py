"""Tries are counted before they are made, exactly, for everybody alike (A20)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from osler.foundation.accounts.attempts import (
    CODE,
    CODE_NOW,
    KEPT,
    PASSWORD,
    PASSWORD_HERE,
    Limit,
    TooManyTries,
    count_password_try,
    forget_old_attempts,
)
from osler.foundation.accounts.models import Attempt
from osler.kernel import clock

LIMITS = [CODE, CODE_NOW, PASSWORD, PASSWORD_HERE]


def passed(count: Callable[[], None], times: int) -> int:
    """How many of so many tries were let through."""
    through = 0
    for _ in range(times):
        try:
            count()
        except TooManyTries:
            continue
        through += 1
    return through


@pytest.mark.django_db
@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.name)
def test_so_many_and_no_more(limit: Limit) -> None:
    assert passed(lambda: limit.count("x"), limit.tries + 7) == limit.tries
    assert limit.is_reached("x")
    assert passed(lambda: limit.count("y"), 1) == 1
    limit.forget("x")
    assert not limit.is_reached("x")
    assert passed(lambda: limit.count("x"), 1) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.name)
def test_a_soft_limit_ends_by_the_clock_and_a_hard_one_does_not(limit: Limit) -> None:
    with time_machine.travel("2026-03-01 09:00Z", tick=False) as now:
        passed(lambda: limit.count("x"), limit.tries + 1)
        now.shift((limit.within or KEPT) - timedelta(seconds=1))
        assert passed(lambda: limit.count("x"), 1) == 0
        now.shift(2)
        assert passed(lambda: limit.count("x"), 1) == (1 if limit.within else 0)


@pytest.mark.django_db
def test_what_is_refused_on_one_network_does_not_close_the_account_everywhere() -> None:
    assert passed(lambda: count_password_try("Mia@clinic.test ", "10.0.0.1"), 500) == 10
    assert passed(lambda: count_password_try("mia@clinic.test", "10.0.0.1"), 1) == 0
    assert passed(lambda: count_password_try("mia@clinic.test", "10.0.0.2"), 1) == 1


@pytest.mark.django_db
def test_a_thousand_sources_have_a_hundred_tries_between_them() -> None:
    sources = [f"10.0.{number // 250}.{number % 250}" for number in range(1_000)]
    through = [passed(lambda at=at: count_password_try("mia@clinic.test", at), 1) for at in sources]
    assert sum(through) == 100


@pytest.mark.usefixtures("live_tenant")
def test_tries_at_the_same_moment_are_each_counted() -> None:
    def once(number: int) -> int:
        try:
            return passed(lambda: CODE_NOW.count("x"), 5)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(once, range(8))) == CODE_NOW.tries
    assert Attempt.objects.get().tries == 40


@pytest.mark.django_db
def test_nobody_is_named_in_the_table_and_nothing_stays_for_ever() -> None:
    count_password_try("mia@clinic.test", "10.0.0.1")
    kept = str(list(Attempt.objects.values()))
    assert "mia" not in kept
    assert "10.0" not in kept
    with time_machine.travel(clock.now() + KEPT - timedelta(minutes=1)):
        forget_old_attempts()
        assert Attempt.objects.count() == 2
    with time_machine.travel(clock.now() + KEPT + timedelta(minutes=1)):
        forget_old_attempts()
        assert Attempt.objects.count() == 0
