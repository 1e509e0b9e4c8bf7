"""Places in a day of five-minute rows, as classes, since inline styles are not allowed."""

ROWS_PER_DAY = 288
MINUTES_PER_ROW = 5
MOST_LANES = 4


def row_of(minute_of_day: int) -> int:
    """The row (0 to 287) that holds a minute of the day."""
    return min(max(minute_of_day // MINUTES_PER_ROW, 0), ROWS_PER_DAY - 1)


def rows_spanned(minutes: int) -> int:
    """How many rows a length in minutes takes, at least one."""
    return max(1, -(-minutes // MINUTES_PER_ROW))


def calendar_css() -> str:
    """`.from-N` places an entry at a row, `.span-N` gives its length, `.lane-A-of-B` its share."""
    start = [f".from-{row}{{grid-row-start:{row + 1}}}" for row in range(ROWS_PER_DAY)]
    spans = [f".span-{row}{{grid-row-end:span {row}}}" for row in range(1, ROWS_PER_DAY + 1)]
    opens = [f".opens-{hour}{{--opens:{hour * 12}}}" for hour in range(24)]
    closes = [f".closes-{hour}{{--closes:{hour * 12}}}" for hour in range(1, 25)]
    lanes = [_lane(lane, of=count) for count in range(2, MOST_LANES + 1) for lane in range(1, count + 1)]
    return "@layer components{" + "\n".join([*start, *spans, *opens, *closes, *lanes]) + "}"


def _lane(lane: int, *, of: int) -> str:
    before, after = 100 * (lane - 1) / of, 100 - 100 * lane / of
    return f".lane-{lane}-of-{of}{{margin-inline:{before:.4g}% {after:.4g}%}}"
