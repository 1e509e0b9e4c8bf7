"""What follows a merge: the tables whose rows move, what people call them, what must be settled.

A new table with a `patient_id` says `LetFollow` in its migration and `follows(...)` in its app's
`following.py` (patients' own are below); a test finds the one that does neither.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from osler.clinic.patients.models import (
    FamilyMember,
    Flag,
    OwnValue,
    Patient,
    PatientIdentifier,
    PatientLink,
    PatientPhoto,
    RelatedPerson,
)
from osler.foundation.access.models import PatientGrant
from osler.foundation.audit.protection import Statement
from osler.kernel import clock


class LetFollow(Statement):
    """Migration: rows of this table move with a merge, and what is written to a merged chart lands
    with the survivor."""

    def __init__(self, table: str) -> None:
        self.table = table

    def statement(self) -> tuple[str, list[Any]]:
        return "SELECT patients_let_follow(%s)", [self.table]

    def describe(self) -> str:
        return f"Let {self.table} follow merges"


@dataclass(frozen=True)
class Follower:
    """A table whose rows move. `counted` says how many, `refers` which rows a column names that is
    no foreign key, `loose` which rows may name others across two charts."""

    model: type[models.Model]
    counted: Any
    refers: Mapping[str, type[models.Model]] = field(default_factory=dict)
    loose: Q | None = None

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    def links(self) -> Iterator[tuple[str, str]]:
        """Each column that names a row of another table, with that table."""
        for each in self.model._meta.concrete_fields:
            if isinstance(each, models.ForeignKey) and each.related_model is not Patient:
                yield each.column, each.related_model._meta.db_table
        for column, target in self.refers.items():
            yield column, target._meta.db_table


@dataclass(frozen=True)
class Joining:
    """Two charts that are, or might be, merged; without a link nobody has decided yet."""

    survivor: Patient
    duplicate: Patient
    taken: frozenset[str] = frozenset()
    link: PatientLink | None = None


@dataclass(frozen=True)
class Clash:
    """What cannot stand beside each other in one chart, and how that is settled."""

    words: str | Promise
    settle: Callable[[], object]


Row = tuple[str, UUID]
"""A row by its table and key."""
Rule = Callable[[Joining], Iterable[Clash]]
_followers: dict[type[models.Model], Follower] = {}
_rules: list[Rule] = []


def follows(
    model: type[models.Model],
    counted: Any,
    *,
    refers: Mapping[str, type[models.Model]] | None = None,
    loose: Q | None = None,
) -> None:
    """Declare that rows of a model move with a merge; those whom people know best come first."""
    _followers[model] = Follower(model, counted, refers or {}, loose)


def settles(rule: Rule) -> Rule:
    """Declare a rule by which two charts become one without breaking a constraint."""
    _rules.append(rule)
    return rule


def followers() -> dict[str, Follower]:
    """All that follow, by table."""
    return {one.table: one for one in _followers.values()}


def clashes(joining: Joining) -> list[Clash]:
    """What is to be settled, by all rules."""
    return [clash for rule in _rules for clash in rule(joining)]


PORTAL = "portal"
"""Taken: the portal account that is the duplicate's own stays, and the survivor's ends."""

PHOTO = "photo"
"""Taken: the duplicate's photo is shown, and the survivor's is a former one."""


@settles
def one_photo_shown(joining: Joining) -> Iterable[Clash]:
    """Both charts show a photo: one stays, the other is kept as a former one."""
    charts = (joining.survivor.id, joining.duplicate.id)
    shown = PatientPhoto.objects.filter(patient_id__in=charts, ended_at=None).defer("content_sealed")
    photos = {photo.patient_id: photo for photo in shown}
    if len(photos) == len(charts):
        is_taken = PHOTO in joining.taken
        words = _("Both charts have a photo: the chart's own is kept as a former one.")
        if not is_taken:
            words = _("Both charts have a photo: the duplicate's is kept as a former one.")
        yield Clash(words, _no_longer_shown(photos[charts[0 if is_taken else 1]]))


def _no_longer_shown(photo: PatientPhoto) -> Callable[[], None]:
    def end() -> None:
        photo.ended_at = clock.now()
        photo.save(update_fields=["ended_at"])

    return end


@settles
def one_right_each(joining: Joining) -> Iterable[Clash]:
    """Nobody has the same right twice, and one account is the patient's own."""
    charts = (joining.survivor.id, joining.duplicate.id)
    held = PatientGrant.objects.filter(patient_id__in=charts, ended_at=None).select_related("user")
    kept: dict[UUID, PatientGrant] = {}
    for grant in sorted(held, key=lambda one: (one.relationship != "self", one.patient_id != charts[0])):
        if kept.setdefault(grant.user_id, grant) is not grant:
            yield Clash(_("%s has access to both charts and keeps it once.") % grant.user.name, _end(grant))
    own = [grant for grant in kept.values() if grant.relationship == "self"]
    for grant in own if len(own) == 2 else ():
        if (grant.patient_id == charts[0]) == (PORTAL in joining.taken):
            words = _("There are two portal accounts of the patient's own: that of %s ends.")
            yield Clash(words % grant.user.email, _end(grant))


