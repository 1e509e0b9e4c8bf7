"""What the page of a proposal shows: who it may be, and each field beside what is known."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from osler.clinic.insurance.models import Coverage, Payer
from osler.clinic.intake.comparing import differences, relationship_word, sharing, standing_coverages
from osler.clinic.intake.models import ConsentForm, Proposal
from osler.clinic.intake.reading import Said, said_in
from osler.clinic.patients.errors import LikelyDuplicate
from osler.clinic.patients.finding import find_patients
from osler.clinic.patients.matching import Likeness, Strength, likely_duplicates
from osler.clinic.patients.models import Patient
from osler.clinic.patients.relations import related_to
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.kernel.errors import Refusal

NEW = "new"
FOUND = 6


def page_context(
    request: HttpRequest, row: Proposal, *, actor: Actor, refusal: Refusal | None
) -> dict[str, Any]:
    """Everything that the page shows; after a refusal with the ticks as they were set."""
    said = said_in(row)
    is_open = row.status == Proposal.Status.PROPOSED and not said.is_forgotten
    alike = likely_duplicates(said.as_patient(), actor=actor) if is_open and row.is_registration else []
    if isinstance(refusal, LikelyDuplicate):
        alike = list(refusal.likenesses)
    patient = _chosen(request, row, alike, actor)
    query = request.GET.get("q", "").strip()[:200]
    found = find_patients(query, actor=actor, limit=FOUND).patients if query and is_open else []
    shared = sharing(said, patient=patient, actor=actor) if is_open else []
    return {
        "proposal": row,
        "said": said,
        "is_open": is_open,
        "likenesses": alike,
        "query": query,
        "found": found,
        "chosen": patient,
        "into": str(patient.id) if patient else NEW,
        "differences": differences(row, said, patient),
        "shared": shared,
        "refusal": refusal,
        "posted": request.method == "POST" and "take" in request.POST,
        "take": request.POST.getlist("take"),
        "people_shown": [
            *(one.patient for one in alike),
            *found,
            *(one for _why, one in shared),
            *filter(None, [patient]),
        ],
        **_coverage(request, said, patient, actor),
        **_people(said, patient),
        **_history(said),
        "consents": _consents(said),
        "photos": list(row.photos.order_by("-side").values_list("side", flat=True)) if is_open else [],
        "invite_to": _invite_to(said, patient),
    }


def _chosen(request: HttpRequest, row: Proposal, alike: list[Likeness], actor: Actor) -> Patient | None:
    """The record that is compared: the one asked for, else one that is almost certainly the same."""
    if row.patient_id is not None:
        return row.patient
    wanted = request.POST.get("into") or request.GET.get("patient", "")
    if wanted and wanted != NEW:
        try:
            return scoped(Patient, actor).filter(id=UUID(wanted)).first()
        except ValueError:
            return None
    if not wanted and alike and alike[0].strength == Strength.ALMOST_CERTAIN:
        return alike[0].patient
    return None


def _coverage(request: HttpRequest, said: Said, patient: Patient | None, actor: Actor) -> dict[str, Any]:
    if not said.coverage.get("payer"):
        return {"coverage": None}
    payers = list(scoped(Payer, actor).filter(active=True).order_by("name"))
    named = said.coverage["payer"].casefold().strip()
    known = next((one for one in payers if one.name.casefold() == named), None)
    standing = standing_coverages(patient, actor=actor)
    member = said.coverage.get("member_id", "").replace(" ", "").casefold()
    is_known = bool(member) and any(one.member_id.replace(" ", "").casefold() == member for one in standing)
    relationship = dict(Coverage.Relationship.choices).get(said.coverage.get("relationship", ""), "")
    return {
        "coverage": said.coverage,
        "coverage_relationship": relationship,
        "payers": payers,
        "payer_id": request.POST.get("payer") or (str(known.id) if known else ""),
        "standing": standing,
        "is_coverage_known": is_known,
        "rank": request.POST.get("rank", "replace"),
    }


def _people(said: Said, patient: Patient | None) -> dict[str, Any]:
    known = {one.name.casefold() for one in related_to(patient)} if patient else set()
    return {
        "contact_relationship": relationship_word(said.contact.get("relationship", "")),
        "guardian_relationship": relationship_word(said.guardian.get("relationship", "")),
        "is_contact_known": said.contact.get("name", "").casefold() in known,
        "is_guardian_known": said.guardian.get("name", "").casefold() in known,
    }


def _history(said: Said) -> dict[str, Any]:
    return {
        "conditions": [(f"condition.{number}", one) for number, one in enumerate(said.conditions)],
        "medications": [(f"medication.{number}", one) for number, one in enumerate(said.medications)],
        "allergies": [(f"allergy.{number}", one) for number, one in enumerate(said.allergies)],
    }


def _consents(said: Said) -> list[tuple[ConsentForm, dict[str, str]]]:
    forms = ConsentForm.objects.filter(id__in=[UUID(key) for key in said.signatures])
    return [
        (form, said.signatures[str(form.id)]) for form in forms.order_by("-is_required", "published_at", "id")
    ]


def _invite_to(said: Said, patient: Patient | None) -> str:
    """The address an invitation would go to."""
    if said.for_whom != "self":
        return said.guardian.get("email", "")
    return str(said.person.get("email") or (patient.email if patient else ""))
