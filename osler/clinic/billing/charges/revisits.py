"""Coming again soon: a revisit within its service's days costs less than the visit before, or nothing."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db.models import F, Max, OuterRef, Subquery

from osler.clinic.billing.models import ChargeItem
from osler.clinic.records.models import Encounter
from osler.foundation.directory.models import HealthcareService

ASKED_FOR = (ChargeItem.Status.PLANNED, ChargeItem.Status.BILLABLE, ChargeItem.Status.BILLED)


class Revisits:
    """For which of these visits the same patient was charged in full for the same service not long ago.

    A reduced or free revisit does not make the next one cheaper. One statement, and none where no service
    has revisits.
    """

    def __init__(self, encounters: Sequence[Encounter]) -> None:
        asked = [one.id for one in encounters if _days(one)]
        self._charged: dict[UUID, date | None] = _last_charged(asked) if asked else {}
        self._now: dict[tuple[UUID, UUID], date] = {}

    def first_of(self, encounter: Encounter, *, day: date) -> date | None:
        """The day of the visit that this one comes after, if it is a revisit."""
        days = _days(encounter)
        if not days:
            return None
        known = [self._charged.get(encounter.id), self._now.get(_kind(encounter))]
        last = max((one for one in known if one is not None), default=None)
        return last if last is not None and day - timedelta(days=days) <= last <= day else None

    def charge(self, encounter: Encounter, *, day: date) -> None:
        """This visit is charged in full: those after it may be revisits."""
        if _days(encounter):
            self._now[_kind(encounter)] = day


def _service(encounter: Encounter) -> HealthcareService | None:
    return encounter.appointment.service if encounter.appointment else None


def _days(encounter: Encounter) -> int:
    service = _service(encounter)
    return service.revisit_days if service else 0


def _kind(encounter: Encounter) -> tuple[UUID, UUID]:
    service = _service(encounter)
    assert service is not None
    return encounter.patient_id, service.id


def _last_charged(encounter_ids: Sequence[UUID]) -> dict[UUID, date | None]:
    full = (
        ChargeItem.objects.filter(
            patient_id=OuterRef("patient_id"),
            encounter__appointment__service_id=OuterRef("appointment__service_id"),
            encounter__started_at__lt=OuterRef("started_at"),
            origin__startswith="encounter:",
            status__in=ASKED_FOR,
        )
        .exclude(code=F("encounter__appointment__service__revisit_charge_code"))
        .order_by()
        .values("patient_id")
        .annotate(last=Max("occurred_on"))
    )
    found = Encounter.objects.filter(id__in=encounter_ids).annotate(last=Subquery(full.values("last")))
    return dict(found.values_list("id", "last"))
