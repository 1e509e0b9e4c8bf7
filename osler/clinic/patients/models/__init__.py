"""Patient and what belongs to one; the desk's page and kinds of numbers; PatientLink, MatchPair."""

from osler.clinic.patients.models.attached import Flag, RelatedPerson
from osler.clinic.patients.models.desk_page import DeskField, DeskPage, DeskSection, OwnField, OwnValue
from osler.clinic.patients.models.families import FamilyMember
from osler.clinic.patients.models.imports import ImportContent, ImportRow, PatientImport
from osler.clinic.patients.models.likeness import MatchDue, MatchPair, MatchWeight, SearchToken
from osler.clinic.patients.models.links import MovedRow, PatientLink
from osler.clinic.patients.models.numbering import IdentifierType, NumberCounter
from osler.clinic.patients.models.people import Patient, PatientIdentifier
from osler.clinic.patients.models.photos import PatientPhoto

__all__ = [
    "DeskField",
    "DeskPage",
    "DeskSection",
    "FamilyMember",
    "Flag",
    "IdentifierType",
    "ImportContent",
    "ImportRow",
    "MatchDue",
    "MatchPair",
    "MatchWeight",
    "MovedRow",
    "NumberCounter",
    "OwnField",
    "OwnValue",
    "Patient",
    "PatientIdentifier",
    "PatientImport",
    "PatientLink",
    "PatientPhoto",
    "RelatedPerson",
    "SearchToken",
]
