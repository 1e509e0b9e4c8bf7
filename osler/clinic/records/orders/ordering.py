"""Ordering tests and taking orders back."""

from django.db.models import Case, IntegerField, QuerySet, Value, When

from osler.clinic.records.authorship import author_id
from osler.clinic.records.encounters.visit import require_open
from osler.clinic.records.errors import AlreadyRecorded, AlreadyResulted, UnknownCode
from osler.clinic.records.events import OrderPlaced, OrderRevoked
from osler.clinic.records.models import DiagnosticReport, Encounter, ServiceRequest
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.audit.rows import completed
from osler.foundation.jobs.outbox import announce
from osler.foundation.terminology.laboratory import find_test
from osler.kernel import clock
from osler.kernel.coding import LOINC
from osler.kernel.states import move

URGENCY = ("stat", "asap", "urgent", "routine")


def order_test(  # noqa: PLR0913  the parts of an order
    encounter: Encounter,
    *,
    test: str,
    actor: Actor,
    priority: str = ServiceRequest.Priority.ROUTINE,
    note: str = "",
    hold_release: bool = False,
    draft: ServiceRequest | None = None,
) -> ServiceRequest:
    """Order a test of the laboratory catalogue by its code; refused while the same one is open
    for this visit."""
    decide(actor, "order", ServiceRequest)
    require_open(encounter)
    found = find_test(test)
    if found is None:
        raise UnknownCode(field="test")
    standing = scoped(ServiceRequest, actor).filter(
        encounter=encounter, category="laboratory", code=found.code, status="active"
    )
    if standing.exists():
        raise AlreadyRecorded(field="test")
    row = draft or ServiceRequest()
    order = completed(
        row,
        patient_id=encounter.patient_id,
        encounter=encounter,
        requester_id=author_id(actor, said=row.requester_id),
        category=ServiceRequest.Category.LABORATORY,
        system=LOINC,
        code=found.code,
        display=found.name,
        priority=priority,
        note=note,
        hold_release=hold_release,
        authored_at=row.authored_at or clock.now(),
    )
    order.save(force_insert=True)
    announce(OrderPlaced(order.id, order.patient_id))
    return order


def place_order(order: ServiceRequest, *, encounter: Encounter | None, actor: Actor) -> ServiceRequest:
    """Place an order that no catalogue of ours holds: an examination, a referral, as it was begun."""
    decide(actor, "order", ServiceRequest)
    if encounter is not None:
        require_open(encounter)
    order.requester_id = author_id(actor, said=order.requester_id)
    order.authored_at = order.authored_at or clock.now()
    order.save(force_insert=True)
    announce(OrderPlaced(order.id, order.patient_id))
    return order


def revoke_order(
    order: ServiceRequest, *, reason: str, actor: Actor, version: int | None = None
) -> ServiceRequest:
    """Take an order back; refused once a result has been entered."""
    decide(actor, "revoke", order)
    order.require_version(version)
    if scoped(DiagnosticReport, actor).filter(order=order).exists():
        raise AlreadyResulted
    move(order, ServiceRequest.Status.REVOKED, transitions=ServiceRequest.TRANSITIONS)
    order.revoke_reason = reason
    order.save()
    announce(OrderRevoked(order.id, order.patient_id))
    return order


def by_urgency(orders: QuerySet[ServiceRequest]) -> QuerySet[ServiceRequest]:
    """The most urgent first, the oldest first among equals."""
    urgency = Case(
        *(When(priority=word, then=Value(place)) for place, word in enumerate(URGENCY)),
        default=Value(len(URGENCY)),
        output_field=IntegerField(),
    )
    return orders.annotate(urgency=urgency).order_by("urgency", "authored_at", "id")
