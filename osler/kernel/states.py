"""State changes by table: the only mover of a status."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _

from osler.kernel.errors import Conflict

Transitions = Mapping[str, frozenset[str]]


class ImpossibleMove(Conflict):
    """The thing is in a state from which this step does not lead on."""

    code = "impossible-move"
    message = _("This step is not possible from the present state.")


def can_move(transitions: Transitions, *, current: str, to: str) -> bool:
    """Whether the table has a step from one state to the other."""
    return to in transitions.get(current, frozenset())


def move(row: models.Model, to: str, *, transitions: Transitions, field: str = "status") -> None:
    """Set the status of a row along its table; the caller saves it."""
    current = getattr(row, field)
    if not can_move(transitions, current=current, to=to):
        raise ImpossibleMove(
            _("From “%(current)s” there is no step to “%(to)s”.") % {"current": current, "to": to}
        )
    setattr(row, field, to)
