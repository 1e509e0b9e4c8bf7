"""All tables of the record."""

from osler.clinic.records.models.allergies import AllergyIntolerance
from osler.clinic.records.models.conditions import Condition
from osler.clinic.records.models.encounters import Encounter
from osler.clinic.records.models.medications import (
    MedicationRequest,
    MedicationStatement,
)
from osler.clinic.records.models.notes import ClinicalNote
from osler.clinic.records.models.observations import Observation, ObservationComponent
from osler.clinic.records.models.orders import ServiceRequest
from osler.clinic.records.models.plans import CarePlan
from osler.clinic.records.models.procedures import Immunization, Procedure
from osler.clinic.records.models.reports import DiagnosticReport

__all__ = [
    "AllergyIntolerance",
    "CarePlan",
    "ClinicalNote",
    "Condition",
    "DiagnosticReport",
    "Encounter",
    "Immunization",
    "MedicationRequest",
    "MedicationStatement",
    "Observation",
    "ObservationComponent",
    "Procedure",
    "ServiceRequest",
]
