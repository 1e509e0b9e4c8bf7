"""Prescribing and stopping."""

from decimal import Decimal

from osler.clinic.records.authorship import author_id
from osler.clinic.records.encounters.visit import require_open
from osler.clinic.records.errors import UnknownCode, UnknownReason, UnsafeMedication
from osler.clinic.records.events import MedicationPrescribed
from osler.clinic.records.medications.overrides import OVERRIDE_REASONS
from osler.clinic.records.medications.safety import alerts_against
from osler.clinic.records.models import Encounter, MedicationRequest, MedicationStatement
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.foundation.audit.rows import completed
from osler.foundation.jobs.outbox import announce
from osler.foundation.terminology.medications import find_medication, medication_in
from osler.kernel import clock
from osler.kernel.constraints import refusals
from osler.kernel.states import ImpossibleMove, move


def prescribe_medication(  # noqa: PLR0913  the parts of a prescription
    encounter: Encounter,
    *,
    drug: str,
    sig: str,
    quantity: Decimal | None,
    actor: Actor,
    refills: int | None = 0,
    override_reason: str = "",
    draft: MedicationRequest | None = None,
) -> MedicationRequest:
    """Write a prescription for a drug of the list; a `draft` may name another, as long as its
    ingredients are known, for what cannot be checked is not prescribed.

    An alert that interrupts refuses it with UnsafeMedication, which carries the alerts, until a
    coded reason is given; reason and alerts stay with the prescription.
    """
    decide(actor, "prescribe", MedicationRequest)
    require_open(encounter)
    if override_reason and override_reason not in OVERRIDE_REASONS:
        raise UnknownReason(field="override_reason")
    found = find_medication(drug) or (medication_in(draft.display) if draft else None)
    if found is None:
        raise UnknownCode(field="words")
    alerts = alerts_against(encounter.patient, medication=found, actor=actor)
    interrupting = [alert for alert in alerts if alert.interrupts]
    if interrupting and not override_reason:
        raise UnsafeMedication(alerts)
    row = draft or MedicationRequest()
    prescription = completed(
        row,
        patient_id=encounter.patient_id,
        encounter=encounter,
        requester_id=author_id(actor, said=row.requester_id),
        system=found.system or row.system,
        code=found.code or row.code,
        display=found.display,
        ingredient=found.ingredient,
        sig=sig,
        quantity=quantity,
        refills=refills,
        authored_at=row.authored_at or clock.now(),
        override_reason=override_reason if interrupting else "",
    )
    with refusals():
        prescription.save(force_insert=True)
    announce(MedicationPrescribed(prescription.id, prescription.patient_id))
    return prescription


def stop_medication(
    medication: MedicationRequest | MedicationStatement,
    *,
    actor: Actor,
    reason: str = "",
    version: int | None = None,
) -> MedicationRequest | MedicationStatement:
    """The patient takes it no more; it goes to the past medications."""
    decide(actor, "stop", medication)
    medication.require_version(version)
    if isinstance(medication, MedicationRequest):
        move(medication, "stopped", transitions=MedicationRequest.TRANSITIONS)
        medication.stop_reason = reason
    elif medication.status in {"active", "on-hold", "intended"}:
        medication.status = MedicationStatement.Status.STOPPED
    else:
        raise ImpossibleMove
    medication.ended_at = clock.now()
    medication.save()
    return medication