@settles
def one_number_of_a_kind(joining: Joining) -> Iterable[Clash]:
    """Of a number that a patient has only once, the duplicate's stays beside the survivor's as an old one:
    it stands on papers and bands."""
    charts = (joining.survivor.id, joining.duplicate.id)
    rows = PatientIdentifier.objects.filter(patient_id__in=charts, is_sole=True).order_by("system", "id")
    held = {row.system for row in rows if row.patient_id == charts[0]}
    for row in rows:
        if row.patient_id == charts[1] and row.system in held:
            yield Clash(
                _("Number %s stays as an old one beside the survivor's.") % row.masked, _stays_old(row)
            )


@settles
def one_value_of_a_field(joining: Joining) -> Iterable[Clash]:
    """Of what the clinic's own fields say of both, the survivor's counts."""
    charts = (joining.survivor.id, joining.duplicate.id)
    values = OwnValue.objects.filter(patient_id__in=charts, is_current=True).order_by("id")
    said = {one.field_id: one.value for one in values if one.patient_id == charts[0]}
    rows = values.filter(patient_id=charts[1], field_id__in=said).select_related("field")
    for row in rows:
        words = _("The survivor's “%s” counts; the duplicate's is kept in the history.")
        yield Clash(words % row.field.key.replace("_", " "), _counts_no_more(row))


def _counts_no_more(row: OwnValue) -> Callable[[], None]:
    def count_no_more() -> None:
        row.is_current = False
        row.save()

    return count_no_more


def _stays_old(row: PatientIdentifier) -> Callable[[], None]:
    def stay_old() -> None:
        row.is_sole = False
        row.save()

    return stay_old


@settles
def one_place_in_a_family(joining: Joining) -> Iterable[Clash]:
    """Two charts of one family become one member of it; protected in one is protected."""
    charts = (joining.survivor.id, joining.duplicate.id)
    rows = list(FamilyMember.objects.filter(patient_id__in=charts, ended_at=None))
    kept = {one.family: one for one in rows if one.patient_id == charts[0]}
    for row in rows:
        if row.patient_id == charts[1] and row.family in kept:
            words = _("Both charts belong to one family: the duplicate's place in it ends.")
            yield Clash(words, _one_place(kept[row.family], row))


@settles
def one_guarantor(joining: Joining) -> Iterable[Clash]:
    """Whoever pays the survivor's bills goes on; the duplicate's guarantor stays a contact."""
    charts = (joining.survivor.id, joining.duplicate.id)
    payers = list(RelatedPerson.objects.filter(patient_id__in=charts, is_guarantor=True, active=True))
    if len(payers) == 2:
        other = next(one for one in payers if one.patient_id == charts[1])
        words = _("Two people pay the bills: %s stays a contact and no longer does.")
        yield Clash(words % other.name, _pay_no_longer(other))


def _one_place(kept: FamilyMember, second: FamilyMember) -> Callable[[], None]:
    def settle() -> None:
        if second.is_protected and not kept.is_protected:
            kept.is_protected = True
            kept.save()
        second.ended_at = clock.now()
        second.save()

    return settle


def _pay_no_longer(person: RelatedPerson) -> Callable[[], None]:
    def settle() -> None:
        person.is_guarantor = False
        person.save()

    return settle


def _end(grant: PatientGrant) -> Callable[[], None]:
    def end() -> None:
        grant.ended_at = clock.now()
        grant.save()

    return end


follows(PatientIdentifier, ngettext_lazy("%(count)d number", "%(count)d numbers", "count"))
follows(RelatedPerson, ngettext_lazy("%(count)d contact", "%(count)d contacts", "count"))
follows(FamilyMember, ngettext_lazy("%(count)d family", "%(count)d families", "count"))
follows(Flag, ngettext_lazy("%(count)d alert", "%(count)d alerts", "count"))
follows(PatientGrant, ngettext_lazy("%(count)d portal access", "%(count)d portal accesses", "count"))
follows(OwnValue, ngettext_lazy("%(count)d further detail", "%(count)d further details", "count"))
follows(PatientPhoto, ngettext_lazy("%(count)d photo", "%(count)d photos", "count"))
