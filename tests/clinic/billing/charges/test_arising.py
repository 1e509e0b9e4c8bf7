import datetime
from decimal import Decimal

import pytest

from osler.clinic.billing.charges.arising import (
    charge_test,
    charge_visit,
    charge_visits,
    house,
    uncharged_visits,
    visit_codes,
)
from osler.clinic.billing.charges.schedules import load_starter_fees
from osler.clinic.billing.models import ChargeItem
from osler.clinic.billing.subscribers import charge_finished_visit, charge_verified_test
from osler.clinic.records.events import EncounterFinished, ReportVerified
from osler.clinic.records.models import DiagnosticReport, Encounter, ServiceRequest
from osler.clinic.scheduling.models import Appointment
from osler.foundation.directory.models import HealthcareService
from osler.foundation.jobs.outbox import SystemActor, subscribers
from osler.kernel import clock
from osler.kernel.periods import period
from tests.clinic.billing.conftest import LONG_AGO

STATEMENTS = 7  # seen before, standing, coverages, prices, insert between the two marks of a savepoint


@pytest.fixture
def priced(act, bill):
    with act(bill):
        load_starter_fees(starts_on=LONG_AGO, actor=bill)


def visit_by(act, actor, patient, *, kind="", charge_code="", started_at=None):
    """A finished visit booked for a kind of service."""
    with act(actor):
        service = HealthcareService.objects.create(name="Diabetes review", kind=kind, charge_code=charge_code)
        started_at = started_at or clock.now()
        appointment = Appointment(
            patient=patient,
            service=service,
            status="fulfilled",
            zone="America/New_York",
            period=period(started_at, started_at + datetime.timedelta(minutes=20)),
        )
        appointment.save()
        visit = Encounter(
            patient=patient,
            appointment=appointment,
            practitioner_id=actor.practitioner_id,
            status="finished",
            started_at=started_at,
        )
        visit.save()
    return visit


@pytest.mark.parametrize(
    ("kind", "charge_code", "expected"),
    [
        ("physician", "", ("99203", "Office visit, new patient", Decimal("142.00"))),
        ("nurse", "", ("99211", "Nurse visit", Decimal("32.00"))),
        ("physician", "99214", ("99214", "Long office visit, established patient", Decimal("168.00"))),
        ("procedure", "11200", ("11200", "Diabetes review", None)),
    ],
    ids=["a new patient", "a nurse's visit", "the service's own code", "a code without a price"],
)
def test_a_visit_is_charged_by_its_service_or_kind(
    act, alice, bill, dana_patient, priced, kind, charge_code, expected
):
    visit = visit_by(act, alice, dana_patient, kind=kind, charge_code=charge_code)

    with act(bill):
        charge = charge_visit(visit, actor=bill)

    assert (charge.code, charge.description, charge.amount) == expected
    assert (charge.origin, charge.encounter_id, charge.performer_id) == (
        f"encounter:{visit.id}",
        visit.id,
        alice.practitioner_id,
    )


def test_the_second_visit_is_an_established_patients(act, alice, bill, dana_patient, visit, priced):
    later = visit_by(act, alice, dana_patient, kind="physician")

    with act(bill):
        assert (charge_visit(visit, actor=bill).code, charge_visit(later, actor=bill).code) == (
            "99203",
            "99213",
        )


@pytest.mark.parametrize("kind", ["laboratory", "imaging", "procedure"])
def test_some_visits_make_no_charge_of_their_own(act, alice, bill, dana_patient, kind):
    visit = visit_by(act, alice, dana_patient, kind=kind)

    with act(bill):
        assert charge_visit(visit, actor=bill) is None
        assert ChargeItem.objects.count() == 0


def test_a_visit_that_is_not_over_makes_none(act, bill, visit):
    visit.status = "in-progress"

    with act(bill):
        assert charge_visit(visit, actor=bill) is None


def test_every_kind_of_service_has_a_rule():
    assert set(visit_codes()) == set(HealthcareService.Kind.values)


