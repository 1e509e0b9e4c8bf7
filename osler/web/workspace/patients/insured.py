"""How an insurance stands, in words with their time, for desk, board and work list."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from osler.clinic.insurance.asking import can_ask
from osler.clinic.insurance.covering import coverages_of, missing_ranks, primary_coverages
from osler.clinic.insurance.models import Coverage, EligibilityCheck
from osler.clinic.insurance.standing import GOOD, UNASKED, WAITING, Standing, standings, standings_of_visits
from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.queries import SheetRow
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may
from osler.foundation.ui.dates import clinic_date, when
from osler.kernel import clock

EXPECTED = frozenset({"booked", "confirmed", "arrived"})


@dataclass(frozen=True)
class StandingMark:
    """The words, and how they look: a tone and an icon, never colour alone."""

    words: str
    tone: str
    icon: str


@dataclass(frozen=True)
class Card:
    """An insurance on the desk's page; `mark` where insurers are asked about it."""

    coverage: Coverage
    mark: StandingMark | None = None
    check: EligibilityCheck | None = None


def insurance_card(patient: Patient, *, actor: Actor) -> dict[str, Any]:
    """A patient's insurances with how they stand, and what is wrong with their order."""
    coverages = list(coverages_of(patient, actor=actor))
    counting = [one for one in coverages if one.status == Coverage.Status.ACTIVE] if can_ask() else []
    known = standings(counting, actor=actor)
    ranks = {1: _("primary"), 2: _("secondary"), 3: _("tertiary")}
    return {
        "cards": [_card(one, known.get(one.id)) for one in coverages],
        "missing_ranks": [ranks[rank] for rank in missing_ranks(coverages, clock.today())],
        "may_ask": can_ask() and may(actor, "ask", EligibilityCheck),
    }


def _card(coverage: Coverage, standing: Standing | None) -> Card:
    if standing is None:
        return Card(coverage)
    answered = standing.check is not None and standing.check.outcome == EligibilityCheck.Outcome.ACTIVE
    return Card(coverage, standing_mark(standing), standing.check if answered else None)


def standing_mark(standing: Standing) -> StandingMark:
    """What the desk reads of an insurance."""
    if standing.kind == UNASKED or standing.check is None:
        return StandingMark(_("Not checked yet"), "quiet", "shield")
    if standing.kind == WAITING:
        return StandingMark(_("No answer yet, asked %s") % when(standing.at), "neutral", "hourglass")
    if standing.kind == GOOD:
        return StandingMark(_("Active, checked %s") % when(standing.at), "ok", "shield-check")
    return StandingMark(_bad_words(standing.check), "warn", "shield-alert")


def _bad_words(check: EligibilityCheck) -> str:
    outcome = EligibilityCheck.Outcome
    if check.outcome == outcome.INACTIVE and check.covered_until:
        return _("Not active since %s") % clinic_date(check.covered_until)
    words = {
        outcome.INACTIVE: _("Not active"),
        outcome.UNKNOWN_MEMBER: _("Not known by the insurer: check the member ID"),
        outcome.OTHER_BIRTH_DATE: _("The insurer knows another birth date"),
    }
    found = words.get(outcome(check.outcome)) if check.outcome else None
    return found or _("The insurer does not answer")


def marks_of_visits(sheet: Iterable[SheetRow], *, actor: Actor) -> dict[UUID, StandingMark]:
    """How the first insurance of those stands who are still to be seen, by their visits: for whoever
    could ask the insurer. Two statements for a whole day."""
    if not (can_ask() and may(actor, "ask", EligibilityCheck)):
        return {}
    expected = [row for row in sheet if row.stage in EXPECTED]
    primaries = primary_coverages({(row.patient_id, row.start.date()) for row in expected}, actor=actor)
    known = standings_of_visits(primaries, actor=actor)
    visits = {row.id: known.get((row.patient_id, row.start.date())) for row in expected}
    return {key: standing_mark(standing) for key, standing in visits.items() if standing is not None}


def insurance_of_visit(appointment: Appointment, *, actor: Actor) -> dict[str, Any]:
    """The insurance that pays first for a visit, and how it stands: for the page of the visit."""
    start = appointment.wall_start
    if start is None or not may(actor, "read", Coverage):
        return {}
    visit = (appointment.patient_id, start.date())
    primary = primary_coverages([visit], actor=actor)
    known = standings_of_visits(primary, actor=actor) if can_ask() else {}
    return {
        "insurance": primary.get(visit),
        "insurance_mark": standing_mark(known[visit]) if visit in known else None,
        "may_ask": can_ask() and may(actor, "ask", EligibilityCheck),
        "shows_insurance": True,
    }
