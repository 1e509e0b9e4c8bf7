"""What waits: in the laboratory, and in each physician's inbox."""

from datetime import timedelta

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from osler.clinic.records.models import DiagnosticReport, ServiceRequest
from osler.clinic.records.orders.ordering import by_urgency
from osler.clinic.records.results.releasing import FINAL
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may, scoped
from osler.foundation.directory.models import Practitioner
from osler.kernel import clock

STAGES = ("to-collect", "to-enter", "to-verify", "done")


def lab_worklist(*, actor: Actor, stage: str = "") -> QuerySet[ServiceRequest]:
    """Laboratory orders by urgency and age; a stage narrows them, `done` shows the last week."""
    orders = (
        scoped(ServiceRequest, actor)
        .filter(category="laboratory")
        .select_related("patient", "requester", "report")
        .defer("resource", "patient__resource", "report__resource")
    )
    if stage == "done":
        since = clock.now() - timedelta(days=7)
        return orders.filter(report__verified_at__gte=since).order_by("-report__verified_at")
    waiting = orders.filter(status="active").annotate(stage=_stage())
    if stage:
        waiting = waiting.filter(stage=STAGES.index(stage))
    return by_urgency(waiting)


def _stage() -> Case:
    return Case(
        When(report__status="preliminary", then=Value(2)),
        When(collected_at__isnull=False, then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )


def inbox_reports(*, actor: Actor) -> QuerySet[DiagnosticReport]:
    """Results that the actor must act on: critical, abnormal, the rest; the oldest first."""
    return (
        _unread(actor)
        .select_related("patient", "order", "order__requester")
        .defer("resource", "patient__resource", "order__resource")
        .order_by("-is_critical", "-is_abnormal", "issued_at", "id")
    )


def unread_reports(actor: Actor) -> int:
    """How many results wait for the actor."""
    if actor.practitioner_id is None or not may(actor, "acknowledge", DiagnosticReport):
        return 0
    return _unread(actor).count()


def _unread(actor: Actor) -> QuerySet[DiagnosticReport]:
    return scoped(DiagnosticReport, actor, "acknowledge").filter(
        owner_id=actor.practitioner_id, acknowledged_at=None, status__in=FINAL
    )


def ownerless_reports(*, actor: Actor) -> QuerySet[DiagnosticReport]:
    """Abnormal results of our own that nobody who is here owns: ought to be none (A94), and are
    seen by every physician and by the laboratory until somebody takes them."""
    here = Practitioner.objects.filter(active=True)
    return (
        scoped(DiagnosticReport, actor)
        .filter(
            Q(is_abnormal=True) | Q(is_critical=True),
            order__isnull=False,
            status__in=FINAL,
            acknowledged_at=None,
        )
        .exclude(owner__in=here)
        .select_related("patient", "order", "order__requester")
        .defer("resource", "patient__resource", "order__resource")
        .order_by("-is_critical", "issued_at", "id")
    )


def stage_counts(*, actor: Actor) -> dict[str, int]:
    """How many orders wait at each stage; the empty name is all of them."""
    rows = (
        scoped(ServiceRequest, actor)
        .filter(category="laboratory", status="active")
        .annotate(stage=_stage())
        .values("stage")
        .annotate(count=Count("id"))
    )
    counts = {STAGES[row["stage"]]: row["count"] for row in rows.order_by("stage")}
    return {stage: counts.get(stage, 0) for stage in STAGES[:3]} | {"": sum(counts.values())}
