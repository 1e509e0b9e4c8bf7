"""Recording allergies, and that none is known."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.models import Patient
from osler.clinic.records.authorship import author_id
from osler.clinic.records.encounters.visit import require_open
from osler.clinic.records.errors import AllergiesExist, AlreadyRecorded, UnknownCode
from osler.clinic.records.models import AllergyIntolerance, Encounter
from osler.clinic.records.models.allergies import NO_KNOWN_ALLERGY
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.audit.rows import completed
from osler.kernel import clock
from osler.kernel.coding import SNOMED, Coding


@dataclass(frozen=True)
class Reaction:
    """What the substance did and how badly."""

    words: str = ""
    severity: str = ""
    criticality: str = ""
    category: str = ""


def active_allergies(patient: Patient, *, actor: Actor) -> QuerySet[AllergyIntolerance]:
    """What stands against a prescription now, the statement that none is known included."""
    return (
        scoped(AllergyIntolerance, actor)
        .filter(patient=patient, clinical_status__in=["active", ""])
        .exclude(verification_status__in=["refuted", "entered-in-error"])
        .order_by("recorded_at", "id")
    )


def severity_word(allergy: AllergyIntolerance) -> str:
    """The grade of the reaction in a word; the risk where no reaction is described."""
    words = {"mild": _("Mild"), "moderate": _("Moderate"), "severe": _("Severe")}
    if allergy.severity in words:
        return str(words[allergy.severity])
    return str(_("High risk")) if allergy.criticality == "high" else ""


def record_allergy(
    patient: Patient,
    *,
    substance: Coding,
    actor: Actor,
    reaction: Reaction = Reaction(),
    encounter: Encounter | None = None,
    draft: AllergyIntolerance | None = None,
) -> AllergyIntolerance:
    """Enter an allergy; a standing "no known allergies" ends with it."""
    decide(actor, "record", AllergyIntolerance)
    if encounter is not None:
        require_open(encounter)
    if not substance.display.strip():
        raise UnknownCode(field="substance")
    standing = list(active_allergies(patient, actor=actor))
    if any(_is_same(row, substance) for row in standing):
        raise AlreadyRecorded(field="substance")
    for row in standing:
        if row.code == NO_KNOWN_ALLERGY:
            row.clinical_status = AllergyIntolerance.ClinicalStatus.RESOLVED
            row.save()
    row = draft or AllergyIntolerance()
    allergy = completed(
        row,
        patient=patient,
        encounter=encounter,
        system=substance.system,
        code=substance.code,
        display=substance.display,
        category=reaction.category,
        criticality=reaction.criticality,
        severity=reaction.severity,
        reaction=reaction.words,
        recorded_at=row.recorded_at or clock.now(),
        recorder_id=author_id(actor, said=row.recorder_id),
    )
    allergy.save(force_insert=True)
    return allergy


def _is_same(row: AllergyIntolerance, substance: Coding) -> bool:
    if row.code and substance.code:
        return (row.system, row.code) == (substance.system, substance.code)
    return row.display.casefold() == substance.display.casefold()


def record_no_known_allergies(
    patient: Patient,
    *,
    actor: Actor,
    encounter: Encounter | None = None,
    draft: AllergyIntolerance | None = None,
) -> AllergyIntolerance:
    """State that the patient was asked and has none; refused while an allergy stands, and said
    once: a second time gets the first (a `draft`, which would be a second, AlreadyRecorded)."""
    decide(actor, "record", AllergyIntolerance)
    for standing in active_allergies(patient, actor=actor):
        if standing.code != NO_KNOWN_ALLERGY:
            raise AllergiesExist
        if draft is not None:
            raise AlreadyRecorded(field="substance")
        return standing
    row = draft or AllergyIntolerance()
    statement = completed(
        row,
        patient=patient,
        encounter=encounter,
        system=SNOMED,
        code=NO_KNOWN_ALLERGY,
        display="No known allergy",
        recorded_at=row.recorded_at or clock.now(),
        recorder_id=author_id(actor, said=row.recorder_id),
    )
    statement.save(force_insert=True)
    return statement
