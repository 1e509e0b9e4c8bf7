"""People who were registered twice: one pair is merged, one proposed."""

from osler.clinic.patients.flags import raise_flag
from osler.clinic.patients.merging import merge_patients, propose_merge
from osler.clinic.patients.models import Patient, PatientLink
from osler.foundation.access.actors import Actor
from osler.foundation.audit.context import acting
from osler.ops.demo.house import House

REASONS = ("Identity card seen at the desk", "Same address and insurance; the phone is new")


def make_doubles(house: House, patients: list[Patient]) -> None:
    """The desk has found them; the privacy officer has decided on the first."""
    reception, privacy = house.actors["reception"], house.actors["privacy"]
    with acting(reception, reason="demo"):
        first, *_more = [
            propose_merge(
                _registered_again(patient, reception),
                into=patient,
                taken=["phone"],
                reason=reason,
                actor=reception,
            )
            for patient, reason in zip(patients[11:], REASONS, strict=False)
        ]
    with acting(privacy, reason="demo"):
        merge_patients(PatientLink.objects.get(id=first.id), version=first.version, actor=privacy)


def _registered_again(patient: Patient, actor: Actor) -> Patient:
    """On a busy morning, a letter short, and with the new phone."""
    double = Patient(
        given=patient.given[:-1],
        family=patient.family,
        birth_date=patient.birth_date,
        gender=patient.gender,
        phone="(413) 555-0199",
    )
    double.save(force_insert=True)
    raise_flag(double, text="Needs large print", actor=actor)
    return double
