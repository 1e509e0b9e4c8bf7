"""Reads of patients: the list, whose names are shared, what stands in the banner."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from osler.clinic.patients.models import Flag, Patient, PatientLink, SearchToken
from osler.clinic.patients.places import read_key, read_place, write_place
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.kernel.names import fold


@dataclass(frozen=True)
class PatientPage:
    """A page of the list; `before` and `after` say where its neighbours begin, or are empty."""

    patients: list[Patient]
    before: str = ""
    after: str = ""


def patient_list(
    actor: Actor,
    *,
    active: bool | None = True,
    gender: str = "",
    limit: int = 50,
    after: str = "",
    before: str = "",
) -> PatientPage:
    """All patients by name, one page at a time."""
    rows = scoped(Patient, actor).filter(replaced_by=None).defer("resource")
    if active is not None:
        rows = rows.filter(active=active)
    if gender:
        rows = rows.filter(gender=gender)
    ordered = ("family", "given", "id")
    if before:
        backwards = rows.filter(_beside(before, "lt")).order_by(*(f"-{name}" for name in ordered))
        found = list(backwards[: limit + 1])
        shown = found[limit - 1 :: -1] if len(found) > limit else found[::-1]
        return _page(shown, has_before=len(found) > limit, has_after=True)
    if after:
        rows = rows.filter(_beside(after, "gt"))
    found = list(rows.order_by(*ordered)[: limit + 1])
    return _page(found[:limit], has_before=bool(after), has_after=len(found) > limit)


def _page(patients: list[Patient], *, has_before: bool, has_after: bool) -> PatientPage:
    if not patients:
        return PatientPage([])
    return PatientPage(
        patients,
        before=_place(patients[0]) if has_before else "",
        after=_place(patients[-1]) if has_after else "",
    )


def _place(patient: Patient) -> str:
    return write_place(patient.family, patient.given, patient.id)


def _beside(place: str, side: str) -> Q:
    family, given, key = read_place(place, length=3)
    patient_id = read_key(key)
    return (
        Q(**{f"family__{side}": family})
        | Q(family=family, **{f"given__{side}": given})
        | Q(family=family, given=given, **{f"id__{side}": patient_id})
    )


def with_namesakes(patients: Collection[Patient], *, actor: Actor) -> frozenset[UUID]:
    """Which of these patients share their name with somebody else here: one statement."""
    pair_of = {
        one.id: f"{given[0]} {family[-1]}"
        for one in patients
        if (given := fold(one.given).split()) and (family := fold(one.family).split())
    }
    if not pair_of:
        return frozenset()
    tokens = scoped(SearchToken, actor).filter(kind="w", token__in=set(pair_of.values()))
    held: dict[str, set[UUID]] = {}
    for token, patient_id in tokens.values_list("token", "patient_id"):
        held.setdefault(token, set()).add(patient_id)
    return frozenset(id for id, pair in pair_of.items() if held.get(pair, set()) - {id})


def links_of(patient: Patient, *, actor: Actor) -> QuerySet[PatientLink]:
    """The merges that this chart holds, and those that are proposed for it, the latest first."""
    merged = Q(survivor=patient, status=PatientLink.Status.MERGED)
    proposed = (Q(survivor=patient) | Q(duplicate=patient)) & Q(status=PatientLink.Status.PROPOSED)
    rows = scoped(PatientLink, actor).filter(merged | proposed).select_related("survivor", "duplicate")
    return rows.defer("survivor__resource", "duplicate__resource").order_by("-id")


def former_numbers(patients: Collection[Patient], *, actor: Actor) -> dict[UUID, list[str]]:
    """The MRNs of charts that were merged into some patients', by the chart in which their rows are."""
    owner = {one.id: one.id for one in patients}
    found: dict[UUID, list[str]] = {}
    nearest = set(owner)
    while nearest:
        rows = (
            scoped(Patient, actor).filter(replaced_by__in=nearest).values_list("id", "replaced_by_id", "mrn")
        )
        nearest = set()
        for key, into, mrn in rows:
            owner[key] = owner[into]
            found.setdefault(owner[into], []).append(mrn)
            nearest.add(key)
    return found


def ids_of(patient_id: UUID) -> list[UUID]:
    """Every id that a person has had here, that of the chart in which the rows are first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT patients_ids_of(%s)", [patient_id])
        (found,) = cursor.fetchone()
    return list(found)


def active_flags(patient: Patient, *, actor: Actor) -> QuerySet[Flag]:
    """Alerts that stand in the banner."""
    return scoped(Flag, actor).filter(patient=patient, status=Flag.Status.ACTIVE).order_by("id")
