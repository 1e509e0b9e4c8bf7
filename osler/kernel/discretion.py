"""What may be told of an error where others read it: what kind it is and where, never what it quotes.

The words of an error repeat what they are about: a row that broke a constraint, a date that is
none. In a log, a job or a list of failures they would be patient data outside the record (A33).
"""

import logging
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import TypeAlias

SPEAKS_OF_CODE = (AttributeError, NameError, ImportError, NotImplementedError)
"""Errors whose words name parts of the program, not what it was given."""
DIAGNOSTICS = ("sqlstate", "constraint_name", "table_name", "column_name")
ExcInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def told(error: BaseException) -> str:
    """An error in one line without its words: class; for a database error code, constraint, table, column."""
    name = type(error).__name__
    if isinstance(error, SPEAKS_OF_CODE):
        return f"{name}: {error}"
    if isinstance(error, OSError) and error.strerror:
        return f"{name}: {error.strerror}"
    parts = _diagnostics(error)
    return f"{name} ({', '.join(parts)})" if parts else name


def _diagnostics(error: BaseException) -> list[str]:
    """What PostgreSQL names in the error, or in the one that this one stands for."""
    cause: BaseException | None = error
    while cause is not None and not hasattr(cause, "diag"):
        cause = cause.__cause__
    diagnostics = getattr(cause, "diag", None)
    return [str(value) for part in DIAGNOSTICS if (value := getattr(diagnostics, part, None))]


class DiscreetFormatter(logging.Formatter):
    """Writes tracebacks with their places, and of each error what `told` tells."""

    def format(self, record: logging.LogRecord) -> str:
        kept, record.exc_text = record.exc_text, None  # another handler's words
        try:
            return super().format(record)
        finally:
            record.exc_text = kept

    def formatException(self, ei: ExcInfo) -> str:
        """The traceback as Python prints it, without the words of the errors."""
        return "\n".join(_traced(ei[1], set())) if ei[1] is not None else ""


def _traced(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _traced(before, seen)
        yield "which led to:"
    yield "Traceback (most recent call last):"
    yield from (line.rstrip() for line in traceback.format_tb(error.__traceback__))
    yield told(error)
