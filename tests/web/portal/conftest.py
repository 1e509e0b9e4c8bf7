"""Dana's record as the portal shows it: visits, results, bills, messages."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client

from osler.clinic.billing.charges.capturing import Service, capture_charge
from osler.clinic.billing.charges.schedules import fee_schedule, set_fee
from osler.clinic.billing.invoices.issuing import issue_invoice
from osler.clinic.billing.models import Invoice
from osler.clinic.insurance.models import Coverage, Payer
from osler.clinic.records.conditions.diagnosing import add_diagnosis
from osler.clinic.records.encounters.visit import finish_encounter, start_encounter
from osler.clinic.records.models import DiagnosticReport, Encounter
from osler.clinic.records.notes.writing import autosave_note, open_note, sign_note
from osler.clinic.records.orders.ordering import order_test
from osler.clinic.records.results.entering import collect_specimen, enter_result
from osler.clinic.records.results.verifying import verify_report
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.wall_time import set_period
from osler.foundation.access.models import PatientGrant
from osler.foundation.directory.models import HealthcareService, Practitioner
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel import clock
from tests.clinic.records.code_sets import load_few_diagnoses
from tests.conftest import new_patient

HONOLULU = "Pacific/Honolulu"


@pytest.fixture(scope="session", autouse=True)
def diagnoses(django_db_setup, django_db_blocker) -> None:
    with django_db_blocker.unblock():
        load_few_diagnoses()


@pytest.fixture
def service(act, organization) -> HealthcareService:
    with act(SystemActor(organization.id)):
        return HealthcareService.objects.create(
            name="Office visit",
            name_es="Consulta",
            preparation="Bring your card.",
            preparation_es="Traiga su tarjeta.",
        )


@pytest.fixture
def booked(act, organization, alice, service, dana_patient):
    """An appointment of Dana's, so many hours from now."""

    def book(hours: float = 48, *, status: str = "booked", zone: str = HONOLULU) -> Appointment:
        with act(SystemActor(organization.id)):
            doctor = Practitioner.objects.get(id=alice.practitioner_id)
            appointment = Appointment(
                patient=dana_patient, practitioner=doctor, service=service, reason="Cough", status=status
            )
            start = (clock.now() + timedelta(hours=hours)).replace(minute=0, second=0, microsecond=0)
            set_period(appointment, start, end=start + timedelta(minutes=20), zone=zone)
            appointment.save()
        return appointment

    return book


@pytest.fixture
def visit(act, alice, dana_patient) -> Encounter:
    with act(alice):
        return start_encounter(dana_patient, actor=alice, reason="Cough")


@pytest.fixture
def resulted(act, alice, lena, visit):
    """A verified HbA1c of Dana's, released unless it is held."""

    def make(value: str = "9.9", *, hold: bool = False) -> DiagnosticReport:
        with act(alice):
            order = order_test(visit, test="4548-4", hold_release=hold, actor=alice)
        with act(lena):
            collect_specimen(order, actor=lena)
            return verify_report(enter_result(order, values={order.code: value}, actor=lena), actor=lena)

    return make


@pytest.fixture
def signed(act, alice, visit) -> Encounter:
    """The visit with a diagnosis and a signed note, finished."""
    with act(alice):
        add_diagnosis(visit, code="I10", actor=alice)
        note = open_note(visit, actor=alice)
        parts = {"subjective": "For colleagues only", "assessment": "Pressure is fine", "plan": "Walk daily"}
        note = autosave_note(note, parts=parts, version=note.version, actor=alice)
        sign_note(note, actor=alice)
        return finish_encounter(Encounter.objects.get(id=visit.id), actor=alice)


@pytest.fixture
def invoice(act, bob, bill, signed, dana_patient) -> Invoice:
    """118.00, of which 30.00 are Dana's."""
    today = clock.today()
    with act(bob):
        coverage = Coverage(
            patient=dana_patient,
            payer=Payer.objects.create(name="Acme Health"),
            organization_id=dana_patient.organization_id,
            copay_amount=Decimal("30.00"),
            period=(today - timedelta(days=300), None),
        )
        coverage.member_id = "W123"
        coverage.save()
    with act(bill):
        schedule = fee_schedule(actor=bill)
        starts_on = today - timedelta(days=300)
        fee = {"description": "Office visit", "amount": Decimal("118.00"), "starts_on": starts_on}
        set_fee(schedule, code="99213", actor=bill, **fee)
        charge = capture_charge(
            f"encounter:{signed.id}",
            patient=dana_patient,
            service=Service("99213", today),
            encounter=signed,
            actor=bill,
        )
        return issue_invoice([charge], actor=bill)


@pytest.fixture
def home(dana) -> str:
    """The address of Dana's pages."""
    return f"/portal/{dana.patient_id}/"


class Portal:
    """A browser on one patient's pages: addresses are below hers, forms name her."""

    def __init__(self, client: Client, patient_id: UUID) -> None:
        self.client, self.patient_id = client, patient_id
        self.home = f"/portal/{patient_id}/"

    def get(self, path: str = "") -> HttpResponse:
        return self.client.get(self.home + path)

    def post(self, path: str, data: dict[str, Any] | None = None) -> HttpResponse:
        return self.client.post(self.home + path, {"patient": str(self.patient_id), **(data or {})})


@pytest.fixture
def portal_of(client_of):
    """The portal as an actor sees it, on the pages of the patient acted for."""
    return lambda actor: Portal(client_of(actor), actor.patient_id)


@pytest.fixture
def page(client_of, dana, home):
    """The words of a page as Dana sees it."""
    client = client_of(dana)

    def get(path: str, status: int = 200) -> str:
        response = client.get(f"{home}{path}")
        assert response.status_code == status, path
        return response.content.decode()

    return get


@pytest.fixture
def each_on_its_own(act):
    """A client whose requests know nothing of each other, as in transactions of their own."""

    def wrap(client, organization):
        plain = client.request

        def request(**values):
            with act(SystemActor(organization.id)):
                pass
            return plain(**values)

        client.request = request
        return client

    return wrap


@pytest.fixture
def sam(act, organization, dana):
    """Dana's child, for whom she may act."""
    patient = new_patient(organization, given="Sam", birth_date=date(2018, 5, 1))
    with act(SystemActor(organization.id)):
        PatientGrant(
            user_id=dana.user_id, patient_id=patient.id, patient_name="Sam Rivera", relationship="parent"
        ).save()
    return patient
