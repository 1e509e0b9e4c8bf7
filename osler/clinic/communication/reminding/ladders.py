"""How patients are reminded: the clinic's ladder of steps, and ladders of single kinds of visit.

Nothing is sent before an administrator has begun the clinic's ladder.
"""

from collections.abc import Mapping
from datetime import time, timedelta
from uuid import UUID

from osler.clinic.communication.leads import DAY, HOUR
from osler.clinic.communication.models import ReminderLadder, ReminderStep
from osler.clinic.communication.reminding.timing import Quiet, Step
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.foundation.directory.models import HealthcareService
from osler.kernel.constraints import refusals

QUIET = (time(21), time(8))
DEFAULT = (
    (7 * DAY, ReminderStep.By.EMAIL),
    (2 * DAY, ReminderStep.By.PREFERRED),
    (3 * HOUR, ReminderStep.By.PREFERRED),
)

Plans = Mapping[UUID | None, tuple[list[Step], Quiet]]
"""What is planned by service; by None what holds where a service has no plan of its own."""


def begin_ladder(service: HealthcareService | None = None, *, actor: Actor) -> ReminderLadder:
    """Plan reminders: for the whole clinic with steps that suit most, for a service with the clinic's."""
    model = ReminderLadder.objects.filter(active=True, service=None).first()
    since, until = (model.quiet_from, model.quiet_until) if model else QUIET
    ladder = ReminderLadder(service=service, quiet_from=since, quiet_until=until)
    decide(actor, "plan", ReminderLadder)
    with refusals():
        ladder.save()
    steps = model.steps.filter(active=True).values_list("lead_minutes", "by", "at_risk") if model else DEFAULT
    for minutes, by, *at_risk in steps:
        ReminderStep(ladder=ladder, lead_minutes=minutes, by=by, at_risk=any(at_risk)).save()
    return ladder


def amend_ladder(
    ladder: ReminderLadder,
    *,
    is_on: bool,
    quiet_from: time,
    quiet_until: time,
    version: int | None = None,
    actor: Actor,
) -> ReminderLadder:
    """Send or do not, and the quiet hours."""
    decide(actor, "plan", ladder)
    ladder.require_version(version)
    ladder.is_on, ladder.quiet_from, ladder.quiet_until = is_on, quiet_from, quiet_until
    ladder.save()
    return ladder


def end_ladder(ladder: ReminderLadder, *, version: int | None = None, actor: Actor) -> ReminderLadder:
    """The service has no plan of its own any more: the clinic's holds for it."""
    decide(actor, "plan", ladder)
    ladder.require_version(version)
    ladder.active = False
    ladder.save()
    return ladder


def restore_ladder(ladder: ReminderLadder, *, version: int | None = None, actor: Actor) -> ReminderLadder:
    """It holds again; LadderExists if the service has another one meanwhile."""
    decide(actor, "plan", ladder)
    ladder.require_version(version)
    ladder.active = True
    with refusals():
        ladder.save()
    return ladder


def add_step(
    ladder: ReminderLadder, *, lead_minutes: int, by: str, at_risk: bool = False, actor: Actor
) -> ReminderStep:
    """One more reminder."""
    step = ReminderStep(
        ladder=ladder,
        organization_id=ladder.organization_id,
        lead_minutes=lead_minutes,
        by=by,
        at_risk=at_risk,
    )
    decide(actor, "plan", step)
    with refusals():
        step.save()
    return step


def amend_step(
    step: ReminderStep,
    *,
    lead_minutes: int,
    by: str,
    at_risk: bool = False,
    version: int | None = None,
    actor: Actor,
) -> ReminderStep:
    """Another time or channel from now on; what went out stays as it was."""
    decide(actor, "plan", step)
    step.require_version(version)
    step.lead_minutes, step.by, step.at_risk = lead_minutes, by, at_risk
    with refusals():
        step.save()
    return step


def end_step(step: ReminderStep, *, version: int | None = None, actor: Actor) -> ReminderStep:
    """This reminder goes out no more."""
    decide(actor, "plan", step)
    step.require_version(version)
    step.active = False
    step.save()
    return step


def restore_step(step: ReminderStep, *, version: int | None = None, actor: Actor) -> ReminderStep:
    """It goes out again; StepExists if there is another like it meanwhile."""
    decide(actor, "plan", step)
    step.require_version(version)
    step.active = True
    with refusals():
        step.save()
    return step


def plans() -> Plans:
    """What holds now, of the tenant for whom somebody acts; a ladder that is off has no steps."""
    found: dict[UUID | None, tuple[list[Step], Quiet]] = {}
    ladders = {one.id: one for one in ReminderLadder.objects.filter(active=True)}
    steps: dict[UUID, list[Step]] = {key: [] for key in ladders}
    for step in ReminderStep.objects.filter(active=True, ladder__in=ladders):
        steps[step.ladder_id].append(Step(timedelta(minutes=step.lead_minutes), step.by, step.at_risk))
    for key, ladder in ladders.items():
        quiet = Quiet(ladder.quiet_from, ladder.quiet_until)
        found[ladder.service_id] = (steps[key] if ladder.is_on else [], quiet)
    return found


def plan_for(plans: Plans, service_id: UUID | None) -> tuple[list[Step], Quiet]:
    """The steps and quiet hours of a kind of visit; none if nothing was begun."""
    return plans.get(service_id) or plans.get(None) or ([], Quiet(*QUIET))
