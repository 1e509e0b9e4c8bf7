"""One table for each type that a model of the clinic holds; importing this registers them all."""

from osler.interop.fhir.resources import (
    allergy_intolerance,
    appointment,
    care_plan,
    composition,
    condition,
    diagnostic_report,
    encounter,
    flag,
    healthcare_service,
    immunization,
    location,
    medication_request,
    medication_statement,
    observation,
    organization,
    patient,
    practitioner,
    practitioner_role,
    procedure,
    related_person,
    schedule,
    service_request,
)
from osler.interop.fhir.tables import TABLES

__all__ = ["TABLES"]

_REGISTERED = (
    allergy_intolerance,
    appointment,
    care_plan,
    composition,
    condition,
    diagnostic_report,
    encounter,
    flag,
    healthcare_service,
    immunization,
    location,
    medication_request,
    medication_statement,
    observation,
    organization,
    patient,
    practitioner,
    practitioner_role,
    procedure,
    related_person,
    schedule,
    service_request,
)
