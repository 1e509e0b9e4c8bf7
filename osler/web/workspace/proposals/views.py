"""The desk's list of proposals, and what becomes of each."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from osler.clinic.communication.invitations import invite_patient
from osler.clinic.insurance.models import Payer
from osler.clinic.intake.deciding import Choice, accept_proposal, reject_proposal, reopen_proposal
from osler.clinic.intake.errors import ReasonMissing
from osler.clinic.intake.models import Proposal, ProposalPhoto
from osler.clinic.intake.reading import Said, said_in
from osler.clinic.patients.errors import LikelyDuplicate
from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.seen_version import as_seen, seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.ui.notices import notify
from osler.foundation.ui.paging import keyset_page
from osler.foundation.ui.pictures import picture_response
from osler.foundation.ui.shell import Tab
from osler.kernel.errors import Missing, Refusal
from osler.web.workspace.acting import actor_of
from osler.web.workspace.proposals.showing import NEW, page_context

DESK = (Role.RECEPTION,)
SHOWN = 50


@allow(*DESK, reads="Proposal", methods=("GET",))
def proposals(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first; or what was decided, the newest first."""
    is_decided = request.GET.get("show") == "decided"
    rows = scoped(Proposal, actor_of(request)).select_related("questionnaire", "content", "patient")
    rows = rows.defer("patient__resource")
    if is_decided:
        rows = rows.filter(decided_at__isnull=False)
        found, page = keyset_page(rows, request, key=("decided_at", "id"), size=SHOWN)
    else:
        waiting = rows.filter(status=Proposal.Status.PROPOSED).order_by("submitted_at", "id")
        found, page = list(waiting[:SHOWN]), None
    record_access(Proposal, patients=[row.patient_id for row in found if row.patient_id], detail="proposals")
    here = reverse("proposals")
    context = {
        "rows": [(row, said_in(row)) for row in found],
        "page": page,
        "is_decided": is_decided,
        "tabs": [
            Tab(_("Waiting"), here, current=not is_decided),
            Tab(_("Decided"), f"{here}?show=decided", current=is_decided),
        ],
    }
    return render(request, "workspace/proposals/list.html", context)


@allow(*DESK, reads="Proposal", methods=("GET",))
def proposal(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """One, beside the record that it may belong to."""
    return _page(request, _proposal(request, proposal_id))


@allow(*DESK, reads="Proposal")
def accept(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Take over what was ticked."""
    actor, row = actor_of(request), _proposal(request, proposal_id)
    if request.method != "POST":
        return redirect("proposal", proposal_id)
    try:
        with transaction.atomic():
            patient = accept_proposal(
                row, choice=_choice(request, actor), version=seen_version(request), actor=actor
            )
    except LikelyDuplicate as refusal:
        return _page(request, _proposal(request, proposal_id), refusal=refusal)
    except Missing:
        raise
    except Refusal as refusal:
        return _page(request, _proposal(request, proposal_id), refusal=refusal)
    record_access(Patient, patient=patient.id, entity_id=patient.id, detail="proposal accepted")
    patient.refresh_from_db()
    notify(
        request,
        _("%(name)s, MRN %(mrn)s: what you ticked is in the record.") % {"name": patient, "mrn": patient.mrn},
    )
    if request.POST.get("invite"):
        _invite(request, patient, said_in(row), actor)
    return redirect("patient", patient.id)


@allow(*DESK, reads="Proposal", methods=("POST",))
def reject(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Take nothing over; Undo lets it wait again."""
    row = _proposal(request, proposal_id)
    reason = request.POST.get("reason", "")
    try:
        done = reject_proposal(row, reason=reason, version=seen_version(request), actor=actor_of(request))
    except ReasonMissing as refusal:
        return _page(request, row, refusal=refusal)
    undo = as_seen(reverse("proposal-reopen", args=[done.id]), done)
    notify(request, _("Nothing was taken over."), undo_url=undo)
    return redirect("proposals")


@allow(*DESK, methods=("POST",))
def reopen(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """It waits again."""
    reopen_proposal(_proposal(request, proposal_id), version=seen_version(request), actor=actor_of(request))
    notify(request, _("It waits again."))
    return redirect("proposal", proposal_id)


@allow(*DESK, reads="ProposalPhoto", methods=("GET",))
def photo(request: HttpRequest, proposal_id: UUID, side: str) -> HttpResponse:
    """A side of the card as it was sent."""
    row = _proposal(request, proposal_id)
    found = get_object_or_404(ProposalPhoto, proposal=row, side=side)
    record_access(ProposalPhoto, patient=row.patient_id, entity_id=found.id, detail="card photo")
    return picture_response(found.content, found.content_type, name=f"card-{side}")


def _proposal(request: HttpRequest, key: UUID) -> Proposal:
    rows = scoped(Proposal, actor_of(request), "decide").exclude(status=Proposal.Status.DRAFT)
    return get_object_or_404(rows.select_related("questionnaire", "content", "patient"), id=key)


def _page(request: HttpRequest, row: Proposal, *, refusal: Refusal | None = None) -> HttpResponse:
    context = page_context(request, row, actor=actor_of(request), refusal=refusal)
    shown = [one.id for one in context["people_shown"]]
    record_access(Proposal, entity_id=row.id, patients=shown, detail="proposal")
    status = refusal.status if refusal else 200
    return render(request, "workspace/proposals/proposal.html", context, status=status)


def _choice(request: HttpRequest, actor: Actor) -> Choice:
    given = request.POST
    into = given.get("into", NEW)
    patient = None
    if into != NEW:
        patient = get_object_or_404(scoped(Patient, actor, "amend"), id=_uuid(into))
    payer = _uuid(given.get("payer", "")) if given.get("payer") else None
    version = given.get("into_version", "")
    return Choice(
        keys=frozenset(given.getlist("take")),
        into=patient,
        into_version=int(version) if version.isdecimal() and len(version) < 10 else 0,
        payer=scoped(Payer, actor).filter(active=True, id=payer).first() if payer else None,
        is_replacing=given.get("rank", "replace") == "replace",
        seen=frozenset(key for one in given.getlist("seen")[:20] if (key := _uuid(one, strict=False))),
    )


def _uuid(text: str, *, strict: bool = True) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        if strict:
            raise Missing from None
        return None


def _invite(request: HttpRequest, patient: Patient, said: Said, actor: Actor) -> None:
    """Offer the portal by the same stroke; that it cannot be done undoes nothing."""
    is_own = said.for_whom == "self"
    kin = "parent" if said.for_whom == "child" else "carer"
    name = "" if is_own else said.guardian.get("name", "")
    email = patient.email if is_own else said.guardian.get("email", "")
    try:
        with transaction.atomic():
            invite_patient(
                patient, relationship="self" if is_own else kin, name=name, email=email, actor=actor
            )
    except Refusal as refusal:
        notify(request, _("The portal invitation was not sent: %s") % refusal, is_failure=True)
    else:
        notify(request, _("The invitation to the portal is on its way."))
