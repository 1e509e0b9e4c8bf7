"""A clinic that registers people online, and people who register."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from osler.clinic.insurance.models import Payer
from osler.clinic.intake.asking import open_registration, prepare_registration
from osler.clinic.intake.models import ConsentForm, Proposal, Questionnaire
from osler.clinic.intake.registering import (
    Registrant,
    begin_registration,
    keep_photo,
    save_answers,
    sign_forms,
    submit_registration,
)
from osler.foundation.access.actors import Actor
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import Organization
from osler.foundation.jobs.outbox import SystemActor

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000"
    "040001f61738550000000049454e44ae426082"
)
ANSWERS: dict[str, Any] = {
    "for": "self",
    "given": "Lucía",
    "family": "Ortega",
    "birth-date": "1985-05-20",
    "sex": "female",
    "phone": "(413) 555-0177",
    "email": "Lucia@Home.test",
    "city": "Fairview",
    "language": "es",
    "interpreter": "yes",
    "emergency-name": "Mario Ortega",
    "emergency-relationship": "SPS",
    "emergency-phone": "(413) 555-0178",
    "insured": "yes",
    "insurer": "Northern Mutual",
    "member-id": "NM-4471",
    "group-number": "G-9",
    "reason": "A cough that stays",
    "conditions": ["I10", "other:Gout"],
    "medications": ["Lisinopril 10 mg, every morning", "Fish oil"],
    "has-allergies": "yes",
    "allergies": ["Penicillin, rash", "Cats"],
    "smoking": "never",
}
DRAWN = "M10 20L30 40L50 60"


def prepared(organization: Organization, administrator: Actor) -> Questionnaire:
    """The questionnaire of a clinic that is open for registration, with an insurer."""
    with acting(administrator):
        questionnaire = prepare_registration(actor=administrator)
        open_registration(questionnaire, version=None, actor=administrator)
    with acting(SystemActor(organization.id)):
        Payer(name="Northern Mutual").save()
    return questionnaire


@contextmanager
def registrant(proposal: Proposal) -> Iterator[Proposal]:
    """Act as whoever writes this draft; the row as it is now."""
    with acting(Registrant(proposal.organization_id, proposal.id)):
        yield Proposal.objects.select_related("questionnaire", "content").get()


def a_draft(questionnaire: Questionnaire, **answers: Any) -> tuple[Proposal, bytes]:
    """A registration with all its answers, signed, not sent."""
    with acting(Registrant(questionnaire.organization_id)):
        proposal, secret = begin_registration(questionnaire, answers={"for": "self"}, language="en")
    with registrant(proposal) as row:
        save_answers(row, ANSWERS | answers)
        forms = {str(form.id): form.title for form in ConsentForm.objects.filter(retired_at=None)}
        sign_forms(row, forms=forms, signer_name="Lucía Ortega", drawn=DRAWN)
        keep_photo(row, side="front", content=PNG)
    return proposal, secret


def a_proposal(questionnaire: Questionnaire, monkeypatch: Any, **answers: Any) -> Proposal:
    """A registration that waits for the clinic."""
    proposal, _secret = a_draft(questionnaire, **answers)
    monkeypatch.setattr("osler.clinic.intake.registering.LEAST_TIME", datetime.timedelta(0))
    with registrant(proposal) as row:
        submit_registration(row)
    return proposal
