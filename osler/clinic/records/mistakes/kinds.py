"""The entries of a chart that can be taken back: what marks each as wrong, and what a step changes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from osler.clinic.records.models import (
    AllergyIntolerance,
    Condition,
    MedicationRequest,
    MedicationStatement,
    Observation,
    ServiceRequest,
)
from osler.clinic.records.models.allergies import NO_KNOWN_ALLERGY

ERROR = "entered-in-error"
UNDONE = "undone"
REASONS: dict[str, str | Promise] = {
    "slip": _("Slip while entering"),
    "other-patient": _("Belongs to another patient"),
    "twice": _("Entered twice"),
    "not-so": _("Turned out not to be true"),
}
"""Why an entry is wrong: a code that the trail keeps, and its words."""
WORDS = {**REASONS, UNDONE: _("Taken back right away")}

Entry = (
    AllergyIntolerance | Condition | Observation | MedicationRequest | MedicationStatement | ServiceRequest
)


def _alone(row: Any) -> Q:
    return Q(pk=row.pk)


def _with_none_known(row: AllergyIntolerance) -> Q:
    """An allergy ends the statement that none is known."""
    return Q(pk=row.pk) | Q(patient_id=row.patient_id, code=NO_KNOWN_ALLERGY)


def _with_twins(row: Condition) -> Q:
    """A problem is resolved with all its entries."""
    same = Q(system=row.system, code=row.code, display=row.display)
    return Q(pk=row.pk) | Q(patient_id=row.patient_id) & same


def _with_set(row: Observation) -> Q:
    """Vital signs are taken as a set: one visit, one time."""
    if row.effective_at is None:
        return _alone(row)
    place = Q(encounter_id=row.encounter_id, effective_at=row.effective_at)
    return Q(pk=row.pk) | Q(patient_id=row.patient_id, category="vital-signs") & place


@dataclass(frozen=True)
class Kind:
    """A kind of entry: the right to mark it, how a wrong one reads, and what a step may change.

    `undoable` holds the states that a step of ours leads to; `along` names the rows that the
    same step may have changed, the entry itself among them.
    """

    model: type[Any]
    right: str
    undoable: frozenset[str]
    also: tuple[str, ...] = ()
    wrong: dict[str, str] = field(default_factory=lambda: {"status": ERROR})
    along: Callable[[Any], Q] = _alone

    @property
    def columns(self) -> tuple[str, ...]:
        """What a step may change."""
        return (*self.wrong, *self.also)

    def is_wrong(self, row: Entry) -> bool:
        return all(getattr(row, name) == value for name, value in self.wrong.items() if value)

    def standing(self, row: Entry) -> str:
        """In which state it is."""
        return ERROR if self.is_wrong(row) else str(getattr(row, list(self.wrong)[-1]))


_VERIFIED = {"verification_status": ERROR, "clinical_status": ""}
KINDS: dict[str, Kind] = {
    "allergy": Kind(
        AllergyIntolerance,
        "record",
        undoable=frozenset({ERROR, "resolved"}),
        wrong=_VERIFIED,
        along=_with_none_known,
    ),
    "problem": Kind(
        Condition,
        "diagnose",
        undoable=frozenset({ERROR, "resolved", "active"}),
        also=("abated_at",),
        wrong=_VERIFIED,
        along=_with_twins,
    ),
    "vital": Kind(Observation, "record", undoable=frozenset({ERROR}), along=_with_set),
    "prescribed": Kind(
        MedicationRequest,
        "prescribe",
        undoable=frozenset({ERROR, "stopped"}),
        also=("ended_at", "stop_reason"),
    ),
    "told": Kind(MedicationStatement, "record", undoable=frozenset({ERROR, "stopped"}), also=("ended_at",)),
    "order": Kind(ServiceRequest, "revoke", undoable=frozenset()),
}


def name_of(row: Entry) -> str:
    """By which name its kind is called."""
    return next(name for name, kind in KINDS.items() if isinstance(row, kind.model))


def kind_of(row: Entry) -> Kind:
    """The kind of a row."""
    return KINDS[name_of(row)]
