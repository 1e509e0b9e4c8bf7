"""Alerts before a prescription: allergies, interactions, the same drug twice.

Only what is definite interrupts (A95): an allergy to the drug or its class, a contraindicated or
serious pair, a duplicate. The rest is said quietly beside the prescription.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.patients.models import Patient
from osler.clinic.records.allergies.recording import active_allergies, severity_word
from osler.clinic.records.medications.active import ActiveMedication, active_medications
from osler.clinic.records.models import AllergyIntolerance, MedicationRequest
from osler.clinic.records.models.allergies import NO_KNOWN_ALLERGY
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.terminology.allergens import cross_reactive
from osler.foundation.terminology.medications import (
    Medication,
    find_medication,
    interactions,
    medication_in,
)
from osler.kernel import clock

ALLERGY_TITLES = {
    "definite": gettext_lazy("Allergic to %(name)s"),
    "class": gettext_lazy("Allergic to %(name)s, which belongs to the same class"),
    "possible": gettext_lazy("May cross-react with %(name)s"),
}
TRIED_FOR = timedelta(days=2)
INTERRUPTING = frozenset({"contraindicated", "serious"})


@dataclass(frozen=True)
class Alert:
    """One reason against a prescription; `interrupts` if it needs an answer."""

    kind: str
    title: str
    detail: str
    interrupts: bool


def alerts_against(patient: Patient, *, medication: Medication, actor: Actor) -> list[Alert]:
    """All alerts against a medication for this patient, those that interrupt first."""
    taken = active_medications(patient, actor=actor)
    alerts = [
        *_allergy_alerts(patient, medication, actor=actor),
        *_interaction_alerts(medication, taken),
        *_duplicate_alerts(medication, taken),
    ]
    return sorted(alerts, key=lambda alert: not alert.interrupts)


def _allergy_alerts(patient: Patient, medication: Medication, *, actor: Actor) -> list[Alert]:
    alerts: list[Alert] = []
    for allergy in active_allergies(patient, actor=actor):
        if allergy.code == NO_KNOWN_ALLERGY:
            continue
        match = cross_reactive(allergy.code, medication) or cross_reactive(allergy.display, medication)
        if match is None:
            continue
        is_quiet = match == "possible" or (
            match == "class" and _has_tolerated(allergy, patient, medication, actor=actor)
        )
        alerts.append(
            Alert(
                "allergy",
                ALLERGY_TITLES[match] % {"name": allergy.display},
                " · ".join(part for part in (allergy.reaction, severity_word(allergy)) if part),
                interrupts=not is_quiet,
            )
        )
    return alerts


def _has_tolerated(
    allergy: AllergyIntolerance, patient: Patient, medication: Medication, *, actor: Actor
) -> bool:
    """Whether the very drug was taken for days after the allergy was recorded; never where the
    reaction was severe."""
    if allergy.severity == "severe" or allergy.criticality == "high":
        return False
    earlier = scoped(MedicationRequest, actor).filter(
        patient=patient,
        ingredient=medication.ingredient,
        status__in=["active", "completed"],
        authored_at__lt=clock.now() - TRIED_FOR,
    )
    if allergy.recorded_at is not None:
        earlier = earlier.filter(authored_at__gt=allergy.recorded_at)
    return earlier.exists()


def _interaction_alerts(medication: Medication, taken: Sequence[ActiveMedication]) -> list[Alert]:
    known = [found for row in taken if (found := _known(row)) is not None]
    others = [found for found in known if found.ingredients != medication.ingredients]
    return [
        Alert(
            "interaction",
            _("%(one)s with %(other)s") % {"one": found.first.ingredient, "other": found.second.ingredient},
            " ".join(part for part in (found.effect, found.advice) if part),
            interrupts=found.severity in INTERRUPTING,
        )
        for found in interactions([medication, *others])
        if medication in (found.first, found.second)
    ]


def _known(row: ActiveMedication) -> Medication | None:
    """What a line of the list is, also where another system has worded it."""
    return (find_medication(row.code) if row.code else None) or medication_in(row.display)


def _duplicate_alerts(medication: Medication, taken: Sequence[ActiveMedication]) -> list[Alert]:
    """The very product again interrupts; the same ingredient in another one is said quietly."""
    alerts: list[Alert] = []
    for row in taken:
        known = _known(row)
        if known is None or not set(known.ingredients) & set(medication.ingredients):
            continue
        title = _("Already takes %(name)s") % {"name": row.display}
        is_same = known.display == medication.display
        alerts.append(Alert("duplicate", title, row.sig, interrupts=is_same))
    return alerts
