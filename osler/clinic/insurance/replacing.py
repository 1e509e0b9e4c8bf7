"""A new card in place of an old one, and the family whose cards change with it."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from osler.clinic.insurance.asking import ask_when_noted, supersede_open
from osler.clinic.insurance.covering import TRANSITIONS, days, settle_subscriber
from osler.clinic.insurance.models import Coverage
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.kernel import clock
from osler.kernel.constraints import refusals
from osler.kernel.states import move

CARRIED = ("payer", "plan", "plan_name", "group_number", "copay_amount")


def replace_coverage(
    old: Coverage, new: Coverage, *, member_id: str, version: int | None, actor: Actor
) -> Coverage:
    """Put a new card, an unsaved row, in an old one's place and rank: the old one's last day is the day
    before the new one's first."""
    decide(actor, "end", old)
    old.require_version(version)
    new.organization_id, new.patient_id, new.priority = old.organization_id, old.patient_id, old.priority
    decide(actor, "add", new)
    first_day = new.period.lower or clock.today()
    last_day = first_day - timedelta(days=1)
    old.period = days(old.period.lower, last_day)
    with refusals():
        if last_day < clock.today():
            move(old, Coverage.Status.CANCELLED, transitions=TRANSITIONS)
        old.save()
        new.period = days(first_day, new.last_day)
        new.member_id = member_id.strip()
        settle_subscriber(new)
        new.save(force_insert=True)
    supersede_open(old)
    ask_when_noted(new)
    return new


def dependents_of(coverage: Coverage, *, actor: Actor) -> list[Coverage]:
    """The active insurances of others that are this patient's contract with this or a former insurer of
    the same rank, and say something else than this card."""
    rows = scoped(Coverage, actor).filter(
        subscriber_patient_id=coverage.patient_id,
        status=Coverage.Status.ACTIVE,
        priority=coverage.priority,
        period__overlap=coverage.period,
    )
    found = rows.select_related("payer", "plan", "patient").order_by(
        "patient__family", "patient__given", "id"
    )
    return [one for one in found if _card(one) != _card(coverage)]


def carry_card(
    coverage: Coverage,
    *,
    dependents: Iterable[Coverage],
    versions: Mapping[UUID, int],
    actor: Actor,
) -> list[Coverage]:
    """Let others' insurances say what their subscriber's card says, from its first day on: all or none.

    A dependent who has the card already, but with other words on it, has them corrected; one who has the
    card before it gets this one in its place.
    """
    decide(actor, "amend", coverage)
    carried = []
    with transaction.atomic():
        for one in dependents:
            if one.payer_id == coverage.payer_id and _begins(one) >= _begins(coverage):
                carried.append(_correct(one, coverage, versions.get(one.id, 0), actor))
            else:
                new = Coverage(
                    patient_id=one.patient_id,
                    relationship=one.relationship,
                    subscriber_patient_id=coverage.patient_id,
                    period=coverage.period,
                    **{name: getattr(coverage, name) for name in CARRIED},
                )
                number, version = coverage.member_id, versions.get(one.id, 0)
                carried.append(replace_coverage(one, new, member_id=number, version=version, actor=actor))
    return carried


def _correct(one: Coverage, coverage: Coverage, version: int, actor: Actor) -> Coverage:
    decide(actor, "amend", one)
    one.require_version(version)
    for name in CARRIED:
        setattr(one, name, getattr(coverage, name))
    one.member_id = coverage.member_id
    with refusals():
        one.save()
    supersede_open(one)
    ask_when_noted(one)
    return one


def _begins(coverage: Coverage) -> date:
    first: date = coverage.period.lower or date.min
    return first


def _card(coverage: Coverage) -> tuple[object, ...]:
    return coverage.member_id, *(getattr(coverage, name) for name in CARRIED)
