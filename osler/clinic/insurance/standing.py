"""How an insurance stands by the latest answer: in words, with the time, for desk and day board."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from osler.clinic.insurance.models import Coverage, EligibilityCheck
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may, scoped

GOOD, WAITING, BAD, UNASKED = "good", "waiting", "bad", "unasked"


@dataclass(frozen=True)
class Standing:
    """Where the latest question about an insurance stands; `check` is None where none was asked."""

    coverage: Coverage
    check: EligibilityCheck | None

    @property
    def kind(self) -> str:
        """Whether all is well, somebody is to act, or nobody knows yet."""
        return UNASKED if self.check is None else _kind_of(self.check.status, self.check.outcome)

    @property
    def at(self) -> datetime | None:
        """When it was answered, or asked."""
        if self.check is None:
            return None
        asked: datetime = self.check.answered_at or self.check.created_at
        return asked


def standings(coverages: Iterable[Coverage], *, actor: Actor) -> dict[UUID, Standing]:
    """The standing of each insurance, by its key; one statement for all. A question that was superseded
    says nothing; of the others the one that was asked last counts, whichever answer came last."""
    rows = list(coverages)
    if not rows or not may(actor, "read", EligibilityCheck):
        return {}
    latest = _latest([one.id for one in rows], actor).defer("answer_sealed")
    checks = {check.coverage_id: check for check in latest}
    return {one.id: Standing(one, checks.get(one.id)) for one in rows}


def kinds_of(coverage_ids: Collection[UUID], *, actor: Actor) -> dict[UUID, str]:
    """Of which kind the standing of each insurance is, by its key, for whoever counts."""
    if not coverage_ids or not may(actor, "read", EligibilityCheck):
        return {}
    latest = _latest(coverage_ids, actor).values_list("coverage_id", "status", "outcome")
    kinds = {key: _kind_of(status, outcome) for key, status, outcome in latest}
    return {key: kinds.get(key, UNASKED) for key in coverage_ids}


def standings_of_visits(
    primaries: dict[tuple[UUID, date], Coverage], *, actor: Actor
) -> dict[tuple[UUID, date], Standing]:
    """The standing of the insurance that pays first, by patient and day."""
    by_coverage = standings({one.id: one for one in primaries.values()}.values(), actor=actor)
    return {
        visit: by_coverage[coverage.id] for visit, coverage in primaries.items() if coverage.id in by_coverage
    }


def _kind_of(status: str, outcome: str) -> str:
    if status in EligibilityCheck.OPEN:
        return WAITING
    return GOOD if outcome == EligibilityCheck.Outcome.ACTIVE else BAD


def _latest(coverage_ids: Collection[UUID], actor: Actor) -> QuerySet[EligibilityCheck]:
    asked = scoped(EligibilityCheck, actor).filter(coverage_id__in=coverage_ids)
    counting = asked.exclude(status=EligibilityCheck.Status.SUPERSEDED)
    return counting.order_by("coverage_id", "-id").distinct("coverage_id")
