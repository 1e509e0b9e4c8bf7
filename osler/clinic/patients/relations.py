"""People close to a patient: emergency contacts, guardians, guarantors."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.errors import NotAmendable
from osler.clinic.patients.models import Patient, RelatedPerson
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.kernel.errors import Invalid

AMENDABLE = frozenset({"name", "relationship", "phone", "email", "is_emergency_contact", "is_guarantor"})


class RelatedNameMissing(Invalid):
    """Somebody close has a name."""

    code = "related-name-missing"
    message = _("Please enter the name of this person.")
    field = "name"


def add_related_person(person: RelatedPerson, *, actor: Actor) -> RelatedPerson:
    """Note somebody close to a patient, given as an unsaved row."""
    person.organization_id = person.patient.organization_id
    decide(actor, "amend", person)
    return keep_related_person(person)


def keep_related_person(person: RelatedPerson) -> RelatedPerson:
    """Check and keep; who may is for the deed that calls it."""
    _require_name(person)
    person.save(force_insert=True)
    return person


def amend_related_person(
    person: RelatedPerson, *, changes: Mapping[str, Any], version: int | None, actor: Actor
) -> RelatedPerson:
    """Correct what is known of somebody close."""
    decide(actor, "amend", person)
    person.require_version(version)
    unknown = sorted(set(changes) - AMENDABLE)
    if unknown:
        raise NotAmendable(field=unknown[0])
    for name, value in changes.items():
        setattr(person, name, value)
    _require_name(person)
    person.save()
    return person


def end_related_person(person: RelatedPerson, *, version: int | None, actor: Actor) -> RelatedPerson:
    """This person is no longer a contact of the patient; the row stays."""
    decide(actor, "amend", person)
    person.require_version(version)
    person.active = False
    person.save()
    return person


def related_to(patient: Patient) -> list[RelatedPerson]:
    """Those who count now, emergency contacts first."""
    people = patient.related_people.filter(active=True)
    return list(people.order_by("-is_emergency_contact", "name", "id"))


def _require_name(person: RelatedPerson) -> None:
    person.name = " ".join(person.name.split())
    if not person.name:
        raise RelatedNameMissing
