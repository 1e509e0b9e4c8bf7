"""Charges that arise by themselves: a finished visit, a verified result, and what fell out."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from django.utils.translation import gettext as _

from osler.clinic.billing.charges.capturing import Fact, Service, capture_charge, capture_charges
from osler.clinic.billing.charges.revisits import Revisits
from osler.clinic.billing.models import ChargeItem
from osler.clinic.records.models import DiagnosticReport, Encounter
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.directory.models import HealthcareService
from osler.kernel import clock

# A patient is new again after three years without a visit (CMS, evaluation and management).
NEW_AFTER = timedelta(days=3 * 365)
MISSED_FOR = timedelta(days=60)


@dataclass(frozen=True)
class VisitCodes:
    """The codes of a kind of visit, the first one and all others; empty: no charge."""

    first_code: str
    first_words: str
    code: str
    words: str


@cache
def visit_codes() -> dict[str, VisitCodes]:
    """The rule by kind of visit, for services that name no charge code of their own."""
    with Path(__file__).with_name("visit_codes.csv").open(encoding="utf-8") as file:
        return {row.pop("kind"): VisitCodes(**row) for row in csv.DictReader(file)}


def codes_of(service: HealthcareService | None) -> VisitCodes:
    """What a service is charged by: its own code, else the rule for its kind."""
    if service is None:
        return visit_codes()[HealthcareService.Kind.PHYSICIAN]
    if service.charge_code:
        return VisitCodes(service.charge_code, service.name, service.charge_code, service.name)
    return visit_codes()[service.kind]


def house(organization_id: UUID) -> Actor:
    """The house itself at its books: what the worker does after an event."""
    return Actor(
        user_id=None,
        name="Osler",
        organization_id=organization_id,
        roles=frozenset({Role.BILLING}),
    )


def charge_visit(encounter: Encounter, *, actor: Actor) -> ChargeItem | None:
    """The charge of a finished visit, or None where it makes none."""
    return next(iter(charge_visits([encounter], actor=actor)), None)


def charge_visits(encounters: Iterable[Encounter], *, actor: Actor) -> list[ChargeItem]:
    """The charges of those visits that are finished and make one: the code of the visit's service,
    else of the rule for its kind. A revisit has its own code, or is free."""
    finished = [one for one in encounters if one.status == Encounter.Status.FINISHED]
    finished.sort(key=lambda one: one.started_at or clock.now())
    seen_before, revisits = _seen_before(finished), Revisits(finished)
    facts = []
    for encounter in finished:
        code, words = _code_of(encounter, is_new_patient=encounter.id not in seen_before)
        if code:
            facts.append(_fact_of(encounter, code, words, revisits=revisits))
    return capture_charges(facts, actor=actor)


def _fact_of(encounter: Encounter, code: str, words: str, *, revisits: Revisits) -> Fact:
    day, free_because = _day_of(encounter), ""
    first = revisits.first_of(encounter, day=day)
    if first is None or encounter.appointment is None or encounter.appointment.service is None:
        revisits.charge(encounter, day=day)
    elif encounter.appointment.service.revisit_charge_code:
        code = encounter.appointment.service.revisit_charge_code
        words = _("Revisit: %(service)s") % {"service": encounter.appointment.service.name}
    else:
        free_because = _("Revisit within %(days)d days of %(day)s") % {
            "days": encounter.appointment.service.revisit_days,
            "day": first.isoformat(),
        }
    service = Service(code, day, words)
    origin = f"encounter:{encounter.id}"
    return Fact(origin, encounter.patient, service, encounter, encounter.practitioner, free_because)


def _code_of(encounter: Encounter, *, is_new_patient: bool) -> tuple[str, str]:
    codes = codes_of(encounter.appointment.service if encounter.appointment else None)
    if is_new_patient:
        return codes.first_code, codes.first_words
    return codes.code, codes.words


def _seen_before(encounters: Sequence[Encounter]) -> set[UUID]:
    """Which of these visits were not the patient's first of late; one statement."""
    earlier = Encounter.objects.filter(
        patient_id=OuterRef("patient_id"),
        status=Encounter.Status.FINISHED,
        started_at__gte=Coalesce(OuterRef("started_at"), Now()) - NEW_AFTER,
        started_at__lt=Coalesce(OuterRef("started_at"), Now()),
    ).exclude(id=OuterRef("id"))
    found = Encounter.objects.filter(Exists(earlier), id__in=[one.id for one in encounters])
    return set(found.values_list("id", flat=True))


def charge_test(report: DiagnosticReport, *, actor: Actor) -> ChargeItem | None:
    """The charge of a test with a verified result; a result without order was not done here."""
    order = report.order
    if order is None or order.status == "revoked":
        return None
    performed_at = report.effective_at or order.collected_at or report.verified_at
    day = _day_at(performed_at, report.encounter or order.encounter)
    return capture_charge(
        f"order:{order.id}",
        patient=report.patient,
        service=Service(order.code, day, order.display),
        encounter=report.encounter or order.encounter,
        performer=order.requester,
        actor=actor,
    )


def _day_of(encounter: Encounter) -> date:
    return _day_at(encounter.started_at, encounter)


def _day_at(moment: datetime | None, encounter: Encounter | None) -> date:
    """The calendar day where it happened, whatever the zone of whoever asks (a worker has none)."""
    place = encounter.location if encounter else None
    return timezone.localdate(moment or clock.now(), ZoneInfo(place.zone) if place else None)


def uncharged_visits(*, actor: Actor) -> QuerySet[Encounter]:
    """Visits of appointments of late that are finished and made no charge of their own: what fell out.

    A test that was charged in a visit does not pay for the visit; kinds of visit that make no
    charge are not missed.
    """
    own = scoped(ChargeItem, actor).filter(encounter=OuterRef("pk")).exclude(origin__startswith="order:")
    free = [kind for kind, codes in visit_codes().items() if not codes.code]
    return (
        scoped(Encounter, actor)
        .filter(
            status=Encounter.Status.FINISHED,
            appointment__isnull=False,
            started_at__gte=clock.now() - MISSED_FOR,
        )
        .exclude(appointment__service__kind__in=free, appointment__service__charge_code="")
        .exclude(Exists(own.exclude(status=ChargeItem.Status.ENTERED_IN_ERROR)))
        .select_related("patient", "practitioner")
        .defer("resource", "patient__resource", "practitioner__resource")
        .order_by("started_at")
    )
