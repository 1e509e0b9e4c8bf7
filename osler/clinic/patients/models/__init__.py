"""Patient, PatientIdentifier, PatientPhoto, RelatedPerson, Flag; of merging PatientLink, of matching
MatchPair."""

from osler.clinic.patients.models.attached import Flag, RelatedPerson
from osler.clinic.patients.models.likeness import MatchDue, MatchPair, MatchWeight, SearchToken
from osler.clinic.patients.models.links import MovedRow, PatientLink
from osler.clinic.patients.models.people import Patient, PatientIdentifier
from osler.clinic.patients.models.photos import PatientPhoto

__all__ = [
    "Flag",
    "MatchDue",
    "MatchPair",
    "MatchWeight",
    "MovedRow",
    "Patient",
    "PatientIdentifier",
    "PatientLink",
    "PatientPhoto",
    "RelatedPerson",
    "SearchToken",
]
