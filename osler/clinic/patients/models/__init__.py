"""Patient, its numbers and their types, RelatedPerson, Flag; PatientLink of merging, MatchPair of matching."""

from osler.clinic.patients.models.attached import Flag, RelatedPerson
from osler.clinic.patients.models.likeness import MatchDue, MatchPair, MatchWeight, SearchToken
from osler.clinic.patients.models.links import MovedRow, PatientLink
from osler.clinic.patients.models.numbering import IdentifierType, NumberCounter
from osler.clinic.patients.models.people import Patient, PatientIdentifier

__all__ = [
    "Flag",
    "IdentifierType",
    "MatchDue",
    "MatchPair",
    "MatchWeight",
    "MovedRow",
    "NumberCounter",
    "Patient",
    "PatientIdentifier",
    "PatientLink",
    "RelatedPerson",
    "SearchToken",
]
