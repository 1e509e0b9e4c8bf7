"""How an insurance stands by the latest answer: in words, with the time, for desk and day board."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

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
        if self.check is None:
            return UNASKED
        if self.check.status in EligibilityCheck.OPEN:
            return WAITING
        return GOOD if self.check.outcome == EligibilityCheck.Outcome.ACTIVE else BAD

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
    latest = (
        scoped(EligibilityCheck, actor)
        .filter(coverage_id__in=[one.id for one in rows])
        .exclude(status=EligibilityCheck.Status.SUPERSEDED)
        .defer("answer_sealed")
        .order_by("coverage_id", "-id")
        .distinct("coverage_id")
    )
    checks = {check.coverage_id: check for check in latest}
    return {one.id: Standing(one, checks.get(one.id)) for one in rows}


def standings_of_visits(
    primaries: dict[tuple[UUID, date], Coverage], *, actor: Actor
) -> dict[tuple[UUID, date], Standing]:
    """The standing of the insurance that pays first, by patient and day."""
    by_coverage = standings({one.id: one for one in primaries.values()}.values(), actor=actor)
    return {
        visit: by_coverage[coverage.id] for visit, coverage in primaries.items() if coverage.id in by_coverage
    }
