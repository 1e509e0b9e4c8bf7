"""Where entries stand in a column."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from osler.web.workspace.scheduling.grid import _closed, _side_by_side

MIDNIGHT = datetime(2027, 3, 1, tzinfo=ZoneInfo("America/New_York"))


def row(start: int, minutes: int) -> SimpleNamespace:
    begin = MIDNIGHT + timedelta(minutes=start)
    return SimpleNamespace(start=begin, end=begin + timedelta(minutes=minutes))


def test_one_after_the_other_each_has_the_width():
    rows = [row(540, 20), row(560, 20)]

    assert [(lane, count) for _row, lane, count in _side_by_side(rows)] == [(1, 1), (1, 1)]


def test_overlapping_ones_share_it():
    rows = [row(540, 60), row(550, 20), row(570, 30), row(620, 20)]

    assert [(lane, count) for _row, lane, count in _side_by_side(rows)] == [
        (1, 2),
        (2, 2),
        (2, 2),
        (1, 1),
    ]


visits = st.lists(st.tuples(st.integers(0, 200), st.integers(1, 60)), max_size=25).map(
    lambda pairs: [row(*pair) for pair in sorted(pairs)]
)


@given(rows=visits)
def test_no_two_that_overlap_stand_in_one_place(rows):
    placed = _side_by_side(rows)

    assert [one for one, _lane, _count in placed] == rows
    for number, (first, lane, count) in enumerate(placed):
        assert 1 <= lane <= count <= 4
        for second, other, others in placed[number + 1 :]:
            if lane == other and count < 4 and others < 4:
                assert second.start >= first.end or second.end <= first.start


@given(
    spans=st.lists(
        st.tuples(st.integers(96, 200), st.integers(1, 16)).map(
            lambda pair: (pair[0] * 5, (pair[0] + pair[1]) * 5)
        ),
        max_size=5,
    )
)
def test_closed_hours_are_the_rest_of_the_day(spans):
    start, end = 8 * 60, 18 * 60
    rows = set()
    for classes in _closed(spans, start, end):
        _name, begin, length = classes.split()
        first = int(begin.removeprefix("from-"))
        rows |= set(range(first, first + int(length.removeprefix("span-"))))

    opened = {row for begin, until in spans for row in range(begin // 5, until // 5)}
    assert rows == set(range(start // 5, end // 5)) - opened
