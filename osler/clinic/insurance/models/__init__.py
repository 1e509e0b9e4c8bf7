"""Payer and InsurancePlan, Coverage, EligibilityCheck."""

from osler.clinic.insurance.models.coverages import Coverage
from osler.clinic.insurance.models.eligibility import EligibilityCheck
from osler.clinic.insurance.models.payers import InsurancePlan, Payer

__all__ = ["Coverage", "EligibilityCheck", "InsurancePlan", "Payer"]
