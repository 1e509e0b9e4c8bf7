"""What the patient takes besides, as told."""

from osler.clinic.patients.models import Patient
from osler.clinic.records.authorship import author_id
from osler.clinic.records.encounters.visit import require_open
from osler.clinic.records.errors import AlreadyRecorded, UnknownCode
from osler.clinic.records.models import Encounter, MedicationStatement
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.audit.rows import completed
from osler.foundation.terminology.medications import find_medication
from osler.kernel import clock

TAKEN = ("active", "on-hold", "intended")


def record_statement(  # noqa: PLR0913  the parts of a statement
    patient: Patient,
    *,
    words: str,
    actor: Actor,
    drug: str = "",
    sig: str = "",
    encounter: Encounter | None = None,
    draft: MedicationStatement | None = None,
) -> MedicationStatement:
    """Enter a medication by its code or, where none fits, in the patient's words."""
    decide(actor, "record", MedicationStatement)
    if encounter is not None:
        require_open(encounter)
    found = find_medication(drug or words)
    display = found.display if found else words.strip()
    if not display:
        raise UnknownCode(field="words")
    standing = scoped(MedicationStatement, actor).filter(patient=patient, status__in=TAKEN)
    if standing.filter(display__iexact=display).exists():
        raise AlreadyRecorded(field="words")
    row = draft or MedicationStatement()
    statement = completed(
        row,
        patient=patient,
        encounter=encounter,
        recorder_id=author_id(actor, said=row.recorder_id),
        system=found.system if found else row.system,
        code=found.code if found else row.code,
        display=display,
        ingredient=found.ingredient if found else "",
        sig=sig,
        recorded_at=row.recorded_at or clock.now(),
    )
    statement.save(force_insert=True)
    return statement
