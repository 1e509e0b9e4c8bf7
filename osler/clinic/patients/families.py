"""Families: who belongs together here, and what is done for all of them at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.errors import NotOneFamily
from osler.clinic.patients.models import FamilyMember, Patient
from osler.clinic.patients.registration import amend_contact
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, may, scoped
from osler.foundation.access.roles import CLINICAL
from osler.kernel import clock
from osler.kernel.constraints import refusals

Part = FamilyMember.Part
ADDRESS = ("line", "city", "state", "postal_code")

# What somebody is to the patient who is open, by the patient's part and the other's.
_WORDS: Mapping[tuple[str, str], str | Promise] = {
    (Part.CHILD, Part.CHILD): _("Brother or sister"),
    (Part.CHILD, Part.PARENT): _("Parent"),
    (Part.CHILD, Part.GRANDPARENT): _("Grandparent"),
    (Part.PARENT, Part.CHILD): _("Child"),
    (Part.PARENT, Part.PARENT): _("Other parent"),
    (Part.PARENT, Part.GRANDPARENT): _("Grandparent of the children"),
    (Part.GRANDPARENT, Part.CHILD): _("Grandchild"),
    (Part.GRANDPARENT, Part.PARENT): _("Parent of the grandchildren"),
    (Part.GRANDPARENT, Part.GRANDPARENT): _("Other grandparent"),
}


@dataclass(frozen=True)
class Member:
    """Somebody of the family, as seen from the patient who is open."""

    row: FamilyMember
    word: str | Promise

    @property
    def patient(self) -> Patient:
        """The one who belongs to the family."""
        found: Patient = self.row.patient
        return found


def membership_of(patient: Patient, *, actor: Actor) -> FamilyMember | None:
    """The family that a patient is shown in: of two homes, the one he came to first."""
    found: FamilyMember | None = _memberships(patient, actor).first()
    return found


def family_of(patient: Patient, *, actor: Actor) -> list[Member]:
    """The others of a patient's families, oldest first. Whoever is protected is seen by those alone who
    treat patients."""
    if not may(actor, "read", FamilyMember):
        return []
    own = {row.family: row.part for row in _memberships(patient, actor)}
    rows = scoped(FamilyMember, actor).filter(family__in=own, ended_at=None).exclude(patient_id=patient.id)
    if not actor.has_role(*CLINICAL):
        rows = rows.filter(is_protected=False)
    found: dict[UUID, Member] = {}
    for row in rows.select_related("patient").order_by("patient__birth_date", "patient__given", "id"):
        word = _WORDS.get((own[row.family], row.part), Part.OTHER.label)
        found.setdefault(row.patient_id, Member(row, word))
    return list(found.values())


def join_family(
    patient: Patient, *, relative: Patient, part: str, relative_part: str, actor: Actor
) -> FamilyMember:
    """Let a patient belong to the family of another, which begins with these two if there is none."""
    decide(actor, "amend", patient)
    decide(actor, "amend", relative)
    if patient.id == relative.id or part not in Part.values or relative_part not in Part.values:
        raise NotOneFamily
    with refusals():
        # Both are held, in one order: two clerks make one family, not two.
        list(Patient.objects.select_for_update().filter(id__in=[patient.id, relative.id]).order_by("id"))
        known = _memberships(relative, actor).first()
        if known is None:
            known = FamilyMember(patient=relative, part=relative_part)
            known.save(force_insert=True)
        joined = FamilyMember(patient=patient, family=known.family, part=part)
        joined.save(force_insert=True)
    return joined


def leave_family(member: FamilyMember, *, version: int | None, actor: Actor) -> FamilyMember:
    """Somebody no longer belongs to the family; nothing else of either chart changes."""
    return _change(member, version, actor, ended_at=clock.now())


def rejoin_family(member: FamilyMember, *, version: int | None, actor: Actor) -> FamilyMember:
    """Somebody belongs to the family all the same."""
    return _change(member, version, actor, ended_at=None)


def protect_member(member: FamilyMember, *, version: int | None, actor: Actor) -> FamilyMember:
    """Leave somebody out of the family card for everybody who does not treat patients."""
    return _change(member, version, actor, is_protected=True)


def unprotect_member(member: FamilyMember, *, version: int | None, actor: Actor) -> FamilyMember:
    """Show somebody in the family card again."""
    return _change(member, version, actor, is_protected=False)


def move_household(
    patients: Iterable[Patient], *, address: Patient, versions: Mapping[UUID, int], actor: Actor
) -> list[Patient]:
    """Let members of a household live where another does now: all of those who were chosen, or none."""
    changes: dict[str, Any] = {name: getattr(address, name) for name in ADDRESS}
    with transaction.atomic():
        return [
            amend_contact(one, changes=changes, version=versions.get(one.id, 0), actor=actor)
            for one in patients
        ]


def living_elsewhere(patient: Patient, *, actor: Actor) -> list[Patient]:
    """The family who have another address noted than the patient."""
    here = _address(patient)
    return [one.patient for one in family_of(patient, actor=actor) if _address(one.patient) != here]


def _address(patient: Patient) -> tuple[str, ...]:
    return tuple(getattr(patient, name).casefold() for name in ADDRESS)


def _memberships(patient: Patient, actor: Actor) -> Any:
    return scoped(FamilyMember, actor).filter(patient=patient, ended_at=None).order_by("created_at", "id")


def _change(member: FamilyMember, version: int | None, actor: Actor, **changes: Any) -> FamilyMember:
    decide(actor, "amend", member)
    member.require_version(version)
    for name, value in changes.items():
        setattr(member, name, value)
    with refusals():
        member.save()
    return member
