"""Periods of time: closed at the start, open at the end, never empty."""

from datetime import datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange


def period(start: datetime, end: datetime) -> DateTimeTZRange:
    """The instants from start up to, not including, end."""
    if end <= start:
        raise ValueError("a period must end after it starts")
    return DateTimeTZRange(start, end, "[)")


def minutes_long(span: DateTimeTZRange) -> int:
    """Whole minutes in a bounded period."""
    return int((span.upper - span.lower) / timedelta(minutes=1))
