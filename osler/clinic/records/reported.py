"""What patients report of themselves: in the chart at once, unconfirmed until a clinician has asked.

It is entered by whoever takes a registration over, who is no clinician: so it bears nobody's name. What
stands in the chart already is not entered again. Unconfirmed allergies count against prescriptions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from osler.clinic.patients.models import Patient
from osler.clinic.records.authorship import author_id
from osler.clinic.records.models import AllergyIntolerance, Condition, MedicationStatement
from osler.clinic.records.models.allergies import NO_KNOWN_ALLERGY
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.terminology.allergens import find_allergen
from osler.foundation.terminology.diagnoses import find_diagnosis
from osler.foundation.terminology.medications import find_medication
from osler.kernel import clock
from osler.kernel.coding import SNOMED
from osler.kernel.errors import Conflict

Entry = TypeVar("Entry", AllergyIntolerance, Condition)

UNCONFIRMED = "unconfirmed"
WRONG = ("refuted", "entered-in-error")


class NothingToConfirm(Conflict):
    """It is confirmed already, or was wrong."""

    code = "nothing-to-confirm"


@dataclass(frozen=True)
class Told:
    """One thing as the patient has said it; with a code if it was chosen from a list or is known."""

    words: str
    detail: str = ""
    code: str = ""


def report_allergies(
    patient: Patient, *, told: Iterable[Told], has_none: bool, actor: Actor
) -> list[AllergyIntolerance]:
    """Enter allergies that the patient reports, or that there is none, which outweighs none that stands."""
    decide(actor, "report", AllergyIntolerance)
    rows = scoped(AllergyIntolerance, actor, "report").filter(
        patient=patient, clinical_status__in=["active", ""]
    )
    standing = list(rows.exclude(verification_status__in=WRONG))
    known = {key for row in standing for key in (row.code, row.display.casefold()) if key}
    entered = []
    for one in told:
        found = find_allergen(one.code or one.words)
        display = found.display if found else one.words
        if not display or display.casefold() in known or (found and found.code and found.code in known):
            continue
        known.add(display.casefold())
        entered.append(
            AllergyIntolerance(
                patient=patient,
                system=found.system if found and found.code else "",
                code=found.code if found else "",
                display=display[:500],
                category=found.category if found else "",
                reaction=one.detail[:300],
                verification_status=UNCONFIRMED,
                recorded_at=clock.now(),
            )
        )
    if entered:
        _end_none(standing)
    elif has_none and not standing:
        entered = [
            AllergyIntolerance(
                patient=patient,
                system=SNOMED,
                code=NO_KNOWN_ALLERGY,
                display="No known allergy",
                verification_status=UNCONFIRMED,
                recorded_at=clock.now(),
            )
        ]
    for row in entered:
        row.save(force_insert=True)
    return entered


def _end_none(standing: Iterable[AllergyIntolerance]) -> None:
    """A standing "no known allergies" ends with the first that is reported."""
    for row in standing:
        if row.code == NO_KNOWN_ALLERGY:
            row.clinical_status = AllergyIntolerance.ClinicalStatus.RESOLVED
            row.save()


def report_problems(patient: Patient, *, told: Iterable[Told], actor: Actor) -> list[Condition]:
    """Enter diseases that the patient reports on the problem list."""
    decide(actor, "report", Condition)
    rows = scoped(Condition, actor, "report").filter(
        patient=patient,
        category=Condition.Category.PROBLEM,
        clinical_status__in=["active", "recurrence", "relapse"],
    )
    standing = rows.exclude(verification_status__in=WRONG).values_list("code", "display")
    known = {key for code, display in standing for key in (code, display.casefold()) if key}
    entered = []
    for one in told:
        found = find_diagnosis(one.code) if one.code else None
        display = found.display if found else one.words
        if not display or display.casefold() in known or (found and found.code in known):
            continue
        known.add(display.casefold())
        row = Condition(
            patient=patient,
            category=Condition.Category.PROBLEM,
            system=found.system if found else "",
            code=found.code if found else "",
            display=display[:500],
            verification_status=UNCONFIRMED,
            recorded_at=clock.now(),
            note=one.detail[:500],
        )
        row.save(force_insert=True)
        entered.append(row)
    return entered


def report_medications(patient: Patient, *, told: Iterable[Told], actor: Actor) -> list[MedicationStatement]:
    """Enter medicines that the patient says he takes."""
    decide(actor, "report", MedicationStatement)
    rows = scoped(MedicationStatement, actor, "report").filter(
        patient=patient, status__in=["active", "on-hold", "intended"]
    )
    known = {display.casefold() for display in rows.values_list("display", flat=True)}
    entered = []
    for one in told:
        found = find_medication(one.words)
        display = found.display if found else one.words
        if not display or display.casefold() in known:
            continue
        known.add(display.casefold())
        row = MedicationStatement(
            patient=patient,
            system=found.system if found else "",
            code=found.code if found else "",
            display=display[:500],
            ingredient=found.ingredient if found else "",
            sig=one.detail[:500],
            recorded_at=clock.now(),
        )
        row.save(force_insert=True)
        entered.append(row)
    return entered


def confirm_allergy(allergy: AllergyIntolerance, *, version: int | None, actor: Actor) -> AllergyIntolerance:
    """A clinician has asked about it, and answers for it from now on."""
    decide(actor, "record", allergy)
    return _confirm(allergy, version=version, actor=actor)


def confirm_problem(condition: Condition, *, version: int | None, actor: Actor) -> Condition:
    """A physician has asked about it, and answers for it from now on."""
    decide(actor, "diagnose", condition)
    return _confirm(condition, version=version, actor=actor)


def _confirm(row: Entry, *, version: int | None, actor: Actor) -> Entry:
    row.require_version(version)
    if row.verification_status != UNCONFIRMED:
        raise NothingToConfirm
    row.verification_status = "confirmed"
    row.recorder_id = author_id(actor)
    row.save()
    return row
