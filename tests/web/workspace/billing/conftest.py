"""The office's cast: the fixtures of the billing deeds, and pages by role."""

from tests.clinic.billing.conftest import charged, insured, prices, visit

__all__ = ["charged", "insured", "prices", "visit"]
