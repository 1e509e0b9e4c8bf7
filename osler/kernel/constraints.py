"""Names of database constraints, turned into refusals that a person understands."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from osler.kernel.errors import Conflict, Refusal

_declared: dict[str, type[Refusal]] = {}


def declare(constraint: str, refusal: type[Refusal]) -> None:
    """Say which refusal the violation of a named constraint means."""
    _declared[constraint] = refusal


def declared() -> dict[str, type[Refusal]]:
    """All declared names, for `osler prove` and the tests."""
    return dict(_declared)


def constraint_of(error: BaseException) -> str:
    """The name of the constraint that a database error speaks of, or an empty string."""
    cause = error.__cause__ or error
    diagnostics = getattr(cause, "diag", None)
    return getattr(diagnostics, "constraint_name", None) or ""


def refusal_of(error: BaseException) -> Refusal:
    """The refusal that a violated constraint stands for."""
    refusal = _declared.get(constraint_of(error), Conflict)()
    refusal.__cause__ = error
    return refusal


@contextmanager
def refusals() -> Iterator[None]:
    """Turn constraint violations inside the block into refusals; a savepoint keeps the rest."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise refusal_of(error) from error
