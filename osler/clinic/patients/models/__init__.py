"""Patient and what belongs to one; PatientLink of merging; MatchPair of matching."""

from osler.clinic.patients.models.attached import Flag, RelatedPerson
from osler.clinic.patients.models.families import FamilyMember
from osler.clinic.patients.models.likeness import MatchDue, MatchPair, MatchWeight, SearchToken
from osler.clinic.patients.models.links import MovedRow, PatientLink
from osler.clinic.patients.models.people import Patient, PatientIdentifier

__all__ = [
    "FamilyMember",
    "Flag",
    "MatchDue",
    "MatchPair",
    "MatchWeight",
    "MovedRow",
    "Patient",
    "PatientIdentifier",
    "PatientLink",
    "RelatedPerson",
    "SearchToken",
]
