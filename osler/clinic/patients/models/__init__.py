"""Patient, PatientIdentifier, RelatedPerson, Flag; of merging PatientLink, of matching MatchPair,
of files PatientImport."""

from osler.clinic.patients.models.attached import Flag, RelatedPerson
from osler.clinic.patients.models.imports import ImportContent, ImportRow, PatientImport
from osler.clinic.patients.models.likeness import MatchDue, MatchPair, MatchWeight, SearchToken
from osler.clinic.patients.models.links import MovedRow, PatientLink
from osler.clinic.patients.models.people import Patient, PatientIdentifier

__all__ = [
    "Flag",
    "ImportContent",
    "ImportRow",
    "MatchDue",
    "MatchPair",
    "MatchWeight",
    "MovedRow",
    "Patient",
    "PatientIdentifier",
    "PatientImport",
    "PatientLink",
    "RelatedPerson",
    "SearchToken",
]
