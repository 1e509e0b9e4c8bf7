"""Merging two charts of one person, and parting them again so that both are as they were.

The rows are moved by the database (sql/0004_merging.sql), which also keeps what is needed to go
back; here is what only a table's own rules know: who decides, what is taken from which chart, and
how two insurances or portal accounts become one.
"""

import time
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar
from uuid import UUID

from django.db import OperationalError, connection, models, transaction

from osler.clinic.patients.comparing import CHOICES, KEYS
from osler.clinic.patients.errors import (
    ChartsBusy,
    MergeReasonMissing,
    NotAmendable,
    SecondPersonNeeded,
)
from osler.clinic.patients.events import PatientsMerged, PatientsUnmerged
from osler.clinic.patients.following import Joining, clashes, followers
from osler.clinic.patients.models import MovedRow, Patient, PatientLink
from osler.clinic.patients.pairs import note_merged, note_unmerged
from osler.clinic.patients.since_merge import rows_to_send, since_merge
from osler.clinic.patients.texts_back import text_back
from osler.foundation.access.actors import Actor
from osler.foundation.access.models import PatientGrant
from osler.foundation.access.policy import decide
from osler.foundation.audit.context import acting_organization, reasoned
from osler.foundation.jobs.outbox import announce
from osler.kernel.constraints import refusals
from osler.kernel.names import full_name

Result = TypeVar("Result")
LOCK_NOT_AVAILABLE = "55P03"
MOST_TRIES = 6
# Shorter than PostgreSQL waits before it looks for a deadlock: a merge gives way, and nobody else does.
LOCK_TIMEOUT = "600ms"


def propose_merge(
    duplicate: Patient, *, into: Patient, taken: Collection[str], reason: str, actor: Actor
) -> PatientLink:
    """Say that two charts are one person's. `taken` names what the survivor takes from the duplicate."""
    link = PatientLink(
        survivor=into, duplicate=duplicate, taken=sorted(taken), reason=" ".join(reason.split())
    )
    link.organization_id = acting_organization()
    if actor.user_id is not None:  # the database writes who acts, whatever stands here
        link.proposed_by_id = actor.user_id
    decide(actor, "propose", link)
    for key in sorted(set(taken) - KEYS):
        raise NotAmendable(field=key)
    if not link.reason:
        raise MergeReasonMissing
    with refusals():
        link.save(force_insert=True)
    link.refresh_from_db()
    return link


def decline_merge(link: PatientLink, *, version: int | None, actor: Actor) -> PatientLink:
    """They are two people, or it was a slip: nothing has moved and nothing moves. Whoever proposed may
    withdraw."""
    decide(actor, "withdraw" if link.proposed_by_id == actor.user_id else "merge", link)
    link.require_version(version)
    _call("patients_decline_link", link.id)
    link.refresh_from_db()
    return link


def merge_patients(link: PatientLink, *, version: int | None, actor: Actor) -> PatientLink:
    """Join both charts in the survivor: every row of the duplicate moves, and what cannot stand
    beside each other is settled by rule. Where birth date, sex or a national number differ, whoever
    proposed it must find somebody else to decide."""
    decide(actor, "merge", link)
    link.require_version(version)
    if link.conflicts and link.proposed_by_id == actor.user_id:
        raise SecondPersonNeeded
    with reasoned(link.reason), refusals():
        _patiently(lambda: _merge(link))
    note_merged(link.survivor_id, link.duplicate_id, actor=actor)
    announce(PatientsMerged(link.survivor_id, link.duplicate_id))
    return link


def unmerge_patients(
    link: PatientLink,
    *,
    reason: str,
    version: int | None,
    actor: Actor,
    sides: Mapping[str, str] | None = None,
) -> PatientLink:
    """Part the charts: both are as they were, with what was changed in their rows since. `sides` says
    whose the bundles of `since_merge` are that came later; what hangs on a row goes with it."""
    decide(actor, "undo", link)
    link.require_version(version)
    words = " ".join(reason.split())
    if not words:
        raise MergeReasonMissing(field="undo_reason")
    with reasoned(words), refusals():
        _patiently(lambda: _unmerge(link, words, sides or {}, actor))
    note_unmerged(link.survivor_id, link.duplicate_id, actor=actor)
    announce(PatientsUnmerged(link.survivor_id, link.duplicate_id))
    return link


