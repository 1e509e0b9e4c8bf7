"""Online registration is open: who has registered and waits, one who was taken over, a change asked for."""

import struct
import zlib
from datetime import timedelta
from typing import Any

from osler.clinic.intake.asking import offered_forms, open_registration, prepare_registration
from osler.clinic.intake.changing import propose_change
from osler.clinic.intake.deciding import Choice, accept_proposal
from osler.clinic.intake.models import Proposal, Questionnaire
from osler.clinic.intake.reading import said_in
from osler.clinic.intake.registering import (
    Registrant,
    begin_registration,
    keep_photo,
    save_answers,
    sign_forms,
    submit_registration,
)
from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import load_actor
from osler.foundation.accounts.models import User
from osler.foundation.audit.context import acting
from osler.kernel import clock
from osler.ops.demo.house import House

PEN = (
    "M40 130L80 60L110 130L140 80L170 130L200 90L230 120L290 60L270 140L330 90L370 130L420 100L470 120L560 80"
)
CARD = (320, 200)


def make_registrations(house: House, patients: list[Patient]) -> None:
    """Four who wait for reception, one of whom is known already, and one whose answers wait for the nurse."""
    admin = house.actors["admin"]
    with acting(admin, reason="demo"):
        questionnaire = prepare_registration(actor=admin)
        open_registration(questionnaire, version=None, actor=admin)
    for answers, language in ((_newcomer(house), "en"), (_known(patients[3]), "en"), (_child(), "es")):
        _register(questionnaire, answers, language, has_card=answers.get("insured") == "yes")
    taken = _register(questionnaire, _taken_over(), "en", has_card=False)
    _take_over(house, taken)
    _elenas_change(house, patients[0])


def _register(
    questionnaire: Questionnaire, answers: dict[str, Any], language: str, *, has_card: bool
) -> Proposal:
    with acting(Registrant(questionnaire.organization_id), reason="demo"):
        proposal, _secret = begin_registration(questionnaire, answers={"for": "self"}, language=language)
    with acting(Registrant(questionnaire.organization_id, proposal.id), reason="demo"):
        row = Proposal.objects.select_related("questionnaire", "content").get()
        save_answers(row, answers)
        name = answers.get("guardian", {}).get("name") or f"{answers['given']} {answers['family']}"
        sign_forms(
            row, forms={str(one.id): one.title for one in offered_forms()}, signer_name=name, drawn=PEN
        )
        if has_card:
            keep_photo(row, side="front", content=picture(*CARD))
        row.created_at = clock.now() - timedelta(minutes=12)
        submit_registration(row)
    return proposal


def _take_over(house: House, proposal: Proposal) -> None:
    desk = house.actors["reception"]
    with acting(desk, reason="demo"):
        row = Proposal.objects.select_related("questionnaire", "content").get(pk=proposal.pk)
        said = said_in(row)
        keys = {f"person.{name}" for name in said.person} | {"answers", "contact", "condition.0"}
        keys |= {f"consent.{key}" for key in said.signatures} | {"allergy.0", "medication.0", "medication.1"}
        accept_proposal(row, choice=Choice(keys=frozenset(keys)), version=None, actor=desk)


def _elenas_change(house: House, patient: Patient) -> None:
    user = User.objects.get(email="patient@demo.test")
    actor = load_actor(user.pk, realm="portal", patient_id=patient.id)
    if actor is None:
        return
    with acting(actor[0], reason="demo"):
        person = {"family": f"{patient.family}-Ruiz"}
        coverage = {"payer": "Harbor Health Plan", "member_id": "HH-5521", "relationship": "self"}
        propose_change(patient, person=person, coverage=coverage, actor=actor[0])


def _newcomer(house: House) -> dict[str, Any]:
    return {
        "given": "Theodore",
        "family": "Achterberg",
        "birth-date": "1972-02-29",
        "sex": "male",
        "phone": "(413) 555-0161",
        "email": "theo@home.test",
        "line": "12 Mill Lane",
        "city": "Fairview",
        "state": "MA",
        "postal-code": "01901",
        "language": "en",
        "emergency-name": "Willa Achterberg",
        "emergency-relationship": "SPS",
        "emergency-phone": "(413) 555-0162",
        "insured": "yes",
        "insurer": house.payers[0].name,
        "member-id": "NM-40417",
        "group-number": "G-12",
        "subscriber-relationship": "self",
        "reason": "My knee has hurt on stairs since the spring.",
        "conditions": ["I10", "other:Gout"],
        "medications": ["Lisinopril 10 mg, every morning", "Fish oil, now and then"],
        "has-allergies": "yes",
        "allergies": ["Penicillin, rash as a child"],
        "smoking": "former",
        "alcohol": "monthly",
        "work": "Carpenter",
    }


def _known(patient: Patient) -> dict[str, Any]:
    """Somebody who is a patient already and has moved."""
    return {
        "given": patient.given,
        "family": patient.family,
        "birth-date": patient.birth_date.isoformat() if patient.birth_date else "1980-01-01",
        "sex": patient.gender,
        "phone": "(413) 555-0188",
        "email": patient.email or "moved@home.test",
        "line": "4 Orchard Court",
        "city": "Fairview",
        "language": "en",
        "insured": "no",
        "reason": "Check-up",
        "has-allergies": "no",
    }


def _child() -> dict[str, Any]:
    return {
        "for": "child",
        "guardian": {
            "name": "Inés Quiroga",
            "relationship": "MTH",
            "phone": "(413) 555-0171",
            "email": "ines@home.test",
        },
        "given": "Mateo",
        "family": "Quiroga",
        "birth-date": (clock.today() - timedelta(days=2200)).isoformat(),
        "sex": "male",
        "phone": "(413) 555-0171",
        "language": "es",
        "insured": "no",
        "reason": "Tos por las noches",
        "has-allergies": "unsure",
    }


def _taken_over() -> dict[str, Any]:
    return {
        "given": "Odette",
        "family": "Lindqvist",
        "birth-date": "1968-11-03",
        "sex": "female",
        "phone": "(413) 555-0193",
        "email": "odette@home.test",
        "city": "Fairview",
        "language": "en",
        "emergency-name": "Nils Lindqvist",
        "emergency-relationship": "SIB",
        "emergency-phone": "(413) 555-0194",
        "insured": "no",
        "reason": "Tired all the time, and short of breath on the stairs.",
        "conditions": ["E03.9"],
        "medications": ["Levothyroxine 50 mcg, every morning", "Ibuprofen 200 mg, for headaches"],
        "has-allergies": "yes",
        "allergies": ["Sulfa, hives"],
        "family-history": ["heart", "diabetes"],
        "smoking": "never",
        "work": "Teacher",
    }


def picture(width: int, height: int) -> bytes:
    """A plain picture of a card, as PNG."""
    band = bytes((20, 92, 110)) * width
    paper = bytes((236, 232, 222)) * width
    rows = b"".join(b"\0" + (band if row < height // 4 else paper) for row in range(height))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