@pytest.fixture
def report(act, alice, dana_patient, visit):
    with act(alice):
        order = ServiceRequest(
            patient=dana_patient,
            encounter=visit,
            code="4548-4",
            display="Hemoglobin A1c",
            requester_id=alice.practitioner_id,
        )
        order.save()
        report = DiagnosticReport(
            patient=dana_patient,
            order=order,
            status="final",
            owner_id=alice.practitioner_id,
            effective_at=datetime.datetime(2026, 3, 3, 1, tzinfo=datetime.UTC),
        )
        report.save()
    return report


def test_a_verified_test_is_charged_once_on_its_day_at_the_clinic(act, bill, prices, report):
    with act(bill):
        charge = charge_test(report, actor=bill)
        again = charge_test(report, actor=bill)

        assert again == charge
    assert (charge.code, charge.amount, charge.occurred_on) == (
        "4548-4",
        Decimal("24.50"),
        datetime.date(2026, 3, 2),
    )
    assert charge.encounter_id == report.order.encounter_id


def test_a_result_from_elsewhere_is_not_charged(act, bill, report):
    report.order = None

    with act(bill):
        assert charge_test(report, actor=bill) is None


def test_the_worker_charges_what_it_hears_once(act, organization, visit, report):
    with act(SystemActor(organization.id)):
        for _ in range(2):
            charge_finished_visit(EncounterFinished(visit.id, visit.patient_id))
            charge_verified_test(ReportVerified(report.id, report.patient_id))

        assert sorted(ChargeItem.objects.values_list("code", "status")) == [
            ("4548-4", "planned"),
            ("99203", "planned"),
        ]
    assert "osler.clinic.billing.subscribers.charge_finished_visit" in subscribers()["EncounterFinished"]
    assert "osler.clinic.billing.subscribers.charge_verified_test" in subscribers()["ReportVerified"]


def test_the_house_acts_as_billing(organization):
    assert house(organization.id).role_name == "billing"


def test_finished_visits_without_a_charge_are_listed(act, alice, bill, dana_patient, visit):
    missed = visit_by(act, alice, dana_patient, kind="physician")
    charged = visit_by(act, alice, dana_patient, kind="physician")
    visit_by(act, alice, dana_patient, kind="physician", started_at=clock.now() - datetime.timedelta(days=61))

    with act(bill):
        charge_visit(charged, actor=bill)
        assert list(uncharged_visits(actor=bill)) == [missed]


@pytest.mark.parametrize("count", [1, 3])
def test_many_visits_are_charged_in_as_many_statements_as_one(
    act, alice, bill, dana_patient, priced, django_assert_num_queries, count
):
    for days in range(count):
        begun = clock.now() - datetime.timedelta(days=days)
        visit_by(act, alice, dana_patient, kind="physician", started_at=begun)

    with act(bill):
        visits = list(uncharged_visits(actor=bill).select_related("appointment__service", "location"))
        with django_assert_num_queries(STATEMENTS):
            made = charge_visits(visits, actor=bill)
        assert charge_visits(visits, actor=bill) == made
    assert [charge.code for charge in made] == ["99203", "99213", "99213"][:count]
    assert [charge.amount for charge in made] == [Decimal("142.00"), Decimal("118.00"), Decimal("118.00")][
        :count
    ]


def test_a_test_that_was_charged_does_not_pay_for_its_visit(act, alice, bill, dana_patient, report, prices):
    seen = visit_by(act, alice, dana_patient, kind="physician")
    tested = visit_by(act, alice, dana_patient, kind="laboratory")
    with act(alice):
        for visit in (seen, tested):
            order = ServiceRequest(patient=dana_patient, encounter=visit, code="4548-4", display="A1c")
            order.save()
            DiagnosticReport(
                patient=dana_patient,
                order=order,
                encounter=visit,
                status="final",
                owner_id=alice.practitioner_id,
            ).save()

    with act(bill):
        for verified in DiagnosticReport.objects.filter(encounter__in=[seen, tested]):
            charge_test(verified, actor=bill)
        assert set(ChargeItem.objects.values_list("encounter_id", flat=True)) == {seen.id, tested.id}
        assert list(uncharged_visits(actor=bill)) == [seen]