def _merge(link: PatientLink) -> None:
    mark = _call("patients_begin_move", link.id, PatientLink.Status.MERGED, "")
    link.refresh_from_db()
    survivor = Patient.objects.get(id=link.survivor_id)
    duplicate = Patient.objects.get(id=link.duplicate_id)
    for clash in clashes(Joining(survivor, duplicate, frozenset(link.taken), link)):
        clash.settle()
    _call("patients_move", link.id)
    _take(survivor, duplicate, link.taken)
    duplicate.active, duplicate.replaced_by = False, survivor
    duplicate.save()
    survivor.save()
    for grant in PatientGrant.objects.filter(patient_id=survivor.id, ended_at=None):
        grant.patient_name = str(survivor)
        grant.save()
    _call("patients_finish_move", link.id, mark)
    link.refresh_from_db()


def _take(survivor: Patient, duplicate: Patient, taken: Collection[str]) -> None:
    """Let the survivor say what was chosen; the name that was not is one that the person has had."""
    names = [_name(duplicate), _name(survivor)]
    for choice in CHOICES:
        if choice.key in taken:
            for column in choice.columns:
                setattr(survivor, column, getattr(duplicate, column))
    former = dict.fromkeys([*survivor.former_names, *duplicate.former_names, *names])
    survivor.former_names = [name for name in former if name and name != _name(survivor)]


def _name(patient: Patient) -> str:
    return full_name(given=patient.given, family=patient.family, suffix=patient.suffix)


def _unmerge(link: PatientLink, reason: str, sides: Mapping[str, str], actor: Actor) -> None:
    mark = _call("patients_begin_move", link.id, PatientLink.Status.UNMERGED, reason)
    sent = rows_to_send(since_merge(link, actor=actor), sides)  # from here on nobody adds to the chart
    tables, keys = [table for table, _key in sent], [key for _table, key in sent]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM patients_move_back(%s, %s::text[], %s::uuid[])", [link.id, tables, keys]
        )
        changed = cursor.fetchall()
    for table, key in changed:
        _renew_text(link, table, key)
    _call("patients_finish_move", link.id, mark)
    link.refresh_from_db()


def _renew_text(link: PatientLink, table: str, key: UUID) -> None:
    """A row that was changed since the merge says the same in its columns and in its FHIR text."""
    known: dict[str, type[models.Model]] = {name: one.model for name, one in followers().items()}
    row: Any = (known | {Patient._meta.db_table: Patient})[table]._default_manager.get(pk=key)
    if getattr(row, "resource", None) is None:
        return
    moved = MovedRow.objects.get(link=link, table_name=table, row_id=key)
    before, after = (
        _replaced_text(moved, version) for version in (moved.version_before, moved.version_after)
    )
    if moved.from_patient_id != moved.to_patient_id:
        after = after.replace(f"Patient/{moved.to_patient_id}", f"Patient/{moved.from_patient_id}")
    row.resource = text_back(before, after, row.resource)
    row.save()


def _replaced_text(moved: MovedRow, version: int | None) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(content ->> 'resource', '{}') FROM audit_rowhistory"
            " WHERE table_name = %s AND row_id = %s AND version = %s",
            [moved.table_name, moved.row_id, version],
        )
        row = cursor.fetchone()
    return str(row[0]) if row else "{}"


def _call(function: str, *parameters: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}({', '.join(['%s'] * len(parameters))})", parameters)
        return cursor.fetchone()[0]


def _patiently(work: Callable[[], Result]) -> Result:
    """Do it whole; if somebody is writing to one of the charts, let him finish and begin anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('lock_timeout'), set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT]
        )
        (before, _now) = cursor.fetchone()
    for attempt in range(MOST_TRIES):
        try:
            with transaction.atomic():
                done = work()
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != LOCK_NOT_AVAILABLE:
                raise
            time.sleep(0.05 * 2**attempt)
        else:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [before])
            return done
    raise ChartsBusy
