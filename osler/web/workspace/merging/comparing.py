"""Two charts beside each other; then a second look at what will be, and the deed."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from osler.clinic.patients.comparing import KEYS, contents, identity_conflicts, suggested
from osler.clinic.patients.errors import SameChart
from osler.clinic.patients.following import PHOTO, PORTAL, Joining, clashes
from osler.clinic.patients.merging import merge_patients, propose_merge
from osler.clinic.patients.models import Patient, PatientIdentifier, PatientLink
from osler.foundation.access.actors import Actor
from osler.foundation.access.models import PatientGrant
from osler.foundation.access.policy import may, scoped
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.access.seen_version import seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.ui.notices import notify
from osler.kernel.errors import Refusal
from osler.web.workspace.acting import actor_of
from osler.web.workspace.merging.choosing import WHO
from osler.web.workspace.merging.words import CONFLICTS, compared, counted
from osler.web.workspace.patients.faces import face_urls
from osler.web.workspace.patients.reading import open_patient


@allow(*WHO, reads="Patient", methods=("GET", "POST"))
def merge(request: HttpRequest, patient_id: UUID, other_id: UUID) -> HttpResponse:
    """Compare; `look` shows what will be; a POST merges, or proposes it to those who decide."""
    survivor, duplicate = _both(request, patient_id, other_id)
    if request.method == "POST":
        return _join(request, survivor, duplicate)
    return _page(request, survivor, duplicate)


def _both(request: HttpRequest, patient_id: UUID, other_id: UUID) -> tuple[Patient, Patient]:
    if patient_id == other_id:
        raise SameChart
    survivor = open_patient(request, patient_id, detail="merge: comparing")
    return survivor, open_patient(request, other_id, detail="merge: comparing")


def _join(request: HttpRequest, survivor: Patient, duplicate: Patient) -> HttpResponse:
    actor = actor_of(request)
    taken = [key for key in sorted(KEYS) if request.POST.get(f"take_{key}") == "duplicate"]
    reason = request.POST.get("reason", "")[:300]
    require_patient(request, survivor.id)
    try:
        _require_as_seen(request, survivor, duplicate)
        link = propose_merge(duplicate, into=survivor, taken=taken, reason=reason, actor=actor)
        if may(actor, "merge", PatientLink) and not link.conflicts:
            merge_patients(link, version=link.version, actor=actor)
    except Refusal as refusal:
        return _page(request, survivor, duplicate, refusal=refusal, reason=reason)
    if link.status == PatientLink.Status.MERGED:
        notify(request, _("The charts are merged: everything stands in this one."))
    else:
        notify(request, _("The merge is proposed. An administrator or the privacy officer decides."))
    return redirect("merge-link", link.id)


def _require_as_seen(request: HttpRequest, survivor: Patient, duplicate: Patient) -> None:
    """Nobody merges charts that say something else than what was looked at."""
    survivor.require_version(seen_version(request))
    other = request.POST.get("other_version", "")
    duplicate.require_version(int(other) if other.isdecimal() and len(other) < 10 else 0)


def _page(
    request: HttpRequest,
    survivor: Patient,
    duplicate: Patient,
    *,
    refusal: Refusal | None = None,
    reason: str = "",
) -> HttpResponse:
    actor, given = actor_of(request), request.POST or request.GET
    is_look = bool(refusal or request.GET.get("look"))
    chosen = {key for key in KEYS if given.get(f"take_{key}") == "duplicate"}
    taken = frozenset(chosen if given.get("look") or refusal else suggested(survivor, duplicate))
    conflicts = identity_conflicts(survivor, duplicate)
    context: dict[str, Any] = {
        "survivor": survivor,
        "duplicate": duplicate,
        "rows": compared(survivor, duplicate, taken),
        "taken": sorted(taken),
        "conflicts": [CONFLICTS[key] for key in conflicts],
        "clashes": [clash.words for clash in clashes(Joining(survivor, duplicate, taken))],
        "merges_now": may(actor, "merge", PatientLink) and not conflicts,
        "needs_another": may(actor, "merge", PatientLink) and bool(conflicts),
        "reason": reason,
        "refusal": refusal,
        **_inside(survivor, duplicate, request),
        **_photos(survivor, duplicate, actor),
    }
    if refusal is not None:
        record_access(Patient, patients=[survivor.id, duplicate.id], detail="merge: refused")
    template = "workspace/merging/look.html" if is_look else "workspace/merging/compare.html"
    return render(request, template, context, status=refusal.status if refusal else 200)


def _photos(survivor: Patient, duplicate: Patient, actor: Actor) -> dict[str, Any]:
    """Both faces beside each other; `photo` where one must be chosen."""
    found = face_urls([survivor.id, duplicate.id], actor=actor)
    return {
        "survivor_photo": found.get(survivor.id, ""),
        "duplicate_photo": found.get(duplicate.id, ""),
        "photo": PHOTO if len(found) == 2 else "",
    }


def _inside(survivor: Patient, duplicate: Patient, request: HttpRequest) -> dict[str, Any]:
    """What stands in both charts, the numbers by which they are known, and the portal accounts."""
    actor = actor_of(request)
    counts = contents([survivor.id, duplicate.id], actor=actor)
    numbers = (
        scoped(PatientIdentifier, actor).filter(patient__in=[survivor, duplicate]).order_by("system", "id")
    )
    rows = list(numbers)
    own = PatientGrant.objects.filter(
        patient_id__in=[survivor.id, duplicate.id], relationship="self", ended_at=None
    ).select_related("user")
    accounts = {grant.patient_id: grant.user.email for grant in own}
    return {
        "kept": counted(counts[survivor.id]),
        "moving": counted(counts[duplicate.id]),
        "moving_count": sum(counts[duplicate.id].values()),
        "survivor_numbers": [one for one in rows if one.patient_id == survivor.id],
        "duplicate_numbers": [one for one in rows if one.patient_id == duplicate.id],
        "portal": PORTAL if len(set(accounts.values())) == 2 else "",
        "survivor_account": accounts.get(survivor.id, ""),
        "duplicate_account": accounts.get(duplicate.id, ""),
    }
