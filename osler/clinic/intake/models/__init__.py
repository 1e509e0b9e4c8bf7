"""What is asked, what is signed, what was said, and what of it became part of the record."""

from osler.clinic.intake.models.asked import Questionnaire, QuestionnaireItem
from osler.clinic.intake.models.consents import Consent, ConsentForm
from osler.clinic.intake.models.kept import CardPhoto, QuestionnaireResponse
from osler.clinic.intake.models.proposals import Proposal, ProposalContent, ProposalPhoto
from osler.clinic.intake.models.readings import CardReading

__all__ = [
    "CardPhoto",
    "CardReading",
    "Consent",
    "ConsentForm",
    "Proposal",
    "ProposalContent",
    "ProposalPhoto",
    "Questionnaire",
    "QuestionnaireItem",
    "QuestionnaireResponse",
]
