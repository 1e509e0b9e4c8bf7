"""Whose contract a patient's insurance may be: the family who are patients here, and people close by."""

from osler.clinic.patients.families import family_of
from osler.clinic.patients.models import Patient, RelatedPerson
from osler.clinic.patients.relations import is_minor, related_to
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may, scoped
from osler.kernel import clock


def possible_subscribers(patient: Patient, *, actor: Actor) -> list[Patient | RelatedPerson]:
    """Grown-ups of the family first, then contacts who are no patients here."""
    today = clock.today()
    found: list[Patient | RelatedPerson] = [
        one.patient for one in family_of(patient, actor=actor) if not is_minor(one.patient, on=today)
    ]
    if not may(actor, "read", RelatedPerson):
        return found
    people = related_to(patient)
    known = {one.id for one in found}
    relatives = [person.relative_id for person in people if person.relative_id]
    here = scoped(Patient, actor).filter(id__in=relatives, replaced_by=None).exclude(id__in=known)
    return [*found, *here.order_by("family", "given", "id"), *(one for one in people if not one.relative_id)]
