"""The plans of an insurer: added, amended, retired; what names them stays as it is."""

from collections.abc import Mapping
from typing import Any

from osler.clinic.insurance.errors import PlanNameless
from osler.clinic.insurance.models import InsurancePlan
from osler.clinic.patients.errors import NotAmendable
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.kernel.constraints import refusals

AMENDABLE = frozenset(
    {
        "name",
        "kind",
        "office_copay_amount",
        "specialist_copay_amount",
        "laboratory_copay_amount",
        "needs_referral",
        "needs_authorization",
        "phone",
        "claims_number",
        "eligibility_number",
    }
)


def add_plan(plan: InsurancePlan, *, actor: Actor) -> InsurancePlan:
    """Note a plan of an insurer, given as an unsaved row; no two of an insurer are called alike."""
    decide(actor, "add", InsurancePlan)
    plan.organization_id = plan.payer.organization_id
    _tidy(plan)
    with refusals():
        plan.save(force_insert=True)
    return plan


def amend_plan(
    plan: InsurancePlan, *, changes: Mapping[str, Any], version: int | None, actor: Actor
) -> InsurancePlan:
    """Correct what a plan is and asks for; every insurance of it reads the new words and amounts."""
    decide(actor, "amend", plan)
    plan.require_version(version)
    unknown = sorted(set(changes) - AMENDABLE)
    if unknown:
        raise NotAmendable(field=unknown[0])
    for name, value in changes.items():
        setattr(plan, name, value)
    _tidy(plan)
    with refusals():
        plan.save()
    return plan


def retire_plan(plan: InsurancePlan, *, version: int | None, actor: Actor) -> InsurancePlan:
    """Offer a plan no more; insurances that name it go on."""
    return _offer(plan, active=False, version=version, actor=actor)


def restore_plan(plan: InsurancePlan, *, version: int | None, actor: Actor) -> InsurancePlan:
    """Offer a retired plan again."""
    return _offer(plan, active=True, version=version, actor=actor)


def _tidy(plan: InsurancePlan) -> None:
    for name in ("name", "phone", "claims_number", "eligibility_number"):
        setattr(plan, name, " ".join(getattr(plan, name).split()))
    if not plan.name:
        raise PlanNameless


def _offer(plan: InsurancePlan, *, active: bool, version: int | None, actor: Actor) -> InsurancePlan:
    decide(actor, "amend", plan)
    plan.require_version(version)
    plan.active = active
    plan.save()
    return plan
