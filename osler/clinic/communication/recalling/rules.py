"""The rules by which prevention falls due: made, changed, retired by an administrator."""

from osler.clinic.communication.models import RecallRule
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.kernel.constraints import refusals


def save_rule(rule: RecallRule, *, version: int | None = None, actor: Actor) -> RecallRule:
    """Keep a rule as it is given; raises RuleNamed or AgesReversed."""
    decide(actor, "plan", RecallRule if rule._state.adding else rule)
    rule.require_version(version)
    with refusals():
        rule.save()
    return rule


def retire_rule(rule: RecallRule, *, version: int | None, actor: Actor) -> RecallRule:
    """Nobody is recalled by it any more; what was done stays."""
    return _count(rule, active=False, version=version, actor=actor)


def restore_rule(rule: RecallRule, *, version: int | None, actor: Actor) -> RecallRule:
    """It counts again."""
    return _count(rule, active=True, version=version, actor=actor)


def _count(rule: RecallRule, *, active: bool, version: int | None, actor: Actor) -> RecallRule:
    rule.active = active
    return save_rule(rule, version=version, actor=actor)
