"""Charges arise, get a price, are left out or put right, until they are invoiced."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from osler.clinic.billing.charges.pricing import fee_of, primary_coverage
from osler.clinic.billing.errors import InvoiceFrozen, NegativeAmount, ReasonMissing
from osler.clinic.billing.ledger.posting import MOST
from osler.clinic.billing.models import ChargeItem, FeeItem
from osler.clinic.patients.models import Patient
from osler.clinic.records.models import Encounter
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
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


def capture_charge(
    origin: str,
    *,
    patient: Patient,
    service: Service,
    actor: Actor,
    encounter: Encounter | None = None,
    performer: Practitioner | None = None,
) -> ChargeItem:
    """The charge of a fact, priced by the fee schedule of its day; the same fact, the same charge.

    Without a price it waits as `planned` until somebody sets one.
    """
    decide(actor, "capture", ChargeItem)
    standing = scoped(ChargeItem, actor).filter(origin=origin).exclude(status=Status.ENTERED_IN_ERROR).first()
    if standing is not None:
        return standing
    charge = ChargeItem(
        patient=patient,
        encounter=encounter,
        performer=performer,
        origin=origin,
        code=service.code,
        description=service.description or service.code,
        quantity=service.quantity,
        occurred_on=service.occurred_on,
        status=Status.PLANNED,
    )
    fee = _fee(charge, actor=actor)
    if fee is not None:
        charge.status, charge.unit_amount = Status.BILLABLE, fee.amount
        charge.description = fee.description or charge.description
    with refusals():
        charge.save(force_insert=True)
    return charge


def _fee(charge: ChargeItem, *, actor: Actor) -> FeeItem | None:
    day = charge.occurred_on
    coverage = primary_coverage(charge.patient, on=day, actor=actor)
    payer = coverage.payer if coverage else None
    return fee_of(charge.code, on=day, payer=payer, actor=actor)


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
        fee = _fee(charge, actor=actor)
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
