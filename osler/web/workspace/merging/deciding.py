"""The page of a merge: proposed, decided, undone; and all merges by what became of them."""

from collections import Counter
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from osler.clinic.patients.following import Joining, clashes
from osler.clinic.patients.merging import decline_merge, merge_patients
from osler.clinic.patients.models import MovedRow, Patient, PatientLink
from osler.clinic.records.following import reconcile_allergies
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may, scoped
from osler.foundation.access.roles import STAFF, Role
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.access.seen_version import seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.ui.notices import notify
from osler.foundation.ui.paging import keyset_page
from osler.foundation.ui.shell import Tab
from osler.web.workspace.acting import actor_of
from osler.web.workspace.merging.choosing import WHO
from osler.web.workspace.merging.words import CONFLICTS, compared, counted
from osler.web.workspace.patients.banner import banner_of

OVERSIGHT = (Role.ADMINISTRATOR, Role.PRIVACY)
Status = PatientLink.Status


@allow(*STAFF, reads="Patient", methods=("GET",))
def link(request: HttpRequest, link_id: UUID) -> HttpResponse:
    """What was proposed and why, what became of it, and what can be done now."""
    actor = actor_of(request)
    found = find(actor, link_id)
    record_access(Patient, patients=[found.survivor_id, found.duplicate_id], detail="merge")
    is_open = found.status == Status.PROPOSED
    is_own = found.proposed_by_id == actor.user_id
    may_merge = may(actor, "merge", PatientLink)
    context: dict[str, Any] = {
        "link": found,
        "survivor": found.survivor,
        "duplicate": found.duplicate,
        "banner": banner_of(found.survivor, actor=actor),
        "rows": compared(found.survivor, found.duplicate, found.taken) if is_open else [],
        "clashes": [clash.words for clash in clashes(joining(found))] if is_open else [],
        "conflicts": [CONFLICTS[key] for key in found.conflicts],
        "moved": counted(_moved(found)),
        "may_decide": is_open and may_merge and not (is_own and found.conflicts),
        "waits_for_another": is_open and may_merge and is_own and bool(found.conflicts),
        "may_decline": is_open and (may_merge or is_own),
        "is_own": is_own,
        "may_undo": found.status == Status.MERGED and may(actor, "undo", PatientLink),
        "may_reconcile": found.allergies_open and may(actor, "reconcile", PatientLink),
    }
    return render(request, "workspace/merging/link.html", context)


@allow(*OVERSIGHT, methods=("POST",))
def decide_on(request: HttpRequest, link_id: UUID) -> HttpResponse:
    """Merge what somebody has proposed."""
    actor = actor_of(request)
    merge_patients(_posted(request, link_id), version=seen_version(request), actor=actor)
    notify(request, _("The charts are merged: everything stands in this one."))
    return redirect("merge-link", link_id)


@allow(*WHO, methods=("POST",))
def decline(request: HttpRequest, link_id: UUID) -> HttpResponse:
    """They are two people; or whoever proposed it takes it back."""
    actor = actor_of(request)
    decline_merge(_posted(request, link_id), version=seen_version(request), actor=actor)
    notify(request, _("Nothing was merged. The proposal is closed."))
    return redirect("merge-link", link_id)


@allow(Role.NURSE, Role.PHYSICIAN, methods=("POST",))
def allergies(request: HttpRequest, link_id: UUID) -> HttpResponse:
    """A clinician has looked at the allergies of both charts."""
    actor = actor_of(request)
    found = reconcile_allergies(_posted(request, link_id), version=seen_version(request), actor=actor)
    notify(request, _("The allergies are reviewed."))
    return redirect("patient", found.survivor_id)


@allow(*WHO, reads="Patient", methods=("GET",))
def merges(request: HttpRequest) -> HttpResponse:
    """All merges, the latest first."""
    actor = actor_of(request)
    asked = request.GET.get("status", Status.PROPOSED)
    status = asked if asked in Status.values else Status.PROPOSED
    rows = links(actor).filter(status=status)
    found, page = keyset_page(rows, request, key=("created_at", "id"))
    record_access(
        Patient,
        patients=[one for row in found for one in (row.survivor_id, row.duplicate_id)],
        detail="merges",
    )
    tabs = [Tab(label, f"{reverse('merges')}?status={key}", key == status) for key, label in Status.choices]
    context = {"links": found, "page": page, "tabs": tabs, "status": status}
    return render(request, "workspace/merging/list.html", context)


def links(actor: Actor) -> QuerySet[PatientLink]:
    """The merges that the actor may see, with both charts and whoever had to do with them."""
    people = ("survivor", "duplicate", "proposed_by", "decided_by", "undone_by")
    return (
        scoped(PatientLink, actor).select_related(*people).defer("survivor__resource", "duplicate__resource")
    )


def find(actor: Actor, link_id: UUID) -> PatientLink:
    """One of them."""
    return get_object_or_404(links(actor), id=link_id)


def _posted(request: HttpRequest, link_id: UUID) -> PatientLink:
    """The merge of a form, whose page showed this patient."""
    found = find(actor_of(request), link_id)
    require_patient(request, found.survivor_id)
    return found


def joining(found: PatientLink) -> Joining:
    """The two charts of a link, with what is taken from which."""
    return Joining(found.survivor, found.duplicate, frozenset(found.taken))


def _moved(found: PatientLink) -> Counter[str]:
    rows = MovedRow.objects.filter(link=found, kind=MovedRow.Kind.MOVED)
    return Counter(rows.exclude(from_patient_id=F("to_patient_id")).values_list("table_name", flat=True))
