"""A clinic with prices, a visit that happened, and an insurer: the cast of the ledger."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from osler.clinic.billing.charges.capturing import Service, capture_charge
from osler.clinic.billing.charges.schedules import fee_schedule, set_fee
from osler.clinic.billing.models import ChargeItem, FeeItem, FeeSchedule, Invoice, Posting
from osler.clinic.insurance.models import Coverage, Payer
from osler.clinic.patients.models import Patient
from osler.clinic.records.models import Encounter
from osler.foundation.access.actors import Actor
from osler.foundation.directory.models import Organization
from osler.foundation.jobs.models import OutboxEvent
from osler.kernel.keys import uuid7

DAY = datetime.date(2026, 3, 2)
LONG_AGO = datetime.date(2020, 1, 1)

Charging = Callable[..., ChargeItem]


@pytest.fixture
def prices(act: Any, bill: Actor) -> FeeSchedule:
    """The clinic's own prices: a visit 118.00, a test 24.50."""
    with act(bill):
        schedule = fee_schedule(actor=bill)
        for code, words, amount in (("99213", "Office visit", "118.00"), ("4548-4", "HbA1c", "24.50")):
            set_fee(
                schedule, code=code, description=words, amount=Decimal(amount), starts_on=LONG_AGO, actor=bill
            )
    return schedule


@pytest.fixture
def visit(act: Any, alice: Actor, dana_patient: Patient) -> Encounter:
    """A finished visit of Dana."""
    with act(alice):
        visit = Encounter(
            patient=dana_patient,
            practitioner_id=alice.practitioner_id,
            status=Encounter.Status.FINISHED,
            started_at=datetime.datetime(2026, 3, 2, 15, tzinfo=datetime.UTC),
            finished_at=datetime.datetime(2026, 3, 2, 16, tzinfo=datetime.UTC),
        )
        visit.save()
    return visit


@pytest.fixture
def insured(act: Any, bob: Actor, dana_patient: Patient) -> Coverage:
    """Dana's insurance: 30.00 copay a visit."""
    with act(bob):
        payer = Payer.objects.create(name="Acme Health")
        coverage = Coverage(
            patient=dana_patient,
            payer=payer,
            organization_id=dana_patient.organization_id,
            copay_amount=Decimal("30.00"),
            period=(LONG_AGO, None),
        )
        coverage.member_id = "W123"
        coverage.save()
    return coverage


@pytest.fixture
def charged(act: Any, bill: Actor, prices: FeeSchedule, dana_patient: Patient) -> Charging:
    """Makes a charge of Dana's: code, and what else is wanted."""

    def charge(code: str = "99213", **fields: Any) -> ChargeItem:
        patient = fields.pop("patient", dana_patient)
        origin = fields.pop("origin", f"hand:{uuid7()}")
        with act(bill):
            return capture_charge(origin, patient=patient, service=Service(code, DAY), actor=bill, **fields)

    return charge


def rename_all(invoice: Invoice) -> None:
    """Another name, address, birth date and language for everybody whom an invoice names."""
    patient, clinic = invoice.patient, Organization.objects.get(id=invoice.patient.organization_id)
    patient.given, patient.family, patient.suffix, patient.mrn = "Robin", "Elsewhere", "Jr.", "M-OTHER"
    patient.birth_date, patient.language = datetime.date(1999, 9, 9), "es"
    clinic.name, clinic.tax_id, clinic.npi = "Other Practice", "99-9", "1999999999"
    for place in (patient, clinic):
        place.line, place.city, place.state, place.postal_code = "9 Far Rd", "Nome", "AK", "99762"
        place.phone, place.email = "999-9999", "far@away.test"
        place.save()
    if invoice.coverage:
        payer = invoice.coverage.payer
        payer.name = "Other Mutual"
        payer.save()
        invoice.coverage.plan_name = invoice.coverage.subscriber_name = "Other"
        invoice.coverage.save()
    ChargeItem.objects.update(description="Other service")
    FeeItem.objects.update(description="Other service")


def account_sums() -> dict[str, Decimal]:
    """All postings by account, those that are not zero."""
    sums: dict[str, Decimal] = {}
    for posting in Posting.objects.all():
        sums[posting.account] = sums.get(posting.account, Decimal(0)) + posting.amount
    return {account: amount for account, amount in sums.items() if amount}


def announced() -> list[str]:
    """The names of all events so far."""
    return list(OutboxEvent.objects.order_by("id").values_list("name", flat=True))


def check_now() -> None:
    """Have the database check now what it would check at commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def numbers(series: str = "INV") -> list[int]:
    """The numbers of a series, in order."""
    return list(Invoice.objects.filter(series=series).order_by("number").values_list("number", flat=True))
