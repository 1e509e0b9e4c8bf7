"""Charges arise, get a price, are left out or put right, until they are invoiced."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from osler.clinic.billing.charges.pricing import fees_of
from osler.clinic.billing.errors import InvoiceFrozen, NegativeAmount, ReasonMissing
from osler.clinic.billing.ledger.posting import MOST
from osler.clinic.billing.models import ChargeItem
from osler.clinic.patients.models import Patient
from osler.clinic.records.models import Encounter
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.audit.rows import AT_ONCE, represented
from osler.foundation.directory.models import Practitioner
from osler.kernel.constraints import refusals
from osler.kernel.money import ZERO, round_amount
from osler.kernel.states import move

Status = ChargeItem.Status


@dataclass(frozen=True)
class Service:
    """What was given: a code of the fee schedule, words for it, the day, how many."""

    code: str
    occurred_on: date
    description: str = ""
    quantity: int = 1


@dataclass(frozen=True)
class Fact:
    """What was done for whom. `origin` names it ("encounter:<id>", "order:<id>"); what is given without
    charge says why."""

    origin: str
    patient: Patient
    service: Service
    encounter: Encounter | None = None
    performer: Practitioner | None = None
    free_because: str = ""


def capture_charge(
    origin: str,
    *,
    patient: Patient,
    service: Service,
    actor: Actor,
    encounter: Encounter | None = None,
    performer: Practitioner | None = None,
) -> ChargeItem:
    """The charge of one fact."""
    return capture_charges([Fact(origin, patient, service, encounter, performer)], actor=actor)[0]


def capture_charges(facts: Sequence[Fact], *, actor: Actor) -> list[ChargeItem]:
    """The charges of facts, priced by the fee schedule of their days; the same fact, the same charge.

    Without a price a charge waits as `planned` until somebody sets one. Four statements, however
    many facts there are.
    """
    decide(actor, "capture", ChargeItem)
    standing = scoped(ChargeItem, actor).filter(origin__in=[fact.origin for fact in facts])
    made = {charge.origin: charge for charge in standing.exclude(status=Status.ENTERED_IN_ERROR)}
    new = {fact.origin: _charge_of(fact) for fact in facts if fact.origin not in made}
    for charge, fee in zip(new.values(), fees_of(list(new.values()), actor=actor), strict=True):
        if fee is not None:
            charge.status, charge.unit_amount = Status.BILLABLE, fee.amount
            charge.description = fee.description or charge.description
        if charge.status_reason:
            charge.status = Status.NOT_BILLABLE
    with refusals():
        ChargeItem.objects.bulk_create(represented(list(new.values())), AT_ONCE)
    made |= new
    return [made[fact.origin] for fact in facts]


def _charge_of(fact: Fact) -> ChargeItem:
    service = fact.service
    return ChargeItem(
        patient=fact.patient,
        encounter=fact.encounter,
        performer=fact.performer,
        origin=fact.origin,
        code=service.code,
        description=service.description or service.code,
        quantity=service.quantity,
        occurred_on=service.occurred_on,
        status=Status.PLANNED,
        status_reason=fact.free_because[:300],
    )


def reprice_charge(
    charge: ChargeItem,
    *,
    reason: str,
    actor: Actor,
    unit_amount: Decimal | None = None,
    version: int | None = None,
) -> ChargeItem:
    """Give a charge another price, or (without one) that of the fee schedule of its day.

    A charge that waited for its price, or was left out, waits to be invoiced again.
    """
    decide(actor, "price", charge)
    _require_free(charge, version)
    _require(reason)
    if unit_amount is None:
        [fee] = fees_of([charge], actor=actor)
        unit_amount = fee.amount if fee else None
    elif not ZERO <= unit_amount <= MOST or round_amount(unit_amount) != unit_amount:
        raise NegativeAmount(field="unit_amount")
    to = Status.PLANNED if unit_amount is None else Status.BILLABLE
    if charge.status != to:
        move(charge, to, transitions=ChargeItem.TRANSITIONS)
    charge.unit_amount = unit_amount
    charge.status_reason = reason.strip()
    return _saved(charge)


def mark_not_billable(
    charge: ChargeItem, *, reason: str, actor: Actor, version: int | None = None
) -> ChargeItem:
    """Leave a charge out: nobody is asked to pay for it."""
    decide(actor, "waive", charge)
    _require_free(charge, version)
    _require(reason)
    move(charge, Status.NOT_BILLABLE, transitions=ChargeItem.TRANSITIONS)
    charge.status_reason = reason.strip()
    return _saved(charge)


def mark_billable(charge: ChargeItem, *, actor: Actor, version: int | None = None) -> ChargeItem:
    """Take back that a charge was left out; without a price it waits for one."""
    decide(actor, "waive", charge)
    _require_free(charge, version)
    to = Status.PLANNED if charge.unit_amount is None else Status.BILLABLE
    move(charge, to, transitions=ChargeItem.TRANSITIONS)
    charge.status_reason = ""
    return _saved(charge)


def enter_charge_in_error(
    charge: ChargeItem, *, reason: str, actor: Actor, version: int | None = None
) -> ChargeItem:
    """The service was never given; its fact may make a charge anew."""
    decide(actor, "waive", charge)
    _require_free(charge, version)
    _require(reason)
    move(charge, Status.ENTERED_IN_ERROR, transitions=ChargeItem.TRANSITIONS)
    charge.status_reason = reason.strip()
    return _saved(charge)


def _require_free(charge: ChargeItem, version: int | None) -> None:
    """What stands on an invoice is changed by a credit note alone."""
    charge.require_version(version)
    if charge.status == Status.BILLED:
        raise InvoiceFrozen


def _require(reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing


def _saved(charge: ChargeItem) -> ChargeItem:
    with refusals():
        charge.save()
    return charge
