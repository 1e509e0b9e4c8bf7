"""People close to a patient: emergency contacts, guardians, guarantors."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.errors import BirthDateImpossible, NotAmendable, NotOneFamily
from osler.clinic.patients.models import Patient, RelatedPerson
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.kernel import clock
from osler.kernel.constraints import refusals
from osler.kernel.errors import Invalid

AMENDABLE = frozenset(
    {
        "name",
        "relationship",
        "phone",
        "email",
        "birth_date",
        "gender",
        "line",
        "city",
        "state",
        "postal_code",
        "is_emergency_contact",
        "is_guarantor",
    }
)
OF_AGE = 18
EARLIEST = date(1850, 1, 1)


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
    _require_sense(person)
    with refusals():
        _pay_alone(person)
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
    _require_sense(person)
    with refusals():
        _pay_alone(person)
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


def guarantor_of(patient: Patient) -> RelatedPerson | None:
    """Who pays a patient's bills; None where it is the patient."""
    return patient.related_people.filter(active=True, is_guarantor=True).select_related("relative").first()


def is_minor(patient: Patient, *, on: date) -> bool:
    """Whether a patient is too young, as far as it is known, to answer for bills."""
    born = patient.birth_date
    if born is None or patient.deceased_at is not None:
        return False
    years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return bool(years < OF_AGE)


def _pay_alone(person: RelatedPerson) -> None:
    """Who paid the bills before does so no longer, once another does."""
    if not (person.is_guarantor and person.active):
        return
    payers = RelatedPerson.objects.filter(patient_id=person.patient_id, is_guarantor=True, active=True)
    for other in payers.exclude(id=person.id).select_for_update():
        other.is_guarantor = False
        other.save()


def _require_sense(person: RelatedPerson) -> None:
    _require_name(person)
    if person.birth_date is not None and not EARLIEST <= person.birth_date <= clock.today():
        raise BirthDateImpossible
    if person.relative_id is not None and person.relative_id == person.patient_id:
        raise NotOneFamily


def _require_name(person: RelatedPerson) -> None:
    person.name = " ".join(person.name.split())
    if not person.name:
        raise RelatedNameMissing
