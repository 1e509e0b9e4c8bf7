"""Plans, families and questions to insurers: what the desk of the demo clinic has to do with insurance."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from osler.clinic.insurance.asking import ask_for_visits
from osler.clinic.insurance.models import InsurancePlan, Payer
from osler.clinic.patients.models import FamilyMember, Patient, RelatedPerson
from osler.clinic.patients.relations import is_minor
from osler.clinic.scheduling.queries import coming_days
from osler.foundation.audit.writing import write
from osler.kernel import clock
from osler.kernel.keys import uuid7

DAYS = 3
GROWN = 24
PLANS = (("Basic", "HM", 20, 40, True), ("Standard", "12", 25, 45, False), ("Plus", "14", 15, 30, False))


def make_plans(payers: Iterable[Payer]) -> dict[tuple[UUID, str], InsurancePlan]:
    """Three plans of each insurer, by insurer and name."""
    plans = [
        InsurancePlan(
            payer=payer,
            name=name,
            kind=kind,
            office_copay_amount=Decimal(office),
            specialist_copay_amount=Decimal(specialist),
            needs_referral=needs_referral,
        )
        for payer in payers
        for name, kind, office, specialist, needs_referral in PLANS
    ]
    return {(plan.payer_id, plan.name): plan for plan in write(plans)}


def make_families(patients: list[Patient], today: date) -> None:
    """Those who live and telephone together are a family; a grown-up pays for the children."""
    members, guarantors = [], []
    homes = groupby(patients, key=lambda one: (one.family, one.line, one.phone))
    for home in (list(group) for _key, group in homes):
        if len(home) < 2:
            continue
        family = uuid7()
        parent = next((one for one in home if not is_minor(one, on=today)), None)
        for one in home:
            is_grown = one.birth_date is None or today.year - one.birth_date.year > GROWN
            part = FamilyMember.Part.PARENT if is_grown else FamilyMember.Part.CHILD
            members.append(FamilyMember(patient=one, family=family, part=part))
            if is_minor(one, on=today) and parent is not None:
                guarantors.append(_guarantor(one, parent))
    write(members)
    write(guarantors)


def ask_about_coming_visits() -> None:
    """As the clock does each hour; the loopback answers when the worker has begun."""
    ask_for_visits(coming_days(after=clock.now(), days=DAYS))


def _guarantor(child: Patient, parent: Patient) -> RelatedPerson:
    mother = RelatedPerson.Relationship.MOTHER
    return RelatedPerson(
        patient=child,
        relative=parent,
        name=str(parent),
        relationship=mother if parent.gender == "female" else RelatedPerson.Relationship.FATHER,
        phone=parent.phone,
        is_guarantor=True,
    )
