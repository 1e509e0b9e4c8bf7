from itertools import pairwise

from osler.foundation.ui.gallery.board import COLUMNS, Visit


def test_nobody_is_booked_twice_but_side_by_side() -> None:
    for column in COLUMNS:
        alone = sorted((visit for visit in column.visits if not visit.lane), key=lambda visit: visit.start)

        assert all(first.start + first.minutes <= second.start for first, second in pairwise(alone))


def test_free_times_are_free() -> None:
    for column in COLUMNS:
        taken = {
            minute
            for visit in column.visits
            if visit.status not in {"noshow", "cancelled"}
            for minute in range(visit.start, visit.start + visit.minutes)
        }

        assert all(taken.isdisjoint(range(start, start + length)) for start, length, _ in column.free)


def test_a_short_visit_takes_one_line() -> None:
    visit = Visit(start=9 * 60 + 5, minutes=20, name="Okafor, Ada", what="Cough", status="booked")

    assert visit.time == "09:05"
    assert visit.is_short
