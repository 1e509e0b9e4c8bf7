"""Numbers that other systems gave a person: as they are typed or sent, and how two people's compare.

Numbers for life (social security and its like) are compared in the open, within this process alone:
a slip of the finger in one is telling, and blind indexes know only equal and unequal.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from uuid import UUID

from rapidfuzz.distance import OSA

from osler.clinic.patients.models import PatientIdentifier
from osler.clinic.patients.national import series_of
from osler.clinic.patients.placeholders import nobodys_numbers, real_number
from osler.foundation.vault.sealing import BLIND_MARK, CannotOpen, blind_index

WHOLE = 6
"""Fewer digits are the end of a number, which says nothing against another one."""
SAME, CLOSE, DIFFERENT = "number.same", "number.close", "number.different"


@dataclass(frozen=True)
class Identifier:
    """A number that some system gave the patient."""

    system: str
    value: str
    type_code: str = ""


@dataclass(frozen=True)
class Numbers:
    """A person's numbers as far as they were given to somebody."""

    forms: frozenset[str] = frozenset()
    """As they are stored, blind where they are sealed."""
    for_life: dict[str, frozenset[str]] = field(default_factory=dict)
    """By series, in the open: a person has one of each."""

    def __bool__(self) -> bool:
        return bool(self.forms)


NONE = Numbers()


def numbers_of(identifiers: Iterable[Identifier], *, organization: UUID) -> Numbers:
    """The numbers that were typed or sent, each also by what stands for it where it is sealed."""
    forms: set[str] = set()
    for_life: dict[str, frozenset[str]] = {}
    for one in identifiers:
        if plain := real_number(one.value):
            forms |= {plain, one.value.strip().lower(), _blind(one.value, organization)}
            _note(for_life, series_of(one.system, one.type_code), plain)
    return Numbers(frozenset(forms), for_life)


def stored_numbers(
    patients: Collection[UUID], known: Iterable[PatientIdentifier], *, organization: UUID
) -> dict[UUID, Numbers]:
    """The numbers of stored patients, by patient, out of their rows."""
    rows: dict[UUID, list[PatientIdentifier]] = {patient_id: [] for patient_id in patients}
    for row in known:
        rows[row.patient_id].append(row)
    return {patient_id: _stored(those, organization) for patient_id, those in rows.items()}


def _stored(rows: list[PatientIdentifier], organization: UUID) -> Numbers:
    forms: set[str] = set()
    for_life: dict[str, frozenset[str]] = {}
    for row in rows:
        is_blind = row.value.startswith(BLIND_MARK)
        form = row.value.partition("+")[0] if is_blind else real_number(row.value)
        if form and form not in _nobodys(organization):
            forms |= {form} if is_blind else {form, row.value.lower()}
            if series := series_of(row.system, row.type_code):
                _note(for_life, series, _opened(row))
    return Numbers(frozenset(forms), for_life)


def _note(for_life: dict[str, frozenset[str]], series: str, plain: str) -> None:
    if series and len(plain) >= WHOLE:
        for_life[series] = for_life.get(series, frozenset()) | {plain}


def _opened(row: PatientIdentifier) -> str:
    """One that cannot be opened any more says nothing."""
    try:
        return real_number(row.number)
    except CannotOpen:
        return ""


def compare_numbers(one: Numbers, other: Numbers) -> str | None:
    """Whether a number of the two is the same, or one that is for life nearly so or not at all."""
    if one.forms & other.forms:
        return SAME
    both = [(one.for_life[series], other.for_life[series]) for series in one.for_life.keys() & other.for_life]
    if not both:
        return None
    near = (OSA.distance(a, b, score_cutoff=1) <= 1 for mine, theirs in both for a in mine for b in theirs)
    return CLOSE if any(near) else DIFFERENT


def _blind(number: str, organization: UUID) -> str:
    return blind_index(number, organization=organization, column=PatientIdentifier.VALUES)


@lru_cache(maxsize=16)
def _nobodys(organization: UUID) -> frozenset[str]:
    return frozenset(_blind(number, organization) for number in nobodys_numbers())
