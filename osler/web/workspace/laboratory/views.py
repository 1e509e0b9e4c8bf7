"""The worklist of the laboratory."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from osler.clinic.records.models import ServiceRequest
from osler.clinic.records.results.worklists import (
    STAGES,
    lab_worklist,
    ownerless_reports,
    stage_counts,
)
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.audit.access import record_access

LABELS = {
    "": _("All open"),
    "to-collect": _("To collect"),
    "to-enter": _("To enter"),
    "to-verify": _("To verify"),
    "done": _("Done this week"),
}
MOST = 200


@allow(Role.LAB, Role.NURSE, Role.PHYSICIAN, reads="ServiceRequest", methods=("GET",))
def worklist(request: HttpRequest) -> HttpResponse:
    """Orders by urgency and age, narrowed to a stage by `?stage=`."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    stage = request.GET.get("stage", "")
    stage = stage if stage in STAGES else ""
    orders = list(lab_worklist(actor=actor, stage=stage)[:MOST])
    ownerless = list(ownerless_reports(actor=actor)[:MOST])
    seen = [row.patient_id for row in (*orders, *ownerless)]
    record_access(ServiceRequest, patients=seen, detail="worklist")
    counts = stage_counts(actor=actor)
    context = {
        "orders": orders,
        "ownerless": ownerless,
        "stage": stage,
        "filters": [(key, label, counts.get(key)) for key, label in LABELS.items()],
        "is_full": len(orders) == MOST,
        "may_collect": may(actor, "collect", ServiceRequest),
    }
    return render(request, "workspace/laboratory/worklist.html", context)
