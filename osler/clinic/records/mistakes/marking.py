"""Marking an entry as wrong: it stays in the chart's history and shows no more."""

from osler.clinic.records.errors import AlreadyInError, LaboratoryValue
from osler.clinic.records.mistakes.kinds import ERROR, Entry, kind_of
from osler.clinic.records.models import MedicationRequest, Observation
from osler.clinic.records.observations.trends import HIDDEN
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.audit.context import reasoned
from osler.foundation.terminology.vital_signs import vital_signs
from osler.kernel.states import move


def enter_in_error(row: Entry, *, actor: Actor, why: str = "", version: int | None = None) -> list[Entry]:
    """Mark an entry as wrong, whenever it was made: the words of a signed note are closed, the
    list is not. The trail keeps who and `why`. A body mass index goes with the weight or height
    that it was computed from; all that was marked is returned."""
    kind = kind_of(row)
    decide(actor, kind.right, row)
    row.require_version(version)
    if kind.is_wrong(row):
        raise AlreadyInError
    if isinstance(row, Observation) and (row.report_id or row.category == "laboratory"):
        raise LaboratoryValue
    marked: list[Entry] = [row, *_computed_from(row, actor=actor)]
    with reasoned(why):
        for entry in marked:
            if isinstance(entry, MedicationRequest):
                move(entry, ERROR, transitions=MedicationRequest.TRANSITIONS)
            for name, value in kind.wrong.items():
                setattr(entry, name, value)
            entry.save()
    return marked


def _computed_from(row: Entry, *, actor: Actor) -> list[Observation]:
    signs = vital_signs()
    if not isinstance(row, Observation) or row.effective_at is None:
        return []
    if row.code not in (signs["weight"].code, signs["height"].code):
        return []
    return list(
        scoped(Observation, actor)
        .filter(kind_of(row).along(row), code=signs["bmi"].code)
        .exclude(status__in=HIDDEN)
    )
