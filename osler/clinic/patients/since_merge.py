"""What was written after a merge, for a person to say whose it is when the charts are parted.

Rows that belong together (a visit, its notes and its charges) go together. What hangs on a row
that moved goes back with it, what hangs on a row of the survivor stays.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from osler.clinic.patients.errors import TiedToBoth
from osler.clinic.patients.following import Follower, Row, followers
from osler.clinic.patients.models import MovedRow, PatientLink
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.foundation.accounts.models import User

_WRITTEN = """
SELECT e.entity, e.entity_id, e.recorded_at, e.actor_id FROM audit_event e
WHERE e.organization_id = %(organization)s AND e.action = 'C' AND e.entity = ANY(%(tables)s)
  AND e.patient_id = %(survivor)s AND e.recorded_at >= %(since)s AND e.id > %(last)s
ORDER BY e.id
"""
_EDGE = """
SELECT '{child}', id, '{parent}', {column} FROM {child} WHERE patient_id = %s AND {column} IS NOT NULL
"""
SURVIVOR, DUPLICATE = "survivor", "duplicate"


@dataclass(frozen=True)
class Written:
    """A row that came after the merge; `arrived` says that it was written to the duplicate."""

    row: Row
    at: datetime
    by: str
    arrived: bool = False


@dataclass
class Bundle:
    """Rows that belong together. `side` is whose they must be, or empty where a person says."""

    written: list[Written]
    sides: set[str] = field(default_factory=set)

    @property
    def key(self) -> str:
        """The bundle in a form, by its first row."""
        return str(self.head.row[1])

    @property
    def head(self) -> Written:
        """The row that people know it by: the kinds are declared in that order."""
        order = list(followers())
        return min(self.written, key=lambda one: (order.index(one.row[0]), one.at))

    @property
    def side(self) -> str:
        return next(iter(self.sides)) if len(self.sides) == 1 else ""

    @property
    def is_tied(self) -> bool:
        """Whether it hangs on rows of both charts."""
        return len(self.sides) > 1

    @property
    def usual(self) -> str:
        """Where it goes unless somebody says otherwise: what was written to the duplicate returns."""
        if self.side:
            return self.side
        return DUPLICATE if any(one.arrived for one in self.written) else SURVIVOR


def since_merge(link: PatientLink, *, actor: Actor) -> list[Bundle]:
    """Everything that came after a merge and is in the chart still, what belongs together in one bundle."""
    decide(actor, "undo", link)
    late = _late_rows(link)
    moved = set(
        MovedRow.objects.filter(link=link, kind=MovedRow.Kind.MOVED)
        .exclude(from_patient_id=link.survivor_id)
        .values_list("table_name", "row_id")
    )
    edges = _edges(link.survivor_id)
    loose = _loose(link.survivor_id)
    bundles = _bundles(late, edges)
    for one, other in edges:
        for row, beside in ((one, other), (other, one)):
            if row in late and beside not in late and row not in loose:
                bundles[row].sides.add(DUPLICATE if beside in moved else SURVIVOR)
    crossing = [
        one for one, other in edges if (one in moved) != (other in moved) and not {one, other} & late.keys()
    ]
    found = list({id(bundle): bundle for bundle in bundles.values()}.values())
    for row in crossing:
        if row not in loose:
            found.append(
                Bundle([Written(row, link.decided_at or link.updated_at, "")], {SURVIVOR, DUPLICATE})
            )
    return found


def rows_to_send(bundles: Iterable[Bundle], sides: Mapping[str, str]) -> list[Row]:
    """The rows that go to the duplicate when somebody has said whose the bundles of these keys are."""
    known = list(bundles)
    if any(bundle.is_tied for bundle in known):
        raise TiedToBoth
    return [
        one.row
        for bundle in known
        if (bundle.side or sides.get(bundle.key, bundle.usual)) == DUPLICATE
        for one in bundle.written
    ]


def _late_rows(link: PatientLink) -> dict[Row, Written]:
    values: dict[str, Any] = {
        "organization": link.organization_id,
        "tables": list(followers()),
        "survivor": link.survivor_id,
        "since": link.decided_at,
        "last": link.last_event,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN, values)
        found = cursor.fetchall()
    arrived = set(
        MovedRow.objects.filter(link=link, kind=MovedRow.Kind.ARRIVED).values_list("table_name", "row_id")
    )
    names = dict(User.objects.filter(pk__in={row[3] for row in found if row[3]}).values_list("id", "name"))
    late = {
        (table, key): Written((table, key), at, names.get(user, ""), (table, key) in arrived)
        for table, key, at, user in found
    }
    here = _here(late, link.survivor_id)
    return {row: written for row, written in late.items() if row in here}


def _here(rows: Collection[Row], patient_id: UUID) -> set[Row]:
    """Which rows are in a chart now."""
    found: set[Row] = set()
    for table in {table for table, _key in rows}:
        model = followers()[table].model
        keys = [key for name, key in rows if name == table]
        here = model._default_manager.filter(pk__in=keys, patient_id=patient_id).values_list("pk", flat=True)
        found |= {(table, key) for key in here}
    return found


def _edges(patient_id: UUID) -> list[tuple[Row, Row]]:
    """Every row of a chart that names another one of a chart, with that one: one statement."""
    parts = [
        _EDGE.format(child=table, parent=target, column=column)
        for table, follower in followers().items()
        for column, target in follower.links()
        if target in followers()
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), [patient_id] * len(parts))
        return [((child, key), (parent, named)) for child, key, parent, named in cursor.fetchall()]


def _loose(patient_id: UUID) -> set[Row]:
    def keys(follower: Follower) -> Iterable[UUID]:
        if follower.loose is None:
            return ()
        rows = follower.model._default_manager.filter(follower.loose, patient_id=patient_id)
        return rows.values_list("pk", flat=True)

    return {(table, key) for table, follower in followers().items() for key in keys(follower)}


def _bundles(late: dict[Row, Written], edges: Iterable[tuple[Row, Row]]) -> dict[Row, Bundle]:
    """Each late row's bundle: those that name each other are in one."""
    bundles = {row: Bundle([written]) for row, written in late.items()}
    for one, other in edges:
        if one in late and other in late and bundles[one] is not bundles[other]:
            kept, joined = bundles[one], bundles[other]
            kept.written += joined.written
            for written in joined.written:
                bundles[written.row] = kept
    return bundles
