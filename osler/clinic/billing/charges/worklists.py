"""Which charges wait: for an invoice, for a price; and which were left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet, Sum

from osler.clinic.billing.models import ChargeItem
from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.kernel.money import ZERO

Status = ChargeItem.Status


@dataclass(frozen=True)
class ChargeCounts:
    """How much waits at each station."""

    to_invoice: int
    to_invoice_amount: Decimal
    patients: int
    without_price: int
    left_out: int


@dataclass(frozen=True)
class PatientCharges:
    """All charges of a patient that wait to be invoiced."""

    patient: Patient
    oldest_on: date
    charges: Sequence[ChargeItem]

    @property
    def total(self) -> Decimal:
        """What an invoice of all of them would come to."""
        return sum((charge.amount for charge in self.charges), ZERO)


def charge_counts(*, actor: Actor) -> ChargeCounts:
    """The figures over the worklists, in one statement."""
    billable = Q(status=Status.BILLABLE)
    found = (
        scoped(ChargeItem, actor)
        .filter(status__in=[Status.BILLABLE, Status.PLANNED, Status.NOT_BILLABLE])
        .aggregate(
            to_invoice=Count("id", filter=billable),
            to_invoice_amount=Sum("amount", filter=billable, default=ZERO),
            patients=Count("patient_id", filter=billable, distinct=True),
            without_price=Count("id", filter=Q(status=Status.PLANNED)),
            left_out=Count("id", filter=Q(status=Status.NOT_BILLABLE)),
        )
    )
    return ChargeCounts(**found)


def charges_by_patient(
    *,
    actor: Actor,
    limit: int,
    after: tuple[date, UUID] | None = None,
    patient_ids: Sequence[UUID] | None = None,
) -> list[PatientCharges]:
    """Patients whose charges wait to be invoiced, the longest wait first; two statements."""
    waiting = scoped(ChargeItem, actor).filter(status=Status.BILLABLE)
    if patient_ids is not None:
        waiting = waiting.filter(patient_id__in=patient_ids)
    groups = waiting.values("patient_id").annotate(oldest=Min("occurred_on")).order_by("oldest", "patient_id")
    if after is not None:
        day, patient_id = after
        groups = groups.filter(Q(oldest__gt=day) | Q(oldest=day, patient_id__gt=patient_id))
    oldest = {row["patient_id"]: row["oldest"] for row in groups[:limit]}
    charges: dict[UUID, list[ChargeItem]] = {patient_id: [] for patient_id in oldest}
    for charge in _shown(waiting.filter(patient_id__in=oldest)).order_by("occurred_on", "id"):
        charges[charge.patient_id].append(charge)
    return [
        PatientCharges(charges[patient_id][0].patient, day, charges[patient_id])
        for patient_id, day in oldest.items()
    ]


def charges_without_price(*, actor: Actor) -> QuerySet[ChargeItem]:
    """Charges that nobody can invoice until somebody sets a price."""
    return _shown(scoped(ChargeItem, actor).filter(status=Status.PLANNED))


def charges_left_out(*, actor: Actor) -> QuerySet[ChargeItem]:
    """Charges that are not billed, with the reason."""
    return _shown(scoped(ChargeItem, actor).filter(status=Status.NOT_BILLABLE))


def charges_of(patient: Patient, *, actor: Actor) -> QuerySet[ChargeItem]:
    """A patient's charges that are on no invoice."""
    open_states = [Status.PLANNED, Status.BILLABLE]
    return _shown(scoped(ChargeItem, actor).filter(patient=patient, status__in=open_states)).order_by(
        "occurred_on", "id"
    )


def _shown(charges: QuerySet[ChargeItem]) -> QuerySet[ChargeItem]:
    return charges.select_related("patient", "performer").defer(
        "resource", "patient__resource", "performer__resource"
    )
