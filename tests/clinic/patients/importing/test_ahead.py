"""Rows are read beside the work on those before them, and each reading is used once."""

import pytest

from osler.clinic.patients.importing.ahead import Ahead
from osler.clinic.patients.importing.judging import Judging
from osler.clinic.patients.importing.mapping import guessed_mapping
from osler.foundation.sheets.sheet import Row
from tests.clinic.patients.importing.conftest import ADA, BEN, EVA, HEADER

pytestmark = pytest.mark.django_db
ROWS = [Row(number, line.split(",")) for number, line in enumerate((ADA, BEN, EVA, "Bo,Ek,13/45/1999"), 2)]


@pytest.fixture
def ahead(act, adam):
    header = HEADER.split(",")
    with act(adam):
        yield Ahead(Judging(guessed_mapping(header), header, is_trial=True, actor=adam))


def words(read):
    return [
        (one.number, one.reason, str(one.patient), one.patient.birth_date, one.numbers, looked_for)
        for one, looked_for in read
    ]


def test_what_is_read_beside_is_what_is_read_now_and_is_given_once(ahead):
    with ahead.reading(ROWS):
        now = ahead.judging.read(ROWS)

    first, again = ahead.take(ROWS), ahead.take(ROWS)

    assert words(first) == words(again) == words(now)
    assert [reason for _number, reason, *_rest in words(first)] == ["", "", "", "date-unreadable"]
    assert all(one is not other for (one, _), (other, _) in zip(first, again, strict=True))


def test_other_rows_than_those_read_ahead_are_read_now(ahead):
    with ahead.reading(ROWS[2:]):
        pass

    assert words(ahead.take(ROWS[:2])) == words(ahead.judging.read(ROWS[:2]))
    assert (ahead.rows, ahead.found) == ((), [])


def test_after_a_failure_nothing_counts_as_read(ahead):
    with pytest.raises(ZeroDivisionError), ahead.reading(ROWS):
        raise ZeroDivisionError

    assert (ahead.rows, ahead.found) == ((), [])


def test_what_cannot_be_read_ahead_stops_the_batch_beside_it(ahead):
    unfit = [Row(9, None)]  # type: ignore[arg-type]
    with pytest.raises(TypeError), ahead.reading(unfit):
        pass

    assert (ahead.rows, ahead.found) == ((), [])
