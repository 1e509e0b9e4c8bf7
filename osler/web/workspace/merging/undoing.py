"""Undoing a merge: a person says whose it is what was written since."""

from collections import Counter
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from osler.clinic.patients.merging import unmerge_patients
from osler.clinic.patients.models import Patient, PatientLink
from osler.clinic.patients.since_merge import DUPLICATE, Bundle, since_merge
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.access.seen_version import seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.ui.notices import notify
from osler.kernel.errors import Refusal
from osler.web.workspace.acting import actor_of
from osler.web.workspace.merging.deciding import OVERSIGHT, find
from osler.web.workspace.merging.words import counted
from osler.web.workspace.patients.banner import banner_of


@allow(*OVERSIGHT, reads="Patient", methods=("GET", "POST"))
def undo(request: HttpRequest, link_id: UUID) -> HttpResponse:
    """Both charts as they were; what came since stays or goes, bundle by bundle."""
    actor = actor_of(request)
    link = find(actor, link_id)
    if link.status != PatientLink.Status.MERGED:
        return redirect("merge-link", link.id)
    require_patient(request, link.survivor_id)
    bundles = since_merge(link, actor=actor)
    if request.method != "POST":
        return _page(request, link, bundles)
    reason = request.POST.get("reason", "")[:300]
    said = {bundle.key: request.POST.get(f"goes_{bundle.key}", "") for bundle in bundles}
    sides = {key: side for key, side in said.items() if side}
    try:
        unmerge_patients(link, reason=reason, version=seen_version(request), actor=actor, sides=sides)
    except Refusal as refusal:
        return _page(request, link, bundles, refusal=refusal, reason=reason)
    notify(request, _("The merge is undone: there are two charts again."))
    return redirect("merge-link", link.id)


def _page(
    request: HttpRequest,
    link: PatientLink,
    bundles: list[Bundle],
    *,
    refusal: Refusal | None = None,
    reason: str = "",
) -> HttpResponse:
    record_access(Patient, patients=[link.survivor_id, link.duplicate_id], detail="undoing a merge")
    rows: list[dict[str, Any]] = [_row(request, bundle) for bundle in bundles]
    context = {
        "link": link,
        "survivor": link.survivor,
        "duplicate": link.duplicate,
        "banner": banner_of(link.survivor, actor=actor_of(request)),
        "tied": [row for row in rows if row["bundle"].is_tied],
        "free": [row for row in rows if not row["bundle"].sides],
        "bound": [row for row in rows if row["bundle"].side == DUPLICATE],
        "staying": sum(bundle.side == "survivor" for bundle in bundles),
        "reason": reason,
        "refusal": refusal,
    }
    status = refusal.status if refusal else 200
    return render(request, "workspace/merging/undo.html", context, status=status)


def _row(request: HttpRequest, bundle: Bundle) -> dict[str, Any]:
    words = ", ".join(counted(Counter(one.row[0] for one in bundle.written)))
    goes = request.POST.get(f"goes_{bundle.key}", bundle.usual) == DUPLICATE
    return {
        "bundle": bundle,
        "words": words,
        "goes": goes,
        "arrived": any(one.arrived for one in bundle.written),
    }
