"""Coming again soon is cheaper or free; a cheap one makes the next one no cheaper."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from osler.clinic.billing.charges.arising import charge_visit, charge_visits, uncharged_visits
from osler.clinic.billing.charges.capturing import enter_charge_in_error, mark_billable, mark_not_billable
from osler.clinic.billing.charges.schedules import set_fee
from osler.clinic.billing.models import ChargeItem
from osler.clinic.records.models import Encounter
from osler.clinic.scheduling.models import Appointment
from osler.foundation.directory.models import HealthcareService
from osler.kernel.periods import period
from tests.clinic.billing.conftest import LONG_AGO
from tests.conftest import new_patient

FIRST = datetime(2026, 3, 2, 15, tzinfo=UTC)
FULL = ("99213", "billable", Decimal("118.00"))
FREE = ("99213", "not-billable", Decimal("118.00"))
REDUCED = ("REVISIT", "billable", Decimal("40.00"))


@pytest.fixture
def service(act, adam, bill, prices):
    with act(bill):
        set_fee(
            prices,
            code="REVISIT",
            description="Revisit",
            amount=Decimal("40.00"),
            starts_on=LONG_AGO,
            actor=bill,
        )
    with act(adam):
        return HealthcareService.objects.create(name="Review", charge_code="99213", revisit_days=14)


@pytest.fixture
def visit(act, alice, dana_patient, service):
    """A finished visit so many days after the first."""

    def at(days, *, patient=dana_patient, of=service, hours=0):
        started_at = FIRST + timedelta(days=days, hours=hours)
        with act(alice):
            appointment = Appointment(
                patient=patient,
                service=of,
                status="fulfilled",
                zone="America/New_York",
                period=period(started_at, started_at + timedelta(minutes=20)),
            )
            appointment.save()
            made = Encounter(
                patient=patient,
                appointment=appointment,
                practitioner_id=alice.practitioner_id,
                status="finished",
                started_at=started_at,
            )
            made.save()
        return made

    return at


@pytest.fixture
def charge(act, bill):
    """The charge of a visit: code, status, amount."""

    def charge(visit):
        with act(bill):
            row = charge_visit(visit, actor=bill)
        return row.code, row.status, row.amount

    return charge


@pytest.mark.parametrize(
    ("days", "hours", "expected"),
    [(1, 0, FREE), (14, 0, FREE), (14, 6, FREE), (15, -14, FREE), (15, 0, FULL), (400, 0, FULL)],
    ids=["the next day", "the last day", "late on it", "its last hour there", "a day more", "long after"],
)
def test_a_revisit_within_the_days_is_free_and_after_them_it_is_not(visit, charge, days, hours, expected):
    assert charge(visit(0)) == FULL
    assert charge(visit(days, hours=hours)) == expected


def test_a_free_revisit_says_why_is_not_missed_and_can_be_charged(act, bill, visit, charge):
    charge(visit(0))
    charge(visit(7))
    with act(bill):
        row = ChargeItem.objects.get(status="not-billable")
        assert row.status_reason == "Revisit within 14 days of 2026-03-02"
        assert list(uncharged_visits(actor=bill)) == []
        assert mark_billable(row, actor=bill).status == "billable"


def test_a_reduced_revisit_has_a_code_of_its_own(act, adam, visit, service, charge):
    with act(adam):
        service.revisit_charge_code = "REVISIT"
        service.save()
    assert [charge(visit(day)) for day in (0, 7, 13)] == [FULL, REDUCED, REDUCED]


@pytest.mark.parametrize("code", ["", "REVISIT"])
@pytest.mark.parametrize("together", [False, True], ids=["one by one", "all at once"])
def test_a_cheap_one_makes_no_other(act, adam, bill, visit, service, charge, code, together):
    with act(adam):
        service.revisit_charge_code = code
        service.save()
    visits = [visit(day) for day in (0, 10, 20, 30, 40)]
    with act(bill):
        if together:
            charge_visits(reversed(visits), actor=bill)
    cheap = REDUCED if code else FREE
    assert [charge(one) for one in visits] == [FULL, cheap, FULL, cheap, FULL]


def test_only_the_same_patients_same_service_counts(act, adam, organization, visit, charge):
    with act(adam):
        other = HealthcareService.objects.create(name="Other", charge_code="99213", revisit_days=14)
    assert charge(visit(0)) == FULL
    assert charge(visit(3, patient=new_patient(organization))) == FULL
    assert charge(visit(3, of=other)) == FULL


@pytest.mark.parametrize(("undo", "expected"), [(mark_not_billable, FULL), (enter_charge_in_error, FULL)])
def test_what_nobody_is_asked_for_makes_no_revisit(act, bill, visit, charge, undo, expected):
    charge(visit(0))
    with act(bill):
        undo(ChargeItem.objects.get(), reason="A mistake", actor=bill)
    assert charge(visit(7)) == expected
