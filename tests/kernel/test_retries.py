"""Doing a transaction again after the database gave way."""

import pytest
from django.db import IntegrityError, InterfaceError, OperationalError

from osler.kernel.retries import MOST_ATTEMPTS, gave_way, is_away, until_done


def failure(sqlstate: str) -> OperationalError:
    cause = Exception()
    cause.sqlstate = sqlstate  # type: ignore[attr-defined]
    error = OperationalError()
    error.__cause__ = cause
    return error


@pytest.mark.parametrize("sqlstate", ["40001", "40P01"])
def test_a_lost_fight_is_tried_again(sqlstate):
    tries = []

    def work() -> str:
        tries.append(1)
        if len(tries) < MOST_ATTEMPTS:
            raise failure(sqlstate)
        return "done"

    assert (until_done(work), len(tries)) == ("done", MOST_ATTEMPTS)


def test_it_ends_at_last():
    tries = []

    def work() -> None:
        tries.append(1)
        raise failure("40P01")

    with pytest.raises(OperationalError):
        until_done(work)
    assert len(tries) == MOST_ATTEMPTS


def test_other_errors_are_not_tried_again():
    tries = []

    def work() -> None:
        tries.append(1)
        raise failure("55P03")

    with pytest.raises(OperationalError):
        until_done(work)
    assert (len(tries), gave_way(failure("55P03"))) == (1, False)


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (failure("57P01"), True),
        (failure("08006"), True),
        (OperationalError("the connection is lost"), True),
        (InterfaceError("connection already closed"), True),
        (failure("40P01"), False),
        (failure("55P03"), False),
        (IntegrityError(), False),
        (None, False),
    ],
)
def test_a_database_that_is_away_is_told_from_one_that_refuses(error, away):
    assert is_away(error) is away
