"""Insurances in a merge: never two of one rank on a day."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from osler.clinic.insurance.models import Coverage, EligibilityCheck
from osler.clinic.patients.following import Clash, Joining, follows, settles

LAST_RANK = 3
follows(Coverage, ngettext_lazy("%(count)d insurance", "%(count)d insurances", "count"))
follows(
    EligibilityCheck,
    ngettext_lazy("%(count)d question to an insurer", "%(count)d questions to insurers", "count"),
)


@settles
def one_of_a_rank(joining: Joining) -> Iterable[Clash]:
    """The survivor's ranks stay; an insurance of the duplicate takes the next that is free on its days.
    The same insurance a second time, and one for which no rank is free, is kept as a draft."""
    charts = (joining.survivor.id, joining.duplicate.id)
    active = Coverage.objects.filter(patient_id__in=charts, status=Coverage.Status.ACTIVE)
    rows = list(active.select_related("payer").order_by("priority", "id"))
    taken = [(one, one.priority) for one in rows if one.patient_id == joining.survivor.id]
    moved: list[Clash] = []
    for coverage in (one for one in rows if one.patient_id == joining.duplicate.id):
        beside = [(other, rank) for other, rank in taken if _overlap(coverage.period, other.period)]
        is_second = any(_is_same(coverage, other) for other, _rank in beside)
        used = {rank for _other, rank in beside}
        free = [rank for rank in range(coverage.priority, LAST_RANK + 1) if rank not in used]
        if is_second or not free:
            words = _("%s stands in both charts: the duplicate's is kept as a draft.")
            if not is_second:
                words = _("%s finds no rank that is free, and is kept as a draft.")
            moved.append(Clash(words % coverage.payer, _become(coverage, status=Coverage.Status.DRAFT)))
        elif free[0] != coverage.priority:
            words = _("%(payer)s becomes insurance number %(rank)d.")
            clash = Clash(
                words % {"payer": coverage.payer, "rank": free[0]}, _become(coverage, priority=free[0])
            )
            moved.append(clash)
            taken.append((coverage, free[0]))
        else:
            taken.append((coverage, coverage.priority))
    return reversed(moved)  # the last rank first: none steps onto one that is still held


def _overlap(one: Any, other: Any) -> bool:
    starts_before = one.lower is None or other.upper is None or one.lower < other.upper
    return starts_before and (other.lower is None or one.upper is None or other.lower < one.upper)


def _is_same(one: Coverage, other: Coverage) -> bool:
    return one.payer_id == other.payer_id and one.member_id.casefold() == other.member_id.casefold()


def _become(coverage: Coverage, **changes: Any) -> Callable[[], None]:
    def become() -> None:
        for name, value in changes.items():
            setattr(coverage, name, value)
        coverage.save()

    return become
