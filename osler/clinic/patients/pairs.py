"""Pairs that may be one person: found by the sweep, decided by people."""

from collections.abc import Collection
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from osler.clinic.patients.candidates import Person
from osler.clinic.patients.identifiers import NONE
from osler.clinic.patients.matching import Likeness, Strength, likenesses, numbers_of_patients
from osler.clinic.patients.models import MatchDue, MatchPair, Patient
from osler.clinic.patients.weights import kept, weights_of
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.audit.rows import AT_ONCE
from osler.kernel import clock
from osler.kernel.states import Transitions, move

BATCH = 250
OPEN, NOT_DUPLICATE = MatchPair.Status.OPEN, MatchPair.Status.NOT_DUPLICATE
MERGED, UNLIKE = MatchPair.Status.MERGED, MatchPair.Status.UNLIKE
TRANSITIONS: Transitions = {
    OPEN: frozenset({NOT_DUPLICATE, MERGED, UNLIKE}),
    NOT_DUPLICATE: frozenset({OPEN, MERGED}),
    UNLIKE: frozenset({OPEN, MERGED}),
    MERGED: frozenset({OPEN}),
}

Key = tuple[UUID, UUID]

_ALL_DUE = """
INSERT INTO patients_matchdue (id, organization_id, patient_id)
SELECT uuidv7(), organization_id, id FROM patients_patient WHERE organization_id = %s AND active
"""


def refute_pair(pair: MatchPair, *, reason: str = "", version: int | None, actor: Actor) -> MatchPair:
    """Say that the two are not the same person; the pair stays away until they become more alike."""
    return _decide(pair, NOT_DUPLICATE, reason=reason, version=version, actor=actor)


def reopen_pair(pair: MatchPair, *, version: int | None, actor: Actor) -> MatchPair:
    """Take a decision back: the pair is to be decided again."""
    return _decide(pair, OPEN, version=version, actor=actor)


def note_merged(one: UUID, other: UUID, *, actor: Actor) -> MatchPair | None:
    """The two were merged, which has been decided elsewhere: their pair, if they are one, is closed."""
    return _note(one, other, MERGED, actor=actor)


def note_unmerged(one: UUID, other: UUID, *, actor: Actor) -> MatchPair | None:
    """The two were parted again: their pair waits to be decided."""
    return _note(one, other, OPEN, actor=actor)


def keep_apart(patient: Patient, likenesses: Collection[Likeness], *, reason: str, actor: Actor) -> None:
    """Somebody new was registered as another person than these: their pairs do not come to the list."""
    for likeness in likenesses:
        one, other = sorted((patient.id, likeness.patient.id))
        pair = _pair((one, other), likeness)
        pair.status, pair.reason = NOT_DUPLICATE, reason[:300]
        pair.decided_by, pair.decided_at = actor.user_id, clock.now()
        pair.save(force_insert=True)


def _note(one: UUID, other: UUID, to: str, *, actor: Actor) -> MatchPair | None:
    first, second = sorted((one, other))
    pair = MatchPair.objects.filter(one_id=first, other_id=second).first()
    if pair is not None and pair.status != to:
        _move(pair, to, actor=actor)
    return pair


def _decide(pair: MatchPair, to: str, *, reason: str = "", version: int | None, actor: Actor) -> MatchPair:
    decide(actor, "decide", pair)
    pair.require_version(version)
    return _move(pair, to, reason=reason, actor=actor)


def _move(pair: MatchPair, to: str, *, reason: str = "", actor: Actor) -> MatchPair:
    move(pair, to, transitions=TRANSITIONS)
    is_decision = to != OPEN
    pair.decided_by = actor.user_id if is_decision else None
    pair.decided_at = clock.now() if is_decision else None
    pair.reason = " ".join(reason.split())[:300]
    pair.save()
    return pair


def sweep_all(*, actor: Actor) -> None:
    """Have every patient looked at again: after new weights, and now and then."""
    decide(actor, "sweep", MatchPair)
    with connection.cursor() as cursor:
        cursor.execute(_ALL_DUE, [actor.organization_id])


@transaction.atomic
def sweep_some(*, actor: Actor, most: int = BATCH) -> int:
    """Look at some of the patients who are due, the longest first; how many notes were done with.

    What was looked at is taken away in the same transaction: a sweep that is killed begins again
    where it was. Two at once take different patients.
    """
    decide(actor, "sweep", MatchPair)
    due = scoped(MatchDue, actor).select_for_update(skip_locked=True).order_by("id")[:most]
    notes = {row.id: row.patient_id for row in due}
    if notes:
        _refresh(set(notes.values()), actor=actor)
        MatchDue.objects.filter(id__in=notes).delete()
    return len(notes)


def _refresh(ids: Collection[UUID], *, actor: Actor) -> None:
    """Find the pairs of these patients anew and bring what is kept of them up to date."""
    alike = _alike(ids, actor=actor)
    stored = scoped(MatchPair, actor, "sweep").filter(Q(one_id__in=ids) | Q(other_id__in=ids))
    known = {(pair.one_id, pair.other_id): pair for pair in stored.select_for_update().order_by("id")}
    new = [_pair(key, likeness) for key, likeness in alike.items() if key not in known]
    for pair in new:
        pair.organization_id = actor.organization_id  # type: ignore[assignment]
    MatchPair.objects.bulk_create(new, AT_ONCE, ignore_conflicts=True)
    changed = [pair for key, pair in known.items() if _renewed(pair, alike.get(key))]
    MatchPair.objects.bulk_update(
        changed, ["weight", "levels", "status", "decided_by", "decided_at", "reason"], AT_ONCE
    )


def _alike(ids: Collection[UUID], *, actor: Actor) -> dict[Key, Likeness]:
    """All that is likely of these patients, by ordered keys; who is inactive has no pairs."""
    patients = list(scoped(Patient, actor).defer("resource").filter(id__in=ids, active=True).order_by("id"))
    numbers = numbers_of_patients([one.id for one in patients], actor=actor)
    people = [Person(one, numbers.get(one.id, NONE)) for one in patients]
    found = likenesses(people, weights=weights_of(actor), actor=actor)
    pairs: dict[Key, Likeness] = {}
    for patient, those in zip(patients, found, strict=True):
        for likeness in those:
            if likeness.strength >= Strength.LIKELY and likeness.patient.active:
                one, other = sorted((patient.id, likeness.patient.id))
                pairs[one, other] = likeness
    return pairs


def _pair(key: Key, likeness: Likeness) -> MatchPair:
    return MatchPair(one_id=key[0], other_id=key[1], weight=kept(likeness.weight), levels=_levels(likeness))


def _levels(likeness: Likeness) -> str:
    return " ".join(likeness.levels)


def _renewed(pair: MatchPair, likeness: Likeness | None) -> bool:
    """Whether a kept pair says something else now; decided ones come back only if they are more alike."""
    if likeness is None:
        if pair.status == OPEN:
            move(pair, UNLIKE, transitions=TRANSITIONS)
            return True
        return False
    weight, levels = kept(likeness.weight), _levels(likeness)
    is_same = (pair.weight, pair.levels) == (weight, levels)
    is_more = pair.levels != levels and weight > pair.weight
    if pair.status == UNLIKE or (pair.status == NOT_DUPLICATE and is_more):
        move(pair, OPEN, transitions=TRANSITIONS)
        pair.decided_by, pair.decided_at, pair.reason = None, None, ""
    elif pair.status != OPEN or is_same:
        return False
    pair.weight, pair.levels = weight, levels
    return True
